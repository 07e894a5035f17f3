"""Attackers who vote by hand, one ballot after the other: farms of one person, insiders, phones, nights. Pure."""

import numpy as np

from participatory.integrity.simulation.attacks import (
    Act,
    attack,
    breaks,
    by_hand,
    cleared,
    sittings,
    victims,
)
from participatory.integrity.simulation.electorate import Kind
from participatory.integrity.simulation.votes import CAMPUS, HOME, MOBILE, Codes, Votes
from participatory.integrity.simulation.world import World


def one_device(world: World, many: int) -> Votes:
    """One person, one device that keeps its cookie, many identities: at home, on the campus or on the move."""
    rng = world.rng
    persons, order = victims(world, many, in_order=0.4, sites=int(rng.integers(1, 4)))
    many = len(persons)
    seconds = by_hand(world, many, 8, 60)
    pauses = breaks(world, rng.exponential(rng.uniform(5, 60), many) + 3)
    at = sittings(world, seconds, pauses, int(rng.integers(1, 5)), (9, 21))
    kind, network, where = _one_network(world, persons, many)
    return attack(
        world,
        Kind.ONE_DEVICE,
        f"{where}, {order}",
        Act(at, seconds, persons),
        network_kind=kind,
        network=network,
        device=world.fresh.one(),
        client=int(world.clients.of(rng, 1)[0]),
    )


def _one_network(world: World, persons: Codes, many: int) -> tuple[Codes | int, Codes | int, str]:
    rng = world.rng
    chance = rng.random()
    if chance < 0.4:
        return HOME, world.fresh.one(), "home"
    if chance < 0.65:
        return CAMPUS, world.places.campus_address(rng, int(world.roll.site_of[persons[0]])), "campus"
    if chance < 0.85:
        return MOBILE, world.places.mobile(rng, many), "mobile"
    moving, home = rng.random(many) < 0.5, world.fresh.one()
    return np.where(moving, MOBILE, HOME), np.where(moving, world.places.mobile(rng, many), home), "home and mobile"


def insider(world: World, many: int) -> Votes:
    """Somebody with the list in hand, on the network of the campus, who clears the cookies after each ballot."""
    rng = world.rng
    persons, order = victims(world, many, in_order=0.65)
    many = len(persons)
    seconds = by_hand(world, many, 15, 60)
    pauses = breaks(world, rng.uniform(2, 6, many) + rng.exponential(rng.uniform(2, 12), many))
    evening = rng.random() < 0.6
    at = sittings(world, seconds, pauses, int(rng.integers(1, 5)), (17, 21) if evening else (9, 16))
    device, cookie = cleared(world, many)
    clients = world.clients.of(rng, int(rng.integers(1, 3)))
    return attack(
        world,
        Kind.INSIDER,
        f"{'evening' if evening else 'daytime'}, {order}, {cookie}",
        Act(at, seconds, persons),
        network_kind=CAMPUS,
        network=world.places.campus_address(rng, int(world.roll.site_of[persons[0]])),
        device=device,
        client=rng.choice(clients, many),
    )


def wroclaw(world: World, many: int) -> Votes:
    """Many phones at one address, each identity once, all by one rhythm: Wrocław, 2025 (320 votes, 65 phones)."""
    rng = world.rng
    persons, order = victims(world, many, in_order=0.2, sites=int(rng.integers(1, 6)))
    many = len(persons)
    interval = rng.uniform(40, 150)
    seconds = by_hand(world, many, 15, min(70, interval))
    gaps = np.maximum(4, interval * (1 + rng.normal(0, rng.uniform(0.05, 0.3), many)) - seconds)
    at = sittings(world, seconds, gaps, int(rng.integers(1, 4)), (10, 20))
    phones = max(2, int(many / rng.uniform(1, 6)))
    devices = world.fresh.take(phones)
    clients = world.clients.phones(rng, phones)
    which = np.arange(many) % phones if rng.random() < 0.6 else np.sort(np.arange(many) % phones)
    device, cookie = (devices[which], "cookies kept") if rng.random() < 0.6 else cleared(world, many)
    return attack(
        world,
        Kind.WROCLAW,
        f"{cookie}, {order}",
        Act(at, seconds, persons),
        network_kind=HOME,
        network=world.fresh.one(),
        device=device,
        client=clients[which],
    )


def night_series(world: World, many: int) -> Votes:
    """A list worked through between 0:30 and 7:30: Guimarães (2,850 votes with numbers of public lists)."""
    rng = world.rng
    persons, order = victims(world, many, in_order=0.6, sites=int(rng.integers(1, 3)))
    many = len(persons)
    seconds = by_hand(world, many, 4, 40)
    pauses = rng.exponential(rng.uniform(3, 30), many) + 2
    at = sittings(world, seconds, pauses, int(rng.integers(1, 5)), (24.5, 27))
    homes = world.fresh.take(int(rng.integers(1, 4)))
    device, cookie = cleared(world, many)
    return attack(
        world,
        Kind.NIGHT,
        f"{order}, {cookie}",
        Act(at, seconds, persons),
        network_kind=HOME,
        network=rng.choice(homes, many),
        device=device,
        client=int(world.clients.of(rng, 1)[0]),
    )


def double_vote(world: World, many: int) -> Votes:
    """Each identity twice within seconds, before the first ballot is known everywhere: Gers, 2019."""
    rng = world.rng
    persons, order = victims(world, many // 2, in_order=0.3)
    pairs = len(persons)
    seconds = by_hand(world, 2 * pairs, 3, 20)
    pauses = np.where(np.arange(2 * pairs) % 2, 0.0, rng.exponential(rng.uniform(10, 60), 2 * pairs) + 2)
    at = sittings(world, seconds, pauses, int(rng.integers(1, 3)), (9, 25))
    device, cookie = cleared(world, pairs) if rng.random() < 0.6 else (np.full(pairs, world.fresh.one()), "one device")
    return attack(
        world,
        Kind.DOUBLE,
        f"{cookie}, {order}",
        Act(at, seconds, np.repeat(persons, 2)),
        network_kind=HOME,
        network=world.fresh.one(),
        device=np.repeat(device, 2),
        client=int(world.clients.of(rng, 1)[0]),
    )


def slow_manual(world: World, many: int) -> Votes:
    """One to three ballots a day by hand, from here and there, as slowly as anybody: nothing mechanical about it."""
    rng, period = world.rng, world.period
    a_day = rng.integers(1, 4, period.days)
    days = np.repeat(np.arange(period.days), a_day)[:many]
    persons, order = victims(world, len(days), in_order=0.5)
    days = days[: len(persons)]
    many = len(days)
    at = np.array([period.moment(int(day), hour) for day, hour in zip(days, rng.uniform(8, 24, many), strict=True)])
    kind = rng.choice([HOME, MOBILE, CAMPUS], many, p=(0.5, 0.3, 0.2))
    campus = world.places.campus(rng, world.roll.site_of[persons])
    network = np.select(
        [kind == HOME, kind == MOBILE], [world.fresh.take(many), world.places.mobile(rng, many)], campus
    )
    device, cookie = cleared(world, many)
    return attack(
        world,
        Kind.SLOW,
        f"{cookie}, {order}",
        Act(period.kept(at), world.seconds(many, 0.8), persons),
        network_kind=kind,
        network=network,
        device=device,
        client=rng.choice(world.clients.of(rng, 3), many),
    )
