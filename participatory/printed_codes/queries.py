"""Finding packages and sheets, and counting them."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.printed_codes import policy
from participatory.printed_codes.models import CodePackage, PrintedCode
from participatory.printed_codes.rules import CodeState, Figures, Life, count, state_of
from participatory.rolls.keys import voters_with
from participatory.rolls.models import Voter, VoterPlace
from participatory.rounds.models import Round
from participatory.territories.models import Establishment


def package_for(person: Person, public_id: str) -> CodePackage:
    """A package that the person may see; raises Refusal (NOT_FOUND), the same for one of others and for none."""
    found = db.session.scalars(sa.select(CodePackage).where(CodePackage.public_id == public_id)).first()
    if found is None or policy.can_see(person, found):
        raise Refusal(N_("Ce paquet de codes n’existe pas."), Kind.NOT_FOUND)
    return found


def packages_for(person: Person) -> list[CodePackage]:
    """The packages that the person may see, the latest first."""
    found = db.session.scalars(sa.select(CodePackage).order_by(CodePackage.made_at.desc(), CodePackage.id.desc()))
    return [each for each in found if policy.can_see(person, each) is None]


def locked_package(package_id: int) -> CodePackage:
    """A package held until the transaction ends, read as it now is."""
    held = lock(sa.select(CodePackage).where(CodePackage.id == package_id))
    return db.session.scalars(held.execution_options(populate_existing=True)).one()


def locked_code(package: CodePackage, position: int) -> PrintedCode:
    """A sheet held until the transaction ends; raises Refusal (INVALID, field `serial`)."""
    wanted = sa.select(PrintedCode).where(PrintedCode.package_id == package.id, PrintedCode.position == position)
    code = db.session.scalars(lock(wanted).execution_options(populate_existing=True)).first()
    if code is None:
        raise Refusal(
            N_("Ce paquet compte %(size)s feuilles : aucune ne porte ce numéro."),
            Kind.INVALID,
            "serial",
            size=package.size,
        )
    return code


def locked_code_with(mac: str) -> PrintedCode | None:
    """The sheet whose code has this MAC, held until the transaction ends."""
    wanted = sa.select(PrintedCode).where(PrintedCode.code_mac == mac)
    return db.session.scalars(lock(wanted).execution_options(populate_existing=True)).first()


def live_code_of(round_: Round, voter: str) -> PrintedCode | None:
    """The sheet that a voter holds and has not used."""
    wanted = sa.select(PrintedCode).where(PrintedCode.round_id == round_.id, PrintedCode.voter == voter)
    return db.session.scalars(wanted).first()


def figures_of(packages: Sequence[CodePackage], now: datetime) -> dict[int, Figures]:
    """The figures of packages, by their `id`: one query for all of them, however many sheets they hold."""
    days = (PrintedCode.handed_on, PrintedCode.used_on, PrintedCode.returned_on, PrintedCode.voided_on)
    # Sheets to which the same things happened are counted together; of their days only whether there is one matters.
    first = [sa.func.min(day) for day in days]
    alike = sa.select(PrintedCode.package_id, sa.func.count(), first[0], first[1], first[2], first[3])
    alike = alike.where(PrintedCode.package_id.in_([each.id for each in packages]))
    alike = alike.group_by(PrintedCode.package_id, *(day.is_(None) for day in days))
    ends = {each.id: each.expires_at for each in packages}
    states: dict[int, list[CodeState]] = {each.id: [] for each in packages}
    for package_id, number, handed, used, returned, voided in db.session.execute(alike):
        life = Life(handed, used, returned, voided, ends[package_id])
        states[package_id].extend([state_of(life, now)] * number)
    return {each.id: count(each.size if each.printed_at else 0, states[each.id]) for each in packages}


def voter_at(round_: Round, establishment: Establishment, pseudonym: str) -> Voter | None:
    """The voter whom a pseudonym names in a round, when the establishment is one of theirs."""
    voter = next(iter(voters_with(round_, [pseudonym])), None)
    if voter is None or voter.establishment_id == establishment.id:
        return voter
    place = sa.select(VoterPlace).where(
        VoterPlace.voter_id == voter.id, VoterPlace.establishment_id == establishment.id
    )
    return voter if db.session.scalars(place).first() else None


def serves(establishment: Establishment, now: datetime) -> bool:
    """Whether sheets of an establishment may be handed over or used at present."""
    live = sa.exists().where(
        CodePackage.establishment_id == establishment.id,
        CodePackage.printed_at.is_not(None),
        CodePackage.closed_at.is_(None),
        CodePackage.expires_at > now,
    )
    return db.session.scalar(sa.select(live)) is True
