"""From a case to a decision: asked, confirmed or not, proposed, decided by another, appealed, undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.ballots.models import Envelope, EnvelopeStatus, SealedBallot, SettingAside
from participatory.control import policy as control_policy
from participatory.control.acts import ACTS
from participatory.control.casework import answer_case, decide_case
from participatory.control.casework import case_digest as control_digest
from participatory.control.rules import Outcome, Wish
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.integrity.models import Signal
from participatory.integrity_desk import actions, policy
from participatory.integrity_desk.models import CaseBallot
from participatory.integrity_desk.queries import appeals_waiting, case_digest, figures_of, notes_of, proposals_of
from participatory.integrity_desk.rules import BallotState, CaseState, Deed
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.privacy.models import PersonalReading
from participatory.rounds.rulebook import SetAsideMotive
from tests.control.test_cases import pair_up
from tests.factories import make_person, sign_in
from tests.integrity_desk.conftest import EVIDENCE, LINK, WHY, Desk

LATER = timedelta(days=10)
WORDS = "J’ai voté moi-même, depuis la bibliothèque."


def refused(deed, kind: Kind | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught, transaction():
        deed()
    db.session.expire_all()
    assert kind is None or caught.value.kind is kind
    return caught.value


def proposal(desk: Desk, number: int = 1) -> SettingAside:
    name = desk.ballots()[number - 1].setting_aside
    return db.session.scalars(sa.select(SettingAside).where(SettingAside.public_id == name)).one()


def appeal(desk: Desk, number: int = 1, moment=None, words: str = WORDS) -> None:
    case, person = proposal(desk, number), desk.person(number - 1)
    with transaction():
        actions.appeal(case, person, words, moment or now() + LATER, desk.store)


def settle_appeal(desk: Desk, by: str, restored: bool, number: int = 1) -> None:
    case, officer = proposal(desk, number), desk.officer(by)
    with transaction():
        actions.decide_appeal(
            case, officer, restored=restored, words="Relu avec soin.", now=now() + LATER, store=desk.store
        )


def test_a_case_is_dismissed_and_reopened_with_a_reason(desk: Desk):
    officer = desk.officer()
    fault = refused(lambda: actions.dismiss(desk.case(), officer, "non", now=now(), store=desk.store), Kind.INVALID)
    assert fault.field == "reason"
    with transaction():
        actions.dismiss(desk.case(), officer, WHY, now=now(), store=desk.store)
    assert desk.case().state == CaseState.DISMISSED
    refused(lambda: actions.dismiss(desk.case(), officer, WHY, now=now(), store=desk.store))
    refused(lambda: actions.quarantine(desk.case(), officer, WHY, [1], now=now(), store=desk.store, link=LINK))
    with transaction():
        actions.reopen(desk.case(), officer, WHY, now=now())
    assert desk.case().state == CaseState.NEW
    assert [note.deed for note in notes_of(desk.case())] == [Deed.OPENED, Deed.DISMISSED, Deed.REOPENED]


def test_a_quarantine_writes_to_each_voter_without_a_score_nor_an_accusation(desk_on_each_database: Desk):
    desk = desk_on_each_database
    assert desk.quarantine(1, 2) == 2
    assert desk.states() == ["quarantined", "quarantined", "flagged", "flagged"]
    assert desk.case().state == CaseState.QUARANTINED
    assert {desk.status(number) for number in range(4)} == {EnvelopeStatus.CAST}
    letters = db.session.scalars(sa.select(Letter).where(Letter.template == "confirm_ballot")).all()
    assert {letter.recipient for letter in letters} == {desk.person(0).email, desk.person(1).email}
    assert {str(letter.values["link"]).rsplit("/", 1)[1] for letter in letters} == {
        ballot.public_id for ballot in desk.ballots()[:2]
    }
    assert desk.code_of(0) != desk.code_of(1)
    held = str([(each.code_mac, each.mail_mac) for each in desk.ballots()])
    assert desk.code_of(0).replace("-", "") not in held


@pytest.mark.parametrize("numbers", [[], [9], [0], [-1], [1, 9]])
def test_a_deed_about_ballots_that_are_not_there_changes_nothing(desk: Desk, numbers):
    officer = desk.officer()
    fault = refused(
        lambda: actions.quarantine(desk.case(), officer, WHY, numbers, now=now(), store=desk.store, link=LINK)
    )
    assert fault.field == "numbers"
    assert desk.states() == ["flagged"] * 4


def test_a_voter_is_not_asked_twice_at_once(desk: Desk):
    desk.quarantine(1)
    refused(lambda: actions.quarantine(desk.case(), desk.officer(), WHY, [1], now=now(), store=desk.store, link=LINK))


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.REFERENT, Role.ADMINISTRATOR, Role.OBSERVER])
def test_whoever_is_no_officer_does_nothing_at_the_desk(desk: Desk, role):
    other = make_person(roles=(role,) if role else ())
    case = desk.case()
    for deed in (
        lambda: actions.dismiss(case, other, WHY, now=now(), store=desk.store),
        lambda: actions.reopen(case, other, WHY, now=now()),
        lambda: actions.lift(case, other, WHY, [1], now=now(), store=desk.store),
        lambda: actions.quarantine(case, other, WHY, [1], now=now(), store=desk.store, link=LINK),
        lambda: actions.identify(case, [1], other, WHY, now=now(), store=desk.store),
        lambda: actions.propose(
            case, other, SetAsideMotive.PROOF_WITHDRAWN, evidence=EVIDENCE, numbers=[1], now=now(), store=desk.store,
            link=LINK,
        ),
        lambda: actions.decide(case, other, Outcome.SET_ASIDE, numbers=[1], now=now(), store=desk.store, seen=""),
        lambda: actions.propose_undo(case, other, WHY, [1], now=now(), store=desk.store),
        lambda: actions.undo(case, other, WHY, [1], now=now(), store=desk.store),
    ):  # fmt: skip
        refused(deed, Kind.FORBIDDEN)
    assert desk.states() == ["flagged"] * 4


def test_an_officer_who_voted_does_not_ask_about_their_own_ballot(desk: Desk):
    other = make_person(roles=(Role.OFFICER,))
    with transaction():
        desk.person(0).grants = list(other.grants)
    fault = refused(
        lambda: actions.quarantine(desk.case(), desk.person(0), WHY, [1, 2], now=now(), store=desk.store, link=LINK),
        Kind.FORBIDDEN,
    )
    assert "le vôtre" in fault.message


def test_nothing_is_proposed_before_the_control_nor_without_asking_first(desk: Desk):
    desk.quarantine(1)
    with pytest.raises(Refusal):
        desk.propose(1)
    desk.control()
    with pytest.raises(Refusal):
        desk.propose(2)
    desk.propose(1)
    assert desk.case().state == CaseState.PROPOSED
    assert desk.status(0) == EnvelopeStatus.CAST


def test_one_officer_never_sets_aside_even_under_two_accounts(controlled: Desk):
    desk = controlled
    desk.quarantine(1, 2)
    desk.propose(1, 2)
    with pytest.raises(Refusal):
        desk.decide(1, by="first")
    with transaction():
        twin = make_twin(desk.officer())
    refused(lambda: decide_with(desk, twin))
    assert desk.states()[:2] == ["proposed", "proposed"]
    assert desk.status(0) == EnvelopeStatus.CAST
    desk.decide(1)
    assert desk.status(0) == EnvelopeStatus.SET_ASIDE
    assert desk.status(1) == EnvelopeStatus.CAST


def make_twin(officer: Person) -> Person:
    """Another account of the same person, which theirs became part of."""
    twin = Person(email="autre@etu.exemple.example", display_name="Autre", created_at=now())
    twin.grants = []
    db.session.add(twin)
    db.session.flush()
    for grant in list(officer.grants):
        grant.person = twin
    officer.merged_into_id, officer.email = twin.id, None
    return twin


def decide_with(desk: Desk, by: Person) -> None:
    actions.decide(
        desk.case(), by, Outcome.SET_ASIDE, numbers=[1], now=now() + LATER, store=desk.store,
        seen=case_digest(desk.case()),
    )  # fmt: skip


def test_a_decision_waits_for_the_delay_and_rests_on_what_was_read(controlled: Desk):
    desk = controlled
    desk.quarantine(1)
    desk.propose(1)
    with pytest.raises(Refusal):
        desk.decide(1, moment=now())
    with pytest.raises(Refusal) as stale:
        desk.decide(1, seen="0" * 64)
    assert "a changé" in stale.value.message
    assert desk.status(0) == EnvelopeStatus.CAST
    desk.decide(1)
    with pytest.raises(Refusal):
        desk.decide(1)
    assert (desk.case().state, desk.states()[0]) == (CaseState.NEW, "set_aside")


def test_a_batch_is_decided_whole_or_not_at_all(controlled: Desk):
    desk = controlled
    desk.quarantine(1, 2, 3, 4)
    desk.propose(1, 2, 3)
    with pytest.raises(Refusal):
        desk.decide(1, 2, 4)
    assert desk.states() == ["proposed"] * 3 + ["quarantined"]
    assert db.session.scalar(sa.select(sa.func.count()).where(Envelope.status == EnvelopeStatus.SET_ASIDE)) == 0
    desk.decide(1, 2)
    desk.decide(3, outcome=Outcome.KEPT)
    assert desk.states() == ["set_aside", "set_aside", "restored", "quarantined"]


def test_a_decision_taken_on_the_page_of_the_control_is_seen_at_the_desk(controlled: Desk):
    desk = controlled
    desk.quarantine(1)
    desk.propose(1)
    case = proposal(desk)
    seen, second, store = control_digest(case), desk.officer("second"), desk.store
    with transaction():
        decide_case(desk.round, case.public_id, Outcome.SET_ASIDE, by=second, now=now() + LATER, store=store, seen=seen)
    assert desk.states()[0] == "set_aside"


def test_the_database_holds_the_one_who_decides_an_appeal_apart(controlled: Desk):
    desk = controlled
    desk.set_aside(1)
    case = proposal(desk)
    for same in (case.author, case.second_by):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(sa.update(SettingAside).values(appeal_by=same))
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(SettingAside).values(undo_by="one", undone_by="one"))
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(SettingAside).values(undone_by="one"))


def test_an_appeal_is_decided_by_a_third_officer_and_may_bring_the_ballot_back(controlled: Desk):
    desk = controlled
    desk.set_aside(1, 2)
    appeal(desk)
    assert [each.public_id for each in appeals_waiting(desk.officer("third"))] == [proposal(desk).public_id]
    for by in ("first", "second"):
        with pytest.raises(Refusal) as caught:
            settle_appeal(desk, by, restored=True)
        assert "troisième personne" in caught.value.message
    settle_appeal(desk, "third", restored=True)
    assert desk.status(0) == EnvelopeStatus.CAST
    assert desk.states()[0] == "restored"
    with pytest.raises(Refusal):
        settle_appeal(desk, "third", restored=False)
    told = db.session.scalars(sa.select(Letter).where(Letter.template == "appeal_decided")).one()
    assert (told.recipient, told.values["outcome"]) == (desk.person(0).email, "kept")
    assert figures_of(desk.round).set_aside == 1
    assert figures_of(desk.round).restored == 1


def test_an_appeal_that_is_not_followed_leaves_the_ballot_aside(controlled: Desk):
    desk = controlled
    desk.set_aside(1)
    appeal(desk)
    settle_appeal(desk, "third", restored=False)
    assert (desk.status(0), desk.states()[0]) == (EnvelopeStatus.SET_ASIDE, "set_aside")


def test_only_the_voter_appeals_once_in_time_and_in_words(controlled: Desk):
    desk = controlled
    desk.set_aside(1)
    case = proposal(desk)
    refused(lambda: actions.appeal(case, desk.person(1), WORDS, now() + LATER, desk.store), Kind.NOT_FOUND)
    refused(lambda: actions.appeal(case, desk.officer(), WORDS, now() + LATER, desk.store), Kind.NOT_FOUND)
    refused(lambda: actions.appeal(case, desk.person(0), "non", now() + LATER, desk.store), Kind.INVALID)
    refused(lambda: actions.appeal(case, desk.person(0), WORDS, now() + 3 * LATER, desk.store))
    appeal(desk)
    with pytest.raises(Refusal):
        appeal(desk)


def test_two_officers_undo_and_never_one(controlled: Desk):
    desk = controlled
    desk.set_aside(1, 2)
    undo = lambda by: actions.undo(  # noqa: E731
        desk.case(), desk.officer(by), WHY, [1], now=now() + LATER, store=desk.store
    )
    refused(lambda: undo("second"))
    with transaction():
        actions.propose_undo(desk.case(), desk.officer(), WHY, [1], now=now() + LATER, store=desk.store)
    refused(lambda: undo("first"))
    assert desk.status(0) == EnvelopeStatus.SET_ASIDE
    with transaction():
        undo("second")
    assert (desk.status(0), desk.status(1)) == (EnvelopeStatus.CAST, EnvelopeStatus.SET_ASIDE)
    assert desk.states()[:2] == ["restored", "set_aside"]
    assert [note.deed for note in notes_of(desk.case())][-2:] == [Deed.UNDO_PROPOSED, Deed.UNDONE]


def lapse(*, answers: bool = True, appeals: bool = True) -> None:
    """Let delays pass."""
    with transaction():
        back = now() - timedelta(days=30)
        changes = ({"answer_until": back} if answers else {}) | ({"decided_at": back} if appeals else {})
        db.session.execute(sa.update(SettingAside).values(**changes))


def test_the_urn_waits_for_the_delay_of_an_appeal_and_for_its_decision(controlled: Desk):
    desk = controlled
    desk.set_aside(1)
    lapse(appeals=False)
    assert "recours" in str(control_policy.can_seal(desk.round, now(), desk.store))
    appeal(desk)
    lapse()
    assert "attendent une décision" in str(control_policy.can_seal(desk.round, now(), desk.store))
    settle_appeal(desk, "third", restored=False)
    assert control_policy.can_seal(desk.round, now(), desk.store) is None


def test_the_sealing_keeps_what_nobody_decided_and_leaves_no_way_to_a_ballot(controlled: Desk):
    desk = controlled
    desk.set_aside(1)
    desk.quarantine(2, 3)
    lapse()
    places = {desk.place(number) for number in range(5)}
    names = {ballot.public_id for ballot in desk.ballots()}
    desk.vote.reread().do("sceller")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SealedBallot)) == 4
    ballots = desk.ballots()
    assert sorted(each.state for each in ballots) == ["flagged", "quarantined", "quarantined", "set_aside"]
    assert not places & {each.key for each in ballots}
    assert not names & {each.public_id for each in ballots}
    assert {each.code_mac for each in ballots} == {None}
    assert {each.key for each in ballots} <= set(db.session.scalars(sa.select(Signal.key)))
    assert {(each.at.minute, each.at.second) for each in ballots} == {(0, 0)}
    assert not db.session.scalars(sa.select(Letter).where(Letter.template == "confirm_ballot")).all()
    officer, case = desk.officer(), desk.case()
    refused(lambda: actions.quarantine(case, officer, WHY, [4], now=now(), store=desk.store, link=LINK))
    refused(lambda: actions.identify(case, [4], officer, WHY, now=now(), store=desk.store))
    assert policy.can_lift(officer, case) is not None


def test_after_the_sealing_nothing_tells_the_order_of_the_ballots_of_a_case_nor_which_was_whose(
    controlled: Desk, monkeypatch
):
    desk = controlled
    monkeypatch.setattr("participatory.integrity_desk.moving.SystemRandom", Backwards)
    desk.set_aside(1)
    desk.quarantine(2, 3)
    with transaction():
        actions.identify(desk.case(), [2], desk.officer(), WHY, now=now(), store=desk.store)
        by = desk.officer("referent")
        actions.confirm_at_counter(desk.code_of(2), by, now=now(), store=desk.store)
    lapse()
    key = desk.case().key
    desk.vote.reread().do("sceller")
    # The four are there under the same numbers, each of another ballot.
    assert [each.state for each in desk.ballots()] == ["flagged", "confirmed", "quarantined", "set_aside"]
    notes = {note.deed: note for note in notes_of(desk.case())}
    assert notes[Deed.DECIDED].numbers == notes[Deed.PROPOSED].numbers == [4]
    assert [notes[deed].numbers for deed in (Deed.IDENTIFIED, Deed.CONFIRMED)] == [[], []]
    case = desk.case()
    assert case.key != key
    instants = [case.first_at, case.last_at, case.opened_at, notes[Deed.OPENED].at]
    assert {(each.minute, each.second, each.microsecond) for each in instants} == {(0, 0, 0)}
    assert {each.confirmed_at.hour for each in desk.ballots() if each.confirmed_at} == {0}


class Backwards:
    """Lots that turn the order round."""

    def sample(self, given: list[int], _count: int) -> list[int]:
        return [len(given) + 1 - number for number in given]


def test_a_ballot_that_its_voter_confirmed_is_set_aside_on_no_page(controlled: Desk):
    desk = controlled
    desk.quarantine(1)
    code, by = desk.code_of(0), desk.officer("referent")
    desk.propose(1)
    with transaction():
        actions.confirm_at_counter(code, by, now=now(), store=desk.store)
    case = proposal(desk)

    def decide(outcome: Outcome):
        return decide_case(
            desk.round, case.public_id, outcome, by=desk.officer("second"), now=now() + LATER, store=desk.store,
            seen=control_digest(proposal(desk)),
        )  # fmt: skip

    assert "conservé" in refused(lambda: decide(Outcome.SET_ASIDE)).message
    assert desk.status(0) == "cast"
    with transaction():
        decide(Outcome.KEPT)
    assert desk.states()[0] == "confirmed"


def test_whoever_keeps_the_ballot_of_the_case_and_leaves_their_other_one_is_followed(controlled: Desk):
    desk = controlled
    desk.quarantine(1)
    pair_up(desk.vote.reread(), 0, 4)
    desk.propose(1, motive=SetAsideMotive.DUPLICATE_IDENTITY)
    case = proposal(desk)
    with transaction():
        answer_case(
            desk.round, case.public_id, desk.person(0), wish=Wish.LEAVE, words="", now=now(), store=desk.store,
            keep=case.envelope_id,
        )  # fmt: skip
    desk.decide(1)
    assert (desk.status(0), desk.status(4)) == ("cast", "set_aside")
    assert desk.states()[0] == "restored"


def test_the_page_of_the_sealing_tells_how_many_were_asked_and_said_nothing(controlled: Desk):
    desk = controlled
    desk.quarantine(2, 3)
    described = ACTS["sceller"].kind.describe({"round": desk.round.public_id})
    assert ("Confirmations demandées et restées sans réponse : ces bulletins comptent", 2) in described.facts


def test_a_voter_contests_on_the_page_of_their_case(desk: Desk, client):
    desk.control()
    desk.set_aside(1, 2)
    address = f"/mon-compte/bulletin/{proposal(desk).public_id}"
    with transaction():
        db.session.execute(sa.update(SettingAside).values(decided_at=now()))
    sign_in(client, desk.person(1))
    assert client.post(f"{address}/recours", data={"words": WORDS}).status_code == 404
    sign_in(client, desk.person(0))
    assert address in client.get("/mon-compte").text
    assert "Contester cette décision" in client.get(address).text
    short = client.post(f"{address}/recours", data={"words": "non"})
    assert (short.status_code, "non</textarea>" in short.text) == (422, True)
    assert client.post(f"{address}/recours", data={"words": WORDS}).status_code == 303
    assert "bibliothèque" in client.get(address).text
    assert client.post(f"{address}/recours", data={"words": WORDS}).status_code == 422
    assert address not in client.get("/mon-compte").text
    settle_appeal(desk, "third", restored=True)
    assert "Relu avec soin" in client.get(address).text


def test_an_identification_has_a_reason_is_journalled_and_told_to_the_persons(desk_on_each_database: Desk):
    desk = desk_on_each_database
    officer = desk.officer()
    refused(lambda: actions.identify(desk.case(), [1], officer, "voir", now=now(), store=desk.store), Kind.INVALID)
    assert not db.session.scalars(sa.select(PersonalReading)).all()
    with transaction():
        found = actions.identify(desk.case(), [1, 3], officer, WHY, now=now(), store=desk.store)
    assert {number: [each.id for each in people] for number, people in found.items()} == {
        1: [desk.person(0).id],
        3: [desk.person(2).id],
    }
    readings = db.session.scalars(sa.select(PersonalReading)).all()
    assert {each.person_id for each in readings} == {desk.person(0).id, desk.person(2).id}
    assert {each.reason for each in readings} == {WHY}
    verbs = list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position.desc()).limit(3)))
    assert verbs == ["integrity.identified", "person.read", "person.read"]


def test_a_batch_reads_the_roll_once(desk: Desk, count_queries):
    desk.control()
    desk.quarantine(1, 2, 3, 4)
    with count_queries() as sent:
        desk.propose(1)
    one = len(sent.statements)
    with count_queries() as sent:
        desk.propose(2, 3, 4)
    scans = [each for each in sent.statements if "FROM voter JOIN signature" in " ".join(each.split())]
    assert len(scans) == 1
    assert len(sent.statements) < 3 * one


def test_the_journal_of_a_case_names_no_voter_and_no_reason(controlled: Desk):
    desk = controlled
    desk.set_aside(1)
    appeal(desk)
    settle_appeal(desk, "third", restored=True)
    entries = db.session.execute(sa.select(JournalEntry.verb, JournalEntry.payload, JournalEntry.actor)).all()
    ours = [each for each in entries if each.verb.startswith(("integrity.", "set_aside."))]
    assert {each.verb for each in ours} == {
        "integrity.quarantined",
        "set_aside.notified",
        "set_aside.decided",
        "set_aside.appealed",
        "set_aside.appeal_decided",
    }
    said = " ".join(each.payload for each in ours)
    assert WHY not in said
    assert desk.person(0).public_id not in said + " ".join(each.actor for each in ours)
    assert desk.place(0) not in said


def test_a_deed_killed_halfway_leaves_the_case_as_it_was(desk_on_each_database: Desk):
    desk = desk_on_each_database
    with pytest.raises(KeyboardInterrupt), transaction():
        actions.quarantine(desk.case(), desk.officer(), WHY, [1, 2], now=now(), store=desk.store, link=LINK)
        raise KeyboardInterrupt
    db.session.expire_all()
    assert desk.states() == ["flagged"] * 4
    assert not db.session.scalars(sa.select(Letter).where(Letter.template == "confirm_ballot")).all()
    assert db.session.scalar(sa.select(sa.func.count()).where(CaseBallot.code_mac.is_not(None))) == 0


def test_hostile_words_are_kept_as_words(desk: Desk):
    words = "<script>alert(1)</script>\0 '; DROP TABLE person; --"
    with transaction():
        actions.dismiss(desk.case(), desk.officer(), words, now=now(), store=desk.store)
    assert notes_of(desk.case())[-1].words == words.replace("\0", "")
    refused(lambda: actions.reopen(desk.case(), desk.officer(), "x" * 301, now=now()), Kind.INVALID)


def test_the_desk_says_which_ballots_each_officer_may_decide(controlled: Desk):
    desk = controlled
    desk.quarantine(1, 2)
    desk.propose(1)
    ballots, proposals = desk.ballots(), proposals_of(desk.case())
    within = lambda who, moment: [  # noqa: E731
        each.number for each in policy.decidable(ballots, proposals, desk.officer(who), desk.round, moment)
    ]
    assert within("second", now()) == []
    assert within("second", now() + LATER) == [1]
    assert within("first", now() + LATER) == []
    assert [each.number for each in policy.proposable(ballots)] == [2]
    assert {BallotState(each.state) for each in policy.quarantinable(ballots)} == {BallotState.FLAGGED}
