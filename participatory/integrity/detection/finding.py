"""What a family gives: a score for each event, and the groups of events that it holds together. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from participatory.integrity.detection.streams import Members
from participatory.integrity.events import Numbers


@dataclass(frozen=True)
class Finding:
    """Scores in powers of ten of surprise, 0 for nothing; `groups` are events that one hand probably made."""

    score: Numbers
    groups: tuple[Members, ...] = ()


class Sheet:
    """Scores as they are written down: each event keeps the highest, groups are kept beside."""

    def __init__(self, size: int):
        self.score: Numbers = np.zeros(size)
        self.groups: list[Members] = []

    def write(self, members: Members, value: float) -> None:
        """Give these events at least this score, as one group."""
        self.score[members] = np.maximum(self.score[members], value)
        self.groups.append(members)

    def finding(self) -> Finding:
        """What was written."""
        return of_members(self.score, self.groups)


def of_members(score: Numbers, groups: Iterable[Members] = ()) -> Finding:
    """A finding without the groups that hold a single event."""
    return Finding(score, tuple(each for each in groups if len(each) > 1))
