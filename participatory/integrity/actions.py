"""What is written of behaviour: one signal for each act, forgotten with it, unlinked when the urn is sealed."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from participatory.core.database import db
from participatory.integrity.models import Signal
from participatory.integrity.observations import Observation
from participatory.integrity.rules import Act
from participatory.integrity.signals import unlinked
from participatory.rounds.models import Round

# After the sealing, no hour is shared by fewer ballots than this.
LEAST_AN_HOUR = 5
_BATCH = 5000
_UNSYNCED = {"synchronize_session": False}


def note(
    round_: Round,
    act: Act,
    key: str,
    observation: Observation,
    *,
    site: str,
    person: str = "",
    target: str = "",
) -> None:
    """Write how an act was done, in the place of what was noted of the same one; one statement.

    `key` is the slot of an envelope, or a code made by `collecting.coded`; `site` its short name.
    """
    values = {
        # A new identifier each time: what somebody noted of the earlier one leads nowhere.
        "id": secrets.token_hex(16),
        "round_id": round_.id,
        "act": act.value,
        "key": key,
        "target": target,
        "person": person,
        "site": site,
        "at": observation.at,
        "network": observation.network,
        "prefix": observation.prefix,
        "network_kind": observation.network_kind.value,
        "device": observation.device,
        "client": observation.client,
        "seconds": observation.seconds,
        "stand": observation.stand,
    }
    insert = sqlite.insert if db.session.connection().dialect.name == "sqlite" else postgresql.insert
    fresh = insert(Signal).values(values)
    again = {name: fresh.excluded[name] for name in values if name not in {"round_id", "act", "key"}}
    db.session.execute(fresh.on_conflict_do_update(index_elements=["round_id", "act", "key"], set_=again))


def forget(round_: Round, act: Act, key: str) -> None:
    """Delete what was noted of an act that its person took back; nothing happens when nothing was."""
    gone = sa.delete(Signal).where(Signal.round_id == round_.id, Signal.act == act.value, Signal.key == key)
    db.session.execute(gone, execution_options=_UNSYNCED)


def unlink(round_: Round) -> None:
    """Have no signal of a ballot lead to an envelope any more, nor tell the order in which they came.

    Keys and identifiers are drawn anew, instants keep their hour alone (rarer hours go with the one before, so that
    each is shared by `LEAST_AN_HOUR` ballots), and rows are written again in the order of the new identifiers.
    `signals.unlinked` tells what took the place of what, within the same transaction.
    """
    of_ballots = Signal.round_id == round_.id, Signal.act == Act.BALLOT.value
    table = Signal.__table__
    rows: list[dict[str, Any]] = [
        dict(row) for row in db.session.execute(sa.select(table).where(*of_ballots)).mappings().all()
    ]
    hours = shared_hours([row["at"] for row in rows])
    fresh: dict[str, tuple[str, datetime]] = {}
    for row in rows:
        renewed = secrets.token_hex(32), hours[_hour(row["at"])]
        fresh[row["key"]] = renewed
        row["id"] = secrets.token_hex(16)
        row["key"], row["at"] = renewed
    rows.sort(key=lambda row: str(row["id"]))
    db.session.execute(sa.delete(Signal).where(*of_ballots), execution_options=_UNSYNCED)
    for start in range(0, len(rows), _BATCH):
        db.session.execute(sa.insert(Signal), rows[start : start + _BATCH])
    unlinked.send(round_.id, fresh=fresh)


def shared_hours(instants: Sequence[datetime], least: int = LEAST_AN_HOUR) -> dict[datetime, datetime]:
    """For each hour in which something was done, the hour to write: itself, or an earlier one where it is rare."""
    counted = Counter(_hour(instant) for instant in instants)
    groups: list[list[datetime]] = []
    held = 0
    for hour in sorted(counted):
        if not groups or held >= least:
            groups.append([])
            held = 0
        groups[-1].append(hour)
        held += counted[hour]
    if len(groups) > 1 and held < least:
        groups[-2:] = [groups[-2] + groups[-1]]
    return {hour: group[0] for group in groups for hour in group}


def forget_all(round_: Round, most: int) -> int:
    """Delete at most so many signals of a round; how many went."""
    some = sa.select(Signal.id).where(Signal.round_id == round_.id).limit(most)
    numbers = list(db.session.scalars(some))
    db.session.execute(sa.delete(Signal).where(Signal.id.in_(numbers)), execution_options=_UNSYNCED)
    return len(numbers)


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
