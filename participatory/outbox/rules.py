"""When a letter that could not be sent is tried again."""

from datetime import datetime, timedelta

MAX_ATTEMPTS = 8
# A worker that died while sending leaves its claim behind; another takes it over after this delay.
CLAIM_LASTS = timedelta(minutes=10)


def next_attempt(attempts: int, now: datetime) -> datetime:
    """The instant of the next attempt: after 1, 2, 4… minutes, at most two hours apart."""
    return now + timedelta(minutes=min(2 ** max(attempts - 1, 0), 120))
