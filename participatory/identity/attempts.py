"""How often a person may try a second factor; counted where the other limits are."""

from datetime import UTC, datetime

from limits import RateLimitItem, parse_many

from participatory.web.limits import SECOND_FACTOR, limiter

_PACES: list[RateLimitItem] = parse_many(SECOND_FACTOR.rule)


def locked_until(person: str) -> datetime | None:
    """Count one more try of this person; None when it may be judged, else when the next one may be."""
    if not limiter.enabled:
        return None
    key = _key(person)
    full = [pace for pace in _PACES if not limiter.limiter.hit(pace, key)]
    if not full:
        return None
    ends = max(limiter.limiter.get_window_stats(pace, key).reset_time for pace in full)
    # Hours are told without seconds: the next full minute is after the end.
    return datetime.fromtimestamp((int(ends) // 60 + 1) * 60, UTC)


def forgive(person: str) -> None:
    """Forget the tries of the last minutes: the right one has come."""
    if limiter.enabled:
        limiter.limiter.clear(_PACES[0], _key(person))


def _key(person: str) -> str:
    return f"second-factor:{person}"
