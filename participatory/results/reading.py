"""A frozen document as the pages read it: who won, where the line was drawn, what each envelope paid."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from participatory.results.comparing import Comparison
from participatory.results.editions import Data, read_document
from participatory.tally.election import VoteType
from participatory.tally.methods import RuleName
from participatory.tally.outcome import MAIN_STAGE, Part, Reason, State
from participatory.tally.ties import Criterion, Ties

# From ten units of the currency on, a sentence does without the hundredths.
_WHOLE = 1000


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
        return cls(read_document(document))

    @property
    def currency(self) -> str:
        """The code of the currency."""
        return str(self.data["round"]["currency"])

    @property
    def by_points(self) -> bool:
        """Whether ballots give points and not one vote to each project."""
        return not VoteType(self.data["count"]["vote_type"]).counts_votes

    @property
    def method(self) -> Data:
        """The rule and its options."""
        found: Data = self.data["count"]["method"]
        return found

    @property
    def rule(self) -> str:
        """The name of the rule."""
        return str(self.method["rule"])

    @property
    def main(self) -> Data:
        """The last stage, in which all compete for what the reserved parts left."""
        stage: Data = self.data["stages"][-1]
        return stage

    @staticmethod
    def share_cents(stage: Data) -> int | None:
        """What each ballot had to spend in a stage under equal shares, rounded down; None under other rules."""
        if stage["endowment"] is None:
            return None
        cents, part = stage["endowment"].split("/")
        return int(cents) // int(part)

    @property
    def along_a_list(self) -> bool:
        """Whether the rule goes along a list of projects, so that further votes or a lower cost can be reckoned."""
        return self.rule in (RuleName.GREEDY, RuleName.GREEDY_PER_COST)

    @cached_property
    def left_by_rule(self) -> int:
        """What the rule left of the last stage, before a completion or a partial funding used it."""
        stage, rule = self.main["key"], Part.RULE.value
        paid = sum(p["paid_cents"] for p in self.winners if p["stage"] == stage and p["part"] == rule)
        return int(self.main["budget_cents"] - paid)

    def most_for(self, project: Data) -> int:
        """The largest of the sums that the stages had for a project."""
        stages = (stage for stage in self.data["stages"] if stage["key"] in (*project["floors"], MAIN_STAGE))
        return max(int(stage["budget_cents"]) for stage in stages)

    @property
    def barred(self) -> bool:
        """Whether something else than money kept projects out."""
        money = (Reason.NO_MONEY, Reason.OUTSIDE_FLOOR)
        return any(project["reason"] not in money for project in self.losers)

    @cached_property
    def caps(self) -> dict[str, Data]:
        """The caps by their key."""
        return {cap["key"]: cap for cap in self.data["caps"]}

    def had_in_sight(self, project: Data) -> int:
        """What the supporters of a project had towards its cost, as a sentence says it, in hundredths.

        Whole units are enough where more than ten are missing and the cost is whole.
        """
        purse = project["purse"]
        had: int = purse["left_cents"] if purse["affordable"] else purse["left_then_cents"]
        whole = project["cost_cents"] - had >= _WHOLE and project["cost_cents"] % 100 == 0
        return had // 100 * 100 if whole else had

    def takers(self, project: Data) -> list[tuple[Data, int]]:
        """Who took the money of its supporters, the largest amounts first, in whole units where that is enough."""
        taken = [(self.by_id[each["project"]], each["cents"]) for each in project["purse"]["taken"]]
        return [(taker, cents // 100 * 100 if cents >= _WHOLE else cents) for taker, cents in taken]

    @cached_property
    def comparison(self) -> Comparison | None:
        """What other rules would have given; None in a document from before they were counted."""
        return Comparison(self.data) if self.data["alternatives"] else None

    @cached_property
    def winners(self) -> list[Data]:
        """The projects that receive money, by rank."""
        return [project for project in self.data["projects"] if State(project["state"]).wins]

    @cached_property
    def losers(self) -> list[Data]:
        """The others, by rank."""
        return [project for project in self.data["projects"] if not State(project["state"]).wins]

    @property
    def bricks(self) -> list[Data]:
        """What each of them receives, for the course of bricks."""
        return [{"cost_cents": project["paid_cents"]} for project in self.winners]

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
