"""What the calendar asks of a key: to be there, to be checked, and when its officers are reminded. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

# From this long before the vote opens, pages warn of a key that is missing or was never checked.
WARNED_BEFORE = timedelta(days=14)
# How many days before the vote its officers are written to while it has no key; 0 is the opening itself.
REMINDER_DAYS = (14, 7, 2, 0)


class Lack(StrEnum):
    """What a round still lacks before its vote can open with confidence."""

    KEY = "key"
    CHECK = "check"


class Made(StrEnum):
    """What was done with a key, of which the other officers are told."""

    CREATED = "created"
    REPLACED = "replaced"
    DISCARDED = "discarded"


def lack(created: bool, checked: bool) -> Lack | None:
    """What is missing: the key itself, the proof that its shares were well noted, or nothing."""
    if not created:
        return Lack.KEY
    return None if checked else Lack.CHECK


def is_urgent(voting_at: datetime, control_at: datetime, now: datetime) -> bool:
    """Whether a lack must be said everywhere: the vote opens within two weeks, or should be open. Instants in UTC."""
    return voting_at - WARNED_BEFORE <= now < control_at


def reminder_due(voting_at: datetime, now: datetime) -> int | None:
    """The reminder whose day has come, the closest to the vote; None before the first. Instants in UTC."""
    reached = [days for days in REMINDER_DAYS if voting_at - timedelta(days=days) <= now]
    return min(reached, default=None)


def numbered_words(share: str) -> list[tuple[int, str]]:
    """The words of a share with their numbers, from 1, as a sheet shows them."""
    return list(enumerate(share.split(), start=1))
