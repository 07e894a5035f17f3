"""A pass of the detection opens cases, grows and closes them, and leaves alone whatever a person has touched."""

from __future__ import annotations

import threading

import sqlalchemy as sa
from flask import current_app

from participatory.ballots.actions import withdraw
from participatory.ballots.models import Envelope, EnvelopeStatus
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.integrity.models import Signal
from participatory.integrity_desk import actions, jobs, passing
from participatory.integrity_desk.models import AssessmentPass, CaseBallot, CaseNote, SuspectCase
from participatory.integrity_desk.queries import figures_of, notes_of
from participatory.integrity_desk.rules import BallotState, CaseState, Deed
from participatory.rounds.models import Round
from tests.factories import deposit_ballot
from tests.integrity_desk.conftest import WHY, Desk


def test_a_pass_opens_a_case_with_its_ballots_in_the_order_of_time(desk: Desk):
    case, ballots = desk.case(), desk.ballots()
    assert (case.state, case.size, case.weight, case.sites) == (CaseState.NEW, 4, 26.0, ["toulouse"])
    assert [ballot.number for ballot in ballots] == [1, 2, 3, 4]
    assert [ballot.key for ballot in ballots] == [desk.place(number) for number in range(4)]
    assert ballots[0].families == {"device": 4.0, "speed": 2.5}
    assert case.first_at == ballots[0].at
    assert case.last_at == ballots[3].at
    assert case.seen[0]["values"] == {"count": 4}
    assert [note.deed for note in notes_of(case)] == [Deed.OPENED]


def test_the_same_pass_again_changes_nothing_but_its_own_row(desk: Desk):
    before = [(each.id, each.number, each.state) for each in desk.ballots()]
    desk.assess((0, 1, 2, 3))
    assert [(each.id, each.number, each.state) for each in desk.ballots()] == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CaseNote)) == 1
    assert list(db.session.scalars(sa.select(AssessmentPass.number))) == [1, 2]


def test_a_case_grows_under_whatever_name_detection_gives_it(desk: Desk):
    desk.assess((0, 1, 2, 3, 4), names=("another",))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SuspectCase)) == 1
    assert [each.number for each in desk.ballots()] == [1, 2, 3, 4, 5]
    assert notes_of(desk.case())[-1].numbers == [5]


def test_a_case_that_detection_splits_keeps_its_ballots(desk: Desk):
    desk.assess((0, 1, 2), (3, 4), names=("a", "b"))
    assert [each.number for each in desk.ballots("a")] == [1, 2, 3, 4]
    other = db.session.scalars(sa.select(SuspectCase).where(SuspectCase.key != "a")).one()
    assert other.size == 1


def test_a_new_case_of_which_nothing_is_flagged_any_more_closes_itself(desk: Desk):
    desk.assess()
    assert (desk.case().state, desk.case().size, desk.ballots()) == (CaseState.CLOSED, 0, [])
    assert notes_of(desk.case())[-1].deed == Deed.CLOSED
    desk.assess((0, 1))
    assert (desk.case().state, desk.case().size) == (CaseState.NEW, 2)


def test_what_people_touched_stays_when_detection_changes_its_mind(desk: Desk):
    desk.quarantine(1, 2)
    score = desk.ballots()[0].score
    desk.assess()
    assert [(each.number, each.state) for each in desk.ballots()] == [(1, "quarantined"), (2, "quarantined")]
    assert desk.ballots()[0].score == score
    assert desk.case().state == CaseState.QUARANTINED


def test_a_dismissed_case_stays_so_until_it_has_grown_by_half(desk: Desk):
    with transaction():
        actions.dismiss(desk.case(), desk.officer(), WHY, now=now(), store=desk.store)
    desk.assess()
    assert (desk.case().state, desk.case().size) == (CaseState.DISMISSED, 4)
    desk.assess((0, 1, 2, 3, 4))
    assert desk.case().state == CaseState.DISMISSED
    desk.more(3)
    desk.signal(5, 6, 7)
    desk.assess(tuple(range(8)))
    assert (desk.case().state, desk.case().size) == (CaseState.NEW, 8)


def test_a_case_that_was_closed_opens_again_when_more_ballots_join_it(desk: Desk):
    desk.quarantine(1, 2, 3, 4)
    with transaction():
        actions.lift(desk.case(), desk.officer(), WHY, [1, 2, 3, 4], now=now(), store=desk.store)
    assert desk.case().state == CaseState.CLOSED
    desk.assess((0, 1, 2, 3, 4))
    assert desk.case().state == CaseState.NEW
    assert desk.states() == ["cleared"] * 4 + ["flagged"]


def test_two_workers_at_once_make_one_pass(desk_on_each_database: Desk):
    desk, found = desk_on_each_database, desk_on_each_database.found((0, 1, 2, 3, 4))
    looked = [passing.look(desk.round, desk.store, now(), using=lambda *_given: found) for _worker in range(2)]
    db.session.remove()
    done, start = [], threading.Barrier(2)
    app, number = current_app._get_current_object(), sa.inspect(desk.vote.round).identity[0]

    def work(seen) -> None:
        with app.app_context():
            start.wait()
            with transaction():
                written = actions.assess_round(db.session.get(Round, number), desk.store, now(), looked=seen)
                done.append(written is not None)
            db.session.remove()

    workers = [threading.Thread(target=work, args=(seen,)) for seen in looked]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == [False, True]
    assert [each.number for each in desk.ballots()] == [1, 2, 3, 4, 5]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AssessmentPass)) == 2


def test_a_pass_that_is_killed_halfway_leaves_nothing(desk_on_each_database: Desk):
    desk, found = desk_on_each_database, desk_on_each_database.found((0, 1, 2, 3, 4))
    try:
        with transaction():
            actions.assess_round(desk.round, desk.store, now(), using=lambda *_given: found)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert len(desk.ballots()) == 4
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AssessmentPass)) == 1


def test_no_pass_touches_an_envelope(desk: Desk):
    assert set(db.session.scalars(sa.select(Envelope.status))) == {EnvelopeStatus.CAST}
    assert figures_of(desk.round).flagged == 4


def test_a_pass_looks_at_nothing_once_the_key_is_destroyed(desk: Desk):
    found = desk.found((0, 1, 2, 3, 4))
    desk.store.destroy("link", desk.round.public_id)
    with transaction():
        assert actions.assess_round(desk.round, desk.store, now(), using=lambda *_given: found) is None
    assert len(desk.ballots()) == 4


def test_a_ballot_taken_back_is_cleared_and_asked_about_again_when_its_voter_comes_back(desk_on_each_database: Desk):
    desk = desk_on_each_database
    desk.quarantine(1, 2)
    place, person = desk.place(0), desk.person(0)
    words = {"round": "", "closes": "", "link": "/"}
    with transaction():
        withdraw(desk.round, person, now(), desk.store, **words)
    assert db.session.scalar(sa.select(Signal.id).where(Signal.key == place)) is None
    desk.assess((1, 2, 3))
    assert desk.ballots()[0].state == BallotState.CLEARED
    assert notes_of(desk.case())[-1].deed == Deed.LEFT
    deposit_ballot(desk.round, db.session.get(Person, person.id), [desk.vote.reread().projects[0].public_id])
    desk.assess((1, 2, 3))
    assert desk.ballots()[0].state == BallotState.QUARANTINED


def test_a_changed_vote_stays_in_its_case_as_it_was(desk: Desk):
    desk.quarantine(1)
    deposit_ballot(desk.round, desk.person(0), [desk.vote.reread().projects[1].public_id])
    desk.assess((0, 1, 2, 3))
    assert desk.states() == ["quarantined", "flagged", "flagged", "flagged"]


def test_the_job_looks_when_something_came_and_once_more_after_the_closing(desk: Desk, monkeypatch):
    found = desk.found((0, 1, 2, 3))
    monkeypatch.setattr(passing, "assess", lambda *_given: found)
    monkeypatch.setattr(passing.look, "__kwdefaults__", {"full": False, "using": lambda *_given: found})
    db.session.remove()
    assert jobs.assess_what_came() == 0
    desk.more(1)
    desk.signal(5)
    assert jobs.assess_what_came() == 1
    desk.control()
    assert jobs.assess_what_came() == 1
    assert jobs.assess_what_came() == 0
    assert db.session.scalars(sa.select(AssessmentPass.full).order_by(AssessmentPass.id.desc())).first() is True


def test_ranks_are_those_of_the_list_and_of_nobody_who_enrolled_by_signing_in(desk: Desk):
    ranks = passing._ranks(desk.round, desk.store)
    assert [ranks[desk.place(number)] for number in range(5)] == [1, 2, 3, 4, 5]
    with transaction():
        db.session.execute(sa.text("UPDATE voter SET source = 'cas' WHERE id = :id"), {"id": desk.vote.voters[0].id})
    ranks = passing._ranks(desk.round, desk.store)
    assert desk.place(0) not in ranks
    assert ranks[desk.place(1)] == 1


def test_ballots_of_a_case_are_unique_in_the_round(desk: Desk):
    assert len(set(db.session.scalars(sa.select(CaseBallot.key)))) == 4


def test_a_pass_that_was_looking_while_the_urn_was_sealed_writes_nothing(controlled: Desk, monkeypatch):
    desk = controlled
    found = desk.found((0, 1, 2, 4))
    looked = passing.Looked(9, now(), 5, found, 0.1, "", full=True)
    key = desk.store.get("link", desk.round.public_id)
    desk.vote.reread().do("sceller")
    # The transaction of the sealing is done, and the process has not come to destroy the key yet.
    monkeypatch.setattr(type(desk.store), "find", lambda *_asked: key)
    with transaction():
        assert passing.assess_round(desk.round, desk.store, now(), looked=looked) is None
    assert not set(db.session.scalars(sa.select(CaseBallot.key))) & {flag.event_id for flag in found.flagged}
    assert db.session.scalar(sa.select(sa.func.max(AssessmentPass.number))) < 9
