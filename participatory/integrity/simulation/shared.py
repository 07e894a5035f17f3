"""Honest people who share a device: families, libraries, stands. Pure."""

import numpy as np

from participatory.integrity.simulation.electorate import Kind
from participatory.integrity.simulation.honest import whereabouts
from participatory.integrity.simulation.period import campus_hours, draw_times
from participatory.integrity.simulation.roll import Turnout
from participatory.integrity.simulation.votes import CAMPUS, MOBILE, NONE, Codes, Numbers, Votes, cast
from participatory.integrity.simulation.world import World, one_after_the_other


def shared_devices(world: World, turnout: Turnout) -> list[Votes]:
    """Partners, brothers and sisters, friends without battery: two or three on one device, minutes or days apart."""
    part = world.habits.shared
    family = turnout.relatives(part * 0.3)
    others = turnout.share(part * 0.7)
    sizes = world.rng.choice([2, 3], len(others), p=(0.85, 0.15))
    pairs = np.repeat(np.arange(len(family) // 2), 2)
    groups = np.concatenate([pairs, np.repeat(np.arange(len(others)), sizes)[: len(others)] + len(family)])
    persons = np.concatenate([family, others])
    return [_one_device_each(world, persons, np.unique(groups, return_inverse=True)[1])] if len(persons) else []


def _one_device_each(world: World, persons: Codes, groups: Codes) -> Votes:
    rng, many = world.rng, len(persons)
    first = np.concatenate([[True], np.diff(groups) > 0])
    leads = np.flatnonzero(first)
    at = draw_times(world.period, world.habits, rng, len(leads))
    kind, network = whereabouts(world, persons[leads], at)
    seconds = world.seconds(many)
    soon = rng.random(many) < 0.7
    later = np.where(soon, seconds + rng.exponential(90, many), rng.exponential(2 * 86400, many))
    clients = world.clients.of(rng, len(leads), moving=kind == MOBILE)
    return cast(
        Kind.SHARED_DEVICE,
        world.fresh.groups(len(leads))[groups],
        at=world.period.kept(at[groups] + np.where(first, 0.0, _cumulated(later, groups, first))),
        person=persons,
        network_kind=kind[groups],
        network=network[groups],
        device=world.devices(len(leads))[groups],
        client=clients[groups],
        seconds=seconds,
    )


def _cumulated(steps: Numbers, groups: Codes, first: Codes) -> Numbers:
    """The sum of the steps since the first of each group."""
    sums = np.cumsum(np.where(first, 0.0, steps))
    return np.asarray(sums - sums[np.flatnonzero(first)][groups])


def libraries(world: World, turnout: Turnout) -> list[Votes]:
    """Computers of libraries that 4 to 12 people use over the days; some forget the one before, some do not."""
    wanted, made, rng = world.habits.library * turnout.left.sum(), [], world.rng
    while wanted > 3:
        site = turnout.site(at_least=4)
        if site is None:
            break
        persons = turnout.some(site, int(rng.integers(4, 13)))
        many = len(persons)
        kept = rng.random() < 0.6
        made.append(
            cast(
                Kind.LIBRARY,
                world.fresh.group(),
                at=np.sort(world.period.draw(rng, many, world.period.weights * campus_hours(world.period))),
                person=persons,
                network_kind=CAMPUS,
                network=world.places.campus_address(rng, site),
                device=world.fresh.one() if kept else world.fresh.take(many),
                client=int(world.clients.desktops(rng, 1)[0]),
                seconds=world.seconds(many),
            )
        )
        wanted -= many
    return made


def stands(world: World, turnout: Turnout) -> list[Votes]:
    """Tablets at which 20 to 300 pass, one after the other; those that nobody declared bear another label."""
    declared = [Kind.STAND] * world.habits.stands + [Kind.UNDECLARED_STAND] * world.habits.undeclared
    made = []
    for number, label in enumerate(declared):
        # No more than a third of a site passes by its stand.
        site = turnout.site(at_least=20)
        if site is None:
            break
        most = int(min(300, max(20, turnout.left[site] / 3)))
        size = int(np.exp(world.rng.uniform(np.log(20), np.log(most + 1))))
        stand = number if label is Kind.STAND else NONE
        made.append(_stand(world, label, site, turnout.some(site, size), stand))
    return made


def _stand(world: World, label: Kind, site: int, persons: Codes, stand: int) -> Votes:
    rng, many = world.rng, len(persons)
    seconds = world.seconds(many, float(rng.uniform(0.6, 1.0)))
    # Who is very slow at a stand is helped.
    seconds = np.minimum(seconds, 420)
    at = _noons(world, one_after_the_other(seconds, rng.exponential(rng.uniform(25, 240), many)))
    tablet = rng.random() < 0.7
    mobile = rng.random() < 0.5
    network = world.places.mobile(rng, 1)[0] if mobile else world.places.campus_address(rng, site)
    return cast(
        label,
        world.fresh.group(),
        at=world.period.kept(at),
        person=persons,
        network_kind=MOBILE if mobile else CAMPUS,
        network=int(network),
        device=world.fresh.one(),
        client=world.clients.tablet(rng) if tablet else int(world.clients.of(rng, 1)[0]),
        seconds=seconds,
        stand=stand,
    )


def _noons(world: World, after: Numbers) -> Numbers:
    """The same sequence cut into the noons of consecutive days: a stand stays for a few hours."""
    rng, period = world.rng, world.period
    weekdays = np.unique(period.day[(period.weekday < 5) & (period.hour == 12)])
    # A vote of a week-end has its stands then.
    weekdays = weekdays if len(weekdays) else np.unique(period.day)
    length = max(rng.uniform(2, 5) * 3600, float(after[-1]) / len(weekdays) + 1)
    day = (after // length).astype(np.int64)
    first = int(rng.integers(0, max(1, len(weekdays) - int(day[-1]))))
    hour = rng.uniform(10, 13)
    begins = np.array([period.moment(int(each), hour) for each in weekdays[first : first + int(day[-1]) + 1]])
    return np.asarray(begins[day] + after % length)
