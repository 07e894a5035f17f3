"""From what a service said to what a door has proven: the person, their establishment, their address. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from participatory.core.labels import N_
from participatory.doors.attributes import Reading, Statement, identifying, read, refuse_unless_student
from participatory.doors.rules import Asserted, Claim, DoorRefusal, SourceKind, Trouble
from participatory.identity.identifiers import Sealed, sealed


@dataclass(frozen=True)
class Place:
    """An establishment as a claim needs it; `uai` is empty where the ministry's list has none.

    `domains` are those of the addresses that it gives to its students.
    """

    establishment_id: int
    uai: str
    site_id: int | None
    domains: frozenset[str]


@dataclass(frozen=True)
class Home:
    """Of whose students a source may speak: its own establishment's, and those that staff allowed, by their code."""

    own: Place
    allowed: Mapping[str, Place] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)


def claim_of(asserted: Asserted, home: Home, kind: SourceKind, pepper: bytes) -> Claim:
    """What a door has proven; `pepper` is that of identifiers.

    Raises DoorRefusal for somebody who is not a student, who is one elsewhere, or who cannot be told apart.
    """
    statement = read(asserted.attributes, home.reading)
    refuse_unless_student(statement)
    place = place_of(statement, home)
    numbers = identifying(statement, place.uai)
    return Claim(
        identifiers=tuple(dict.fromkeys(sealed(pepper, Sealed(name), value) for name, value in numbers)),
        email=proven_address(statement, place, verified=asserted.email_verified),
        establishment_id=place.establishment_id,
        site_id=place.site_id,
        source=kind,
        subject=asserted.subject,
    )


def place_of(statement: Statement, home: Home) -> Place:
    """The establishment that the attributes name, when the source may speak for it; its own when they name none."""
    if not statement.uais or home.own.uai in statement.uais:
        return home.own
    for uai in statement.uais:
        if uai in home.allowed:
            return home.allowed[uai]
    raise DoorRefusal(
        Trouble.OTHER_ESTABLISHMENT,
        N_("Ce compte est celui d’un autre établissement que celui que vous avez choisi."),
        detail="supannEtablissement is neither the source's own nor an allowed one",
    )


def proven_address(statement: Statement, place: Place, *, verified: bool) -> str | None:
    """The first address on a domain of the establishment; another one was only declared, and is forgotten."""
    if not verified:
        return None
    return next((each for each in statement.emails if each.rpartition("@")[2] in place.domains), None)
