"""When a reminder is due. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

# A night between the basket and the letter; no letter in the last hours, when nobody would read it in time.
AFTER_BASKET = timedelta(hours=24)
LAST_DAYS = timedelta(hours=48)
LAST_HOURS = timedelta(hours=3)


class Reminder(StrEnum):
    """The letters, each sent once at most to a person in a round."""

    BASKET = "basket"
    LAST_CHANCE = "last_chance"


def due(now: datetime, opens: datetime, closes: datetime) -> Reminder | None:
    """Which letter may leave at an instant (UTC) of a vote that opens and closes at these, None for none."""
    left = closes - now
    if now < opens + AFTER_BASKET or left < LAST_HOURS:
        return None
    return Reminder.LAST_CHANCE if left <= LAST_DAYS else Reminder.BASKET
