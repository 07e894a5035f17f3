"""Where people vote from and with what: campus addresses, carriers, hosts, and families of browsers. Pure."""

import numpy as np
from numpy.random import Generator

from participatory.integrity.simulation.electorate import Habits
from participatory.integrity.simulation.roll import Roll
from participatory.integrity.simulation.votes import CAMPUS, HOME, Codes, Fresh, Numbers

PHONES = (
    "Chrome Mobile · Android", "Mobile Safari · iOS", "Samsung Internet · Android", "Firefox Mobile · Android",
    "Chrome Mobile iOS · iOS", "Instagram · iOS", "Instagram · Android", "DuckDuckGo Mobile · Android",
    "Opera Mobile · Android", "Brave Mobile · Android", "Firefox iOS · iOS", "Snapchat · iOS",
)  # fmt: skip
DESKTOPS = (
    "Chrome · Windows", "Safari · Mac OS X", "Firefox · Windows", "Edge · Windows", "Chrome · Mac OS X",
    "Firefox · Linux", "Opera · Windows", "Firefox · Mac OS X", "Chrome · Linux", "Brave · Windows",
)  # fmt: skip
TABLETS = ("Mobile Safari · iPadOS", "Chrome · Android tablet")
MACHINES = (
    "Headless Chrome · Linux",
    "Python Requests · Other",
    "Chrome · Other",
    "Okhttp · Android",
    "PhantomJS · Linux",
)
CLIENTS = PHONES + DESKTOPS + TABLETS + MACHINES

_MOST_ADDRESSES = 4


class Clients:
    """How common each family of browsers is in this electorate."""

    def __init__(self, habits: Habits, rng: Generator) -> None:
        self._phones = _popularity(rng, len(PHONES), habits.skew)
        self._desktops = _popularity(rng, len(DESKTOPS), rng.uniform(0.25, 0.5))
        self._share = habits.phones

    def phones(self, rng: Generator, many: int) -> Codes:
        """Those of so many people on their phones."""
        return rng.choice(len(PHONES), many, p=self._phones)

    def desktops(self, rng: Generator, many: int) -> Codes:
        """Those of so many people at computers."""
        return len(PHONES) + rng.choice(len(DESKTOPS), many, p=self._desktops)

    def of(self, rng: Generator, many: int, *, moving: Codes | bool = False) -> Codes:
        """Those of so many people: who is `moving` uses a phone, the others one or the other."""
        phone = (rng.random(many) < self._share) | np.asarray(moving, dtype=bool)
        return np.where(phone, self.phones(rng, many), self.desktops(rng, many))

    def tablet(self, rng: Generator) -> int:
        """That of a tablet at a stand."""
        return len(PHONES) + len(DESKTOPS) + int(rng.integers(len(TABLETS)))

    def machines(self, rng: Generator, many: int) -> Codes:
        """What a bot pretends to be: mostly what many people have, sometimes what few or nobody has."""
        guise = rng.random()
        if guise < 0.5:
            return self.of(rng, many)
        if guise < 0.75:
            return rng.integers(0, len(PHONES) + len(DESKTOPS), many)
        return len(CLIENTS) - 1 - rng.integers(0, len(MACHINES), many)


def _popularity(rng: Generator, many: int, first: float) -> Numbers:
    # A long tail: each family is a drawn share of the one before.
    rest = np.cumprod(rng.uniform(0.35, 0.9, many - 1))
    shares = np.concatenate([[first], rest / rest.sum() * (1 - first)])
    # The commonest family is not the same everywhere.
    return np.asarray(rng.permutation(shares) if rng.random() < 0.3 else shares)


class Places:
    """The addresses that many people share in this electorate; homes and machines of hosts are made as needed."""

    def __init__(self, habits: Habits, roll: Roll, fresh: Fresh, rng: Generator) -> None:
        many = len(roll.sizes)
        self.campus_of = np.arange(many)
        # Some neighbours are two sites of one establishment and leave by the same addresses.
        joined = (rng.random(many) < 0.15) & (np.arange(many) > 0)
        self.campus_of[joined] -= 1
        self._addresses = rng.integers(1, _MOST_ADDRESSES + 1, many)
        wanted = habits.campus * np.exp(rng.normal(0, 0.3, many))
        small = roll.sizes <= 200
        without = small & (rng.random(many) < 0.2)
        wanted = np.where(without, 0.0, wanted)
        if habits.wifi_only:
            wifi = small & (rng.random(many) < 0.6)
            self._addresses[wifi] = 1
            wanted[wifi] = 3.0
        self.campus_share = wanted
        middling = np.flatnonzero((roll.sizes >= 100) & (roll.sizes <= 3_000))
        unknown = rng.permutation(middling)[: int(rng.integers(1, 3))]
        self._unknown = unknown if habits.unknown_campus else unknown[:0]
        self._carriers = int(rng.integers(3, 20))
        self._loads = rng.dirichlet(np.full(self._carriers, 0.8))
        self._exits = fresh.take(int(rng.integers(8, 80)))
        self._fresh = fresh

    def campus(self, rng: Generator, sites: Codes) -> Codes:
        """The addresses by which people on the campus of these sites leave; one of them carries the most."""
        here = self.campus_of[sites]
        which = np.floor(self._addresses[here] * rng.random(len(sites)) ** 1.5).astype(np.int64)
        return here * _MOST_ADDRESSES + which

    def seen_as(self, kinds: Codes, networks: Codes) -> Codes:
        """The kinds under which these networks pass: a campus that nobody declared is taken for a home."""
        unknown = (kinds == CAMPUS) & np.isin(networks // _MOST_ADDRESSES, self._unknown)
        return np.where(unknown, HOME, kinds)

    def campus_address(self, rng: Generator, site: int) -> int:
        """One address of a campus, as one room or one person has it for an hour."""
        return int(self.campus(rng, np.array([site]))[0])

    def mobile(self, rng: Generator, many: int) -> Codes:
        """The addresses of the carriers of so many people."""
        return rng.choice(self._carriers, many, p=self._loads)

    def exits(self, rng: Generator, many: int) -> Codes:
        """The addresses of commercial VPNs: a few carry the most."""
        return self._exits[np.floor(len(self._exits) * rng.random(many) ** 2).astype(np.int64)]

    def homes(self, rng: Generator, many: int) -> Codes:
        """The addresses of so many people at home, in their order: one to four of them live together."""
        sizes = rng.choice(4, many, p=(0.72, 0.17, 0.07, 0.04)) + 1
        return self._fresh.take(many).repeat(sizes)[:many]
