"""The booth in a browser without JavaScript: plain requests that follow the redirections."""

from __future__ import annotations

import re

import pytest

from participatory.ballots.basket import COOKIE
from participatory.ballots.models import Envelope, Signature
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from participatory.urn.receipts import receipt_code
from tests.ballots.conftest import build, deposit, opened
from tests.factories import add_voter, make_person, make_proposal, make_round, move_round, sign_in

HTMX = {"HX-Request": "true"}


def add(client, world, project, act="add", **values):
    return client.post(world.address("panier", project.public_id), data={"act": act}, **values)


def page(client, world, *parts, **query):
    answer = client.get(world.address(*parts), query_string=query)
    assert answer.status_code == 200
    return answer.text


def count(model):
    return db.session.scalar(db.select(db.func.count()).select_from(model))


def cards(text):
    return re.findall(r'id="projet-(\w+)"', text)


def form_of(text):
    return {"choice": re.findall(r'name="choice" value="([^"]+)"', text)}


def sealed(client, world, **fields):
    """What the page of the sealed ballot would post to the urn."""
    answer = client.post(world.address("sceller"), data=form_of(page(client, world, "verifier")) | fields)
    assert answer.status_code == 200
    return hidden(answer.text)


def hidden(text):
    return {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("key", "ciphertext", "proof")}


def cast(client, world):
    return client.post(world.urn("deposer"), data=sealed(client, world))


def test_a_vote_from_end_to_end_without_javascript(voter_client, world):
    for project in world.projects[:2]:
        answer = add(voter_client, world, project)
        assert answer.status_code == 303
        assert answer.location == f"{world.address()}#projet-{project.public_id}"
    booth = page(voter_client, world)
    assert booth.count("projet--pris") == 2
    assert "2 sur 3" in booth
    assert count(Envelope) == 0
    answer = cast(voter_client, world)
    assert answer.status_code == 303
    receipt = page(voter_client, world, "recu")
    groups = re.findall(r"<span>([0-9A-Z]{4})</span>", receipt)
    assert len(groups) == 13
    assert "style=" not in receipt
    assert "Oui : un bulletin" in voter_client.get("/verifier", query_string={"recu": " ".join(groups)}).text.replace(
        "\u00a0", " "
    )
    assert (count(Envelope), count(Signature)) == (1, 1)
    again = page(voter_client, world)
    assert "projet--pris" not in again
    assert "Un bulletin de vous est dans l’urne" in again


def test_a_removal_empties_the_basket(voter_client, world):
    add(voter_client, world, world.projects[0])
    assert add(voter_client, world, world.projects[0], "remove").status_code == 303
    assert "projet--pris" not in page(voter_client, world)


def test_over_count_is_explained_and_the_button_stays(voter_client, world):
    for project in world.projects[:3]:
        add(voter_client, world, project)
    last = world.projects[3]
    answer = add(voter_client, world, last)
    assert answer.status_code == 422
    assert "Erreur" in re.search(r"<title>(.*?)</title>", answer.text)[1]
    assert "déjà choisi 3 projets" in answer.text
    assert f'href="#btn-{last.public_id}"' in answer.text
    assert "disabled" not in answer.text
    assert page(voter_client, world).count("projet--pris") == 3


def test_over_budget_is_explained_with_the_amount(client, knapsack):
    sign_in(client, knapsack.person)
    for project in knapsack.projects[:2]:
        add(client, knapsack, project)
    answer = add(client, knapsack, knapsack.projects[3])
    assert answer.status_code == 422
    assert "Il manque 10\u202f000\u00a0€" in answer.text
    assert "Dépasse de 10\u202f000\u00a0€" in page(client, knapsack)


def test_a_fragment_carries_the_card_the_basket_and_the_words(client, knapsack):
    sign_in(client, knapsack.person)
    answer = add(client, knapsack, knapsack.projects[3], headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert cards(answer.text)[0] == knapsack.ids[3]
    assert cards(answer.text)[1:] == [knapsack.ids[2]], "the card that no longer fits is drawn again"
    for part in ("bilan", "resume", "contenu"):
        assert f'hx-swap-oob="innerHTML:#panier-{part}"' in answer.text
    assert 'hx-swap-oob="innerHTML:#annonce"' in answer.text
    assert "Il reste 20\u202f000\u00a0€" in answer.text
    refused = add(client, knapsack, knapsack.projects[2], headers=HTMX)
    assert refused.status_code == 422
    assert "Il manque" in refused.text
    assert page(client, knapsack).count("projet--pris") == 1


def test_the_filters_of_the_list_survive_an_addition(voter_client, world):
    answer = voter_client.post(world.address("panier", world.ids[0]) + "?tri=cout&theme=culture", data={"act": "add"})
    assert answer.location == f"{world.address()}?theme=culture&tri=cout#projet-{world.ids[0]}"


def test_the_address_of_a_refused_addition_leads_back_to_the_booth(voter_client, world):
    answer = voter_client.get(world.address("panier", world.ids[0]) + "?tri=cout&evil=1")
    assert answer.status_code == 303
    assert answer.location == f"{world.address()}?tri=cout#projet-{world.ids[0]}"


def test_the_order_is_drawn_for_each_person_and_stays(app, client, world):
    for _ in range(20):
        make_proposal(world.round)
    other = make_person()
    add_voter(world.round, other)
    sign_in(client, world.person)
    mine = cards(page(client, world))
    assert cards(page(client, world)) == mine
    second = app.test_client()
    sign_in(second, other)
    assert sorted(cards(page(second, world))) == sorted(mine)
    assert cards(page(second, world)) != mine
    visitor = app.test_client()
    assert cards(page(visitor, world)) == cards(page(visitor, world)) != mine


def test_long_ballots_are_read_by_pages_that_miss_nothing(voter_client, world):
    for _ in range(46):
        make_proposal(world.round)
    pages = [cards(page(voter_client, world, page=number)) for number in (1, 2, 3)]
    assert [len(each) for each in pages] == [24, 24, 2]
    assert len(set().union(*pages)) == 50
    assert cards(page(voter_client, world, page=99999)) == pages[2]
    assert cards(page(voter_client, world, page="-1; DROP")) == pages[0]


def test_filters_narrow_the_list(client, knapsack):
    sign_in(client, knapsack.person)
    make_proposal(knapsack.round, title="Des fontaines à eau", site_slug="auch", cost_cents=50_000_00)
    regional = make_proposal(knapsack.round, title="La navette", site_slug=None)
    assert len(cards(page(client, knapsack, q="fontaine"))) == 1
    assert len(cards(page(client, knapsack, departement="32"))) == 1
    assert cards(page(client, knapsack, departement="region")) == [regional.public_id]
    assert cards(page(client, knapsack, theme="health")) == []
    assert "Aucun projet ne correspond" in page(client, knapsack, q="<script>zzz")
    add(client, knapsack, knapsack.projects[3])
    assert len(cards(page(client, knapsack, tient="1"))) == 4
    costs = re.findall(r'class="prix">.*?<strong>([\d\u202f]+)', page(client, knapsack, tri="cout"), re.DOTALL)
    numbers = [int(cost.replace("\u202f", "")) for cost in costs]
    assert numbers == sorted(numbers)


def test_a_page_costs_the_same_however_many_projects_and_ballots(voter_client, world, count_queries):
    def cost():
        with count_queries() as counted:
            page(voter_client, world)
        return len(counted.statements)

    add(voter_client, world, world.projects[0])
    cost()
    before = cost()
    for site in ("auch", "albi", "toulouse", None) * 5:
        make_proposal(world.round, site_slug=site)
    for _ in range(3):
        person = make_person()
        add_voter(world.round, person)
        deposit(world, world.ids[:1], person=person)
    add(voter_client, world, world.projects[1])
    assert cost() == before


def test_a_visitor_reads_and_is_led_to_sign_in(client, world):
    text = page(client, world)
    assert len(cards(text)) == 4
    assert "btn-" + world.ids[0] not in text
    assert f"/connexion?next={world.address()}" in text
    answer = add(client, world, world.projects[0])
    assert answer.status_code == 303
    assert answer.location.startswith("/connexion")


@pytest.mark.parametrize("role", [None, *Role])
def test_somebody_off_the_roll_is_told_why_and_what_to_do(client, world, role):
    sign_in(client, make_person(roles=(role,) if role else ()))
    text = page(client, world)
    assert "n’est pas sur la liste électorale" in text
    assert "Que faire" in text
    assert add(client, world, world.projects[0]).status_code == 403
    assert client.get(world.address("verifier")).status_code == 303
    answer = client.post(world.address("sceller"), data={"choice": [f"main:{world.ids[0]}:1"]})
    assert answer.status_code == 403
    assert (count(Envelope), count(Signature)) == (0, 0)


@pytest.mark.parametrize(
    ("phase", "words"), [(Phase.REVIEW, "pas encore ouvert"), (Phase.CONTROL, "clos"), (Phase.DELIVERY, "clos")]
)
def test_outside_the_vote_pages_explain_and_nothing_enters(voter_client, world, phase, words):
    add(voter_client, world, world.projects[0])
    form, envelope = form_of(page(voter_client, world, "verifier")), sealed(voter_client, world)
    move_round(world.round, phase)
    for parts in ((), ("verifier",)):
        text = page(voter_client, world, *parts)
        assert words in text
        assert "heure de Paris" in text
    assert add(voter_client, world, world.projects[1]).status_code == 409
    assert voter_client.post(world.address("sceller"), data=form).status_code == 409
    assert voter_client.post(world.urn("deposer"), data=envelope).status_code == 409
    assert count(Envelope) == 0


def test_a_round_that_is_not_announced_has_no_booth(client, app):
    round_ = make_round(Phase.DRAFT)
    assert client.get(f"/budgets/{round_.slug}/vote").status_code == 404
    assert client.get("/budgets/nulle-part/vote").status_code == 404


def test_projects_that_are_not_on_the_ballot_do_not_enter_a_basket(voter_client, world):
    for project in (make_proposal(make_round()), make_proposal(world.round, state=State.ADMITTED)):
        assert add(voter_client, world, project).status_code == 404
    assert voter_client.post(world.address("panier", "%27--"), data={"act": "add"}).status_code == 404


def test_a_project_withdrawn_since_is_taken_out_and_said_once(voter_client, world):
    add(voter_client, world, world.projects[0])
    add(voter_client, world, world.projects[1])
    form = form_of(page(voter_client, world, "verifier"))
    with transaction():
        world.projects[0].state_code = State.WITHDRAWN.value
    refused = voter_client.post(world.address("sceller"), data=form)
    assert refused.status_code == 422
    assert "n’est plus au vote" in refused.text
    assert "ne compte plus dans votre panier" in page(voter_client, world)
    assert "ne compte plus dans votre panier" not in page(voter_client, world)
    assert form_of(page(voter_client, world, "verifier"))["choice"] == [f"main:{world.ids[1]}:1"]


def test_an_empty_basket_and_a_short_one_cannot_be_cast(client, app):
    world = build(ballot_min=2)
    sign_in(client, world.person)
    assert "Votre panier est vide" in page(client, world, "verifier")
    add(client, world, world.projects[0])
    text = page(client, world, "verifier")
    assert "au moins 2 projets" in text
    assert "Mettre sous enveloppe" not in text
    answer = client.post(world.address("sceller"), data={"choice": [f"main:{world.ids[0]}:1"]})
    assert answer.status_code == 422
    assert count(Envelope) == 0


def test_pressing_twice_gives_one_ballot_and_the_same_receipt(voter_client, world):
    add(voter_client, world, world.projects[0])
    form, receipts = sealed(voter_client, world), []
    for _ in range(2):
        answer = voter_client.post(world.urn("deposer"), data=form)
        assert answer.status_code == 303
        receipts.append(re.findall(r"<span>([0-9A-Z]{4})</span>", page(voter_client, world, "recu")))
    assert receipts[0] == receipts[1]
    assert count(Envelope) == 1


def test_changing_the_vote_leaves_one_ballot(voter_client, world):
    for project in world.projects[:2]:
        add(voter_client, world, project)
        assert cast(voter_client, world).status_code == 303
    (envelope,) = db.session.scalars(db.select(Envelope))
    assert envelope.version == 2
    assert opened(world, envelope.ciphertext) == {"main": ((world.ids[1], 1),)}


def cookie_of(client, world):
    return client.get_cookie(COOKIE, path=world.address())


def test_the_basket_is_a_cookie_of_the_booth_alone(voter_client, world):
    answer = add(voter_client, world, world.projects[0])
    header = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"{COOKIE}="))
    assert f"Path={world.address()}" in header
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Expires" not in header
    cast(voter_client, world)
    assert cookie_of(voter_client, world) is None


def test_a_full_basket_fits_in_a_cookie(client, app):
    world = build(costs=[1_00] * 125, ballot_max=125)
    sign_in(client, world.person)
    answer = None
    for project in world.projects:
        answer = add(client, world, project, headers=HTMX)
    assert answer.status_code == 422
    assert "déjà choisi 120 projets" in answer.text
    assert len(cookie_of(client, world).value) < 4000


@pytest.mark.parametrize(
    "change", [lambda text: text[:-2] + "xx", lambda text: "x" + text, lambda _text: "", str.upper]
)
def test_an_altered_basket_is_empty(voter_client, world, change):
    add(voter_client, world, world.projects[0])
    value = cookie_of(voter_client, world).value
    voter_client.set_cookie(COOKIE, change(value), path=world.address())
    assert "projet--pris" not in page(voter_client, world)


def test_two_people_on_one_computer_never_see_each_others_basket(voter_client, world):
    add(voter_client, world, world.projects[0])
    stolen = cookie_of(voter_client, world).value
    other = make_person()
    add_voter(world.round, other)
    sign_in(voter_client, other)
    assert "projet--pris" not in page(voter_client, world)
    assert cookie_of(voter_client, world) is None
    voter_client.set_cookie(COOKIE, stolen, path=world.address())
    assert "Votre panier est vide" in page(voter_client, world, "verifier")


def test_a_basket_of_another_round_is_not_read(voter_client, world):
    other = make_round()
    add_voter(other, world.person)
    add(voter_client, world, world.projects[0])
    value = cookie_of(voter_client, world).value
    address = f"/budgets/{other.slug}/vote"
    voter_client.set_cookie(COOKIE, value, path=address)
    assert "Votre panier est vide" in voter_client.get(f"{address}/verifier").text


def test_signing_out_leaves_neither_basket_nor_receipt(voter_client, world):
    add(voter_client, world, world.projects[0])
    cast(voter_client, world)
    add(voter_client, world, world.projects[1])
    assert cookie_of(voter_client, world) is not None
    voter_client.post("/deconnexion")
    assert cookie_of(voter_client, world) is None
    sign_in(voter_client, world.person)
    assert "Aucun reçu à montrer" in page(voter_client, world, "recu")
    assert "projet--pris" not in page(voter_client, world)


def test_the_receipt_of_somebody_else_is_not_shown(voter_client, world):
    add(voter_client, world, world.projects[0])
    cast(voter_client, world)
    other = make_person()
    add_voter(world.round, other)
    sign_in(voter_client, other)
    assert "Aucun reçu à montrer" in page(voter_client, world, "recu")


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_letter_gives_the_receipt_and_no_choice(app, voter_client, world, locale):
    with transaction():
        world.person.locale = locale
    add(voter_client, world, world.projects[0])
    cast(voter_client, world)
    groups = re.findall(r"<span>([0-9A-Z]{4})</span>", page(voter_client, world, "recu"))
    letter = db.session.scalars(db.select(Letter)).one()
    with app.test_request_context():
        message = compose(letter)
    assert "-".join(groups) in message.body
    for project in world.projects:
        assert project.title not in message.body
        assert project.public_id not in message.body
    assert message.to == [world.person.email]


@pytest.mark.parametrize("typed", ["", "abc", "0" * 52, "<script>alert(1)</script>", "é" * 300])
def test_looking_up_what_is_not_a_receipt_says_so(client, world, typed):
    answer = client.get("/verifier", query_string={"recu": typed})
    assert answer.status_code == 200
    assert "Oui" not in answer.text
    assert "<script>alert" not in answer.text


def test_a_replaced_receipt_is_no_longer_found_and_the_page_says_why(client, world):
    first = receipt_code(deposit(world, world.ids[:1]))
    deposit(world, world.ids[1:2])
    text = client.get("/verifier", query_string={"recu": first}).text
    assert "Aucun bulletin ne porte ce reçu" in text
    assert "remplacé" in text


def test_without_a_token_nothing_is_written(app, world):
    client = app.test_client()
    sign_in(client, world.person)
    assert add(client, world, world.projects[0]).status_code == 400
    for address in (world.address("sceller"), world.urn("deposer"), world.urn("controler"), world.address("retirer")):
        assert client.post(address, data={"key": "k" * 20}).status_code == 400


def test_the_pages_of_the_site_lead_back_to_a_basket_until_it_is_cast(voter_client, world):
    assert "Votre panier attend" not in voter_client.get("/").text
    add(voter_client, world, world.projects[0])
    text = voter_client.get("/").text
    assert "Votre panier attend" in text
    assert f'href="{world.address()}"' in text
    assert world.projects[0].title not in text
    assert "Votre panier attend" not in page(voter_client, world), "the booth has no such link: one is there"
    add(voter_client, world, world.projects[0], "remove")
    assert "Votre panier attend" not in voter_client.get("/").text
    add(voter_client, world, world.projects[0])
    cast(voter_client, world)
    assert "Votre panier attend" not in voter_client.get("/").text


def test_no_basket_waits_once_the_vote_is_over(voter_client, world):
    add(voter_client, world, world.projects[0])
    move_round(world.round, Phase.CONTROL)
    assert "Votre panier attend" not in voter_client.get("/").text


def test_an_exhausted_budget_says_what_still_fits(client, knapsack):
    sign_in(client, knapsack.person)
    for project in knapsack.projects[:2]:
        add(client, knapsack, project)
    text = add(client, knapsack, knapsack.projects[3]).text
    assert "1 projet tient encore dans ce qui reste" in text.replace("\xa0", " ")
    assert "tient=1" in text
    add(client, knapsack, knapsack.projects[2])
    assert "Votre panier est complet" not in page(client, knapsack)
    assert "Aucun autre projet ne tient" in page(client, knapsack)


def test_the_booth_has_neither_menu_nor_footer(voter_client, world):
    add(voter_client, world, world.projects[0])
    for text in (page(voter_client, world), page(voter_client, world, "verifier")):
        assert "<footer" not in text
        assert "Menu principal" not in text
        assert "Quitter sans voter" in text


def test_a_sealed_ballot_is_kept_by_no_cache_and_its_address_leads_to_the_check(voter_client, world):
    add(voter_client, world, world.projects[0])
    answer = voter_client.post(world.address("sceller"), data=form_of(page(voter_client, world, "verifier")))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "chiffré par le serveur" in answer.text
    assert voter_client.get(world.address("sceller")).location == world.address("verifier")
    assert count(Envelope) == 0
