"""A vote in which a few people have voted, and the officers who conduct it; on each database where it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from participatory.control.acts import ACTS, ask
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.secrets import SecretStore
from participatory.deeds import actions as deeds
from participatory.deeds.models import Deed
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.proposals.models import Proposal
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from tests.factories import add_voter, deposit_ballot, make_person, make_proposal, make_round, move_round, observation
from tests.results import making

WHY = "Le service a été arrêté deux jours pendant le vote."


@dataclass
class World:
    """A vote, its projects, the two officers, and those who voted, in order."""

    round: Round
    projects: list[Proposal]
    first: Person
    second: Person
    people: list[Person] = field(default_factory=list)
    voters: list[Voter] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)

    @property
    def store(self) -> SecretStore:
        """The secrets of the application."""
        return current_app.extensions["secrets"]

    def vote(self, count: int = 1, site_slug: str = "toulouse") -> None:
        """Have more people enter the roll and vote."""
        for _each in range(count):
            person = make_person()
            self.people.append(person)
            self.voters.append(add_voter(self.round, person, site_slug))
            chosen = [self.projects[0].public_id]
            self.receipts.append(deposit_ballot(self.round, person, chosen, observation=observation()))

    def propose(self, word: str, by: Person | None = None, reason: str = "") -> Deed:
        """Have somebody, the first officer if nobody is said, propose a step."""
        with transaction():
            return ask(ACTS[word], self.round, by or self.first, now(), link="/gestion/actes", reason=reason)

    def confirm(self, word: str, deed: Deed, by: Person | None = None) -> None:
        """Have somebody, the second officer if nobody is said, confirm what was proposed."""
        with transaction():
            kind = ACTS[word].kind
            deeds.confirm(deed.public_id, kind, by or self.second, now(), seen=kind.describe(deed.payload).digest())

    def reread(self) -> World:
        """The same after the session was given back."""
        self.round = db.session.get(Round, sa.inspect(self.round).identity)
        self.first, self.second = (
            db.session.get(Person, sa.inspect(each).identity) for each in (self.first, self.second)
        )
        return self

    def do(self, *words: str) -> None:
        """Do steps, one after the other, as the two officers."""
        for word in words:
            self.confirm(word, self.propose(word, reason=WHY))


def make_world(round_: Round | None = None) -> World:
    """A vote that is open, three people who have voted, two officers."""
    round_ = round_ or make_round(Phase.VOTING)
    made = World(
        round_,
        [make_proposal(round_), make_proposal(round_)],
        make_person(roles=(Role.OFFICER,), name="Ada Première"),
        make_person(roles=(Role.OFFICER,), name="Zoé Seconde"),
    )
    made.vote(3)
    return made


@pytest.fixture
def open_vote(app: Flask) -> World:
    """The vote while it is open."""
    return make_world()


@pytest.fixture
def over(open_vote: World) -> World:
    """The same once its time is over, not closed yet."""
    move_round(open_vote.round, Phase.CONTROL)
    return open_vote


@pytest.fixture
def over_on_each_database(app_on_each_database: Flask) -> World:
    """The same on SQLite and on PostgreSQL."""
    made = make_world()
    move_round(made.round, Phase.CONTROL)
    return made


@pytest.fixture
def published_world(app: Flask) -> making.World:
    """A small round counted and published."""
    return making.bring_out(making.count(making.voted_round()))
