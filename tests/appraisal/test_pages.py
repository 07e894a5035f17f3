"""The services' lists and the page of one proposal."""

import re

import pytest
import sqlalchemy as sa

from participatory.appraisal.models import Appraisal
from participatory.appraisal.queries import ballot_summary
from participatory.appraisal.rules import Finding
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.outbox.models import Letter
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.appraisal.making import NO, SENTENCE, YES, admitted, appraiser, find, graded
from tests.factories import make_association, make_person, make_proposal, make_round, move_round, sign_in

FORM = {"feasible": "yes", "final_cost": "9 500,00", "reason": SENTENCE, "seen": "0"}


def _plain(html):
    return html.replace("\u202f", " ").replace("\xa0", " ")


@pytest.fixture
def person(client):
    someone = appraiser()
    sign_in(client, someone)
    return someone


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.OFFICER,), (Role.ADMINISTRATOR,)])
def test_other_roles_are_kept_out(client, roles):
    sign_in(client, make_person(roles=roles))
    proposal = admitted()
    assert client.get("/instruction").status_code == 403
    assert client.get(f"/instruction/{proposal.public_id}").status_code == 403
    assert client.post(f"/instruction/{proposal.public_id}", data=FORM).status_code == 403
    assert proposal.state is State.ADMITTED


def test_a_visitor_is_led_to_sign_in(client):
    assert client.get("/instruction").status_code == 303


def test_without_any_round_the_page_says_what_will_come(client, person):
    assert "Aucun budget" in client.get("/instruction").text


def test_the_round_under_review_comes_first_and_another_can_be_chosen(client, person):
    voting, review = (
        make_round(Phase.VOTING, title="Budget au vote"),
        make_round(Phase.REVIEW, title="Budget en examen"),
    )
    make_round(Phase.ANNOUNCEMENT, title="Budget annoncé")
    make_proposal(review, state=State.ADMITTED, title="À examiner")
    html = client.get("/instruction").text
    assert "À examiner" in html
    assert "Budget annoncé" not in html
    frozen = client.get(f"/instruction?budget={voting.slug}").text
    assert "À examiner" not in frozen
    assert "figée" in frozen
    assert client.get("/instruction?budget=rien").status_code == 404


def test_the_page_counts_what_is_done_what_is_left_and_the_ballot_against_the_envelope(client, person):
    round_ = make_round(Phase.REVIEW)
    make_proposal(round_, state=State.ADMITTED, title="Reste à voir")
    make_proposal(round_, state=State.FEASIBLE, title="Au bulletin à Albi", site_slug="albi", cost_cents=20_000_00)
    make_proposal(round_, state=State.FEASIBLE, title="Au bulletin partout", site_slug=None, cost_cents=30_000_00)
    make_proposal(round_, state=State.UNFEASIBLE, title="Écarté")
    make_proposal(round_, state=State.REFUSED, title="Refusé")
    html = _plain(client.get("/instruction").text)
    for words in (
        "projet à instruire",
        "3 déjà instruits",
        "50 000 €",
        "50 % de l’enveloppe de 100 000 €",
        "dont 1 en ville",
    ):
        assert words in html
    assert "Reste à voir" in html
    assert "Au bulletin à Albi" not in html
    ballot = client.get(f"/instruction?budget={round_.slug}&liste=ballot").text
    assert "Au bulletin à Albi" in ballot
    assert "Au bulletin partout" in ballot
    assert "Écarté" not in ballot
    assert "Écarté" in client.get("/instruction?liste=set_aside").text


def test_an_empty_ballot_adds_up_to_nothing(app):
    summary = ballot_summary(make_round(Phase.REVIEW))
    assert (summary.projects, summary.total_cents, summary.in_balance_towns) == (0, 0, 0)


@pytest.mark.parametrize("query", ["liste=rien", "page=0", "page=x", "page=9" + "9" * 30])
def test_hostile_addresses_break_nothing(client, person, query):
    admitted()
    assert client.get(f"/instruction?{query}").status_code == 200


@pytest.mark.parametrize("liste", ["waiting", "ballot"])
def test_the_lists_ask_the_same_number_of_queries_whatever_their_length(client, person, count_queries, liste):
    round_ = make_round(Phase.REVIEW)
    state = State.ADMITTED if liste == "waiting" else State.FEASIBLE

    def add(number):
        for turn in range(number):
            site = ("albi", "auch", None)[turn % 3]
            make_proposal(round_, state=state, author=make_person(), association=make_association(), site_slug=site)

    def counted():
        with count_queries() as counter:
            client.get(f"/instruction?liste={liste}")
        return len(counter.statements)

    add(1)
    few = counted()
    add(12)
    assert counted() == few


def test_a_long_list_is_paged(client, person):
    round_ = make_round(Phase.REVIEW)
    for _ in range(25):
        make_proposal(round_, state=State.ADMITTED)
    assert client.get("/instruction").text.count("data-stop") == 24
    assert client.get("/instruction?page=2").text.count("data-stop") == 1


def test_the_case_shows_the_plan_line_by_line_and_begins_from_the_amount_asked(client, person):
    html = _plain(client.get(f"/instruction/{admitted(title='Un potager').public_id}").text)
    for words in ("Un potager", "Un besoin.", "Fonctionnement", "10 000 €", 'value="10 000"', 'data-key="o"'):
        assert words in html


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED, State.REFUSED])
def test_what_is_not_admitted_is_not_here(client, person, state):
    assert client.get(f"/instruction/{admitted(state=state).public_id}").status_code == 404
    assert client.get("/instruction/inconnu").status_code == 404


def test_a_finding_is_published_and_leads_to_the_next_one_then_to_the_ballot(client, person):
    round_ = make_round(Phase.REVIEW)
    first, second = (make_proposal(round_, state=State.ADMITTED, author=make_person()) for _ in range(2))
    refused = client.post(f"/instruction/{first.public_id}", data=FORM)
    assert refused.status_code == 422
    assert "toute la grille de recevabilité" in refused.text
    assert SENTENCE in refused.text
    answer = client.post(f"/instruction/{graded(first, person).public_id}", data=FORM)
    assert (answer.status_code, answer.location) == (303, f"/instruction/{second.public_id}")
    assert "rejoint la liste du bulletin" in client.get(answer.location).text
    last = client.post(f"/instruction/{second.public_id}", data=FORM | {"feasible": "no"})
    assert last.location == f"/instruction?budget={round_.slug}&liste=ballot"
    assert (first.final_cents, first.state, second.state) == (9_500_00, State.FEASIBLE, State.UNFEASIBLE)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"feasible": ""}, "Dites si le projet est réalisable."),
        ({"feasible": "maybe"}, "Dites si le projet est réalisable."),
        ({"final_cost": ""}, "Indiquez le coût final"),
        ({"final_cost": "cher"}, "Écrivez un montant en euros"),
        ({"final_cost": "-5"}, "Écrivez un montant en euros"),
        ({"final_cost": "30 000,01"}, "plafonne un projet à 30 000 €"),
        ({"reason": ""}, "Expliquez votre avis"),
        ({"reason": "Oui."}, "en une phrase au moins"),
        ({"reason": "a" * 3001}, "3000 signes au plus"),
        ({"seen": "x"}, "La page est incomplète"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, person, changes, sentence):
    proposal = admitted()
    answer = client.post(f"/instruction/{proposal.public_id}", data=FORM | changes)
    html = _plain(answer.text)
    assert answer.status_code == 422
    assert sentence in html
    assert changes.get("final_cost", "9 500,00") in html
    assert changes.get("reason", SENTENCE) in html
    assert proposal.state is State.ADMITTED


def test_the_list_is_frozen_once_voting_is_open(client, person):
    proposal = admitted()
    find(proposal, person)
    move_round(proposal.round, Phase.VOTING)
    html = client.get(f"/instruction/{proposal.public_id}").text
    assert "figée" in html
    assert 'name="feasible"' not in html
    answer = client.post(f"/instruction/{proposal.public_id}", data=FORM | {"feasible": "no", "seen": "1"})
    assert answer.status_code == 409
    assert SENTENCE in answer.text
    assert proposal.state is State.FEASIBLE


def test_an_appraiser_is_told_why_not_their_own(client, person):
    proposal = admitted(author=person)
    assert "Vous avez déposé ce projet" in client.get(f"/instruction/{proposal.public_id}").text
    assert client.post(f"/instruction/{proposal.public_id}", data=FORM).status_code == 403


def test_who_comes_second_reads_the_other_finding_then_may_confirm(client, person):
    proposal = admitted()
    find(proposal, appraiser(), NO)
    answer = client.post(f"/instruction/{proposal.public_id}", data=FORM)
    assert answer.status_code == 409
    assert "Un autre avis vient d’être rendu" in answer.text
    assert 'name="seen" type="hidden" value="1"' in answer.text
    graded(proposal, person)
    assert client.post(f"/instruction/{proposal.public_id}", data=FORM | {"seen": "1"}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Appraisal)) == 2


def test_a_proposal_withdrawn_meanwhile_keeps_what_was_typed(client, person):
    proposal = admitted()
    with transaction():
        proposal.state_code = State.WITHDRAWN.value
    answer = client.post(f"/instruction/{proposal.public_id}", data=FORM)
    assert answer.status_code == 409
    assert SENTENCE in answer.text


def test_a_revision_begins_from_the_finding_in_force(client, person):
    proposal = admitted()
    find(proposal, person)
    html = _plain(client.get(f"/instruction/{proposal.public_id}").text)
    assert "Réviser l’avis" in html
    assert "500 € de moins" in html
    assert 'value="9 500"' in html


def test_a_revision_asks_for_a_reason_of_its_own(client, person):
    proposal = admitted()
    find(proposal, person)
    html = client.get(f"/instruction/{proposal.public_id}").text
    written = re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)
    assert written is not None
    assert written[1].strip() == ""


def test_a_post_without_the_token_is_refused(app):
    person, proposal = appraiser(), admitted()
    browser = app.test_client()
    sign_in(browser, person)
    assert browser.post(f"/instruction/{proposal.public_id}", data=FORM).status_code == 400


def test_hostile_reasons_are_shown_as_words(client, person):
    evil = "<script>alert(1)</script> [clic](javascript:alert(1)) {{ 7*7 }}"
    proposal = graded(admitted(), person)
    client.post(f"/instruction/{proposal.public_id}", data=FORM | {"reason": evil})
    html = client.get(f"/instruction/{proposal.public_id}").text + client.get(f"/projets/{proposal.slug}").text
    assert "<script>alert" not in html
    assert 'href="javascript' not in html
    assert "{{ 7*7 }}" in html


def test_the_public_page_shows_each_finding_with_its_cost_its_reason_and_its_date(client):
    proposal, person = admitted(), appraiser()
    find(proposal, person, YES)
    find(proposal, person, Finding(True, 11_000_00, "Le transport a été ajouté au devis.", 1))
    html = _plain(client.get(f"/projets/{proposal.slug}").text)
    for words in (
        "L’avis de la Région",
        "10 000 €",
        "11 000 €",
        "1 000 € de plus",
        "Le transport",
        "remplacé depuis",
        SENTENCE,
    ):
        assert words in html
    assert "&lt;section" not in html
    assert person.display_name not in html


def test_the_letter_gives_the_public_address_and_the_opening_of_the_vote(client, person):
    proposal = graded(admitted(), person)
    client.post(f"/instruction/{proposal.public_id}", data=FORM)
    values = db.session.scalars(sa.select(Letter)).one().values
    assert values["link"] == f"http://127.0.0.1:8000/projets/{proposal.slug}"
    assert "heure de Paris" in values["voting"]
