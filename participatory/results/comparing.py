"""The comparison of a frozen document as pages and files read it: the official method first, then the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from participatory.core.labels import label
from participatory.results.editions import Data
from participatory.rounds.rulebook import Theme
from participatory.territories.rules import SiteKind

# Beyond this many categories a table tells nothing: towns often give each project its own.
_MOST_CATEGORIES = 13


@dataclass(frozen=True)
class Column:
    """What one method gives. `entering` and `leaving` are the projects by which it differs from the official one.

    `costs` gives the cost of each project by its id, in hundredths.
    """

    data: Data
    official: bool
    entering: Sequence[Data]
    leaving: Sequence[Data]
    costs: Mapping[str, int]

    @property
    def method(self) -> Data:
        """The rule and its options."""
        found: Data = self.data["method"]
        return found

    @cached_property
    def winners(self) -> frozenset[str]:
        """The ids of those that it funds."""
        return frozenset(self.data["winners"])

    @cached_property
    def paid(self) -> dict[str, int]:
        """What each of them receives, in hundredths: its cost, or for the last one what was left of it."""
        paid = {project: self.costs[project] for project in self.data["winners"]}
        if paid:
            paid[self.data["winners"][-1]] -= sum(paid.values()) - self.data["cost_cents"]
        return paid

    def spent(self, what: str, value: str) -> int:
        """What it spends on a category (`by_category`) or a kind of site (`by_site_kind`), in hundredths."""
        return int(self.data[what].get(value, 0))


@dataclass(frozen=True)
class Comparison:
    """Rules side by side on the same ballots and terms. Amounts are in hundredths."""

    data: Data

    @cached_property
    def columns(self) -> list[Column]:
        """The official method, then the others."""
        official, *others = self.data["alternatives"]
        return [self._column(official, official), *(self._column(other, official) for other in others)]

    def _column(self, alternative: Data, official: Data) -> Column:
        ours, theirs = frozenset(official["winners"]), frozenset(alternative["winners"])
        projects = self.data["projects"]
        return Column(
            data=alternative,
            official=alternative is official,
            entering=[project for project in projects if project["id"] in theirs - ours],
            leaving=[project for project in projects if project["id"] in ours - theirs],
            costs={project["id"]: project["cost_cents"] for project in projects},
        )

    @property
    def official(self) -> Column:
        """The method of the result."""
        return self.columns[0]

    @property
    def scale(self) -> int:
        """The amount that the whole width of a wall of bricks stands for."""
        return max(1, int(self.data["budget_cents"]))

    @cached_property
    def disputed(self) -> list[Data]:
        """The projects that some methods fund and others do not, by rank."""
        sets = [column.winners for column in self.columns]
        split = frozenset.union(*sets) - frozenset.intersection(*sets)
        return [project for project in self.data["projects"] if project["id"] in split]

    @cached_property
    def agreed(self) -> int:
        """How many projects all methods fund."""
        return len(frozenset.intersection(*(column.winners for column in self.columns)))

    @cached_property
    def categories(self) -> list[str]:
        """Every category that some method spends on, in order; none where there is one, or too many to compare."""
        return self._values("by_category")

    @cached_property
    def site_kinds(self) -> list[str]:
        """Every kind of site that some method spends on; none in an imported election."""
        return self._values("by_site_kind")

    @staticmethod
    def named(value: str) -> str:
        """The French msgid of a theme or a kind of site of ours; other words as they are."""
        for kind in (Theme, SiteKind):
            if value in [member.value for member in kind]:
                return label(kind(value))
        return value

    def _values(self, what: str) -> list[str]:
        found = sorted({value for alternative in self.data["alternatives"] for value in alternative[what]})
        return found if 1 < len(found) <= _MOST_CATEGORIES else []
