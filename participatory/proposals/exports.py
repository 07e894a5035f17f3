"""The public list as files for other programs: the same rows and the same fields in CSV and in JSON.

CSV: UTF-8 with a mark for spreadsheets, commas, one header row, amounts in euros with a point.
A text that begins with = + - @, a tab or a return is preceded by an apostrophe, so that no
spreadsheet runs it as a formula. JSON: amounts in whole cents. Instants are in UTC, ISO 8601.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping

from participatory.core.spreadsheets import harmless
from participatory.proposals.models import Move, Proposal
from participatory.rounds.models import Round

LICENCE = "Licence Ouverte 2.0 (etalab-2.0)"
FIELDS = (
    "id", "title", "summary", "state", "theme", "markers", "site", "site_kind", "department",
    "asked", "final", "association", "submitted_at", "url",
)  # fmt: skip


def _row(proposal: Proposal, address: Callable[[Proposal], str]) -> dict[str, object]:
    site = proposal.site
    return {
        "id": proposal.public_id,
        "title": proposal.title,
        "summary": proposal.shown_summary,
        "state": proposal.state.value,
        "theme": proposal.theme_code or "",
        "markers": " ".join(proposal.marker_codes),
        "site": site.name if site else "",
        "site_kind": site.kind if site else "",
        "department": site.department_code if site else "",
        "asked": proposal.asked_cents,
        "final": proposal.final_cents,
        "association": proposal.association.name if proposal.association else "",
        "submitted_at": proposal.submitted_at.isoformat(timespec="seconds") if proposal.submitted_at else "",
        "url": address(proposal),
    }


def _decimal(cents: object) -> str:
    return f"{cents // 100}.{cents % 100:02d}" if isinstance(cents, int) else ""


def as_csv(proposals: Iterable[Proposal], address: Callable[[Proposal], str]) -> str:
    """The rows as CSV; `address` gives the page of a proposal."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([f"{name}_eur" if name in {"asked", "final"} else name for name in FIELDS])
    for proposal in proposals:
        row = _row(proposal, address)
        row |= {"asked": _decimal(row["asked"]), "final": _decimal(row["final"])}
        writer.writerow([harmless(row[name]) for name in FIELDS])
    return "\ufeff" + out.getvalue()


def as_json(
    round_: Round, search: Mapping[str, object], proposals: Iterable[Proposal], address: Callable[[Proposal], str]
) -> str:
    """The rows as JSON, with the round, the search and the licence that they are under."""
    rows = []
    for proposal in proposals:
        row = _row(proposal, address)
        row["asked_cents"], row["final_cents"] = row.pop("asked"), row.pop("final")
        rows.append(row | {"markers": proposal.marker_codes})
    document = {
        "round": {"id": round_.public_id, "title": round_.title},
        "licence": LICENCE,
        "search": dict(search),
        "proposals": rows,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def project_csv(proposal: Proposal) -> str:
    """The expenses of a project as CSV: what, how many, for how much, of which nature."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["project", "position", "label", "quantity", "unit_eur", "total_eur", "kind", "source"])
    for line in proposal.lines:
        amounts = (_decimal(line.unit_cents), _decimal(line.total_cents))
        row = (proposal.public_id, line.position, line.label, line.quantity, *amounts, line.kind.value, line.source)
        writer.writerow([harmless(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def project_json(proposal: Proposal, moves: Iterable[Move], address: Callable[[Proposal], str]) -> str:
    """The whole of a project as JSON: its texts, its expenses in cents, and the moves that anybody may know of."""
    row = _row(proposal, address)
    row["asked_cents"], row["final_cents"] = row.pop("asked"), row.pop("final")
    lines = [
        {
            "label": line.label, "quantity": line.quantity, "unit_cents": line.unit_cents,
            "total_cents": line.total_cents, "kind": line.kind.value, "source": line.source,
        }
        for line in proposal.lines
    ]  # fmt: skip
    history = [{"state": each.target, "at": each.at.isoformat(timespec="seconds")} for each in moves]
    whole = row | {"markers": proposal.marker_codes, "need": proposal.need, "solution": proposal.solution}
    document = {
        "round": {"id": proposal.round.public_id, "title": proposal.round.title},
        "licence": LICENCE,
        "proposal": whole | {"version": proposal.version, "lines": lines, "history": history},
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
