"""Reading the roll of a round: who is on it, and how many."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.rolls.keys import pseudonyms_of, voters_with
from participatory.rolls.models import RollImport, RollList, RollListRow, Voter, VoterKey, VoterPlace
from participatory.rolls.rules import Listed, Place
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


def keys_of(round_: Round) -> dict[str, int]:
    """The number of the voter whom each key names: one query for any size of roll."""
    keys = sa.select(VoterKey.pseudonym, VoterKey.voter_id).where(VoterKey.round_id == round_.id)
    return dict(db.session.execute(keys).all())


def own_places(round_: Round) -> dict[int, Place]:
    """Where each voter votes."""
    rows = sa.select(Voter.id, Voter.site_id, Voter.establishment_id).where(Voter.round_id == round_.id)
    return {voter: Place(site, establishment) for voter, site, establishment in db.session.execute(rows)}


def listed_places(round_: Round) -> dict[int, set[Place]]:
    """The places of those voters who are enrolled in several, by the voter's number."""
    rows = sa.select(VoterPlace.voter_id, VoterPlace.site_id, VoterPlace.establishment_id)
    rows = rows.join(Voter, Voter.id == VoterPlace.voter_id).where(Voter.round_id == round_.id)
    found: dict[int, set[Place]] = {}
    for voter, site, establishment in db.session.execute(rows):
        found.setdefault(voter, set()).add(Place(site, establishment))
    return found


def places_of(round_: Round) -> dict[int, set[Place]]:
    """Every place of every voter, by the voter's number."""
    listed = listed_places(round_)
    return {voter: {place} | listed.get(voter, set()) for voter, place in own_places(round_).items()}


def waiting_list_of_file(round_: Round, digest: str) -> RollList | None:
    """The list made of this file that waits for approval."""
    return db.session.scalars(_waiting(round_).where(RollList.file_digest == digest)).first()


def waiting_lists(round_: Round) -> list[RollList]:
    """The lists that wait for approval in a round, the oldest first."""
    return list(db.session.scalars(_waiting(round_).order_by(RollList.sent_at)))


def _waiting(round_: Round) -> sa.Select[RollList]:
    waits = RollList.imported_at.is_(None), RollList.ended_at.is_(None)
    return sa.select(RollList).where(RollList.round_id == round_.id, *waits)


def lists_of(round_: Round, establishment: Establishment | None = None) -> list[RollList]:
    """The lists sent for a round, or for one establishment in it, the latest first."""
    found = sa.select(RollList).where(RollList.round_id == round_.id)
    if establishment is not None:
        found = found.where(RollList.establishment_id == establishment.id)
    return list(db.session.scalars(found.order_by(RollList.sent_at.desc(), RollList.id.desc())))


def last_imported_list(round_: Round, establishment: Establishment) -> RollList | None:
    """The last list of an establishment that was imported."""
    return next((each for each in lists_of(round_, establishment) if each.imported_at), None)


def list_by_key(key: str) -> RollList:
    """The list of that public identifier; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(RollList).where(RollList.public_id == key)).first()
    if found is None:
        raise Refusal(N_("Cette liste n’existe pas."), Kind.NOT_FOUND)
    return found


def list_of_desk(key: str, round_: Round, establishment: Establishment | None) -> RollList:
    """A list sent for a round, and for an establishment when one is given; raises Refusal (NOT_FOUND) for others."""
    found = list_by_key(key)
    elsewhere = establishment is not None and found.establishment_id != establishment.id
    if found.round_id != round_.id or elsewhere:
        raise Refusal(N_("Cette liste n’existe pas."), Kind.NOT_FOUND)
    return found


def counts_of_list(waiting: RollList) -> list[tuple[str, str, int]]:
    """How many people of a list that waits are in each establishment and site: their names, then the number."""
    rows = (
        sa.select(Establishment.name, Site.name, sa.func.count())
        .select_from(RollListRow)
        .join(Site, Site.id == RollListRow.site_id)
        .join(Establishment, Establishment.id == RollListRow.establishment_id)
        .where(RollListRow.list_id == waiting.id)
        .group_by(Establishment.name, Site.name)
        .order_by(Establishment.name, Site.name)
    )
    return list(db.session.execute(rows))


def count_by_site_of(round_: Round, establishment: Establishment) -> list[Count]:
    """The number of voters of an establishment at each site that has some, the largest first.

    A voter of two sites counts at each; `Count.value` is exact: whoever shows it hides small ones.
    """
    places = sa.union(
        sa.select(Voter.id, Voter.site_id, Voter.establishment_id).where(Voter.round_id == round_.id),
        sa.select(VoterPlace.voter_id, VoterPlace.site_id, VoterPlace.establishment_id)
        .join(Voter, Voter.id == VoterPlace.voter_id)
        .where(Voter.round_id == round_.id),
    ).subquery()
    rows = (
        sa.select(Site.name, sa.func.count())
        .select_from(places)
        .join(Site, Site.id == places.c.site_id)
        .where(places.c.establishment_id == establishment.id)
        .group_by(Site.name)
    )
    return _largest_first(Count(name, size) for name, size in db.session.execute(rows))


def named_counts(people: Iterable[Listed]) -> list[tuple[str, str, int]]:
    """How many people of a list are in each establishment and site: their names, then the number."""
    sizes = Counter(place for person in people for place in person.places)
    names = {each.id: each.name for each in establishments()}
    places = {each.id: each.name for each in sites()}
    return sorted((names[place.establishment_id], places[place.site_id], size) for place, size in sizes.items())


def establishments_with(keys: Sequence[str]) -> list[Establishment]:
    """The establishments of these keys, in the order of their names."""
    found = sa.select(Establishment).where(Establishment.key.in_(keys))
    return list(db.session.scalars(found.order_by(Establishment.name)))


def establishment_by_key(key: str) -> Establishment | None:
    """The establishment of that key."""
    return db.session.scalars(sa.select(Establishment).where(Establishment.key == key)).first()


def sites() -> list[Site]:
    """Every site."""
    return list(db.session.scalars(sa.select(Site).order_by(Site.name)))


def establishments() -> list[Establishment]:
    """Every establishment."""
    return list(db.session.scalars(sa.select(Establishment).order_by(Establishment.name)))
