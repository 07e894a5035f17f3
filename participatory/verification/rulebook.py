"""The rulebook as the manifest carries it, and what it makes of a ballot and of a count.

Read from the JSON alone: what it leaves out has the value that the default says here. Amounts are in cents.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from participatory.tally.linking import Row, groups_among, requirements_among
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.terms import Cap, Floor, Terms
from participatory.tally.ties import Lot, Order, Ties
from participatory.verification.layout import MAIN
from participatory.verification.shape import HEX64, NAME, TEXT, AtLeast, Maybe, Whole

SHAPE = AtLeast(
    {
        "budget_cents": Whole,
        "floors": [AtLeast({"key": TEXT, "name": TEXT, "amount_cents": Whole, "site_kinds": [TEXT]})],
        "ballot_kind": TEXT,
        "ballot_min": Whole,
        "ballot_max": Whole,
        "count_rule": TEXT,
        "tie_break": TEXT,
        "tie_seed": TEXT,
        "min_votes": Whole,
        "contests": Maybe([AtLeast({"key": NAME, "name": TEXT, "amount_cents": Whole, "site_slugs": [TEXT]})]),
        "points_budget": Maybe(Whole),
        "points_cap": Maybe(Whole),
        "rank_weights": Maybe([Whole]),
        "caps": Maybe([AtLeast({"scope": TEXT, "amount_cents": Whole})]),
        "set_aside_motives": Maybe([TEXT]),
        "partial_funding": Maybe(bool),
        "satisfaction": Maybe(TEXT),
        "completion": Maybe(TEXT),
        "stop": Maybe(TEXT),
        "step_permille": Maybe(Whole),
        "step_cents": Maybe(Whole),
        "detection": Maybe(HEX64),
        "most_share": Maybe(Whole),
    }
)
MOTIVES = ("duplicate_identity", "proof_withdrawn", "usurpation")
KINDS = ("approval", "knapsack", "points", "ranking")

Choices = list[tuple[str, int]]


@dataclass(frozen=True)
class Listed:
    """A row of projects.csv: amounts in cents, empty texts for what is not said."""

    contest: str
    id: str
    title: str
    cost: int
    site: str
    site_kind: str
    department: str
    theme: str
    carrier: str
    partial_from: int | None
    left: str


@dataclass(frozen=True)
class Rules:
    """The rulebook; its JSON has the shape above."""

    data: Mapping[str, Any]

    @cached_property
    def kind(self) -> str:
        """The kind of ballot."""
        return str(self.data["ballot_kind"])

    @cached_property
    def amounts(self) -> dict[str, int]:
        """The envelope of each contest in cents, the main one first: it has what the others leave."""
        others = {each["key"]: each["amount_cents"] for each in self.data.get("contests", ())}
        return {MAIN: self.data["budget_cents"] - sum(others.values()), **others}

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each contest other than the main one."""
        return {each["key"]: each["name"] for each in self.data.get("contests", ())}

    @property
    def motives(self) -> tuple[str, ...]:
        """The motives for which a ballot may be set aside."""
        return tuple(self.data.get("set_aside_motives", MOTIVES))

    @property
    def ranks(self) -> int:
        """How many ranks have a weight."""
        return len(self.data.get("rank_weights", ())) or int(self.data["ballot_max"])

    def points(self, value: int) -> int:
        """What a choice of this value counts: 1, its points, or the weight of its rank (k, k − 1… unless said)."""
        if self.kind != "ranking":
            return value
        said = self.data.get("rank_weights") or ()
        if not 1 <= value <= self.ranks:
            return 0
        return int(said[value - 1]) if said else self.ranks - value + 1

    def faults(self, choices: Choices, costs: Mapping[str, int], amount: int) -> Iterator[str]:
        """Why these choices are no legal ballot of a contest with this amount and the costs of its projects."""
        strangers = [project for project, _ in choices if project not in costs]
        if strangers:
            yield f"it names {strangers[0]}, which is not on the list of this contest"
        if len({project for project, _ in choices}) < len(choices):
            yield "it names a project twice"
        least, most = max(1, self.data["ballot_min"]), self.data["ballot_max"]
        if not least <= len(choices) <= most:
            yield f"it names {len(choices)} projects, and the rulebook asks for {least} to {most}"
        yield from self._value_faults(choices, costs, amount)

    def _value_faults(self, choices: Choices, costs: Mapping[str, int], amount: int) -> Iterator[str]:
        values = [value for _, value in choices]
        if self.kind == "points":
            budget, cap = self.data.get("points_budget", 10), self.data.get("points_cap", 0)
            if min(values, default=1) < 1:
                yield "it gives less than one point to a project"
            if sum(values) > budget:
                yield f"it gives {sum(values)} points, and there are {budget}"
            if cap and max(values, default=0) > cap:
                yield f"it gives {max(values)} points to one project, and the most is {cap}"
        elif self.kind == "ranking":
            if sorted(values) != list(range(1, len(values) + 1)) or len(values) > self.ranks:
                yield "its ranks are not 1, 2, 3… each once"
        elif any(value != 1 for value in values):
            yield "it counts a project for something else than one vote"
        elif self.kind == "knapsack" and sum(costs.get(project, 0) for project, _ in choices) > amount:
            yield f"its projects cost more together than the envelope of {amount} cents"

    @property
    def method(self) -> Method:
        """The rule of the count; raises ValueError for a name that is none."""
        rule = RuleName(self.data["count_rule"])
        if rule is not RuleName.MES:
            return Method(rule)
        cents, permille = self.data.get("step_cents", 0), self.data.get("step_permille", 10)
        return Method(
            rule,
            Satisfaction(self.data.get("satisfaction", Satisfaction.COST)),
            Completion(self.data.get("completion", Completion.NONE)),
            Stop(self.data.get("stop", Stop.OVERSPEND)),
            step=Fraction(cents) if cents else Fraction(permille, 1000),
            step_is_share=not cents,
        )

    def terms(self, contest: str, counted: Iterable[Listed], round_key: str, links: Sequence[Row] = ()) -> Terms:
        """The terms of the count of a contest, in cents; raises ValueError for terms that cannot be.

        `counted` are its projects still on the ballot, by id. Floors and caps bear on the main contest alone, the
        frozen `links` between projects on each.
        """
        projects = list(counted)
        ids = {each.id: each.id for each in projects}
        main = contest == MAIN
        lexico = self.data["tie_break"] == Ties.LEXICO
        lot = Lot() if lexico else Lot(bytes.fromhex(self.data["tie_seed"]), round_key)
        partial = {each.id: each.partial_from for each in projects if each.partial_from is not None}
        return Terms(
            budget=self.amounts[contest],
            floors=tuple(self._floors(projects)) if main else (),
            threshold=self.data["min_votes"] or None,
            order=Order(Ties(self.data["tie_break"]), lot),
            caps=tuple(self._caps(projects)) if main else (),
            groups=groups_among(links, ids),
            requires=requirements_among(links, ids),
            partial=partial if self.data.get("partial_funding", False) else None,
        )

    def _floors(self, projects: list[Listed]) -> Iterator[Floor]:
        for floor in self.data["floors"]:
            concerned = frozenset(each.id for each in projects if each.site_kind in floor["site_kinds"])
            yield Floor(floor["key"], floor["amount_cents"], concerned)

    def _caps(self, projects: list[Listed]) -> Iterator[Cap]:
        """A cap for each site, department, theme or carrier whose projects exceed it together.

        Its key holds the value in projects.csv, which is not the key of the file for sites and carriers.
        """
        for cap in self.data.get("caps", ()):
            members: dict[str, list[Listed]] = {}
            for each in projects:
                if value := _SCOPES[cap["scope"]](each):
                    members.setdefault(f"{cap['scope']}:{value}", []).append(each)
            for key, listed in sorted(members.items()):
                if sum(each.cost for each in listed) > cap["amount_cents"]:
                    yield Cap(key, cap["amount_cents"], frozenset(each.id for each in listed))


_SCOPES: dict[str, Callable[[Listed], str]] = {
    "site": lambda project: project.site,
    "department": lambda project: project.department.lower(),
    "theme": lambda project: project.theme,
    "carrier": lambda project: project.carrier,
}
