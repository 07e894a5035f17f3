"""The result that a file declares: writing ours into an election, and comparing it with a city's."""

from dataclasses import dataclass, replace

from participatory.tally.election import Election, Project, VoteType
from participatory.tally.methods import RuleName
from participatory.tally.outcome import Outcome, ProjectOutcome
from participatory.tally.terms import Terms


@dataclass(frozen=True)
class Difference:
    """Where a count and a declared result part: the ids that only one of them funds, sorted."""

    only_counted: tuple[str, ...]
    only_declared: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.only_counted or self.only_declared)


def compare_with_declared(election: Election, outcome: Outcome) -> Difference | None:
    """Where the count differs from what the file declares; None where it declares nothing."""
    declared = election.declared_winners
    if declared is None:
        return None
    counted = frozenset(outcome.winners)
    return Difference(tuple(sorted(counted - declared)), tuple(sorted(declared - counted)))


def rule_in_format(outcome: Outcome, terms: Terms) -> str:
    """The rule under a name that the Pabulib format knows and of which its checker knows the winners.

    Greedy has names there only without further terms, and where no tie decided; with them it is
    `greedy-custom`. Equal shares are named there in variants that are not ours, so the others are
    `unknown`: the numbered comment says how the count was made.
    """
    if outcome.method.rule is not RuleName.GREEDY:
        return "unknown"
    further = terms.floors or terms.caps or terms.groups or terms.requires or terms.partial is not None
    if further or any(tie.decisive for tie in outcome.ties_broken):
        return "greedy-custom"
    return "greedy" if terms.threshold is None else "greedy-threshold"


def with_result(election: Election, outcome: Outcome) -> Election:
    """The election with the result in the columns `votes`, `score` and `selected` of its projects.

    `score` is written only where ballots give points. For approvals it would repeat
    `votes`; for rankings the format's own tools reckon with another scale than ours.
    """
    outcomes = {project.id: project for project in outcome.projects}
    pointed = election.vote_type in (VoteType.CUMULATIVE, VoteType.SCORING)
    return replace(election, projects=tuple(_with_result(p, outcomes[p.id], pointed) for p in election.projects))


def _with_result(project: Project, outcome: ProjectOutcome, pointed: bool) -> Project:
    result = {"votes": str(outcome.supporters)}
    if pointed:
        result["score"] = str(outcome.score)
    result["selected"] = "1" if outcome.state.wins else "0"
    return replace(project, extra=project.extra | result)
