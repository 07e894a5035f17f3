"""When people vote: weeks and days in Paris time, rushes at both ends, reminders by mail. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.random import Generator

from participatory.core.clock import PARIS
from participatory.integrity.simulation.electorate import Habits
from participatory.integrity.simulation.votes import Codes, Numbers

HOUR = 3600.0
# Relative to the busiest hour of a day, from midnight; the hours of the night come from the habits.
_ANY = (3, 1, 1, 1, 1, 1, 2, 6, 12, 16, 20, 19, 18, 17, 17, 16, 16, 17, 18, 17, 18, 20, 17, 9)
_CAMPUS = (0, 0, 0, 0, 0, 0, 0, 3, 14, 18, 20, 19, 17, 16, 18, 17, 15, 11, 6, 3, 2, 1, 0, 0)
_WEEK = (1.0, 1.05, 1.0, 0.95, 0.75, 0.45, 0.55)
_NIGHT = range(1, 6)


@dataclass(frozen=True)
class Period:
    """The hours of a vote: when each begins (seconds UTC), its hour and weekday in Paris, and the day of the vote."""

    starts: Numbers
    hour: Codes
    weekday: Codes
    day: Codes
    weights: Numbers
    reminders: Numbers

    @property
    def opens(self) -> float:
        """The first instant."""
        return float(self.starts[0])

    @property
    def closes(self) -> float:
        """The instant after the last."""
        return float(self.starts[-1]) + HOUR

    @property
    def days(self) -> int:
        """How many days it touches."""
        return int(self.day[-1]) + 1

    def slot(self, at: Numbers) -> Codes:
        """The hours that these instants are in."""
        return ((at - self.opens) // HOUR).astype(np.int64)

    def kept(self, at: Numbers) -> Numbers:
        """The same instants, those after the end being brought back as long before it."""
        return np.clip(np.where(at > self.closes, 2 * self.closes - at, at), self.opens + 1, self.closes - 1)

    def moment(self, day: int, hour: float) -> float:
        """An instant of that day of the vote, by the clock of Paris; kept inside the vote."""
        first = datetime.fromtimestamp(self.opens, UTC).astimezone(PARIS).replace(hour=0, minute=0, second=0)
        that = (first.replace(tzinfo=None) + timedelta(days=day, hours=hour)).replace(tzinfo=PARIS)
        return float(np.clip(that.timestamp(), self.opens + 60, self.closes - 60))

    def draw(self, rng: Generator, many: int, weights: Numbers | None = None) -> Numbers:
        """Instants by the weights of the hours: those of everybody, unless others are given that are not all zero."""
        chances = np.cumsum(self.weights if weights is None or not weights.any() else weights)
        hours = np.searchsorted(chances, rng.random(many) * chances[-1], side="right")
        return np.asarray(self.starts[hours] + rng.random(many) * HOUR)


def campus_hours(period: Period, evenings: float = 0.0) -> Numbers:
    """How open a campus is in each hour: 1 in the middle of a morning of the week, `evenings` when all are home."""
    classes = np.array(_CAMPUS)[period.hour] / 20 * np.where(period.weekday < 5, 1.0, 0.08)
    return np.maximum(classes, np.where((period.hour >= 18) | (period.hour < 2), evenings, 0.0))


def make_period(habits: Habits, rng: Generator) -> Period:
    """The hours of a vote that opens on some morning of the academic year and closes in an evening."""
    first = datetime(2026, 9, 14, tzinfo=PARIS) + timedelta(days=int(rng.integers(0, 260)))
    opens = first.replace(hour=int(rng.integers(8, 13)))
    closes = (first + timedelta(days=habits.days - 1)).replace(hour=int(rng.integers(17, 24)))
    hours = int((closes.timestamp() - opens.timestamp()) // HOUR)
    starts = opens.timestamp() + np.arange(hours, dtype=np.float64) * HOUR
    here = [datetime.fromtimestamp(start, UTC).astimezone(PARIS) for start in starts]
    hour = np.array([each.hour for each in here], dtype=np.int64)
    weekday = np.array([each.weekday() for each in here], dtype=np.int64)
    day = np.array([(each.date() - first.date()).days for each in here], dtype=np.int64)
    weights = _weights(habits, rng, hour, weekday, day)
    reminders = rng.choice(starts[(hour >= 8) & (hour <= 20)], habits.reminders) + rng.uniform(
        0, HOUR, habits.reminders
    )
    return Period(starts, hour, weekday, day, weights, reminders)


def _weights(habits: Habits, rng: Generator, hour: Codes, weekday: Codes, day: Codes) -> Numbers:
    shape = np.array(_ANY, dtype=np.float64) * np.exp(rng.normal(0, 0.12, 24))
    awake = shape.sum() - shape[list(_NIGHT)].sum()
    shape[list(_NIGHT)] *= habits.night / (1 - habits.night) * awake / shape[list(_NIGHT)].sum()
    last = int(day[-1])
    opening, closing = rng.uniform(0.5, 4), rng.uniform(0.2, 3)
    rush = 1 + opening * np.exp(-day / 1.5) + closing * np.exp((day - last) / 1.2)
    chance = np.exp(rng.normal(0, 0.25, last + 1))
    return np.asarray(shape[hour] * np.array(_WEEK)[weekday] * rush * chance[day])


def draw_times(period: Period, habits: Habits, rng: Generator, many: int) -> Numbers:
    """When so many people vote on their own: by the calendar, or soon after a reminder reached them."""
    at = period.draw(rng, many)
    reminded = rng.random(many) < habits.reminded
    mail = period.reminders[rng.integers(0, len(period.reminders), many)]
    # Most answer within the hour, some find the letter in the evening.
    after = np.where(
        rng.random(many) < 0.75, rng.exponential(35 * 60, many), rng.lognormal(np.log(4 * HOUR), 0.8, many)
    )
    late = mail + after
    answered = reminded & (late < period.closes)
    # Who finds the letter in the night mostly leaves it for another moment.
    asleep = np.isin(period.hour[np.clip(period.slot(late), 0, len(period.hour) - 1)], list(_NIGHT))
    answered &= ~asleep | (rng.random(many) < habits.night)
    return np.where(answered, late, at)
