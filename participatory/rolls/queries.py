"""Reading the roll of a round: who is on it, and how many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from participatory.core.database import db
from participatory.identity.models import Person
from participatory.rolls.keys import pseudonyms_of, voters_with
from participatory.rolls.models import RollImport, Voter
from participatory.rounds.models import Round
from participatory.territories.models import Establishment, Site


@dataclass(frozen=True)
class Count:
    """How many people of the roll belong to a place."""

    label: str
    value: int


def voter_of(round_: Round, pepper: bytes, person: Person) -> Voter | None:
    """The person's line on the roll of a round, None when they are not on it; `pepper` is the round's secret."""
    return next(iter(voters_with(round_, pseudonyms_of(pepper, person))), None)


def roll_size(round_: Round) -> int:
    """How many people may vote in a round."""
    return db.session.scalar(sa.select(sa.func.count()).where(Voter.round_id == round_.id)) or 0


def roll_sizes(rounds: Sequence[Round]) -> dict[int, int]:
    """How many people may vote in each of these rounds, by the round's `id`; rounds without a roll are left out."""
    sizes = (
        sa.select(Voter.round_id, sa.func.count())
        .where(Voter.round_id.in_([each.id for each in rounds]))
        .group_by(Voter.round_id)
    )
    return dict(db.session.execute(sizes).all())


def count_by_site(round_: Round) -> list[Count]:
    """The number of people of the roll at each site, sites without anybody included, the largest first."""
    sizes = _sizes(round_, Voter.site_id)
    return _largest_first(Count(site.name, sizes.get(site.id, 0)) for site in sites())


def count_by_establishment(round_: Round) -> list[Count]:
    """The number of people of the roll in each establishment that has some, the largest first."""
    sizes = _sizes(round_, Voter.establishment_id)
    return _largest_first(Count(each.name, sizes[each.id]) for each in establishments() if each.id in sizes)


def _sizes(round_: Round, place: InstrumentedAttribute[int]) -> dict[int, int]:
    lines = sa.select(place, sa.func.count()).where(Voter.round_id == round_.id).group_by(place)
    return dict(db.session.execute(lines).all())


def _largest_first(counts: Iterable[Count]) -> list[Count]:
    return sorted(counts, key=lambda count: (-count.value, count.label))


def imports_of(round_: Round) -> list[RollImport]:
    """The lists imported into a round, the latest first."""
    found = sa.select(RollImport).where(RollImport.round_id == round_.id)
    return list(db.session.scalars(found.order_by(RollImport.imported_at.desc(), RollImport.id.desc())))


def import_of_file(round_: Round, digest: str) -> RollImport | None:
    """The last import of the file with this SHA-256, None when it was never imported."""
    return next((done for done in imports_of(round_) if done.file_digest == digest), None)


def places_on_roll(round_: Round) -> dict[str, tuple[int, int]]:
    """Site and establishment of everybody on the roll, by pseudonym: one query for any size of list."""
    lines = sa.select(Voter.pseudonym, Voter.site_id, Voter.establishment_id).where(Voter.round_id == round_.id)
    return {name: (site, establishment) for name, site, establishment in db.session.execute(lines)}


def sites() -> list[Site]:
    """Every site."""
    return list(db.session.scalars(sa.select(Site).order_by(Site.name)))


def establishments() -> list[Establishment]:
    """Every establishment."""
    return list(db.session.scalars(sa.select(Establishment).order_by(Establishment.name)))
