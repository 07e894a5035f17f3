"""Many identities on one device. Declared stands are exempt: there, that is what a device is for."""

import numpy as np

from participatory.integrity.detection.background import HOUR, Background
from participatory.integrity.detection.finding import Finding, Sheet
from participatory.integrity.detection.streams import Members, sets_of
from participatory.integrity.events import UNKNOWN, Events
from participatory.integrity.rules import Parameters


def devices(events: Events, usual: Background, rules: Parameters) -> Finding:
    """`m − 3` for m identities on one device within an hour; less for as many within a day, and over weeks.

    A family or a computer of a library has a few identities a day; they add up slowly.
    """
    sheet = Sheet(len(events))
    key = np.where(usual.away, events.device, UNKNOWN)
    for members in sets_of(key, int(rules.device_hour) + 1):
        hour, day = (_busiest(events, members, span) for span in (HOUR, 24 * HOUR))
        ever = len(np.unique(events.person[members]))
        value = max(
            hour - rules.device_hour,
            (day - rules.device_free) / rules.device_step,
            (ever - 3 * rules.device_free) / rules.device_slow,
        )
        value = min(rules.most, value)
        if value > 0:
            sheet.write(members, value)
    return sheet.finding()


def _busiest(events: Events, members: Members, span: int) -> int:
    """The most identities within so many seconds."""
    at = events.at[members]
    inside = np.searchsorted(at, at + span, side="right") - np.arange(len(at))
    first = int(np.argmax(inside))
    return len(np.unique(events.person[members[first : first + int(inside[first])]]))
