"""What `participatory integrity assess` prints: for machines as JSON, for people in a few lines. Pure."""

from collections.abc import Iterator
from typing import Any

from participatory.integrity.assessing import Assessment

_SHOWN = 30


def as_data(assessment: Assessment) -> dict[str, Any]:
    """One object: `events`, `flagged` (event, score, families, case) and `cases` (id, size, weight, reasons)."""
    return {
        "events": assessment.events,
        "flagged": [
            {
                "event_id": flag.event_id,
                "score": flag.score,
                "families": {family.value: value for family, value in flag.families.items()},
                "case": flag.case,
            }
            for flag in assessment.flagged
        ],
        "cases": [
            {
                "id": case.id,
                "size": case.size,
                "weight": case.weight,
                "reasons": [seen.family.value for seen in case.seen],
                "first": case.event_ids[0],
                "last": case.event_ids[-1],
            }
            for case in assessment.cases
        ],
    }


def as_lines(assessment: Assessment) -> Iterator[str]:
    """A line for each case, the largest first, then what is to be done with them."""
    yield f"{assessment.events} ballots looked at, {len(assessment.flagged)} flagged, {len(assessment.cases)} cases."
    for case in assessment.cases[:_SHOWN]:
        reasons = ", ".join(f"{seen.family.value} {seen.score}" for seen in case.seen)
        yield f"  {case.id}  {case.size:5d} ballots  {reasons}"
    if len(assessment.cases) > _SHOWN:
        yield f"  and {len(assessment.cases) - _SHOWN} more cases (--json for all)."
    yield "A flag is a question to people: no ballot is set aside by a machine."
