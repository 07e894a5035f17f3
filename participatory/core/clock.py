"""The only place that reads the system clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def paris(moment: datetime) -> datetime:
    """The same instant as people of the Region read it on a clock."""
    return moment.astimezone(PARIS)
