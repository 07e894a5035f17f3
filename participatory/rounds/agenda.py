"""The calendar of a round as an iCalendar file (RFC 5545)."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Calendar as Agenda
from icalendar import Event

from participatory.core import labels
from participatory.rounds.models import Round
from participatory.rounds.rules import DATED, Phase
from participatory.web.filters import locale_code


def agenda(round_: Round, address: str, now: datetime, phases: Sequence[Phase] = DATED) -> bytes:
    """One event per phase, in UTC; identifiers stay the same when dates move, so that calendars update."""
    file = Agenda()
    file.add("prodid", "-//Budget étudiant Occitanie//participatory//FR")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", round_.title)
    for phase in phases:
        file.add_component(_event(round_, phase, address, now))
    return bytes(file.to_ical())


def _event(round_: Round, phase: Phase, address: str, now: datetime) -> Event:
    starts, ends = round_.calendar.starts(phase), round_.calendar.ends(phase)
    event = Event()
    event.add("uid", f"{round_.public_id}-{phase.value}@{urlsplit(address).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", starts)
    # The last phase has no end: its beginning alone is a date to keep.
    event.add("dtend", ends or starts)
    event.add("summary", f"{round_.title} : {_(labels.label(phase))}", parameters={"language": locale_code()})
    event.add("description", round_.summary)
    event.add("url", address)
    # A phase lasts weeks: it informs, and leaves the days free for the rest.
    event.add("transp", "TRANSPARENT")
    return event
