"""pabutools behind a pipe: a question as one line of JSON on stdin, its answer as one line on stdout.

It runs in an environment of its own (requirements-oracle.txt), because pabutools is under
the GPL and asks for solvers that the rules compared here never call; these are replaced
by empty modules. Its own scales are not used: every ballot comes with our points.

A question is {projects: {id: cost}, budget, ballots: [[{id: points}, times]], rule, sat,
increment}; `increment` is "num/den" or null. An answer is {winners: [id], seconds} or {error};
the seconds are of the processor, for the count without loading its ballots.
"""

import json
import sys
import time
from functools import partial
from types import ModuleType


class _Nothing(ModuleType):
    """A module of which every name exists and none does anything."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


for _absent in ("pulp", "natsort", "mip", "gurobipy", "preflibtools", "preflibtools.instances"):
    sys.modules[_absent] = _Nothing(_absent)

from gmpy2 import mpq  # noqa: E402
from pabutools import fractions  # noqa: E402
from pabutools.election import (  # noqa: E402
    AdditiveSatisfaction,
    ApprovalBallot,
    ApprovalProfile,
    CardinalBallot,
    CardinalProfile,
    Instance,
    Project,
)
from pabutools.rules.greedywelfare import greedy_utilitarian_welfare  # noqa: E402
from pabutools.rules.mes import method_of_equal_shares  # noqa: E402
from pabutools.rules.phragmen import sequential_phragmen  # noqa: E402

fractions.FRACTION = fractions.GMPY_FRAC
# The rules of pabutools call themselves once for each project that they fund.
sys.setrecursionlimit(20_000)


def value(sat, points, cost):
    """What a project is worth to a supporter that gives it these points."""
    return {"cost": cost, "cardinality": 1, "points": points, "cost-points": points * cost}[sat]


def utility(sat):
    """The satisfaction of one name, as a class of pabutools."""

    def of_project(instance, profile, ballot, project, precomputed):
        points = ballot.get(project, 0) if isinstance(ballot, dict) else int(project in ballot)
        return value(sat, points, project.cost) if points else 0

    class Satisfaction(AdditiveSatisfaction):
        def __init__(self, instance, profile, ballot):
            super().__init__(instance, profile, ballot, of_project)

    return Satisfaction


def profile_of(instance, projects, ballots):
    """The ballots, each as often as it was cast; approvals where all points are 1."""
    people = [points for points, times in ballots for _ in range(times)]
    if all(value == 1 for points in people for value in points.values()):
        kept = (ApprovalBallot(projects[p] for p in points) for points in people)
        return ApprovalProfile(kept, instance=instance)
    kept = (CardinalBallot({projects[p]: value for p, value in points.items()}) for points in people)
    return CardinalProfile(kept, instance=instance)


def supporters_only(ballots):
    return [[{p: value for p, value in points.items() if value > 0}, times] for points, times in ballots]


def approvals_only(ballots):
    return [[dict.fromkeys(points, 1), times] for points, times in supporters_only(ballots)]


def greedy(question, instance, projects, sat):
    totals = dict.fromkeys(projects, 0)
    for points, times in question["ballots"]:
        for p, value in points.items():
            totals[p] += value * times
    # The quick way of pabutools takes a negative total for zero; the general one does not.
    profile = profile_of(instance, projects, question["ballots"])
    satisfactions = profile.as_sat_profile(utility(sat))
    additive = all(total >= 0 for total in totals.values())
    return partial(greedy_utilitarian_welfare, instance, profile, sat_profile=satisfactions, is_sat_additive=additive)


def equal_shares(question, instance, projects):
    profile = profile_of(instance, projects, supporters_only(question["ballots"]))
    increment = question.get("increment")
    return partial(
        method_of_equal_shares,
        instance,
        profile,
        sat_class=utility(question["sat"]),
        voter_budget_increment=None if increment is None else mpq(increment),
    )


def prepared(question):
    """The count that the question asks for, its ballots loaded and itself not yet begun."""
    projects = {id_: Project(id_, cost) for id_, cost in question["projects"].items()}
    instance = Instance(projects.values(), budget_limit=question["budget"])
    rule = question["rule"]
    # pabutools divides the satisfaction by the cost: points times cost make its greedy one by votes.
    if rule == "greedy":
        return greedy(question, instance, projects, "cost-points")
    if rule == "greedy-per-cost":
        return greedy(question, instance, projects, "points")
    if rule == "mes":
        return equal_shares(question, instance, projects)
    profile = profile_of(instance, projects, approvals_only(question["ballots"]))
    return partial(sequential_phragmen, instance, profile)


def main() -> None:
    for line in sys.stdin:
        try:
            count = prepared(json.loads(line))
            start = time.process_time()
            winners = [project.name for project in count()]
            reply = {"winners": winners, "seconds": time.process_time() - start}
        except Exception as error:  # noqa: BLE001 — the answer to a question that pabutools cannot take is its error.
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)  # noqa: T201 — stdout is the pipe.


if __name__ == "__main__":
    main()
