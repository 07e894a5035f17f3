"""A round whose vote is open, its projects, and somebody on the roll."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from participatory.ballots.actions import seal_choices
from participatory.ballots.choosing import as_choices
from participatory.ballots.opening import open_vote
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST, BallotKind
from participatory.urn.document import BallotDocument, from_bytes
from participatory.urn.sealing import info, unseal
from tests.factories import KEY, add_voter, deposit_ballot, make_person, make_proposal, make_round, sign_in

LETTER = {
    "round": "Un budget",
    "closes": "demain",
    "publishes": "plus tard",
    "link": "/v",
    "again": "/b",
    "help": "/aide",
}


@dataclass
class World:
    """A vote that is open."""

    round: Round
    projects: list[Proposal]
    person: Person
    voter: Voter

    @property
    def ids(self) -> list[str]:
        """The identifiers of the projects on the ballot."""
        return [project.public_id for project in self.projects]

    def address(self, *parts: str) -> str:
        """The address of a page of this booth."""
        return "/".join([f"/budgets/{self.round.slug}/vote", *parts])

    def urn(self, deed: str) -> str:
        """Where an envelope is sent."""
        return f"/budgets/{self.round.slug}/urne/{deed}"


def build(costs=(10_000_00, 20_000_00, 30_000_00, 40_000_00), **rules) -> World:
    """A world with one project for each cost."""
    round_ = make_round(**rules)
    projects = [make_proposal(round_, cost_cents=cost) for cost in costs]
    person = make_person()
    return World(round_, projects, person, add_voter(round_, person))


def deposit(world: World, chosen: list[str], key: str = "", person: Person | None = None, moment=None) -> str:
    """Cast a ballot as the view does, in a transaction of its own."""
    return deposit_ballot(world.round, person or world.person, chosen, key, moment, **LETTER)


def document_of(world: World, ciphertext: bytes) -> BallotDocument:
    """What an envelope holds, as the trustees would read it."""
    bound = info(world.round.public_id, world.round.current_version.digest)
    return from_bytes(unseal(ciphertext, KEY.private, bound))


def opened(world: World, ciphertext: bytes) -> dict[str, tuple[tuple[str, int], ...]]:
    """The choices in an envelope, contest by contest."""
    return {contest: ballot.choices for contest, ballot in document_of(world, ciphertext).contests.items()}


def envelope(world: World, *chosen: str) -> bytes:
    """A sealed ballot of the regional contest, as a browser would send it: the first project unless told otherwise."""
    with transaction():
        opening = open_vote(world.round, now())
    book = world.round.rulebook
    choices = {MAIN_CONTEST: as_choices(book.ballot_kind, chosen or world.ids[:1])}
    return seal_choices(world.round, opening, world.voter, choices)[0].ciphertext


@pytest.fixture
def world(app) -> World:
    """Approval, three choices at most."""
    return build()


@pytest.fixture
def knapsack(app) -> World:
    """An envelope of 60,000 euros to compose."""
    return build(ballot_kind=BallotKind.KNAPSACK, budget_cents=60_000_00, ballot_max=50, floors=())


@pytest.fixture
def voter_client(client, world):
    """The browser of the person on the roll."""
    sign_in(client, world.person)
    return client
