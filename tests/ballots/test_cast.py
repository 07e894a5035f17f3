"""The deed of voting: who, when, what; once, whole, and without a trace of the choices."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import current_app

from participatory.ballots import actions
from participatory.ballots.models import Envelope, Signature, UrnState, VoteStep
from participatory.ballots.queries import Place, located, prices_on_ballot
from participatory.control.actions import close_vote
from participatory.core.clock import now, paris
from participatory.core.database import Base, db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.proposals.queries import on_ballot
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST, BallotKind
from participatory.rounds.rules import Phase
from tests.ballots.conftest import LETTER, World, build, deposit, document_of, envelope, opened
from tests.factories import add_voter, make_person, make_proposal, make_round, move_round
from tests.results.making import OFFICERS


def ballots():
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Envelope)))


def signatures():
    return list(db.session.scalars(sa.select(Signature)))


def refusal_of(*arguments, **values) -> Refusal:
    with pytest.raises(Refusal) as caught:
        deposit(*arguments, **values)
    assert ballots() == []
    assert signatures() == []
    return caught.value


def test_a_ballot_and_a_signature_appear_together_and_apart(world):
    receipt = deposit(world, world.ids[:2])
    (ballot,), (signature,) = ballots(), signatures()
    assert ballot.receipt == receipt
    assert located(receipt) == (Place.IN_URN, world.round)
    assert (signature.round_id, signature.voter_id) == (world.round.id, world.voter.id)
    voted_at = db.session.scalars(sa.select(JournalEntry.at).where(JournalEntry.verb == "ballot.cast")).one()
    assert signature.day == paris(voted_at).date()
    assert opened(world, ballot.ciphertext) == {"main": tuple((each, 1) for each in sorted(world.ids[:2]))}
    assert list(faults()) == []


def test_voting_again_replaces_the_ballot_and_keeps_one_signature(world):
    first = deposit(world, world.ids[:1])
    before = ballots()[0].id
    second = deposit(world, world.ids[1:3])
    (ballot,) = ballots()
    assert ballot.version == 2
    assert ballot.id != before
    assert len(signatures()) == 1
    assert located(first) == (Place.UNKNOWN, None)
    assert located(second) == (Place.IN_URN, world.round)


def test_two_equal_ballots_of_two_people_share_nothing_that_shows(world):
    other = make_person()
    add_voter(world.round, other)
    assert deposit(world, world.ids[:1]) != deposit(world, world.ids[:1], person=other)
    assert len({ballot.slot for ballot in ballots()}) == 2


def test_somebody_who_is_not_on_the_roll_is_refused(world):
    refusal = refusal_of(world, world.ids[:1], person=make_person())
    assert refusal.kind is Kind.FORBIDDEN


@pytest.mark.parametrize("role", list(Role))
def test_no_role_votes_without_being_on_the_roll(world, role):
    assert refusal_of(world, world.ids[:1], person=make_person(roles=(role,))).kind is Kind.FORBIDDEN


@pytest.mark.parametrize("role", list(Role))
def test_a_role_takes_no_vote_away_from_somebody_on_the_roll(world, role):
    person = make_person(roles=(role,))
    add_voter(world.round, person)
    assert deposit(world, world.ids[:1], person=person)


def test_the_roll_of_another_round_gives_no_vote(world):
    person = make_person()
    add_voter(make_round(), person)
    assert refusal_of(world, world.ids[:1], person=person).kind is Kind.FORBIDDEN


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.VOTING])
def test_no_ballot_enters_outside_the_vote(world, phase):
    move_round(world.round, phase)
    assert refusal_of(world, world.ids[:1]).kind is Kind.CONFLICT


@pytest.mark.parametrize("phase", [Phase.REVIEW, Phase.CONTROL])
@pytest.mark.parametrize("role", list(Role))
def test_nobody_outranks_the_phase(world, phase, role):
    person = make_person(roles=(role,))
    add_voter(world.round, person)
    move_round(world.round, phase)
    assert refusal_of(world, world.ids[:1], person=person).kind is Kind.CONFLICT


def test_the_vote_opens_and_closes_at_the_exact_instant(world):
    tick = timedelta(microseconds=1)
    opens, closes = world.round.voting_at, world.round.control_at
    refusal_of(world, world.ids[:1], moment=opens - tick)
    refusal_of(world, world.ids[:1], moment=closes)
    assert deposit(world, world.ids[:1], moment=opens)
    assert deposit(world, world.ids[:1], moment=closes - tick)


def test_a_ballot_that_waited_past_the_closing_does_not_enter(world):
    envelope(world)
    late = world.round.control_at - timedelta(seconds=1)
    with transaction():
        close_vote(world.round, OFFICERS, world.round.control_at)
    refusal_of(world, world.ids[:1], moment=late)


def test_hostile_choices_are_refused(world):
    foreign = make_proposal(make_round())
    draft = make_proposal(world.round, state=State.ADMITTED)
    withdrawn = make_proposal(world.round, state=State.WITHDRAWN, title="Le verger")
    for chosen in ([], ["inconnu"], [foreign.public_id], [draft.public_id], world.ids, [world.ids[0]] * 2, ["'; --"]):
        assert refusal_of(world, chosen).kind is Kind.INVALID
    assert "Le verger" in str(refusal_of(world, [withdrawn.public_id]))
    assert foreign.title not in str(refusal_of(world, [foreign.public_id]))


def test_a_knapsack_over_its_envelope_is_refused(knapsack):
    assert "dépasse" in str(refusal_of(knapsack, [knapsack.ids[2], knapsack.ids[3]]))
    assert deposit(knapsack, knapsack.ids[:3])


def test_the_prices_of_the_count_are_those_of_the_list_on_the_ballot(world):
    make_proposal(world.round, state=State.UNFEASIBLE)
    make_proposal(make_round())
    assert prices_on_ballot(world.round, MAIN_CONTEST) == {
        each.public_id: each.cost_cents for each in on_ballot(world.round)
    }


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space in the key", "<script>alert(1)</script>"])
def test_a_key_that_we_did_not_make_is_refused(world, key):
    sealed = envelope(world)
    with pytest.raises(Refusal), transaction():
        actions.cast(world.round, world.person, sealed, key=key, now=now(), store=store())


def store():
    return current_app.extensions["secrets"]


def test_the_same_key_sent_twice_casts_once(world):
    first = deposit(world, world.ids[:1], key="the-same-key-twice")
    assert deposit(world, world.ids[1:2], key="the-same-key-twice") == first
    assert ballots()[0].version == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 1


def test_the_key_of_somebody_else_gives_nothing_away(world):
    other = make_person()
    add_voter(world.round, other)
    receipt = deposit(world, world.ids[:1], key="the-key-of-another")
    with pytest.raises(Refusal) as caught:
        deposit(world, world.ids[:1], key="the-key-of-another", person=other)
    assert receipt not in str(caught.value)
    assert len(ballots()) == 1


def in_threads(app, jobs):
    """Run the jobs at the same moment, each with a session of its own; gives results or refusals."""
    barrier = Barrier(len(jobs))

    def run(job):
        with app.app_context():
            try:
                barrier.wait(10)
                return job()
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def as_plain(world):
    """A world that threads may share: rows are read again by each."""
    round_id, person_id = world.round.id, world.person.id
    return lambda: World(db.session.get(Round, round_id), [], db.session.get(Person, person_id), None)


def test_a_page_sent_again_late_does_not_bring_back_a_replaced_ballot(world):
    deposit(world, world.ids[:1], key="the-first-of-two-keys")
    latest = deposit(world, world.ids[1:2], key="the-second-of-two-keys")
    with pytest.raises(Refusal, match="remplacé"):
        deposit(world, world.ids[:1], key="the-first-of-two-keys")
    assert [ballot.receipt for ballot in ballots()] == [latest]


def test_twenty_requests_with_one_key_give_one_receipt(app_on_each_database):
    world = build()
    ids, fresh = world.ids, as_plain(world)
    db.session.remove()
    found = in_threads(app_on_each_database, [lambda: deposit(fresh(), ids[:2], key="one-key-for-twenty")] * 20)
    assert len(set(found)) == 1
    assert isinstance(found[0], str)
    assert [(ballot.version, ballot.receipt) for ballot in ballots()] == [(1, found[0])]
    assert len(signatures()) == 1


def test_twenty_changes_at_once_leave_one_ballot_and_one_signature(app_on_each_database):
    world = build()
    ids, fresh = world.ids, as_plain(world)
    db.session.remove()
    jobs = [
        lambda number=number: deposit(fresh(), [ids[number % 4]], key=f"a-key-of-its-own-{number}")
        for number in range(20)
    ]
    found = in_threads(app_on_each_database, jobs)
    (ballot,) = ballots()
    assert len(set(found)) == 20
    assert ballot.receipt in found
    assert ballot.version == 20
    assert len(signatures()) == 1
    assert list(faults()) == []


def test_closing_while_people_vote_counts_every_ballot_that_was_acknowledged(app_on_each_database):
    world = build()
    envelope(world)
    people = [make_person() for _ in range(8)]
    for person in people:
        add_voter(world.round, person)
    round_id, ids, moment, end = world.round.id, world.ids, world.round.voting_at, world.round.control_at
    emails = [person.id for person in people]
    fresh = as_plain(world)
    db.session.remove()

    def vote(person_id):
        world = fresh()
        return deposit(world, ids[:1], person=db.session.get(Person, person_id), moment=moment)

    def close():
        with transaction():
            close_vote(db.session.get(Round, round_id), OFFICERS, end)
        return "closed"

    found = in_threads(app_on_each_database, [*(lambda each=each: vote(each) for each in emails), close])
    acknowledged = {each for each in found if isinstance(each, str) and each != "closed"}
    assert found[-1] == "closed"
    assert {ballot.receipt for ballot in ballots()} == acknowledged
    closing = db.session.get(VoteStep, (round_id, UrnState.CLOSED.value))
    assert closing.figures["ballots"] == closing.figures["signatures"] == len(acknowledged)


def test_a_fault_in_the_middle_leaves_neither_signature_nor_ballot(world):
    class FaultError(Exception):
        pass

    sealed = envelope(world)
    with pytest.raises(FaultError), transaction():
        actions.cast(world.round, world.person, sealed, key="key-before-the-fault", now=now(), store=store(), **LETTER)
        raise FaultError
    assert ballots() == []
    assert signatures() == []
    assert db.session.scalars(sa.select(Letter)).all() == []


def test_no_table_but_the_urn_holds_a_choice(world):
    receipt = deposit(world, world.ids[:2])
    # The list of projects is frozen at the opening; what is chosen of it is in no table.
    allowed = {"proposal", "vote_opening"}
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            text = json.dumps({key: str(value) for key, value in row.items()}, ensure_ascii=False)
            if table.name not in allowed:
                assert not any(each in text for each in world.ids), table.name
            if table.name not in {"envelope", "journal_entry", "outbox_letter"}:
                assert receipt not in text, table.name


def test_no_row_joins_a_voter_to_a_ballot(world):
    deposit(world, world.ids[:1])
    ballot = {str(value) for value in db.session.execute(sa.select(Envelope.__table__)).one()}
    assert world.voter.pseudonym not in ballot
    assert world.person.public_id not in ballot
    entry = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "ballot.cast")).one()
    assert entry.actor == "system"
    assert world.person.public_id not in entry.payload
    assert set(json.loads(entry.payload)) == {"round", "receipt"}


def test_the_roll_keeps_the_day_and_nothing_finer(world):
    deposit(world, world.ids[:1])
    columns = {column.name: column.type for column in Signature.__table__.columns}
    assert set(columns) == {"round_id", "voter_id", "day", "batch"}
    assert isinstance(columns["day"], sa.Date)
    assert not isinstance(columns["day"], sa.DateTime)


def test_sqlite_numbers_no_rows_of_the_roll_and_the_urn(world):
    deposit(world, world.ids[:1])
    for table in ("envelope", "signature", "ballot_spent_key", "challenge"):
        with pytest.raises(sa.exc.OperationalError):
            db.session.execute(sa.text(f"SELECT rowid FROM {table}"))  # noqa: S608


def test_a_ballot_of_the_night_is_signed_on_the_day_of_paris(world):
    late = world.round.voting_at.replace(hour=22, minute=30) + timedelta(days=1)
    deposit(world, world.ids[:1], moment=late)
    assert signatures()[0].day == paris(late).date()


def test_knapsack_and_approval_say_their_kind_in_the_document(knapsack):
    deposit(knapsack, knapsack.ids[:1])
    assert document_of(knapsack, ballots()[0].ciphertext).kind == BallotKind.KNAPSACK.value
