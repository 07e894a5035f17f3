"""Whether the page is read on the device of a declared stand: stands are above ballots, and tell it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

# How long a stand waits for a sign of somebody before it asks whether they are there, and until it signs them out.
WARNING_SECONDS, IDLE_SECONDS = 90, 120
# After a ballot is cast, how long its receipt stays on the screen of a stand.
RECEIPT_SECONDS = 45


@dataclass(frozen=True)
class StandHere:
    """The stand whose device shows this page: what its banner says, the round that it serves, until when (UTC)."""

    label: str
    site: str
    round_slug: str
    closes_at: datetime


Reader = Callable[[], StandHere | None]

_READERS: list[Reader] = []


def declare_stand_reader(reader: Reader) -> None:
    """Have the booth ask this function on which stand it is; registering it again changes nothing."""
    if reader not in _READERS:
        _READERS.append(reader)


def current_stand() -> StandHere | None:
    """The open stand on whose device the current request was made, None anywhere else."""
    return next((found for found in (reader() for reader in _READERS) if found is not None), None)
