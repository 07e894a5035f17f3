"""An analysis as data: the object that the command prints, for whoever holds the votes."""

from collections.abc import Iterable
from typing import Any

from participatory.opinion.analysis import Analysis
from participatory.opinion.findings import Majority, Representative
from participatory.opinion.votes import is_number

GROUPS, NONE = "groups", "none"


def as_json(analysis: Analysis) -> dict[str, Any]:
    """Everything that was found; identifiers are numbers where all of theirs are."""
    statements = as_written(analysis.votes.statements)
    people = dict(zip(analysis.votes.participants, as_written(analysis.votes.participants), strict=True))
    ids = as_written(group.id for group in analysis.groups)
    stability = analysis.stability
    return {
        "participants": len(analysis.votes.participants),
        "eligible": analysis.eligible,
        "statements": len(statements),
        "verdict": GROUPS if analysis.has_groups else NONE,
        "reason": "; ".join(each.english for each in analysis.why),
        "k": analysis.k,
        "silhouette": analysis.silhouette,
        "null_p95": stability and stability.null_p95,
        "stability_mean": stability and stability.mean,
        "stability_min": stability and stability.least,
        "groups": [
            {
                "id": id_,
                "size": group.size,
                "members": [people[member] for member in group.members],
                "representative": [representative_as_json(each, statements) for each in group.representative],
            }
            for id_, group in zip(ids, analysis.groups, strict=True)
        ],
        "consensus": [{"statement": statements[each.statement], "value": each.value} for each in analysis.consensus],
        "majority": [majority_as_json(each, statements) for each in analysis.majority],
    }


def as_written(identifiers: Iterable[str]) -> list[str | int]:
    """Numbers if all are numbers, as in exported files; otherwise what was written."""
    kept = list(identifiers)
    return [int(each) for each in kept] if all(map(is_number, kept)) else list(kept)


def representative_as_json(each: Representative, statements: list[str | int]) -> dict[str, Any]:
    """One representative statement, by the short names of the specification."""
    return {
        "statement": statements[each.statement],
        "direction": each.direction.value,
        "pa": each.share,
        "pat": each.share_z,
        "ra": each.ratio,
        "rat": each.ratio_z,
    }


def majority_as_json(each: Majority, statements: list[str | int]) -> dict[str, Any]:
    """One majority statement."""
    figures = {"pa": each.share, "pat": each.share_z}
    return {"statement": statements[each.statement], "direction": each.direction.value, **figures}
