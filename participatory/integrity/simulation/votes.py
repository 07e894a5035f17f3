"""Ballots as columns of numbers while an electorate is being made; names come at the end. Pure."""

from dataclasses import dataclass, fields
from itertools import count

import numpy as np
import numpy.typing as npt

from participatory.integrity.rules import NetworkKind
from participatory.integrity.simulation.electorate import Kind

Codes = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

NONE = -1
NETWORK_KINDS = tuple(NetworkKind)
KINDS = tuple(Kind)
CAMPUS, MOBILE, HOME, HOSTING = (
    NETWORK_KINDS.index(kind)
    for kind in (NetworkKind.CAMPUS, NetworkKind.MOBILE, NetworkKind.HOME, NetworkKind.HOSTING)
)

# A column is given once for all the ballots, or one by one.
Column = Codes | Numbers | int | float


@dataclass(frozen=True)
class Votes:
    """Ballots of one circumstance. `at` is in seconds UTC, NONE an absent device or stand; networks number by kind."""

    at: Numbers
    person: Codes
    network_kind: Codes
    network: Codes
    device: Codes
    client: Codes
    seconds: Numbers
    stand: Codes
    label: Codes
    group: Codes

    def __len__(self) -> int:
        """How many there are."""
        return len(self.at)


_GROUPS = [field.name for field in fields(Votes)]


def cast(
    label: Kind,
    group: Column,
    *,
    at: Numbers,
    person: Codes,
    network_kind: Column,
    network: Column,
    device: Column,
    client: Column,
    seconds: Numbers,
    stand: Column = NONE,
) -> Votes:
    """Ballots of these columns, those given once being said of each; `group` tells one lecture or farm from another."""
    many = len(at)

    def column(given: Column) -> Codes:
        return np.broadcast_to(np.asarray(given, dtype=np.int64), many)

    return Votes(
        at=at,
        person=column(person),
        network_kind=column(network_kind),
        network=column(network),
        device=column(device),
        client=column(client),
        seconds=seconds,
        stand=column(stand),
        label=column(KINDS.index(label)),
        group=column(group),
    )


def together(parts: list[Votes]) -> Votes:
    """All of them, one after the other."""
    return Votes(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in _GROUPS})


class Fresh:
    """Numbers that nobody else has: devices, networks of homes and of hosts, groups."""

    def __init__(self) -> None:
        self._next = 0
        self._groups = count(1)

    def take(self, many: int) -> Codes:
        """So many new numbers, for devices or for networks."""
        found = np.arange(self._next, self._next + many, dtype=np.int64)
        self._next += many
        return found

    def one(self) -> int:
        """A new number."""
        return int(self.take(1)[0])

    def group(self) -> int:
        """The number of a new group; 0 is for those who are in none."""
        return next(self._groups)

    def groups(self, many: int) -> Codes:
        """The numbers of so many groups."""
        return np.array([self.group() for _ in range(many)], dtype=np.int64)
