"""The roll: sites of very unequal size, each with its list in the order of names, and who of it votes. Pure."""

import numpy as np
from numpy.random import Generator

from participatory.integrity.simulation.electorate import Electorate, Habits
from participatory.integrity.simulation.votes import Codes, Numbers


class Roll:
    """People are numbered site after site, in the order of each list; nobody is taken twice."""

    def __init__(self, sizes: Codes) -> None:
        self.sizes = sizes
        self.first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self.site_of = np.repeat(np.arange(len(sizes)), sizes)
        self._taken = np.zeros(int(sizes.sum()), dtype=bool)

    def rank_of(self, persons: Codes) -> Codes:
        """The place of these people in the list of their site, from 1."""
        return persons - self.first[self.site_of[persons]] + 1

    def free(self, site: int) -> Codes:
        """The people of a site whom nobody took, in order."""
        first = int(self.first[site])
        return first + np.flatnonzero(~self._taken[first : first + int(self.sizes[site])])

    def take(self, persons: Codes) -> Codes:
        """The same people, taken."""
        self._taken[persons] = True
        return persons

    def some(self, rng: Generator, site: int, many: int) -> Codes:
        """People of a site by chance, in no order: fewer where there are not so many left."""
        left = self.free(site)
        return self.take(rng.permutation(left)[:many])

    def run(self, rng: Generator, site: int, many: int, gap: float) -> Codes:
        """People of a site down its list, `gap` places further each time on average."""
        left = self.free(site)
        steps = np.cumsum(rng.geometric(1 / max(1.0, min(gap, len(left) / max(many, 1))), many))
        start = int(rng.integers(0, max(1, len(left) - int(steps[-1]))))
        places = start + steps
        return self.take(left[places[places < len(left)]])

    def anywhere(self, rng: Generator, sites: Codes, many: int) -> Codes:
        """People of these sites by chance, as many of each as its size has it."""
        left = np.concatenate([self.free(int(site)) for site in sites])
        return self.take(rng.permutation(left)[:many])


def draw_roll(asked: Electorate, rng: Generator) -> Roll:
    """Two or three sites with a quarter of everybody each, a few with hundreds or thousands, many with 30 to 200."""
    tiny = max(1, int(asked.sites * rng.uniform(0.55, 0.7)))
    large = min(int(rng.integers(2, 4)), max(1, asked.sites - tiny))
    middle = max(0, asked.sites - tiny - large)
    small = np.exp(rng.uniform(np.log(30), np.log(200), tiny))
    small *= min(1.0, 0.2 * asked.voters / small.sum())
    rest = asked.voters - small.sum()
    middling = rng.lognormal(0, 0.9, middle)
    middling *= rest * rng.uniform(0.2, 0.4) / max(middling.sum(), 1e-9)
    giants = rng.dirichlet(np.full(large, 20.0)) * (rest - middling.sum())
    sizes = np.maximum(5, np.round(np.concatenate([giants, middling, small]))).astype(np.int64)
    return Roll(rng.permutation(sizes))


class Turnout:
    """The honest people who vote, site by site, waiting to be given the circumstances in which they do."""

    def __init__(self, roll: Roll, habits: Habits, rng: Generator) -> None:
        self._rng = rng
        self.roll = roll
        rates = np.clip(habits.turnout * np.exp(rng.normal(0, 0.3, len(roll.sizes))), 0.03, 0.92)
        # The sites differ, but the whole is as it was drawn.
        rates = np.clip(rates * habits.turnout * roll.sizes.sum() / (rates * roll.sizes).sum(), 0.03, 0.95)
        self._waiting = [
            roll.some(rng, site, round(int(size) * float(rate)))
            for site, (size, rate) in enumerate(zip(roll.sizes, rates, strict=True))
        ]

    @property
    def left(self) -> Numbers:
        """How many wait at each site."""
        return np.array([len(each) for each in self._waiting], dtype=np.float64)

    def site(self, *, at_least: int = 1) -> int | None:
        """A site by chance, in proportion of those who wait there; None where nowhere so many do."""
        left = np.where(self.left >= at_least, self.left, 0.0)
        if not left.sum():
            return None
        return int(self._rng.choice(len(left), p=left / left.sum()))

    def some(self, site: int, many: int) -> Codes:
        """So many of a site, in no order: fewer where there are not so many."""
        found, self._waiting[site] = np.split(self._waiting[site], [many])
        return found

    def block(self, site: int, many: int) -> Codes:
        """So many of a site who follow each other in its list, in no order: a class made by names."""
        waiting = np.sort(self._waiting[site])
        start = int(self._rng.integers(0, max(1, len(waiting) - many + 1)))
        rest = np.concatenate([waiting[:start], waiting[start + many :]])
        self._waiting[site] = self._rng.permutation(rest)
        return self._rng.permutation(waiting[start : start + many])

    def share(self, part: float) -> Codes:
        """That part of those who wait, site after site."""
        many = self._rng.binomial(self.left.astype(np.int64), part)
        return np.concatenate([self.some(site, int(each)) for site, each in enumerate(many)])

    def relatives(self, part: float) -> Codes:
        """Pairs of the same name, next to each other in the list: that part of those who wait, one after the other."""
        found = []
        for site, waiting in enumerate(self._waiting):
            pairs = np.sort(waiting)[: len(waiting) // 2 * 2].reshape(-1, 2)
            near = pairs[pairs[:, 1] - pairs[:, 0] <= 2]
            chosen = near[self._rng.random(len(near)) < part / 2]
            self._waiting[site] = waiting[~np.isin(waiting, chosen)]
            found.append(chosen.ravel())
        return np.concatenate(found)
