"""An election as it is counted: projects with their costs, a budget, ballots."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from participatory.tally.amounts import in_units, parse_amount

Choices = tuple[tuple[str, int], ...]


class VoteType(StrEnum):
    """How people vote, under the names of the Pabulib format."""

    APPROVAL = "approval"
    CHOOSE_1 = "choose-1"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"
    ORDINAL = "ordinal"

    @property
    def counts_votes(self) -> bool:
        """Whether a project's score is its number of votes, and not a sum of points."""
        return self in (VoteType.APPROVAL, VoteType.CHOOSE_1)


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the ballot; `cost` is a positive number of the election's integer units."""

    id: str
    cost: int
    name: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot: the projects it names, with the points it gives to each.

    An approval gives 1 point; a ranking of k places gives k, k-1, … (`ranking`).
    `multiplicity` is the number of people who cast exactly this ballot.
    """

    voter: str
    choices: Choices
    extra: dict[str, str] = field(default_factory=dict)
    multiplicity: int = 1


@dataclass(frozen=True)
class Election:
    """Projects, ballots and a budget, in integer units of which `unit` make one of the currency.

    `unit` is 1 for a file of whole amounts and 100 for a file with cents. `meta`
    keeps what the file says of itself, in its order.
    """

    meta: dict[str, str]
    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    budget: int
    unit: int = 1

    @property
    def vote_type(self) -> VoteType:
        """How people voted. Raises ValueError when `meta` names no known type."""
        return VoteType(self.meta["vote_type"])

    @property
    def voters(self) -> int:
        """The number of ballots cast, each counted as often as it was cast."""
        return sum(ballot.multiplicity for ballot in self.ballots)

    @property
    def threshold(self) -> int | None:
        """The score below which the file says that a project cannot be funded, if it says so."""
        try:
            return in_units(parse_amount(self.meta.get("min_project_score_threshold", "")), 1)
        except ValueError:
            return None

    @property
    def declared_winners(self) -> frozenset[str] | None:
        """The projects that the file declares as funded, or None where it declares nothing.

        Only the mark 1 counts: 2 and 3 are a city's own exceptions, such as money from elsewhere.
        """
        if not any("selected" in project.extra for project in self.projects):
            return None
        return frozenset(p.id for p in self.projects if p.extra.get("selected") == "1")


def approval(projects: Sequence[str]) -> Choices:
    """Choices that approve each of the projects once, even one that is named twice."""
    return tuple((project, 1) for project in dict.fromkeys(projects))


def ranking(projects: Sequence[str], places: int) -> Choices:
    """Choices that rank the projects: k points for the first, then k-1, … with k = `places`.

    k is the same for all ballots of an election: the larger of its declared maximum
    and of its longest ballot. A project named again keeps its first place.
    """
    return tuple((p, places - rank) for rank, p in enumerate(dict.fromkeys(projects)))


def in_finer_unit(election: Election, unit: int) -> Election:
    """The same election counted in a smaller unit. `unit` must be a multiple of the present one."""
    factor, rest = divmod(unit, election.unit)
    if rest or not factor:
        raise ValueError(f"a unit of 1/{unit} does not divide 1/{election.unit}")
    projects = tuple(replace(p, cost=p.cost * factor) for p in election.projects)
    return replace(election, projects=projects, budget=election.budget * factor, unit=unit)
