"""The pages of the control: what officers see and do, what a voter sees of their own case and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from participatory.ballots.models import SettingAside, UrnState
from participatory.ballots.queries import step_of
from participatory.control.reading import panel
from participatory.control.rules import OWN_MOTIVES
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds.models import Deed
from participatory.identity.models import Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.privacy.models import PersonalReading
from participatory.rounds.rulebook import SetAsideMotive
from participatory.rounds.rules import Phase
from participatory.urn.receipts import receipt_code
from tests.control.conftest import WHY, World, make_world
from tests.control.test_cases import EVIDENCE, answered, opened, pair_up
from tests.factories import limit_role, make_person, make_round, move_round, sign_in

REASON = "Courrier de l’établissement reçu hier."


@pytest.fixture
def controlled(over: World) -> World:
    """The vote under control."""
    over.do("cloturer", "controler")
    return over


def steps(world: World, rest: str = "") -> str:
    return f"/gestion/budgets/{world.round.slug}/depouillement{rest}"


def desk(world: World, rest: str = "") -> str:
    return f"/gestion/budgets/{world.round.slug}/controle{rest}"


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


def test_a_step_is_proposed_from_the_page_and_confirmed_by_another(over: World, client: FlaskClient):
    sign_in(client, over.first)
    answer = client.post(steps(over, "/proposer/cloturer"))
    assert answer.status_code == 303
    shown = plain(client.get(answer.location).text)
    assert "Clore le vote de" in shown
    assert "Signatures sur la liste" in shown
    deed = db.session.scalars(sa.select(Deed)).one()
    sign_in(client, over.second)
    assert client.post(f"{answer.location}/confirmer", data={"seen": deed.shown}).status_code == 303
    assert step_of(over.round, UrnState.CLOSED) is not None


def test_who_may_not_read_the_turnout_reads_a_deed_without_its_figures(over: World, client: FlaskClient):
    over.do("cloturer")
    deed = over.propose("controler")
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    for each in db.session.scalars(sa.select(Deed)):
        text = client.get(f"/gestion/actes/{each.public_id}").text
        assert "Signatures" not in text
        assert "Enveloppes" not in text
    sign_in(client, over.second)
    assert "Signatures en ligne à la clôture" in client.get(f"/gestion/actes/{deed.public_id}").text


@pytest.mark.parametrize("word", ["annuler-tout", "publier", "x" * 100])
def test_a_step_that_does_not_exist_is_not_found(over: World, client: FlaskClient, word: str):
    sign_in(client, over.first)
    assert client.post(steps(over, f"/proposer/{word}")).status_code == 404


def test_an_annulment_is_proposed_with_its_reason(over: World, client: FlaskClient):
    sign_in(client, over.first)
    path = steps(over, "/proposer/annuler")
    assert client.get(path).status_code == 200
    refused = client.post(path, data={"reason": "Non."})
    assert refused.status_code == 422
    assert "Non." in refused.text
    assert client.post(path, data={"reason": WHY}).status_code == 303
    over.confirm("annuler", db.session.scalars(sa.select(Deed)).one())
    assert "déjà annulé" in plain(client.get(path).text)


def test_the_figures_are_asked_for_alone_and_for_officers_of_the_round(over: World, client: FlaskClient):
    sign_in(client, over.first)
    part = client.get(steps(over, "/rapprochement"), headers={"HX-Request": "true"})
    assert part.headers["Cache-Control"] == "no-store"
    assert "<html" not in part.text
    assert "every 5s" in part.text
    assert "<html" in client.get(steps(over, "/rapprochement")).text
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    assert client.get(steps(over, "/rapprochement")).status_code == 403


def test_sites_of_a_few_people_are_hidden_and_totals_do_not_give_them_away(open_vote: World):
    open_vote.vote(6)
    open_vote.vote(2, "albi")
    figures = panel(open_vote.round, open_vote.first, now()).figures
    assert figures.total.signatures == 11
    assert {site.name: (site.signatures, site.envelopes) for site in figures.sites} == {
        "Albi": (None, None),
        "Toulouse": (None, None),
    }
    assert all(site.agrees for site in figures.sites)
    hidden = panel(open_vote.round, make_person(roles=(Role.ADMINISTRATOR,)), now())
    assert hidden.figures is None
    assert hidden.hidden is not None


def test_figures_stop_with_the_sealing(controlled: World, client: FlaskClient):
    controlled.do("sceller")
    sign_in(client, controlled.first)
    text = client.get(steps(controlled, "/rapprochement"), headers={"HX-Request": "true"}).text
    assert "every 5s" not in text
    assert panel(controlled.round, controlled.first, now()).figures is None


# The desk of the cases


def new_case(client: FlaskClient, world: World, sought: str, **more: str):
    data = {"sought": sought, "reason": REASON, "motive": "proof_withdrawn", "evidence": EVIDENCE} | more
    return client.post(desk(world, "/personne"), data=data)


def test_a_case_goes_through_the_pages_of_officers_and_of_the_voter(controlled: World, client: FlaskClient):
    voter = controlled.people[0]
    sign_in(client, controlled.first)
    assert client.get(desk(controlled)).status_code == 200
    answer = new_case(client, controlled, voter.email)
    assert answer.status_code == 303
    page = plain(client.get(answer.location).text)
    assert "une autre personne doit en décider" in page
    case = db.session.scalars(sa.select(SettingAside)).one()
    mine = f"/mon-compte/bulletin/{case.public_id}"
    sign_in(client, voter)
    assert mine in client.get("/mon-compte").text
    own = client.get(mine)
    assert receipt_code(controlled.receipts[0]) in own.text
    assert EVIDENCE in plain(own.text)
    assert client.post(mine, data={"wish": "keep", "words": "Je suis bien étudiant."}).status_code == 303
    sign_in(client, controlled.second)
    text = plain(client.get(desk(controlled, f"/{case.public_id}")).text)
    assert "Je suis bien étudiant." in text
    assert voter.email not in text
    assert receipt_code(controlled.receipts[0]) not in text
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', text)[1]
    decision = desk(controlled, f"/{case.public_id}/decider")
    assert client.post(decision, data={"seen": seen}).status_code == 422
    assert client.post(decision, data={"seen": seen, "outcome": "kept"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(SettingAside, case.id).outcome == "kept"
    sign_in(client, voter)
    assert mine not in client.get("/mon-compte").text
    assert "Conservé" in client.get(mine).text


def test_a_look_up_is_told_to_the_person_and_journalled_even_when_it_finds_no_ballot(controlled, client: FlaskClient):
    absent = make_person()
    sign_in(client, controlled.first)
    refused = new_case(client, controlled, absent.email)
    assert refused.status_code == 422
    reading = db.session.scalars(sa.select(PersonalReading)).one()
    assert (reading.person_id, reading.what) == (absent.id, "ballot")
    last = db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position.desc())).first()
    assert last == "person.read"


def test_without_a_reason_nobody_learns_who_has_an_account(controlled: World, client: FlaskClient):
    sign_in(client, controlled.first)
    texts = [
        new_case(client, controlled, sought, reason="x").text.replace(sought, "")
        for sought in (controlled.people[0].email, "personne@nulle.example")
    ]
    assert len({re.sub(r'value="[^"]*"', "", text) for text in texts}) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PersonalReading)) == 0


@pytest.mark.parametrize("sought", ["", "\0", "personne@nulle.example", "0123456789A", "urn:schac:x", "a:b:c"])
def test_nobody_is_found_by_what_leads_to_nobody(controlled: World, client: FlaskClient, sought: str):
    sign_in(client, controlled.first)
    assert new_case(client, controlled, sought).status_code == 422


def test_a_pair_is_offered_with_its_form_and_no_more_once_it_has_a_case(controlled: World, client: FlaskClient):
    pair_up(controlled, 0, 1)
    sign_in(client, controlled.first)
    path = re.search(rf'href="({desk(controlled)}/paire/[^"]+)"', client.get(desk(controlled)).text)[1]
    assert client.get(path).status_code == 200
    assert client.post(path, data={"evidence": "court"}).status_code == 422
    assert client.post(path, data={"evidence": EVIDENCE}).status_code == 303
    assert path not in client.get(desk(controlled)).text
    assert client.post(path, data={"evidence": EVIDENCE}).status_code == 422
    assert client.get(desk(controlled, "/paire/1-99")).status_code == 404


def test_what_holds_a_sealing_up_is_decided_from_the_page_that_the_refusal_names(
    controlled: World, client: FlaskClient
):
    pair_up(controlled, 0, 1)
    sign_in(client, controlled.first)
    told = plain(client.get(steps(controlled)).text)
    assert desk(controlled) in told
    assert "Paires de signatures" in told
    other = opened(controlled, 0, SetAsideMotive.USURPATION, moment=now() - timedelta(days=6))
    link = f'href="({desk(controlled)}/paire/[^"]+)"'
    assert not re.search(link, client.get(desk(controlled)).text)
    decide(controlled, client, other)
    sign_in(client, controlled.first)
    path = re.search(link, client.get(desk(controlled)).text)[1]
    assert client.post(path, data={"evidence": EVIDENCE}).status_code == 303
    case = db.session.scalars(sa.select(SettingAside).where(SettingAside.outcome == "")).one()
    with transaction():
        db.session.get(SettingAside, case.id).answer_until = now() - timedelta(days=1)
    decide(controlled, client, case)
    assert "/paire/" not in client.get(desk(controlled)).text
    controlled.do("sceller")


def decide(world: World, client: FlaskClient, case: SettingAside, outcome: str = "kept") -> None:
    """Have the second officer decide from the page of the case."""
    sign_in(client, world.second)
    text = client.get(desk(world, f"/{case.public_id}")).text
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', text)[1]
    sent = {"seen": seen, "outcome": outcome}
    assert client.post(desk(world, f"/{case.public_id}/decider"), data=sent).status_code == 303


def test_an_answer_that_would_put_a_ballot_in_question_twice_is_refused_on_its_page(controlled, client: FlaskClient):
    pair_up(controlled, 0, 1)
    decide(controlled, client, opened(controlled, 1, SetAsideMotive.USURPATION, moment=now() - timedelta(days=6)))
    case = opened(controlled, 0, SetAsideMotive.DUPLICATE_IDENTITY)
    sign_in(client, db.session.get(Person, controlled.people[0].id))
    path = f"/mon-compte/bulletin/{case.public_id}"
    assert client.post(path, data={"wish": "this"}).status_code == 422
    assert client.post(path, data={"wish": "keep", "words": "C’est celui-ci."}).status_code == 303


def test_a_voter_of_two_ballots_chooses_between_their_receipts(controlled: World, client: FlaskClient):
    pair_up(controlled, 0, 1)
    case = opened(controlled, 0, SetAsideMotive.DUPLICATE_IDENTITY)
    before = case.envelope_id
    sign_in(client, db.session.get(Person, controlled.people[0].id))
    path = f"/mon-compte/bulletin/{case.public_id}"
    text = client.get(path).text
    assert all(receipt_code(controlled.receipts[number]) in text for number in (0, 1))
    assert client.post(path, data={"wish": "this"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(SettingAside, case.id).envelope_id != before


def test_a_case_is_nobody_elses(controlled: World, client: FlaskClient):
    case = opened(controlled)
    path = f"/mon-compte/bulletin/{case.public_id}"
    assert client.get(path).status_code == 303
    for other in (controlled.people[1], controlled.second, make_person()):
        sign_in(client, other)
        assert client.get(path).status_code == 404
        assert client.post(path, data={"wish": "leave"}).status_code == 404
        assert path not in client.get("/mon-compte").text


def test_a_case_of_another_round_is_not_found_under_this_one(controlled: World, client: FlaskClient):
    other = make_world()
    move_round(other.round, Phase.CONTROL)
    other.do("cloturer", "controler")
    case = opened(other)
    sign_in(client, controlled.second)
    assert client.get(desk(controlled, f"/{case.public_id}")).status_code == 404


def test_an_answer_too_late_or_empty_is_refused_with_what_was_typed(controlled: World, client: FlaskClient):
    case = opened(controlled)
    path = f"/mon-compte/bulletin/{case.public_id}"
    sign_in(client, controlled.people[0])
    assert client.post(path, data={"words": "Mes mots."}).status_code == 422
    assert client.post(path, data={"wish": "perhaps", "words": "Mes mots."}).status_code == 422
    answered(controlled, case, controlled.people[0])
    with transaction():
        db.session.get(SettingAside, case.id).answer_until = now()
    late = client.post(path, data={"wish": "leave", "words": "Mes mots."})
    assert late.status_code == 422
    assert "Mes mots." in late.text


def test_words_of_people_are_text_and_never_markup(controlled: World, client: FlaskClient):
    case = opened(controlled, evidence="<script>alert(1)</script> pièce du trois mars")
    answered(controlled, case, controlled.people[0], words="<img src=x onerror=alert(2)>")
    sign_in(client, controlled.second)
    text = client.get(desk(controlled, f"/{case.public_id}")).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_officers_of_another_round_have_no_desk_here(controlled: World, client: FlaskClient):
    elsewhere = make_person(roles=(Role.OFFICER,))
    limit_role(elsewhere, Role.OFFICER, Scope(ScopeKind.ROUND, make_round().public_id))
    sign_in(client, elsewhere)
    for path in (desk(controlled), desk(controlled, "/personne"), steps(controlled, "/proposer/annuler")):
        assert client.get(path).status_code == 403


def test_the_motive_is_said_to_the_voter_and_to_officers_in_words_of_their_own(controlled: World, client: FlaskClient):
    case = opened(controlled, motive=SetAsideMotive.USURPATION)
    sign_in(client, controlled.second)
    assert "a voté en son nom" in client.get(desk(controlled, f"/{case.public_id}")).text
    sign_in(client, controlled.people[0])
    own = client.get(f"/mon-compte/bulletin/{case.public_id}").text
    assert "aurait voté en votre nom" in own
    assert "en son nom" not in own
    assert set(OWN_MOTIVES) == set(SetAsideMotive)
