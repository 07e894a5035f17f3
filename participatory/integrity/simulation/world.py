"""Everything that the makers of ballots share: what was asked and drawn, the roll, the period, the places. Pure."""

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from participatory.integrity.simulation.electorate import Electorate, Habits, draw_habits
from participatory.integrity.simulation.period import Period, make_period
from participatory.integrity.simulation.places import Clients, Places
from participatory.integrity.simulation.roll import Roll, draw_roll
from participatory.integrity.simulation.votes import NONE, Codes, Fresh, Numbers


@dataclass(frozen=True)
class World:
    """One electorate in the making."""

    asked: Electorate
    habits: Habits
    rng: Generator
    roll: Roll
    period: Period
    places: Places
    clients: Clients
    fresh: Fresh
    manners: dict[int, str] = field(default_factory=dict)  # how the attack of each group goes about it

    def devices(self, many: int) -> Codes:
        """The device cookies of so many people, each with a device of their own; some keep none."""
        kept = self.rng.random(many) < self.habits.cookies
        return np.where(kept, self.fresh.take(many), NONE)

    def seconds(self, many: int, pace: float = 1.0) -> Numbers:
        """The time that so many honest people take in the booth, `pace` times the usual; some are fast or very slow."""
        rng, habits = self.rng, self.habits
        usual = np.maximum(12.0, rng.lognormal(np.log(habits.median * pace), habits.spread, many))
        chance = rng.random(many)
        fast, slow = rng.uniform(6, 12, many), rng.uniform(600, 2400, many)
        return np.where(chance < habits.fast, fast, np.where(chance > 1 - habits.patient, slow, usual))


def make_world(seed: int, asked: Electorate) -> World:
    """The world of that seed."""
    rng = np.random.default_rng(seed)
    habits = draw_habits(asked, rng)
    roll, fresh = draw_roll(asked, rng), Fresh()
    period = make_period(habits, rng)
    return World(asked, habits, rng, roll, period, Places(habits, roll, fresh, rng), Clients(habits, rng), fresh)


def one_after_the_other(seconds: Numbers, pauses: Numbers) -> Numbers:
    """When each of these votes is cast, in seconds after the first begins, where one person or tablet does them all."""
    return np.asarray(np.cumsum(seconds) + np.concatenate([[0.0], np.cumsum(pauses[1:])]))
