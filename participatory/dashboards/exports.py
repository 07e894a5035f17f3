"""The funnel for machines: the same figures as the public page."""

import csv
import io
from typing import Any

from participatory.dashboards.rules import Delay, Fate, Funnel
from participatory.rounds.models import Round

SCHEMA = "participatory/funnel/1"


def as_data(round_: Round, found: Funnel, times: list[Delay]) -> dict[str, Any]:
    """The funnel of a round; amounts in cents, delays in days."""
    ratio = found.decisiveness
    return {
        "schema": SCHEMA,
        "round": round_.public_id,
        "submitted": found.submitted.number,
        "screened_out": found.screened.number,
        "on_ballot": found.on_ballot.number,
        "decided": found.decided,
        "stopped_by_the_vote": None if ratio is None else round(float(ratio), 4),
        "fates": {fate: {"number": part.number, "cents": part.cents} for fate, part in found.parts.items()},
        "refused_by_reason": dict(found.reasons),
        "delays": [
            {"step": each.step, "number": each.number, "median_days": each.median_days, "longest": each.longest_days}
            for each in times
        ],
    }


def as_csv(found: Funnel) -> str:
    """One row for each fate and each reason of refusal: `fate`, `reason`, `number`, `cents`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("fate", "reason", "number", "cents"))
    for fate, part in found.parts.items():
        writer.writerow((fate.value, "", part.number, part.cents))
    for reason, number in found.reasons.items():
        writer.writerow((Fate.REFUSED.value, reason.value, number, ""))
    return text.getvalue()
