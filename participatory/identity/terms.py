"""From when to when a role is held: days as people write them, instants as the rules compare them. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from participatory.core.clock import PARIS
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

# A role that ends within this time is pointed out, so that nobody finds a door closed one morning.
ENDING_SOON = timedelta(days=14)
# Beyond, a year is a slip of the finger.
LAST_YEAR = 2100


@dataclass(frozen=True)
class Term:
    """From when to when (UTC); None: from the instant of the grant, and without an end."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None


def term_of(first: date | None, last: date | None, now: datetime) -> Term:
    """The term from the morning of one day to the end of another, both in Paris; today means from now on.

    Raises Refusal (INVALID, field `starts` or `ends`) for days that are past, reversed, or beyond LAST_YEAR.
    """
    today = now.astimezone(PARIS).date()
    if first is not None and first < today:
        raise Refusal(N_("Un rôle ne se donne pas pour hier : choisissez aujourd’hui ou un jour à venir."),
                      Kind.INVALID, "starts")  # fmt: skip
    if last is not None and last < max(first or today, today):
        raise Refusal(N_("La fin vient avant le début : vérifiez les deux dates."), Kind.INVALID, "ends")
    for name, day in (("starts", first), ("ends", last)):
        if day is not None and day.year > LAST_YEAR:
            raise Refusal(N_("Vérifiez l’année."), Kind.INVALID, name)
    return Term(
        _morning(first) if first is not None and first > today else None,
        _morning(last + timedelta(days=1)) if last is not None else None,
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS).astimezone(UTC)


def last_day(ends_at: datetime) -> date:
    """The last day, in Paris, of a role that ends at this instant."""
    return (ends_at.astimezone(PARIS) - timedelta(microseconds=1)).date()


def is_ending(ends_at: datetime | None, now: datetime) -> bool:
    """Whether a role that is not over comes to its end within ENDING_SOON."""
    return ends_at is not None and now < ends_at <= now + ENDING_SOON
