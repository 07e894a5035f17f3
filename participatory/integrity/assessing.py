"""From events to cases: every family, their sum, and the groups that it leads to. Pure, deterministic, linear."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from participatory.integrity.detection.background import Background, background
from participatory.integrity.detection.bursts import bursts
from participatory.integrity.detection.cadence import night, rhythm
from participatory.integrity.detection.devices import devices
from participatory.integrity.detection.finding import Finding
from participatory.integrity.detection.grouping import accompanied, cases, completed, surrounded
from participatory.integrity.detection.lists import adjacency
from participatory.integrity.detection.overlaps import operators
from participatory.integrity.detection.paces import clients, speed
from participatory.integrity.detection.seeing import Seen, seen_in
from participatory.integrity.detection.streams import Members
from participatory.integrity.events import Events
from participatory.integrity.rules import Family, NetworkKind, Parameters

__all__ = ["FAMILIES", "LIGHT", "Assessment", "Case", "Flag", "Seen", "assess"]

FAMILIES: Mapping[Family, Callable[[Events, Background, Parameters], Finding]] = {
    Family.DEVICE: devices,
    Family.NETWORK: bursts,
    Family.OPERATOR: operators,
    Family.ADJACENCY: adjacency,
    Family.SPEED: speed,
    Family.CLIENT: clients,
    Family.NIGHT: night,
    Family.RHYTHM: rhythm,
}
# What is looked at for supports, comments and votes on statements: no list is followed, nobody stays in a booth.
LIGHT = frozenset({Family.DEVICE, Family.NETWORK, Family.SPEED, Family.RHYTHM, Family.CLIENT})

# The families whose groups are one hand's: where half of one is flagged, so is what comes close.
TIGHT = (Family.DEVICE, Family.OPERATOR, Family.CLIENT)
# What is more than haste: a hand at work, not people in a hurry.
CLOSER = (Family.DEVICE, Family.OPERATOR, Family.ADJACENCY, Family.RHYTHM)


@dataclass(frozen=True)
class Flag:
    """An event that is flagged: its scores by family (those that are not zero), their sum, and its case."""

    event_id: str
    score: float
    families: Mapping[Family, float]
    case: str


@dataclass(frozen=True)
class Case:
    """Events flagged together: `weight` is the sum of their scores, `seen` the strongest family first.

    `id` is the same in each pass as long as the first of its events stays the same.
    """

    id: str
    event_ids: tuple[str, ...]
    weight: float
    seen: tuple[Seen, ...]

    @property
    def size(self) -> int:
        """How many events there are."""
        return len(self.event_ids)


@dataclass(frozen=True)
class Assessment:
    """What a pass found among so many events."""

    events: int
    flagged: tuple[Flag, ...]
    cases: tuple[Case, ...]


def assess(events: Events, parameters: Parameters | None = None, *, light: bool = False) -> Assessment:
    """Score every event and group what is flagged; `light` looks at the families of `LIGHT` alone.

    The result does not depend on the order in which the events were given. A time proportional to their number.
    """
    rules = (parameters or Parameters()).among(len(events))
    if not len(events):
        return Assessment(0, (), ())
    usual = background(events)
    found = {family: score(events, usual, rules) for family, score in FAMILIES.items() if not light or family in LIGHT}
    table = np.array([np.round(finding.score, 2) for finding in found.values()])
    total = table.sum(axis=0)
    groups = [group for finding in found.values() for group in finding.groups]
    flagged = (total >= rules.flag_at) & ((table > rules.family_above).sum(axis=0) >= rules.families_at_least)
    tight = [group for family in TIGHT if family in found for group in found[family].groups]
    nearly = _nearly(table, total, rules)
    flagged |= nearly & _machines_alike(events, found[Family.CLIENT])
    flagged = completed(flagged, tight, nearly)
    # Amid a stand or a farm of a campus, the others who vote are the students of that campus.
    campus = events.kind_code == events.kind.index(NetworkKind.CAMPUS)
    worth = total >= np.where(campus, rules.flag_at - rules.family_above, rules.family_above)
    flagged = surrounded(events, flagged, usual.away, worth)
    above = {family: finding.score > rules.family_above for family, finding in found.items()}
    closer = np.any([above[family] for family in CLOSER if family in above], axis=0)
    flagged = accompanied(events, flagged, above[Family.DEVICE], closer)
    members = cases(events, flagged, usual.quick, groups, rules)
    told = [_case(events, usual, found, total, each) for each in members]
    flags = [
        _flag(events, found, table, int(place), case.id)
        for case, each in zip(told, members, strict=True)
        for place in each
    ]
    return Assessment(len(events), tuple(flags), tuple(told))


def _machines_alike(events: Events, found: Finding) -> np.ndarray:
    """Whether a vote came from a host's machine amid others that take as long: each of the two is seen by itself."""
    alike = np.zeros(len(events), dtype=bool)
    for members in found.groups:
        alike[members] = True
    found_so: np.ndarray = alike & (events.kind_code == events.kind.index(NetworkKind.HOSTING))
    return found_so


def _nearly(table: np.ndarray, total: np.ndarray, rules: Parameters) -> np.ndarray:
    """Whether an event lacks one family, or half of one, to be flagged by itself."""
    seen: np.ndarray = (table >= rules.family_above / 2).sum(axis=0) >= rules.families_at_least
    return seen & (total >= rules.flag_at - rules.family_above)


def _case(
    events: Events, usual: Background, found: Mapping[Family, Finding], total: np.ndarray, members: Members
) -> Case:
    ids = tuple(events.ids[place] for place in members)
    name = hashlib.sha256(ids[0].encode()).hexdigest()[:16]
    seen = tuple(seen_in(events, usual, {family: each.score for family, each in found.items()}, members))
    return Case(name, ids, round(float(total[members].sum()), 2), seen)


def _flag(events: Events, found: Mapping[Family, Finding], table: np.ndarray, place: int, case: str) -> Flag:
    scores = {family: float(value) for family, value in zip(found, table[:, place], strict=True) if value > 0}
    return Flag(events.ids[place], round(sum(scores.values()), 2), scores, case)
