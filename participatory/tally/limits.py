"""What the terms of a count still allow while projects are being funded: caps, groups, requirements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from participatory.tally.counting import Standing
from participatory.tally.outcome import Reason
from participatory.tally.terms import Terms


@dataclass(frozen=True)
class Rejection:
    """Why a project cannot be funded any more, and what acts against it."""

    reason: Reason
    by: str | None = None


NO_MONEY = Rejection(Reason.NO_MONEY)


class Limits:
    """The state of caps, groups and requirements as projects are funded; it only ever grows stricter."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.funded: dict[str, int] = {}
        self._caps = _by_project({cap.key: cap.project_ids for cap in terms.caps})
        self._groups = _by_project({group.key: group.project_ids for group in terms.groups})
        self._left = {cap.key: cap.amount for cap in terms.caps}
        self._taken: dict[str, str] = {}
        # Whether the terms hold any cap, group or requirement.
        self.binding = bool(self._caps or self._groups or terms.requires)

    def copy(self) -> "Limits":
        """The same state, to try what follows from it."""
        other = Limits.__new__(Limits)
        other.__dict__ = self.__dict__ | {
            "funded": dict(self.funded), "_left": dict(self._left), "_taken": dict(self._taken),
        }  # fmt: skip
        return other

    def fund(self, project: str, paid: int) -> None:
        """Note that the project was funded with that amount."""
        self.funded[project] = paid
        for key in self._caps.get(project, ()):
            self._left[key] -= paid
        for key in self._groups.get(project, ()):
            self._taken[key] = project

    def missing(self, project: str) -> str | None:
        """A project that this one requires and that is not funded (the first by id), if there is any."""
        required = self.terms.requires.get(project)
        return min(required.difference(self.funded), default=None) if required else None

    def rival(self, project: str) -> str | None:
        """The funded project that keeps this one out, as both are of one group, if there is any."""
        return next((self._taken[key] for key in self._groups.get(project, ()) if key in self._taken), None)

    def concern(self, project: str) -> bool:
        """Whether any cap, group or requirement concerns the project."""
        return project in self._caps or project in self._groups or project in self.terms.requires

    def open_to(self, project: str) -> bool:
        """Whether neither a rival of its group nor a missing requirement keeps the project out now."""
        return self.rival(project) is None and self.missing(project) is None

    def room(self, project: str) -> int | None:
        """The highest cost that the caps on this project allow; None without a cap."""
        return min((self._left[key] for key in self._caps.get(project, ())), default=None)

    def room_within(self, project: str, money: int) -> int:
        """The highest cost that this money and the caps on the project allow."""
        cap = self.room(project)
        return money if cap is None else min(money, cap)

    def rejects(self, project: Standing) -> Rejection | None:
        """What forbids the project for good, if anything does; a requirement may still be met."""
        if not self.binding:
            return None
        rival = self.rival(project.project)
        if rival is not None:
            return Rejection(Reason.INCOMPATIBLE, rival)
        for key in self._caps.get(project.project, ()):
            if project.cost > self._left[key]:
                return Rejection(Reason.CAP, key)
        return None

    def at_last(self, rejections: Mapping[str, Rejection], known: Iterable[Standing]) -> dict[str, Rejection]:
        """The rejections as the end of a stage sees them: what the limits forbid by then does not only want money."""
        standings = {standing.project: standing for standing in known if standing.project in rejections}
        return {id_: self.rejects(standings[id_]) or self.waits(id_) or why for id_, why in rejections.items()}

    def waits(self, project: str) -> Rejection | None:
        """The requirement for which the project waits, if any."""
        missing = self.missing(project)
        return None if missing is None else Rejection(Reason.REQUIRES, missing)


def _by_project(sets: dict[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """The keys that concern each project, in the order of the terms."""
    keys: dict[str, list[str]] = defaultdict(list)
    for key, projects in sets.items():
        for project in projects:
            keys[project].append(key)
    return {project: tuple(found) for project, found in keys.items()}
