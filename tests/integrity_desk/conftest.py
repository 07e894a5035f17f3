"""A vote in which a few ballots look alike, and a detection made by hand: tests say what it flags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from participatory.ballots.models import Envelope, SettingAside
from participatory.ballots.rules import slot
from participatory.control.rules import Outcome
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.integrity.actions import note
from participatory.integrity.assessing import Assessment, Case, Flag, Seen
from participatory.integrity.observations import Observation
from participatory.integrity.rules import Act, Family, NetworkKind
from participatory.integrity_desk import actions
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.queries import ballots_of, case_digest
from participatory.outbox.models import Letter
from participatory.proposals.models import Proposal
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.rulebook import SetAsideMotive
from participatory.rounds.rules import Phase
from tests.control.conftest import World as Vote
from tests.control.conftest import make_world
from tests.factories import make_person, move_round

WHY = "Quatre votes en une minute."
EVIDENCE = "Quatre votes se suivent à la minute près sur un même appareil, le 3 mars."
LINK = "https://vote.example/mon-compte/confirmer/{ballot}"
CASE_LINK = "https://vote.example/mon-compte/bulletin/{case}"


@dataclass
class Desk:
    """A vote, its officers and a third one, a referent, and what detection is made to find."""

    vote: Vote
    third: Person
    referent: Person
    known: dict[str, int] = field(default_factory=dict)

    @property
    def round(self) -> Round:
        """The round, as the session now has it."""
        return db.session.get(Round, sa.inspect(self.vote.round).identity)

    @property
    def store(self) -> SecretStore:
        """The secrets of the application."""
        return current_app.extensions["secrets"]

    def place(self, number: int) -> str:
        """The slot of the ballot of this voter."""
        voter = db.session.get(Voter, sa.inspect(self.vote.voters[number]).identity)
        round_ = self.round
        return slot(self.store.get("link", round_.public_id), round_.public_id, voter.pseudonym)

    def person(self, number: int) -> Person:
        """This voter's account."""
        return db.session.get(Person, sa.inspect(self.vote.people[number]).identity)

    def officer(self, who: str = "first") -> Person:
        """The first or the second officer, the third one, or the referent."""
        found = getattr(self, who, None) or getattr(self.vote, who)
        return db.session.get(Person, sa.inspect(found).identity)

    def signal(self, *numbers: int) -> None:
        """Note how these voters voted: a minute apart, on one device."""
        with transaction():
            for number in numbers:
                at = now() - timedelta(hours=3) + timedelta(minutes=number)
                seen = Observation(at, "net", "prefix", NetworkKind.HOME, "device", "firefox", 4.0, "")
                note(self.round, Act.BALLOT, self.place(number), seen, site="toulouse")

    def found(self, *groups: tuple[int, ...], names: tuple[str, ...] = ("a", "b", "c")) -> Assessment:
        """What a detection would say that flags these groups of voters."""
        score = {Family.DEVICE: 4.0, Family.SPEED: 2.5}
        flags: list[Flag] = []
        cases: list[Case] = []
        for name, group in zip(names, groups, strict=False):
            keys = tuple(self.place(number) for number in group)
            flags += [Flag(key, 6.5, score, name) for key in keys]
            seen = Seen(Family.DEVICE, 4.0, "%(count)s sur un appareil", "1 en général", {"count": len(keys)})
            cases.append(Case(name, keys, 6.5 * len(keys), (seen,)))
        return Assessment(len(self.vote.people), tuple(flags), tuple(cases))

    def assess(self, *groups: tuple[int, ...], **more: Any):
        """A pass that finds these groups."""
        found = self.found(*groups, **more)
        with transaction():
            return actions.assess_round(self.round, self.store, now(), using=lambda *_given: found)

    def case(self, name: str = "a") -> SuspectCase:
        """The case of this name, or that had it before the sealing."""
        if name not in self.known:
            self.known[name] = db.session.scalars(sa.select(SuspectCase.id).where(SuspectCase.key == name)).one()
        return db.session.get_one(SuspectCase, self.known[name])

    def ballots(self, name: str = "a") -> list[CaseBallot]:
        """The ballots of this case."""
        return ballots_of(self.case(name))

    def states(self, name: str = "a") -> list[str]:
        """The states of the ballots of this case, by number."""
        return [each.state for each in self.ballots(name)]

    def quarantine(self, *numbers: int, by: str = "first") -> int:
        """Ask the voters of these ballots of the case to confirm."""
        with transaction():
            return actions.quarantine(
                self.case(), self.officer(by), WHY, numbers, now=now(), store=self.store, link=LINK
            )

    def propose(self, *numbers: int, by: str = "first", motive=SetAsideMotive.PROOF_WITHDRAWN) -> list[SettingAside]:
        """Propose that these ballots be set aside."""
        with transaction():
            return actions.propose(
                self.case(),
                self.officer(by),
                motive,
                evidence=EVIDENCE,
                numbers=numbers,
                now=now(),
                store=self.store,
                link=CASE_LINK,
            )

    def decide(self, *numbers: int, by: str = "second", outcome=Outcome.SET_ASIDE, seen: str = "", moment=None):
        """Decide about these ballots, ten days later unless a moment is said."""
        read = seen or case_digest(self.case())
        with transaction():
            return actions.decide(
                self.case(),
                self.officer(by),
                outcome,
                numbers=numbers,
                now=moment or now() + timedelta(days=10),
                store=self.store,
                seen=read,
                link=CASE_LINK,
            )

    def set_aside(self, *numbers: int) -> None:
        """Have these ballots set aside by the two officers."""
        self.quarantine(*numbers)
        self.propose(*numbers)
        self.decide(*numbers)

    def more(self, count: int) -> None:
        """Have more people vote."""
        self.vote.reread()
        self.vote.projects = [db.session.get(Proposal, sa.inspect(each).identity) for each in self.vote.projects]
        self.vote.vote(count)

    def control(self) -> None:
        """Close the vote and put it under control."""
        move_round(self.round, Phase.CONTROL)
        self.vote.reread()
        self.vote.do("cloturer", "controler")

    def status(self, number: int) -> str:
        """The status of the envelope of this voter, "" for none."""
        wanted = sa.select(Envelope.status).where(Envelope.slot == self.place(number))
        return db.session.scalar(wanted) or ""

    def code_of(self, number: int) -> str:
        """The code in the last letter to this voter."""
        wanted = sa.select(Letter).where(Letter.recipient == self.person(number).email)
        letter = db.session.scalars(wanted.order_by(Letter.id.desc())).first()
        return str(letter.values["code"])

    def elsewhere(self, deed: Callable[..., object]) -> object:
        """Do something in a transaction."""
        with transaction():
            return deed()


def make_desk() -> Desk:
    """A vote that is open, five people who have voted, four of them within minutes."""
    vote = make_world()
    vote.vote(2)
    desk = Desk(vote, make_person(roles=(Role.OFFICER,), name="Tim Troisième"), make_person(roles=(Role.REFERENT,)))
    desk.signal(0, 1, 2, 3, 4)
    return desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The desk while the vote is open, with one case of the first four ballots."""
    made = make_desk()
    made.assess((0, 1, 2, 3))
    return made


@pytest.fixture
def desk_on_each_database(app_on_each_database: Flask) -> Desk:
    """The same on SQLite and on PostgreSQL."""
    made = make_desk()
    made.assess((0, 1, 2, 3))
    return made


@pytest.fixture
def controlled(desk_on_each_database: Desk) -> Desk:
    """The same under control."""
    desk_on_each_database.control()
    return desk_on_each_database
