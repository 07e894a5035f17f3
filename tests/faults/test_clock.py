"""A clock that jumps, and the two nights on which everybody's does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import current_app

from participatory.ballots.models import Envelope, Signature
from participatory.control.actions import close_vote
from participatory.control.reconciling import reconcile
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from tests.ballots.conftest import build, deposit
from tests.factories import add_voter, make_person
from tests.results.making import OFFICERS

HOUR = timedelta(hours=1)


def urn():
    return db.session.scalars(sa.select(Envelope.receipt)).all()


def hold_to_account(world, receipts):
    """One signature for each envelope, the receipts given last, the journal whole in its own order."""
    assert sorted(urn()) == sorted(receipts)
    figures = reconcile(world.round, current_app.extensions["secrets"])
    assert figures.agrees
    assert figures.signatures == len(receipts)
    assert list(faults()) == []


def test_the_last_ballot_counts_whatever_the_clock_said(app_on_each_database):
    world = build()
    start, receipt = now(), ""
    for jump in (HOUR, -HOUR, 2 * HOUR, -HOUR, timedelta(0)):
        with time_machine.travel(start + jump, tick=False):
            receipt = deposit(world, world.ids[:1])
    hold_to_account(world, [receipt])
    assert db.session.scalars(sa.select(Envelope.version)).all() == [5]


def test_a_clock_that_goes_back_over_the_closing_takes_nothing_away_and_opens_nothing(app_on_each_database):
    world, late = build(), make_person()
    add_voter(world.round, late)
    end = world.round.control_at
    with time_machine.travel(end - HOUR / 2, tick=False):
        first = deposit(world, world.ids[:1])
    with time_machine.travel(end + HOUR / 2, tick=False):
        with pytest.raises(Refusal):
            deposit(world, world.ids[1:2])
        with transaction():
            close_vote(world.round, OFFICERS, now())
    # The hour before the closing comes a second time: the vote was closed, and stays so.
    with time_machine.travel(end - HOUR / 2, tick=False), pytest.raises(Refusal, match="clos"):
        deposit(world, world.ids[:1], person=late)
    hold_to_account(world, [first])


def test_a_clock_that_was_an_hour_fast_closes_nothing_by_itself(app_on_each_database):
    world = build()
    end = world.round.control_at
    with time_machine.travel(end + HOUR / 2, tick=False), pytest.raises(Refusal):
        deposit(world, world.ids[:1])
    with time_machine.travel(end - HOUR / 2, tick=False):
        receipt = deposit(world, world.ids[:1])
    hold_to_account(world, [receipt])


# (opening, closing, the instants of the votes with the day signed): 02:30 comes twice in October, and never in March.
NIGHTS = {
    "October": (
        datetime(2026, 10, 20, 8, tzinfo=UTC),
        datetime(2026, 10, 26, 0, tzinfo=UTC),
        [
            (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), date(2026, 10, 24)),
            (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
            (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
            (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
            (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
            (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        ],
    ),
    "March": (
        datetime(2027, 3, 20, 8, tzinfo=UTC),
        datetime(2027, 3, 29, 0, tzinfo=UTC),
        [
            (datetime(2027, 3, 27, 22, 59, tzinfo=UTC), date(2027, 3, 27)),
            (datetime(2027, 3, 27, 23, 0, tzinfo=UTC), date(2027, 3, 28)),
            (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), date(2027, 3, 28)),
            (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), date(2027, 3, 28)),
            (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), date(2027, 3, 28)),
            (datetime(2027, 3, 28, 22, 0, tzinfo=UTC), date(2027, 3, 29)),
        ],
    ),
}


def set_dates(world, opening: datetime, closing: datetime) -> None:
    round_ = world.round
    shift, after = opening - round_.voting_at, closing - round_.control_at
    with transaction():
        for name in ("announcement_at", "submission_at", "review_at", "voting_at"):
            setattr(round_, name, getattr(round_, name) + shift)
        for name in ("control_at", "results_at", "delivery_at"):
            setattr(round_, name, getattr(round_, name) + after)


@pytest.mark.parametrize("night", NIGHTS)
def test_the_night_the_clocks_change_everybody_signs_the_day_of_paris(app_on_each_database, night):
    world = build()
    opening, closing, votes = NIGHTS[night]
    set_dates(world, opening, closing)
    people = [make_person() for _ in votes]
    voters = [add_voter(world.round, person) for person in people]
    receipts = []
    for (instant, _day), person in zip(votes, people, strict=True):
        with time_machine.travel(instant, tick=False):
            receipts.append(deposit(world, world.ids[:1], person=person))
    signed = dict(db.session.execute(sa.select(Signature.voter_id, Signature.day)).all())
    assert [signed[voter.id] for voter in voters] == [day for _instant, day in votes]
    kept = db.session.scalars(
        sa.select(JournalEntry.at).where(JournalEntry.verb == "ballot.cast").order_by(JournalEntry.position)
    ).all()
    assert [moment.date() for moment in kept] == [day for _instant, day in votes]
    hold_to_account(world, receipts)


def test_a_closing_at_the_hour_that_comes_twice_is_at_one_instant(app_on_each_database):
    world = build()
    # 02:30 in Paris by the clocks of winter, an hour after 02:30 by those of summer.
    closing = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    set_dates(world, closing - timedelta(days=5), closing)
    with time_machine.travel(closing - HOUR, tick=False):
        deposit(world, world.ids[:1])
    with time_machine.travel(closing - timedelta(microseconds=1), tick=False):
        receipt = deposit(world, world.ids[1:2])
    with time_machine.travel(closing, tick=False), pytest.raises(Refusal):
        deposit(world, world.ids[:1])
    hold_to_account(world, [receipt])
