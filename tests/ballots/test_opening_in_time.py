"""The vote opens at its hour by itself: the worker freezes what it runs on, once, as soon as the key is there."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
import time_machine

from participatory.ballots.jobs import open_due_votes
from participatory.ballots.models import VoteOpening
from participatory.ballots.opening import opening_of
from participatory.ceremony.models import ElectionKey
from participatory.core.database import db, transaction
from participatory.journal.models import JournalEntry
from participatory.rounds.rules import Phase
from tests.factories import make_proposal, make_round


def test_the_vote_opens_at_its_hour_without_waiting_for_a_voter(app):
    round_ = make_round(Phase.REVIEW)
    make_proposal(round_)
    with time_machine.travel(round_.voting_at - timedelta(seconds=1), tick=False):
        assert open_due_votes() == 0
    with time_machine.travel(round_.voting_at, tick=False):
        assert open_due_votes() == 1
        assert open_due_votes() == 0
        assert opening_of(round_).opened_at == round_.voting_at
    verbs = list(db.session.scalars(sa.select(JournalEntry.verb)))
    assert verbs == ["vote.opened"]


def test_a_vote_without_key_waits_and_opens_once_the_key_is_there(app):
    round_ = make_round(Phase.VOTING)
    with transaction():
        db.session.execute(sa.delete(ElectionKey).where(ElectionKey.round_id == round_.id))
    assert open_due_votes() == 0
    with transaction():
        db.session.add(
            ElectionKey(
                round_id=round_.id, public_key="09" + "00" * 31, fingerprint="00" * 32, trustees=3, threshold=2,
                created_by="system", created_at=round_.voting_at,
            )
        )  # fmt: skip
    assert open_due_votes() == 1


def test_votes_to_come_and_votes_that_are_over_are_left_alone(app):
    for phase in (Phase.REVIEW, Phase.CONTROL, Phase.RESULTS):
        make_round(phase)
    assert open_due_votes() == 0
    assert db.session.scalars(sa.select(VoteOpening)).all() == []


def test_the_worker_looks_every_minute(app):
    make_round(Phase.VOTING)
    tasks = app.extensions["jobs"].huey._registry._periodic_tasks
    task = next(each for each in tasks if each.__name__ == "open_due_votes")
    task().execute()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(VoteOpening)) == 1
