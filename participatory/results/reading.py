"""A frozen document as the pages read it: who won, where the line was drawn, what each envelope paid."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from participatory.results.document import Data
from participatory.tally.election import VoteType
from participatory.tally.outcome import State
from participatory.tally.ties import Criterion, Ties


@dataclass(frozen=True)
class Pot:
    """What one part of the budget had and paid, in hundredths; `name` is a French msgid, empty for the common part."""

    name: str
    had: int
    paid: int
    projects: int


@dataclass(frozen=True)
class Result:
    """The content of a document. Amounts are in hundredths of its currency."""

    data: Data

    @classmethod
    def of(cls, document: str) -> "Result":
        """The result that a document holds."""
        return cls(json.loads(document))

    @property
    def currency(self) -> str:
        """The code of the currency."""
        return str(self.data["round"]["currency"])

    @property
    def by_points(self) -> bool:
        """Whether ballots give points and not one vote to each project."""
        return not VoteType(self.data["count"]["vote_type"]).counts_votes

    @cached_property
    def winners(self) -> list[Data]:
        """The funded projects, by rank."""
        return [project for project in self.data["projects"] if project["state"] == State.FUNDED.value]

    @cached_property
    def losers(self) -> list[Data]:
        """The others, by rank."""
        return [project for project in self.data["projects"] if project["state"] != State.FUNDED.value]

    @cached_property
    def by_id(self) -> dict[str, Data]:
        """The projects by their id in the count."""
        return {project["id"]: project for project in self.data["projects"]}

    @cached_property
    def by_proposal(self) -> dict[str, Data]:
        """The projects by the public identifier of their proposal."""
        return {project["proposal"]: project for project in self.data["projects"]}

    @property
    def stopped(self) -> Data | None:
        """The first project for which the money no longer sufficed."""
        line = self.data["line"]
        return self.by_id[line["project"]] if line else None

    @property
    def floor_names(self) -> dict[str, str]:
        """The name of each reserved part by its key."""
        return {floor["key"]: floor["name"] for floor in self.data["floors"]}

    @property
    def pots(self) -> list[Pot]:
        """Each reserved part, then the common one, which also had what the first ones left."""
        floors = self.data["floors"]
        reserved = [Pot(f["name"], f["amount_cents"], f["spent_cents"], f["funded_by_it"]) for f in floors]
        gone, bought = sum(pot.paid for pot in reserved), sum(pot.projects for pot in reserved)
        budget, cost = self.data["budget_cents"], self.data["cost_cents"]
        return [*reserved, Pot("", budget - gone, cost - gone, len(self.winners) - bought)]

    @property
    def winners_by_department(self) -> dict[str, int]:
        """How many funded projects each department has; empty when no project has a place on the map."""
        return dict(Counter(p["department"] for p in self.winners if p["department"]))

    @property
    def mapped(self) -> bool:
        """Whether any project, funded or not, has a department."""
        return any(project["department"] for project in self.data["projects"])

    @property
    def decisive_ties(self) -> list[Data]:
        """The equal scores among which some were funded and others not."""
        return [tie for tie in self.data["ties"] if tie["decisive"]]

    @property
    def drawn_ties(self) -> list[Data]:
        """The equal scores that the lot separated, where that mattered."""
        return [tie for tie in self.decisive_ties if Criterion.LOT.value in tie["criteria"]]

    @property
    def by_rulebook(self) -> bool:
        """Whether ties are broken as our rulebooks say, and not by the order of the ids."""
        return bool(self.data["count"]["ties"] == Ties.RULEBOOK.value)
