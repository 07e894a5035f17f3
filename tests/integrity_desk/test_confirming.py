"""A voter confirms their own ballot by a stronger proof, once; nobody does it for them, and the page says no score."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.ballots.models import EnvelopeStatus, SettingAside
from participatory.control.rules import Outcome
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.doors.models import EnrolmentProof
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.integrity_desk import actions
from participatory.integrity_desk.holdings import _batch, _held
from participatory.integrity_desk.queries import figures_of, notes_of
from participatory.integrity_desk.rules import BallotState, CaseState, Proof
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.rolls.models import Voter
from participatory.territories.models import Establishment
from tests.factories import limit_role, make_person, sign_in
from tests.integrity_desk.conftest import Desk

LATER = timedelta(minutes=5)


def refused(deed, kind: Kind | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught, transaction():
        deed()
    db.session.expire_all()
    assert kind is None or caught.value.kind is kind
    return caught.value


def come_by_door(desk: Desk, number: int, moment=None) -> None:
    voter = db.session.get(Voter, sa.inspect(desk.vote.voters[number]).identity)
    proof = EnrolmentProof(person_id=desk.person(number).id, establishment_id=voter.establishment_id, source="cas")
    proof.proved_at, proof.expires_at = moment or now() + LATER, now() + timedelta(days=90)
    with transaction():
        db.session.add(proof)


def make_institutional(desk: Desk, number: int, source: str = "cas") -> None:
    """The voter enrolled through a door, and their address is one of the establishment."""
    domain = desk.person(number).email.rpartition("@")[2]
    with transaction():
        voter = db.session.get(Voter, sa.inspect(desk.vote.voters[number]).identity)
        voter.source = source
        db.session.get(Establishment, voter.establishment_id).email_domains = domain


def confirm(desk: Desk, number: int, proof: Proof = Proof.DOOR, code: str = "", by: int | None = None, moment=None):
    person = desk.person(number if by is None else by)
    actions.confirm(desk.ballots()[number], person, proof, now=moment or now() + 2 * LATER, store=desk.store, code=code)


def at_counter(desk: Desk, code: str, by=None) -> None:
    actions.confirm_at_counter(code, by or desk.officer("third"), now=now() + LATER, store=desk.store)


def test_signing_in_through_the_establishment_after_the_letter_confirms(desk_on_each_database: Desk):
    desk = desk_on_each_database
    desk.quarantine(1, 2)
    come_by_door(desk, 1, now() - timedelta(days=1))
    refused(lambda: confirm(desk, 1))
    refused(lambda: confirm(desk, 0))
    come_by_door(desk, 0)
    with transaction():
        confirm(desk, 0)
    assert desk.states()[:2] == ["confirmed", "quarantined"]
    assert desk.ballots()[0].proof == Proof.DOOR
    assert desk.status(0) == EnvelopeStatus.CAST
    refused(lambda: confirm(desk, 0))


def test_nobody_confirms_the_ballot_of_somebody_else(desk: Desk):
    desk.quarantine(1)
    come_by_door(desk, 1)
    refused(lambda: confirm(desk, 0, by=1), Kind.NOT_FOUND)
    assert desk.states()[0] == "quarantined"


def test_a_ballot_that_nobody_was_asked_about_is_not_confirmed(desk: Desk):
    come_by_door(desk, 0)
    refused(lambda: confirm(desk, 0))


def test_a_counter_confirms_by_the_code_of_the_letter_once(desk_on_each_database: Desk):
    desk = desk_on_each_database
    desk.quarantine(1, 2)
    code = desk.code_of(0)
    for wrong in ("", "court", "0" * 12, "x" * 500, "\0" * 12, "' OR 1=1 --"):
        refused(lambda wrong=wrong: at_counter(desk, wrong), Kind.INVALID)
    with transaction():
        at_counter(desk, code.lower().replace("-", " "))
    assert desk.states()[:2] == ["confirmed", "quarantined"]
    refused(lambda: at_counter(desk, code), Kind.INVALID)
    last = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert (last.verb, last.actor) == ("integrity.confirmed", desk.officer("third").public_id)
    assert desk.person(0).public_id not in last.payload


def test_a_referent_confirms_the_voters_of_their_establishment_and_no_others(desk: Desk):
    desk.quarantine(1)
    code = desk.code_of(0)
    voter = db.session.get(Voter, sa.inspect(desk.vote.voters[0]).identity)
    other = db.session.scalars(sa.select(Establishment).where(Establishment.id != voter.establishment_id)).first()
    elsewhere, here = make_person(roles=(Role.REFERENT,)), make_person(roles=(Role.REFERENT,))
    limit_role(elsewhere, Role.REFERENT, Scope(ScopeKind.ESTABLISHMENT, other.key))
    limit_role(here, Role.REFERENT, Scope(ScopeKind.ESTABLISHMENT, voter.establishment.key))
    refused(lambda: at_counter(desk, code, elsewhere), Kind.FORBIDDEN)
    nobody = make_person()
    refused(lambda: at_counter(desk, code, nobody), Kind.FORBIDDEN)
    with transaction():
        at_counter(desk, code, here)
    assert desk.states()[0] == "confirmed"


def test_nobody_confirms_their_own_ballot_at_the_counter(desk: Desk):
    desk.quarantine(1)
    other = make_person(roles=(Role.OFFICER,))
    with transaction():
        desk.person(0).grants = list(other.grants)
    refused(lambda: at_counter(desk, desk.code_of(0), desk.person(0)), Kind.FORBIDDEN)


def test_a_mailed_code_confirms_once_in_time_and_for_one_ballot(desk_on_each_database: Desk):
    desk = desk_on_each_database
    desk.quarantine(1, 2)
    for number in (0, 1):
        make_institutional(desk, number)
    with transaction():
        assert actions.send_code(desk.ballots()[0], desk.person(0), now=now(), store=desk.store) == desk.person(0).email
    first = desk.code_of(0)
    with transaction():
        actions.send_code(desk.ballots()[0], desk.person(0), now=now(), store=desk.store)
        actions.send_code(desk.ballots()[1], desk.person(1), now=now(), store=desk.store)
    code = desk.code_of(0)
    refused(lambda: confirm(desk, 0, Proof.CODE, first), Kind.INVALID)
    refused(lambda: confirm(desk, 1, Proof.CODE, code), Kind.INVALID)
    refused(lambda: confirm(desk, 0, Proof.CODE, code, moment=now() + timedelta(hours=1)), Kind.INVALID)
    refused(lambda: at_counter(desk, code), Kind.INVALID)
    with transaction():
        confirm(desk, 0, Proof.CODE, code)
    assert desk.states()[:2] == ["confirmed", "quarantined"]
    refused(lambda: confirm(desk, 0, Proof.CODE, code))


def test_the_code_of_the_letter_is_no_code_for_the_page(desk: Desk):
    desk.quarantine(1)
    code = desk.code_of(0)
    make_institutional(desk, 0)
    refused(lambda: confirm(desk, 0, Proof.CODE, code), Kind.INVALID)


@pytest.mark.parametrize("source", ["import", "mail"])
def test_no_code_is_mailed_to_whom_a_mailbox_was_all_the_proof(desk: Desk, source):
    desk.quarantine(1)
    make_institutional(desk, 0, source)
    refused(lambda: actions.send_code(desk.ballots()[0], desk.person(0), now=now(), store=desk.store), Kind.FORBIDDEN)


def test_no_code_is_mailed_to_an_address_that_is_not_the_establishments(desk: Desk):
    desk.quarantine(1)
    make_institutional(desk, 0)
    with transaction():
        db.session.execute(sa.update(Establishment).values(email_domains="autre.example"))
    refused(lambda: actions.send_code(desk.ballots()[0], desk.person(0), now=now(), store=desk.store), Kind.FORBIDDEN)


def test_codes_are_mailed_a_few_times_only(desk: Desk):
    desk.quarantine(1)
    make_institutional(desk, 0)
    for _time in range(5):
        with transaction():
            actions.send_code(desk.ballots()[0], desk.person(0), now=now(), store=desk.store)
    refused(lambda: actions.send_code(desk.ballots()[0], desk.person(0), now=now(), store=desk.store))


def test_whoever_confirms_while_a_decision_waits_has_answered_and_is_kept(controlled: Desk):
    desk = controlled
    desk.quarantine(1, 2)
    code = desk.code_of(0)
    desk.propose(1, 2)
    with transaction():
        at_counter(desk, code)
    assert desk.states()[:2] == ["confirmed", "proposed"]
    case = db.session.scalars(
        sa.select(SettingAside).where(SettingAside.public_id == desk.ballots()[0].setting_aside)
    ).one()
    assert case.answered_at is not None
    with pytest.raises(Refusal, match="conservé"):
        desk.decide(1)
    desk.decide(1, outcome=Outcome.KEPT)
    assert desk.states()[0] == "confirmed"
    assert desk.status(0) == EnvelopeStatus.CAST


def test_nothing_is_confirmed_once_it_is_decided(controlled: Desk):
    desk = controlled
    desk.quarantine(1)
    code = desk.code_of(0)
    desk.propose(1)
    desk.decide(1)
    come_by_door(desk, 0)
    refused(lambda: confirm(desk, 0))
    refused(lambda: at_counter(desk, code), Kind.INVALID)
    assert desk.status(0) == EnvelopeStatus.SET_ASIDE


def test_clearing_a_ballot_ends_the_question_and_its_codes(desk: Desk):
    desk.quarantine(1)
    code = desk.code_of(0)
    with transaction():
        actions.lift(desk.case(), desk.officer(), "Une erreur de notre part.", [1], now=now(), store=desk.store)
    assert desk.states()[0] == BallotState.CLEARED
    refused(lambda: at_counter(desk, code), Kind.INVALID)


def test_confirming_all_closes_the_case(desk: Desk):
    desk.assess((0,))
    desk.quarantine(1)
    with transaction():
        at_counter(desk, desk.code_of(0))
    assert desk.case().state == CaseState.CLOSED
    assert figures_of(desk.round).confirmed == 1
    assert notes_of(desk.case())[-1].words == Proof.COUNTER


def test_the_voters_page_is_theirs_says_how_and_says_no_score(desk: Desk, client):
    desk.quarantine(1)
    person, other, address = desk.person(0), desk.person(1), f"/mon-compte/confirmer/{desk.ballots()[0].public_id}"
    flagged = f"/mon-compte/confirmer/{desk.ballots()[1].public_id}"
    sign_in(client, other)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/etablissement").status_code == 404
    assert client.get(flagged).status_code == 404
    assert "Confirmez" not in client.get("/mon-compte").text
    sign_in(client, person)
    assert address in client.get("/mon-compte").text
    read = client.get(address).text
    assert "votre bulletin compte" in read.lower()
    assert "guichet" in read
    assert "fraude" not in read.lower()
    assert "6,5" not in read
    assert "score" not in read.lower()
    assert "courriel" not in read
    assert client.post(f"{address}/etablissement").status_code == 422
    assert client.post(f"{address}/code", data={"code": "0" * 12}).status_code == 422
    make_institutional(desk, 0)
    assert person.email in client.get(address).text
    assert client.post(f"{address}/courriel").status_code == 303
    answer = client.post(f"{address}/code", data={"code": desk.code_of(0)}, follow_redirects=True)
    assert "est confirmé" in answer.text
    assert address not in client.get("/mon-compte").text


def test_the_counter_page_shows_nothing_of_the_vote(desk: Desk, client):
    desk.quarantine(1)
    sign_in(client, desk.officer())
    assert client.get("/gestion/guichet/confirmations").status_code == 200
    wrong = client.post("/gestion/guichet/confirmations", data={"code": "ABCD"})
    assert wrong.status_code == 422
    assert "ABCD" in wrong.text
    done = client.post("/gestion/guichet/confirmations", data={"code": desk.code_of(0)}, follow_redirects=True)
    assert "confirmé" in done.text
    assert desk.place(0) not in done.text
    assert desk.person(0).email not in done.text
    assert desk.states()[0] == "confirmed"


def test_letters_say_no_score_and_accuse_nobody(desk: Desk):
    desk.quarantine(1)
    letter = db.session.scalars(sa.select(Letter).where(Letter.template == "confirm_ballot")).one()
    for locale in ("fr", "en"):
        letter.locale = locale
        text = compose(letter).body.lower()
        assert desk.code_of(0).lower() in text
        for word in ("fraud", "suspect", "score", "6.5", "6,5"):
            assert word not in text
    db.session.rollback()


def test_what_is_asked_is_in_my_data_and_what_detection_saw_is_not(desk: Desk):
    assert _held(desk.person(0), now()) is None
    desk.quarantine(1)
    held = _held(desk.person(0), now())
    assert held.data[0]["state"] == "quarantined"
    assert _held(desk.person(1), now()) is None


def test_ballots_and_notes_go_with_the_roll_and_figures_stay(desk: Desk, monkeypatch):
    desk.quarantine(1)
    before = figures_of(desk.round)
    monkeypatch.setattr("participatory.integrity_desk.holdings.ends_at", lambda _round: now() - timedelta(days=1))
    with transaction():
        assert _batch(now(), 3).number == 5
    with transaction():
        assert _batch(now(), 3).number == 1
    with transaction():
        assert _batch(now(), 3) is None
    assert figures_of(desk.round) == before
    assert (desk.ballots(), notes_of(desk.case())) == ([], [])
