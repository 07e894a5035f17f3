"""Days and durations in words, for what is shown to people and exported."""

from datetime import date, datetime, timedelta

from flask_babel import format_date, gettext, ngettext

from participatory.core.typography import french
from participatory.web.filters import locale_code, paris_date


def day(moment: datetime) -> str:
    """The day of an instant in Paris, in plain words."""
    return str(paris_date(moment).striptags())


def plain_day(moment: date) -> str:
    """A day of the calendar in plain words."""
    return str(format_date(moment, "d MMMM y"))


def duration(delay: timedelta) -> str:
    """A delay in years, days or hours, whichever is whole."""
    hours = int(delay.total_seconds()) // 3600
    if hours < 24:
        text = ngettext("%(num)s heure", "%(num)s heures", hours)
    elif delay.days % 365 == 0:
        text = ngettext("%(num)s an", "%(num)s ans", delay.days // 365)
    else:
        text = ngettext("%(num)s jour", "%(num)s jours", delay.days)
    return str(french(text) if locale_code() == "fr" else text)


def said(message: str, **values: object) -> str:
    """A sentence that the code marked, in the page's language, with the spaces of its typography."""
    text = str(gettext(message, **values))
    return french(text) if locale_code() == "fr" else text


def moment_text(moment: datetime | None) -> str | None:
    """An instant as machines read it, in UTC."""
    return moment.isoformat(timespec="seconds") if moment is not None else None
