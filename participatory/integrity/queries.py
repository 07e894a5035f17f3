"""Reading signals and the register of networks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.integrity.events import Event
from participatory.integrity.models import NetworkRange, Signal
from participatory.integrity.rules import Act, NetworkKind
from participatory.rounds.models import Round
from participatory.territories.models import Establishment

_AT_ONCE = 5000


@dataclass(frozen=True)
class SignalRow:
    """One signal, as `models.Signal` has it."""

    key: str
    target: str
    person: str
    site: str
    at: datetime
    network: str
    prefix: str
    network_kind: NetworkKind
    device: str
    client: str
    seconds: float | None
    stand: str

    def event(self, person: str, rank: int | None = None) -> Event:
        """The same as detection takes it: `person` tells people apart, `rank` is a place in the list of the site."""
        return Event(
            id=self.key,
            at=self.at,
            person=person,
            site=self.site,
            rank=rank,
            network=self.network,
            network_kind=self.network_kind,
            device=self.device,
            client=self.client,
            seconds=self.seconds,
            stand=self.stand,
        )


def signals_of(round_: Round, act: Act, *, keys: Sequence[str] | None = None) -> Iterator[SignalRow]:
    """The signals of one sort of act, in the order of their keys; those of `keys` alone where these are given."""
    columns = [getattr(Signal, name) for name in SignalRow.__dataclass_fields__]
    wanted = sa.select(*columns).where(Signal.round_id == round_.id, Signal.act == act.value).order_by(Signal.key)
    if keys is not None:
        wanted = wanted.where(Signal.key.in_(keys))
    for row in db.session.execute(wanted.execution_options(yield_per=_AT_ONCE)):
        yield SignalRow(**row._asdict() | {"network_kind": NetworkKind(row.network_kind)})


def count_signals(round_: Round, act: Act, since: datetime | None = None) -> int:
    """How many signals there are of one sort of act, of those done since an instant (UTC) where one is given."""
    wanted = sa.select(sa.func.count()).where(Signal.round_id == round_.id, Signal.act == act.value)
    return db.session.scalar(wanted if since is None else wanted.where(Signal.at >= since)) or 0


def count_of_person(round_: Round, person: str, keys: Sequence[str]) -> int:
    """How many signals one person has in a round: by their code, or by the keys of their acts."""
    own = sa.or_(sa.and_(Signal.person == person, Signal.person != ""), Signal.key.in_(keys))
    return db.session.scalar(sa.select(sa.func.count()).where(Signal.round_id == round_.id, own)) or 0


def count_of_round(round_: Round) -> int:
    """How many signals of a round are kept, whatever the act."""
    return db.session.scalar(sa.select(sa.func.count()).where(Signal.round_id == round_.id)) or 0


def rounds_with_signals() -> list[Round]:
    """The rounds of which some signal is kept."""
    held = sa.exists().where(Signal.round_id == Round.id)
    return list(db.session.scalars(sa.select(Round).where(held).order_by(Round.id)))


def state_of_register() -> tuple[int, int]:
    """What changes whenever the register does: rows are only ever added, then ended."""
    counted = sa.select(sa.func.count(), sa.func.count(NetworkRange.ended_at)).select_from(NetworkRange)
    rows, ended = db.session.execute(counted).one()
    return int(rows), int(ended)


def present_ranges() -> list[NetworkRange]:
    """The ranges that count at present, by establishment, then in the order in which they were declared."""
    wanted = sa.select(NetworkRange).where(NetworkRange.ended_at.is_(None))
    joined = wanted.outerjoin(Establishment, Establishment.id == NetworkRange.establishment_id)
    return list(db.session.scalars(joined.order_by(Establishment.name, NetworkRange.id)))


def ranges_for(person: Person) -> list[NetworkRange]:
    """Those of the establishments for which somebody may declare networks, ended ones last."""
    wanted = sa.select(NetworkRange).order_by(NetworkRange.ended_at.is_not(None), NetworkRange.id)
    return [each for each in db.session.scalars(wanted) if person.may(Permission.MANAGE_NETWORKS, *each.scopes)]


def range_for(person: Person, public_id: str) -> NetworkRange:
    """One range; raises Refusal for one that is not there or belongs to somebody else's establishment."""
    # PostgreSQL refuses a text that holds a NUL: no range has one.
    named = NetworkRange.public_id == public_id.replace("\0", "")
    found = db.session.scalars(sa.select(NetworkRange).where(named)).one_or_none()
    if found is None or not person.may(Permission.MANAGE_NETWORKS, *found.scopes):
        raise Refusal(N_("Cette plage d’adresses n’est pas dans le registre."), Kind.NOT_FOUND)
    return found
