"""Looking at how supports were given: what looks alike is told to people, and a machine changes nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.integrity.rules import Family, Parameters
from participatory.outbox.models import Letter
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rolls.holdings import forget_voters
from participatory.rolls.models import Voter
from participatory.rounds.rules import Phase
from participatory.supports import words
from participatory.supports.jobs import events_of, look
from participatory.supports.looking import Finding, find, keep
from participatory.supports.models import Support, SupportLeftOut
from participatory.supports.queries import count_of, reading_of, to_look_at
from participatory.supports.rules import SEEN, Count
from tests.factories import make_person, make_proposal, move_round
from tests.supports.making import crowd, project, student, support, take_back

ALIKE = frozenset({Family.DEVICE, Family.RHYTHM})


def flag(proposal: Proposal, number: int, families: frozenset[Family] = ALIKE) -> None:
    """Have the last look say that the first supports of a project look alike."""
    keys = db.session.scalars(
        sa.select(Support.key).where(Support.proposal_id == proposal.id).order_by(Support.id).limit(number)
    ).all()
    with transaction():
        keep(proposal.round, Finding(dict.fromkeys(keys, families)), now())


def flagged(proposal: Proposal) -> int:
    marked = sa.select(sa.func.count()).where(Support.proposal_id == proposal.id, Support.flagged)
    return db.session.scalar(marked)


def test_a_crowd_on_one_device_is_told_and_stays_counted(app):
    proposal = project()
    crowd(proposal, 40)
    crowd(proposal, 30, device="le-meme", network="maison", every=20.0)
    assert look() >= 25
    assert count_of(proposal, now()) == Count(70, 0)
    reading = reading_of(proposal)
    assert reading.flagged == flagged(proposal)
    assert "device" in reading.family_codes
    assert "un même appareil" in words.said_alike(reading, count_of(proposal, now()))
    assert db.session.scalars(sa.select(SupportLeftOut)).all() == []
    assert db.session.scalars(sa.select(Letter)).all() == []


def test_honest_supports_are_not_told(app):
    proposal = project()
    crowd(proposal, 60)
    assert look() == 0
    assert reading_of(proposal).flagged == 0
    assert words.said_alike(reading_of(proposal), count_of(proposal, now())) == ""


def test_somebody_who_supports_many_projects_in_a_row_is_not_told(app):
    first = project()
    others = [make_proposal(first.round, state=State.ADMITTED, author=make_person()) for _each in range(11)]
    crowd(first, 30)
    person = student(first.round)
    for each in (first, *others):
        support(each, person)
    assert len(events_of(first.round)) == 42
    assert look() == 0


def test_nothing_at_all_is_looked_at_without_a_fault(app):
    project()
    assert look() == 0
    assert find([], Parameters()) == Finding({})


def test_a_look_says_in_words_what_was_seen_the_most_frequent_first(app):
    proposal = project()
    crowd(proposal, 6)
    flag(proposal, 3)
    said = words.said_alike(reading_of(proposal), count_of(proposal, now()))
    seen = "un même appareil, une cadence trop régulière"
    assert said == f"3 soutiens sur 6 se ressemblent ({seen}) : à regarder, rien n’est retiré."


def test_what_is_no_longer_alike_is_no_longer_told(app):
    proposal = project()
    crowd(proposal, 4)
    flag(proposal, 3)
    assert (flagged(proposal), len(to_look_at(now()))) == (3, 1)
    flag(proposal, 0)
    assert (flagged(proposal), to_look_at(now())) == (0, [])


def test_the_signal_of_a_support_that_was_taken_back_meanwhile_weighs_on_nobody(app):
    proposal = project()
    person = student(proposal.round)
    key = support(proposal, person).key
    take_back(proposal, person)
    with transaction():
        assert keep(proposal.round, Finding({key: ALIKE}), now()) == 0
    assert events_of(proposal.round) == []


def test_every_family_has_its_words():
    assert set(SEEN) == set(Family)


def test_numbers_are_settled_at_the_opening_of_the_vote_and_outlive_the_roll(app):
    proposal = project(state=State.FEASIBLE)
    crowd(proposal, 5)
    look()
    move_round(proposal.round, Phase.VOTING)
    look()
    assert reading_of(proposal).settled
    with transaction():
        forget_voters(list(db.session.scalars(sa.select(Voter.id))))
    assert db.session.scalar(sa.select(sa.func.count(Support.id))) == 0
    look()
    assert count_of(proposal, now()) == Count(5, 0)


def test_a_round_that_goes_back_before_its_vote_counts_again(app):
    proposal = project(state=State.FEASIBLE)
    crowd(proposal, 5)
    move_round(proposal.round, Phase.VOTING)
    look()
    move_round(proposal.round, Phase.REVIEW)
    support(proposal, student(proposal.round))
    assert count_of(proposal, now()) == Count(6, 0)
    look()
    assert not reading_of(proposal).settled


@pytest.mark.parametrize("size", [2, 12])
def test_a_look_asks_as_many_questions_whatever_the_number_of_projects(app, count_queries, size):
    first = project()
    for each in (first, *(make_proposal(first.round, state=State.ADMITTED) for _each in range(size))):
        crowd(each, 2)
    look()
    with count_queries() as found:
        to_look_at(now())
    assert len(found.statements) <= 3
    with count_queries() as found:
        look()
    assert len([each for each in found.statements if each.startswith("SELECT")]) <= 12
