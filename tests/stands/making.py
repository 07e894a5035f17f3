"""A counter of paper ballots and a stand, for tests: a round under vote, its officers, a referent, a printed batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, current_app

from participatory.ballots.models import Envelope, Signature
from participatory.ballots.opening import open_vote
from participatory.ballots.steps import Officers
from participatory.control.actions import close_vote
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds.actions import confirm
from participatory.deeds.models import Deed
from participatory.identity.identifiers import Sealed, numbered, sealed
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.printed_codes.secret import installation_pepper, peppers
from participatory.proposals.models import Proposal
from participatory.rolls.models import Voter, VoterKey
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Contest
from participatory.rounds.rules import Phase
from participatory.stands.actions import enrol_device, give_code, open_stand
from participatory.stands.closing import CLOSE, ask_closing, counted
from participatory.stands.counter import look_up, sign_on_paper
from participatory.stands.entering import Entered, enter_ballot
from participatory.stands.models import PaperBatch, Stand
from participatory.stands.printing import keep_numbers, plan_batch
from participatory.stands.rules import Mark, Standing, new_numbers
from participatory.stands.staff import enrol_key
from participatory.territories.models import Establishment
from tests.factories import establishment, make_person, make_proposal, make_round, move_round, site

AREA = Contest("albi", "Enveloppe d’Albi", 20_000_00, ("albi",))


@dataclass
class Bureau:
    """What the tests need; `numbers` are those of the printed batch."""

    round: Round
    projects: list[Proposal]
    officer: Person
    second: Person
    referent: Person
    place: Establishment
    batch: PaperBatch
    numbers: list[str] = field(default_factory=list)

    @property
    def key(self) -> bytes:
        return current_app.extensions["secrets"].get("paper", self.round.public_id)

    def student(self, number: str, site_slug: str = "toulouse", place: Establishment | None = None) -> Voter:
        """Put a student on the roll by their number."""
        there = place or self.place
        pepper = current_app.extensions["secrets"].get("pepper", self.round.public_id)
        name = pseudonym(pepper, sealed(installation_pepper(), Sealed.NUMBER, numbered(there.uai, number)))
        with transaction():
            voter = Voter(
                round_id=self.round.id,
                pseudonym=name,
                site_id=site(site_slug).id,
                establishment_id=there.id,
                source="import",
            )
            db.session.add(voter)
            db.session.flush()
            db.session.add(VoterKey(round_id=self.round.id, pseudonym=name, voter_id=voter.id))
        return voter

    def look(self, number: str, by: Person | None = None) -> tuple[Standing, str]:
        """What the counter learns of a student."""
        with transaction():
            return look_up(self.batch, by or self.referent, now(), identifier=number, peppers=peppers(self.round))

    def hand(self, number: str, by: Person | None = None) -> None:
        """Look somebody up, sign for them and hand a ballot over."""
        _standing, who = self.look(number, by)
        with transaction():
            sign_on_paper(self.batch, by or self.referent, who, now())

    def end_vote(self, *, closed: bool = True) -> None:
        """Let the time of the vote pass, and have two people close it."""
        move_round(self.round, Phase.CONTROL)
        if closed:
            with transaction():
                close_vote(self.round, Officers("officer-one", "officer-two"), now())

    def enter(self, by: Person, number: str, *choices: tuple[str, int], mark: Mark = Mark.VALID, contest: str = "main"):
        """One entry of one ballot."""
        chosen = {contest: choices} if choices else {}
        with transaction():
            return enter_ballot(self.batch, by, now(), typed=number, mark=mark, chosen=chosen, key=self.key)

    def enter_twice(self, number: str, *choices: tuple[str, int], mark: Mark = Mark.VALID) -> Entered:
        """Both entries, the same."""
        self.enter(self.officer, number, *choices, mark=mark)
        return self.enter(self.second, number, *choices, mark=mark)

    def ask(self, exchanged: int = 0, missing: int = 0, returned: int = 0, note: str = "") -> Deed:
        """Propose to close the batch."""
        with transaction():
            found = counted(self.batch, exchanged, missing, returned)
            return ask_closing(self.batch, self.officer, found, now(), note=note, link="/actes")

    def close(self, exchanged: int = 0, missing: int = 0, returned: int = 0, note: str = "") -> None:
        """Both halves of the deed that closes the batch."""
        deed = self.ask(exchanged, missing, returned, note)
        with transaction():
            confirm(deed.public_id, CLOSE, self.second, now(), seen=CLOSE.describe(deed.payload).digest())

    def envelopes(self) -> list[Envelope]:
        """The paper envelopes of the urn."""
        db.session.rollback()
        wanted = sa.select(Envelope).where(Envelope.round_id == self.round.id, Envelope.batch != "")
        return list(db.session.scalars(wanted))

    def signatures(self) -> list[Signature]:
        """Who signed on paper, as everybody sees it now."""
        db.session.rollback()
        wanted = sa.select(Signature).where(Signature.round_id == self.round.id, Signature.batch != "")
        return list(db.session.scalars(wanted))


def set_up(issued: int = 5, site_slug: str = "toulouse", whole_site: bool = False, **rules: object) -> Bureau:
    """A round under vote with three projects, one of them in an area of its own, and a printed batch."""
    round_ = make_round(**({"contests": (AREA,), "ballot_max": 3} | rules))
    projects = [
        make_proposal(round_, cost_cents=10_000_00, title="Épicerie"),
        make_proposal(round_, cost_cents=20_000_00, title="Vélos"),
        make_proposal(round_, cost_cents=5_000_00, title="Jardin", site_slug="albi"),
    ]
    officer, second = make_person(roles=(Role.OFFICER,)), make_person(roles=(Role.OFFICER,))
    referent, place = make_person(roles=(Role.REFERENT,)), establishment()
    with transaction():
        open_vote(round_, now())
    with transaction():
        batch = plan_batch(
            round_, site(site_slug), None if whole_site else place, officer, now(), stand="Hall B", issued=issued
        )
    bureau = Bureau(round_, projects, officer, second, referent, place, batch)
    bureau.numbers = new_numbers(issued)
    with transaction():
        keep_numbers(batch, bureau.numbers, bureau.key, officer, now())
    return bureau


def declared_stand(round_: Round, officer: Person, label: str = "Arsenal, midi") -> Stand:
    """A stand open for two hours."""
    with transaction():
        return open_stand(round_, site(), officer, now(), label=label, until=now() + timedelta(hours=2))


def device_token(stand: Stand, officer: Person) -> str:
    """Enrol a device for a stand; gives the token of its cookie."""
    with transaction():
        code = give_code(stand, officer, now(), enrol_key())
    with transaction():
        _stand, token = enrol_device(code, now(), enrol_key())
    return token


def device(app: Flask, token: str):
    """The browser of an enrolled device."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.set_cookie("stand", token)
    return client
