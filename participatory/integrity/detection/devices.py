"""Many identities on one device. Declared stands are exempt: there, that is what a device is for."""

import numpy as np

from participatory.integrity.detection.background import HOUR, Background
from participatory.integrity.detection.finding import Finding, Sheet
from participatory.integrity.detection.streams import Members, sets_of
from participatory.integrity.events import UNKNOWN, Events
from participatory.integrity.rules import Parameters

_DAY = 24 * HOUR


def devices(events: Events, usual: Background, rules: Parameters) -> Finding:
    """More with each identity on one device within a day, and less for as many over weeks.

    A family or a computer of a library has a few identities a day; they add up slowly.
    """
    sheet = Sheet(len(events))
    key = np.where(usual.away, events.device, UNKNOWN)
    for members in sets_of(key, int(rules.device_free) + 1):
        at = events.at[members]
        inside = np.searchsorted(at, at + _DAY, side="right") - np.arange(len(at))
        busiest = _people(events, members, int(np.argmax(inside)), int(inside.max()))
        ever = len(np.unique(events.person[members]))
        weeks = (ever - 3 * rules.device_free) / rules.device_slow
        value = min(rules.most, max((busiest - rules.device_free) / rules.device_step, weeks))
        if value > 0:
            sheet.write(members, value)
    return sheet.finding()


def _people(events: Events, members: Members, first: int, size: int) -> int:
    return len(np.unique(events.person[members[first : first + size]]))
