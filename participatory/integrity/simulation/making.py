"""An electorate from its seed: the attackers choose whom they vote for, the others vote, and all get their names."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from participatory.integrity.events import Event
from participatory.integrity.simulation.attacks import how_many
from participatory.integrity.simulation.bots import ATTACKS
from participatory.integrity.simulation.electorate import ATTACKERS, Electorate, Kind, Naming
from participatory.integrity.simulation.honest import crowd, lectures, residences
from participatory.integrity.simulation.places import CLIENTS
from participatory.integrity.simulation.roll import Turnout
from participatory.integrity.simulation.shared import libraries, shared_devices, stands
from participatory.integrity.simulation.votes import CAMPUS, KINDS, MOBILE, NETWORK_KINDS, NONE, Codes, Votes, together
from participatory.integrity.simulation.world import World, make_world

_WORDS = np.uint64
_CHOICES = {"event": 1, "person": 2, "device": 3, "network": 4}


@dataclass(frozen=True)
class Label:
    """The truth about an event: `group` tells one lecture, stand or attack from another; empty for who is alone."""

    kind: Kind
    group: str

    @property
    def honest(self) -> bool:
        """Whether the person of the roll cast it."""
        return self.kind not in ATTACKERS


@dataclass(frozen=True)
class Simulated:
    """Its events in the order of time, their labels, the sizes of the sites, and how each attack was made."""

    events: list[Event]
    labels: dict[str, Label]
    sizes: dict[str, int]
    manners: dict[str, str]


def simulate(seed: int, parameters: Electorate | None = None) -> Simulated:
    """The electorate of that seed, the same each time."""
    world = make_world(seed, Electorate() if parameters is None else parameters)
    parts = [part for part in (*_attacks(world), *_honest(world)) if len(part)]
    return _named(world, seed, together(parts))


def _attacks(world: World) -> list[Votes]:
    made = []
    for kind in world.asked.attackers:
        low, high = world.asked.attacks
        made += [ATTACKS[kind](world, how_many(world)) for _ in range(int(world.rng.integers(low, high + 1)))]
    return made


def _honest(world: World) -> list[Votes]:
    turnout = Turnout(world.roll, world.habits, world.rng)
    made = stands(world, turnout) + libraries(world, turnout) + lectures(world, turnout)
    return made + residences(world, turnout) + shared_devices(world, turnout) + crowd(world, turnout)


def _named(world: World, seed: int, votes: Votes) -> Simulated:
    many = len(votes)
    # Ballots of the same instant are in no telling order.
    order = np.lexsort((world.rng.random(many), np.round(votes.at, _digits(world))))
    ids = _tokens(seed, "event", world.rng.permutation(many)[order])
    kinds, groups = votes.label[order], votes.group[order]
    names = [
        f"{kind}-{number}" if number else "" for kind, number in zip(kinds_of(kinds), groups.tolist(), strict=True)
    ]
    labels = {each: Label(kind, name) for each, kind, name in zip(ids, kinds_of(kinds), names, strict=True)}
    numbers = dict(zip(groups.tolist(), names, strict=True))
    return Simulated(
        events=_events(world, seed, votes, order, ids),
        labels=labels,
        sizes={_site(site): int(size) for site, size in enumerate(world.roll.sizes)},
        manners={numbers[group]: manner for group, manner in world.manners.items() if group in numbers},
    )


def kinds_of(codes: Codes) -> list[Kind]:
    """The kinds of these numbers."""
    return [KINDS[code] for code in codes.tolist()]


def _events(world: World, seed: int, votes: Votes, order: Codes, ids: list[str]) -> list[Event]:
    sites = world.roll.site_of[votes.person]
    stands = [f"stand-{number + 1}" if number != NONE else "" for number in votes.stand[order].tolist()]
    columns = zip(
        ids,
        np.round(votes.at[order], _digits(world)).tolist(),
        _tokens(seed, "person", votes.person[order]),
        sites[order].tolist(),
        _ranks(world, votes.person[order], sites[order]),
        _networks(world, seed, votes, order),
        world.places.seen_as(votes.network_kind, votes.network)[order].tolist(),
        _tokens(seed, "device", votes.device[order]),
        votes.client[order].tolist(),
        np.round(votes.seconds[order], 1).tolist(),
        stands,
        strict=True,
    )
    return [
        Event(
            each, datetime.fromtimestamp(at, UTC), person, _site(site), rank, network, NETWORK_KINDS[kind], device,
            CLIENTS[client], seconds, stand,
        )
        for each, at, person, site, rank, network, kind, device, client, seconds, stand in columns
    ]  # fmt: skip


def _digits(world: World) -> int:
    return 0 if world.habits.coarse else 3


def _site(number: int) -> str:
    return f"site-{number + 1:02d}"


def _ranks(world: World, persons: Codes, sites: Codes) -> list[int | None]:
    missing = np.zeros(len(world.roll.sizes), dtype=bool)
    if world.habits.rolls_missing:
        missing = world.rng.random(len(missing)) < 0.15
    without = missing[sites].tolist()
    ranks = world.roll.rank_of(persons).tolist()
    return [None if absent else rank for absent, rank in zip(without, ranks, strict=True)]


def _networks(world: World, seed: int, votes: Votes, order: Codes) -> list[str]:
    kind, number = votes.network_kind[order], votes.network[order]
    day = world.period.day[world.period.slot(votes.at[order])]
    if world.habits.naming is Naming.STABLE:
        day = np.zeros_like(day)
    found = _tokens(seed, "network", (kind * 1000 + day) * 10_000_000 + number)
    if world.habits.naming is not Naming.RANGES:
        return found
    ranges = {CAMPUS: "campus", MOBILE: "mobile"}
    kind = world.places.seen_as(votes.network_kind, votes.network)[order]
    return [
        f"{ranges[each]}:{place + 1}" if each in ranges else token
        for each, place, token in zip(kind.tolist(), number.tolist(), found, strict=True)
    ]


def _tokens(seed: int, what: str, numbers: Codes) -> list[str]:
    """Names that tell nothing: a mix of the numbers (splitmix64), empty for NONE."""
    mixed: npt.NDArray[np.uint64] = numbers.astype(_WORDS) + _WORDS((seed % 2**32) * 2**24 + _CHOICES[what] * 2**60)
    mixed = mixed * _WORDS(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> _WORDS(30))) * _WORDS(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> _WORDS(27))) * _WORDS(0x94D049BB133111EB)
    mixed ^= mixed >> _WORDS(31)
    names = [f"{word:016x}" for word in mixed.tolist()]
    return ["" if number == NONE else name for name, number in zip(names, numbers.tolist(), strict=True)]
