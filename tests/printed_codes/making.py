"""A counter for tests: a round under vote, an establishment, its clerk, a package of sheets, students on the roll."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.identifiers import Sealed, numbered, sealed
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.printed_codes.actions import draw_codes, hand_over, keep_codes, make_package, use_code
from participatory.printed_codes.models import CodePackage, PrintedCode
from participatory.printed_codes.secret import code_key, installation_pepper, peppers
from participatory.rolls.models import Voter, VoterKey
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from participatory.territories.models import Establishment
from tests.factories import establishment, make_person, make_round, site

MAIL = "camille.durand@etu.exemple.example"


def bea(digits: str) -> str:
    """A coherent INE of the second kind."""
    return digits + "ABCDEFGHJKLMNPRSTUVWXYZ"[int(digits) % 23]


CAMILLE, SACHA = bea("1234567890"), bea("0987654321")


@dataclass
class Counter:
    """What the tests of a counter need."""

    round: Round
    place: Establishment
    officer: Person
    clerk: Person
    package: CodePackage
    codes: list[tuple[str, str]] = field(default_factory=list)

    def code(self, place: int = 1) -> str:
        return self.codes[place - 1][1]

    def hand(self, place: int = 1, identifier: str = CAMILLE, by: Person | None = None) -> PrintedCode:
        """Hand a sheet over."""
        with transaction():
            return hand_over(
                self.package,
                by or self.clerk,
                now(),
                serial=self.codes[place - 1][0],
                identifier=identifier,
                peppers=peppers(self.round),
            )


def enrol(round_: Round, identifier: str, place: Establishment | None = None) -> Voter:
    """Put on the roll of a round a normalised identifier, an INE, or an address."""
    pepper = current_app.extensions["secrets"].get("pepper", round_.public_id)
    known = identifier if "@" in identifier else sealed(installation_pepper(), Sealed.INE, identifier)
    with transaction():
        voter = Voter(
            round_id=round_.id,
            pseudonym=pseudonym(pepper, known),
            site_id=site().id,
            establishment_id=(place or establishment()).id,
            source="import",
        )
        db.session.add(voter)
        db.session.flush()
        db.session.add(VoterKey(round_id=round_.id, pseudonym=voter.pseudonym, voter_id=voter.id))
    return voter


def add_number(round_: Round, voter: Voter, uai: str, number: str) -> None:
    """Give a voter the key of a student number."""
    pepper = current_app.extensions["secrets"].get("pepper", round_.public_id)
    value = sealed(installation_pepper(), Sealed.NUMBER, numbered(uai, number))
    with transaction():
        db.session.add(VoterKey(round_id=round_.id, pseudonym=pseudonym(pepper, value), voter_id=voter.id))


def other_establishment() -> Establishment:
    """Another one than the factories'."""
    wanted = sa.select(Establishment).where(Establishment.id != establishment().id).order_by(Establishment.id)
    return db.session.scalars(wanted.limit(1)).one()


def plan(round_: Round, officer: Person, size: int = 4) -> CodePackage:
    """A package that is not printed yet."""
    with transaction():
        return make_package(round_, establishment(), officer, now(), size=size, expires_at=now() + timedelta(days=5))


def set_up(phase: Phase = Phase.VOTING, size: int = 4) -> Counter:
    """A package printed for the factories' establishment; Camille and Sacha are on the roll, by INE and address."""
    round_ = make_round(phase)
    officer = make_person(roles=(Role.OFFICER,))
    clerk = make_person(roles=(Role.REFERENT,))
    package = plan(round_, officer, size)
    codes = draw_codes(package)
    with transaction():
        keep_codes(package, codes, code_key(), officer, now())
    for identifier in (CAMILLE, SACHA, MAIL):
        enrol(round_, identifier)
    return Counter(round_, establishment(), officer, clerk, package, codes)


def use(code: str, address: str = ""):
    """Try a code, as the page does."""
    with transaction():
        return use_code(code, address, now(), key=code_key(), pepper=installation_pepper(), locale="fr")
