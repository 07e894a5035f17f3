"""Honest people who vote on their own, with friends, in a lecture or in a hall of residence. Pure."""

import numpy as np

from participatory.integrity.simulation.electorate import Kind
from participatory.integrity.simulation.period import campus_hours, draw_times
from participatory.integrity.simulation.roll import Turnout
from participatory.integrity.simulation.votes import CAMPUS, HOME, HOSTING, MOBILE, Codes, Numbers, Votes, cast
from participatory.integrity.simulation.world import World


def ordinary(world: World, persons: Codes) -> Votes:
    """People who vote when and where they please, on a device of their own."""
    at = draw_times(world.period, world.habits, world.rng, len(persons))
    return _own_devices(world, Kind.ORDINARY, 0, persons, at, where=whereabouts(world, persons, at))


def whereabouts(world: World, persons: Codes, at: Numbers) -> tuple[Codes, Codes]:
    """The kind of network and the network of each of these people at that time: campuses close, homes are shared."""
    rng, habits, many = world.rng, world.habits, len(persons)
    sites = world.roll.site_of[persons]
    open_hours = campus_hours(world.period, habits.evenings)
    campus = np.minimum(0.97, world.places.campus_share[sites] * open_hours[world.period.slot(at)])
    elsewhere = rng.random(many)
    kind = np.where(elsewhere < habits.mobile / (1 - habits.campus / 2), MOBILE, HOME)
    kind = np.where(rng.random(many) < habits.hosting, HOSTING, kind)
    kind = np.where(rng.random(many) < campus, CAMPUS, kind)
    network = np.select(
        [kind == CAMPUS, kind == MOBILE, kind == HOSTING],
        [world.places.campus(rng, sites), world.places.mobile(rng, many), world.places.exits(rng, many)],
        world.places.homes(rng, many),
    )
    return kind, network


def _own_devices(
    world: World, label: Kind, group: Codes | int, persons: Codes, at: Numbers, *, where: tuple[Codes, Codes]
) -> Votes:
    many, (kind, network) = len(persons), where
    return cast(
        label,
        group,
        at=at,
        person=persons,
        network_kind=kind,
        network=network,
        device=world.devices(many),
        client=world.clients.of(world.rng, many, moving=kind == MOBILE),
        seconds=world.seconds(many),
    )


def friends(world: World, persons: Codes) -> Votes:
    """Groups of two to five who vote within minutes of each other, mostly by the same network."""
    rng, many = world.rng, len(persons)
    group = np.repeat(np.arange(many), rng.choice([2, 3, 4, 5], many, p=(0.55, 0.25, 0.12, 0.08)))[:many]
    first = np.concatenate([[True], np.diff(group) > 0])
    leads = np.flatnonzero(first)
    at = draw_times(world.period, world.habits, rng, len(leads))
    kind, network = whereabouts(world, persons[leads], at)
    late = np.where(first, 0.0, rng.exponential(240, many))
    mine = kind[group]
    # Phones of friends do not leave by the same address of the carrier.
    network = np.where(mine == MOBILE, world.places.mobile(rng, many), network[group])
    numbers = world.fresh.groups(len(leads))[group]
    return _own_devices(
        world, Kind.FRIENDS, numbers, persons, world.period.kept(at[group] + late), where=(mine, network)
    )


def lectures(world: World, turnout: Turnout) -> list[Votes]:
    """Rooms of 60 to 300 who vote within minutes by one address of the campus, until their share is reached."""
    wanted, made = world.habits.lectures * turnout.left.sum(), []
    while wanted > 20:
        # Small electorates have small rooms.
        most = int(min(300, max(20, 0.4 * turnout.left.max())))
        site = turnout.site(at_least=min(40, most))
        if site is None:
            break
        size = int(world.rng.integers(min(60, most // 2), most + 1))
        size = min(size, int(turnout.left[site] * 0.7))
        alphabetical = size <= 120 and world.rng.random() < world.habits.classes
        persons = turnout.block(site, size) if alphabetical else turnout.some(site, size)
        made.append(_lecture(world, site, persons, Kind.CLASS if alphabetical else Kind.LECTURE))
        wanted -= size
    return made


def _lecture(world: World, site: int, persons: Codes, label: Kind) -> Votes:
    rng, many = world.rng, len(persons)
    open_hours = campus_hours(world.period) * (world.period.weekday < 5)
    begins = float(world.period.draw(rng, 1, open_hours)[0])
    at = world.period.kept(begins + rng.beta(1.6, 2.2, many) * rng.uniform(5, 15) * 60)
    moving = rng.random(many) < rng.uniform(0, 0.25)
    kind = np.where(moving, MOBILE, CAMPUS)
    network = np.where(moving, world.places.mobile(rng, many), world.places.campus_address(rng, site))
    return cast(
        label,
        world.fresh.group(),
        at=at,
        person=persons,
        network_kind=kind,
        network=network,
        device=world.devices(many),
        client=np.where(rng.random(many) < 0.7, world.clients.phones(rng, many), world.clients.of(rng, many)),
        # The lecturer shows how, so it takes less long.
        seconds=world.seconds(many, float(rng.uniform(0.5, 1.0))),
    )


def residences(world: World, turnout: Turnout) -> list[Votes]:
    """Halls where 50 to 400 live behind one address that passes for that of a home."""
    wanted, made, rng = world.habits.residences * turnout.left.sum(), [], world.rng
    rate = max(0.05, turnout.left.sum() / turnout.roll.sizes.sum())
    while wanted > 5:
        site = turnout.site(at_least=8)
        if site is None:
            break
        size = min(int(rng.integers(50, 401) * min(1.0, rate * rng.uniform(0.7, 1.4))), int(turnout.left[site] * 0.6))
        persons = turnout.some(site, max(size, 3))
        at = _evenings(world, len(persons))
        made.append(
            _own_devices(world, Kind.RESIDENCE, world.fresh.group(), persons, at, where=_hall(world, len(persons)))
        )
        wanted -= len(persons)
    return made


def _hall(world: World, many: int) -> tuple[Codes, Codes]:
    return np.full(many, HOME), np.full(many, world.fresh.one())


def _evenings(world: World, many: int) -> Numbers:
    """Mostly evenings, mails like everybody, and in some halls a party or a meeting at which many vote."""
    rng, period = world.rng, world.period
    weights = period.weights * np.where((period.hour >= 18) | (period.hour < 1), 2.5, 0.7)
    own = np.where(rng.random(many) < 0.5, period.draw(rng, many, weights), draw_times(period, world.habits, rng, many))
    if rng.random() < 0.4:
        meeting = period.moment(int(rng.integers(0, period.days)), rng.uniform(19, 22))
        present = rng.random(many) < rng.uniform(0.2, 0.6)
        own = np.where(present, meeting + rng.uniform(0, rng.uniform(15, 90) * 60, many), own)
    return period.kept(own)


def crowd(world: World, turnout: Turnout) -> list[Votes]:
    """Everybody who is left, friends first."""
    together = turnout.share(world.habits.friends)
    made = [friends(world, together)] if len(together) else []
    return [*made, ordinary(world, turnout.share(1.0))]
