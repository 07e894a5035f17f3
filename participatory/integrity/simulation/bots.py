"""Programs that vote: by the addresses of homes that they rent, or from machines of hosts. Pure."""

import numpy as np

from participatory.integrity.simulation.attacks import Act, Attack, attack, cleared, victims
from participatory.integrity.simulation.electorate import Kind
from participatory.integrity.simulation.operators import (
    double_vote,
    insider,
    night_series,
    one_device,
    slow_manual,
    wroclaw,
)
from participatory.integrity.simulation.votes import HOME, HOSTING, Codes, Numbers, Votes
from participatory.integrity.simulation.world import World


def residential_proxies(world: World, many: int) -> Votes:
    """Another home each time, another device each time; too fast for anybody, or waiting about as long each time."""
    rng = world.rng
    persons, _order = victims(world, many, in_order=0.3, sites=int(rng.choice([1, 1, 3, 12])))
    many = len(persons)
    seconds, haste = _bot_seconds(world, many)
    at, arrivals = _bot_times(world, many, hours=(1, 48))
    device, _cookie = cleared(world, many)
    # Now and then the pool of addresses gives the same one again.
    pool = world.fresh.take(max(1, int(many * rng.choice([1.0, 0.9]))))
    network = np.concatenate([pool, rng.choice(pool, many - len(pool))])
    return attack(
        world,
        Kind.PROXIES,
        f"{haste}, {arrivals}",
        Act(at, seconds, persons),
        network_kind=HOME,
        network=rng.permutation(network),
        device=device,
        client=_guises(world, many),
    )


def hosting_bots(world: World, many: int) -> Votes:
    """A program on a few machines of a host."""
    rng = world.rng
    persons, _order = victims(world, many, in_order=0.5, sites=int(rng.choice([1, 3, 12])))
    many = len(persons)
    seconds, haste = _bot_seconds(world, many)
    at, arrivals = _bot_times(world, many, hours=(0.3, 30))
    device, _cookie = cleared(world, many)
    machines = world.fresh.take(int(rng.integers(1, 21)))
    return attack(
        world,
        Kind.HOSTING,
        f"{haste}, {arrivals}",
        Act(at, seconds, persons),
        network_kind=HOSTING,
        network=rng.choice(machines, many),
        device=device,
        client=_guises(world, many),
    )


def _bot_seconds(world: World, many: int) -> tuple[Numbers, str]:
    rng = world.rng
    if rng.random() < 0.5:
        low = rng.uniform(2, 4)
        return rng.uniform(low, low + rng.uniform(0.5, 3), many), "fast"
    return rng.lognormal(np.log(rng.uniform(8, 25)), rng.uniform(0.04, 0.2), many), "waits"


def _bot_times(world: World, many: int, hours: tuple[float, float]) -> tuple[Numbers, str]:
    """When a program casts its ballots: by a regular rhythm, by chance within some hours, or hidden among everybody."""
    rng, period = world.rng, world.period
    length = float(np.exp(rng.uniform(np.log(hours[0]), np.log(hours[1])))) * 3600
    chance = rng.random()
    if chance >= 0.8:
        return np.sort(period.draw(rng, many)), "hidden in the crowd"
    begins = rng.uniform(period.opens, max(period.opens, period.closes - length))
    if chance < 0.4:
        jitter = rng.normal(0, rng.uniform(0.02, 0.3), many)
        return period.kept(begins + (np.arange(many) + jitter) * length / many), "regular"
    return period.kept(begins + np.sort(rng.uniform(0, length, many))), "at random in some hours"


def _guises(world: World, many: int) -> Codes:
    families = world.clients.machines(world.rng, int(world.rng.integers(1, 3)))
    return world.rng.choice(families, many)


ATTACKS: dict[Kind, Attack] = {
    Kind.ONE_DEVICE: one_device,
    Kind.INSIDER: insider,
    Kind.PROXIES: residential_proxies,
    Kind.HOSTING: hosting_bots,
    Kind.WROCLAW: wroclaw,
    Kind.NIGHT: night_series,
    Kind.DOUBLE: double_vote,
    Kind.SLOW: slow_manual,
}
