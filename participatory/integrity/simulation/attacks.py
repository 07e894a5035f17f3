"""What attackers have in common: how many ballots, whose, in how many sittings, at which pace. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from participatory.integrity.simulation.electorate import Kind
from participatory.integrity.simulation.votes import NONE, Codes, Numbers, Votes, cast
from participatory.integrity.simulation.world import World, one_after_the_other


@dataclass(frozen=True)
class Act:
    """When and how each ballot of an attack is cast, before it is known where from."""

    at: Numbers
    seconds: Numbers
    persons: Codes

    def __len__(self) -> int:
        """How many ballots."""
        return len(self.at)


def how_many(world: World) -> int:
    """The ballots of one attack: a small electorate is worth a small one."""
    low, high = (min(each, max(20, world.asked.voters // 130)) for each in world.asked.ballots)
    if world.habits.modest:
        low, high = min(low, 20), min(high, 30)
    return int(world.rng.integers(low, high + 1))


def victims(world: World, many: int, *, in_order: float, sites: int = 1) -> tuple[Codes, str]:
    """People whose list the attacker holds, down the list with that probability, else by chance; and the word for it.

    A list is at least three times as long as what is taken of it, where the roll has one.
    """
    rng, sizes = world.rng, world.roll.sizes
    fit = np.flatnonzero(sizes >= min(max(3 * many // sites, 60), int(sizes.max())))
    weights = np.sqrt(sizes[fit])
    chosen = rng.choice(fit, min(sites, len(fit)), replace=False, p=weights / weights.sum())
    if rng.random() >= in_order:
        return world.roll.anywhere(rng, chosen, many), "random order"
    gap = float(rng.uniform(1, 3))
    runs = [world.roll.run(rng, int(site), -(-many // len(chosen)), gap) for site in chosen]
    down = np.concatenate(runs)[:many]
    return (down if rng.random() < 0.8 else down[::-1].copy()), "roll order"


def by_hand(world: World, many: int, low: float, high: float) -> Numbers:
    """The seconds that one person takes for each of many ballots, between these bounds as a rule."""
    median = world.rng.uniform(low * 1.1, high * 0.75)
    drawn = world.rng.lognormal(np.log(median), world.rng.uniform(0.2, 0.4), many)
    return np.clip(drawn, low * 0.8, high * 1.3)


def sittings(world: World, seconds: Numbers, pauses: Numbers, parts: int, hours: tuple[float, float]) -> Numbers:
    """When each ballot is cast by somebody who does them one after the other, in so many sittings on different days."""
    rng, period, many = world.rng, world.period, len(seconds)
    parts = max(1, min(parts, many // 10, period.days - 1))
    days = np.sort(rng.choice(max(1, period.days - 1), parts, replace=False))
    cuts = np.linspace(0, many, parts + 1).astype(int)
    found = np.empty(many)
    for day, first, last in zip(days, cuts[:-1], cuts[1:], strict=True):
        begins = period.moment(int(day), rng.uniform(*hours))
        found[first:last] = begins + one_after_the_other(seconds[first:last], pauses[first:last])
    return period.kept(found)


def breaks(world: World, pauses: Numbers) -> Numbers:
    """The same pauses, with a rest of some minutes after every 20 to 60 ballots."""
    rng, rested = world.rng, pauses.copy()
    place = int(rng.integers(20, 61))
    while place < len(rested):
        rested[place] += rng.uniform(120, 900)
        place += int(rng.integers(20, 61))
    return rested


def cleared(world: World, many: int) -> tuple[Codes, str]:
    """Devices of an attacker who clears cookies: none, or another each time."""
    if world.rng.random() < 0.5:
        return np.full(many, NONE), "no cookie"
    return world.fresh.take(many), "new cookie each"


def attack(
    world: World, label: Kind, manner: str, act: Act, *, network_kind: Codes | int, network: Codes | int,
    device: Codes | int, client: Codes | int,
) -> Votes:  # fmt: skip
    """The ballots of one attack, in a group of their own that keeps the manner."""
    group = world.fresh.group()
    world.manners[group] = manner
    return cast(
        label,
        group,
        at=act.at,
        person=act.persons,
        network_kind=network_kind,
        network=network,
        device=device,
        client=client,
        seconds=act.seconds,
    )


Attack = Callable[[World, int], Votes]
