"""The cost plan in the form: as it was written, as it is typed, rows added and taken away, costs picked."""

from collections.abc import Mapping
from typing import Any

from participatory.catalogue.models import UnitCost
from participatory.catalogue.queries import known_costs, unit_costs
from participatory.core.errors import Refusal
from participatory.proposals.costing import (
    MAX_FUNDERS,
    MAX_LABEL,
    MAX_LINES,
    MAX_SOURCE,
    CoFunding,
    Envelope,
    Funder,
    FundingState,
    Line,
    Plan,
    ceilings,
)
from participatory.proposals.models import Proposal
from participatory.proposals.rules import LineKind
from participatory.rounds.rulebook import Rulebook, Theme

# How many costs a search shows: a longer list asks for a more precise word.
MOST_FOUND = 12
ROW_ACTS = ("add", "remove", "add_funder", "remove_funder", "find", "pick")
_ROWS = {"lines": MAX_LINES, "cofunding": MAX_FUNDERS}


def written_rows(proposal: Proposal) -> dict[str, list[dict[str, object]]]:
    """The rows of the plan as the form takes them."""
    return {
        "lines": [
            {
                "label": line.label,
                "quantity": line.quantity,
                "unit": line.unit_cents or None,
                "kind": line.kind_code,
                "source": line.source,
                "unit_cost": line.unit_cost.public_id if line.unit_cost else "",
            }
            for line in proposal.lines
        ],
        "cofunding": [
            {
                "funder": each.funder_code,
                "name": each.name,
                "covers": each.covers,
                "amount": each.cents or None,
                "state": each.state_code,
            }
            for each in proposal.cofunding
        ],
    }


def typed_plan(form: Any, costs: Mapping[str, UnitCost] | None = None) -> Plan:
    """The plan as it is typed, blank rows and what cannot be read left out; `costs` are those that it may name."""
    known = costs or {}
    lines = tuple(
        Line(
            row.label.data or "",
            row.quantity.data or 0,
            row.unit.data or 0,
            LineKind(row.kind.data) if row.kind.data in set(LineKind) else LineKind.OPERATING,
            number,
            row.source.data or "",
            known[row.unit_cost.data].id if row.unit_cost.data in known else None,
        )
        for number, row in _numbered(form.lines)
        if not row.blank
    )
    return Plan(lines, tuple(_cofunding(form)))


def _cofunding(form: Any) -> list[CoFunding]:
    return [
        CoFunding(
            Funder(row.funder.data) if row.funder.data in set(Funder) else None,
            row.amount.data or 0,
            FundingState(row.state.data) if row.state.data in set(FundingState) else FundingState.ASKED,
            row.name.data or "",
            row.covers.data or "",
            number,
        )
        for number, row in _numbered(form.cofunding)
        if not row.blank
    ]


def _numbered(rows: Any) -> list[tuple[int, Any]]:
    return [(int(entry.name.rpartition("-")[2]), entry.form) for entry in rows.entries]


def sent_plan(form: Any) -> Plan:
    """The plan to keep, with the rows of the catalogue that it names."""
    named = [row.unit_cost.data for _number, row in _numbered(form.lines) if row.unit_cost.data]
    return typed_plan(form, known_costs(named[:MAX_LINES]))


def changes_rows(typed: Mapping[str, str]) -> bool:
    """Whether a request asks for other rows or for costs to pick, which saves nothing."""
    return any(act in typed for act in ROW_ACTS)


def change_rows(form: Any, typed: Mapping[str, str]) -> None:
    """Add or take away a row, or add the cost that was picked; a search changes nothing here."""
    if "add" in typed:
        _append(form, "lines")
    elif "add_funder" in typed:
        _append(form, "cofunding")
    elif "remove" in typed:
        _drop(form, "lines", typed["remove"])
    elif "remove_funder" in typed:
        _drop(form, "cofunding", typed["remove_funder"])
    elif "pick" in typed:
        _pick(form, typed["pick"])


def _append(form: Any, name: str) -> None:
    if len(form[name].entries) < _ROWS[name]:
        form[name].append_entry()


def _drop(form: Any, name: str, number: str) -> None:
    """Take a row away, named by the number in the names of its fields; one row always stays."""
    rows = form[name]
    rows.entries[:] = [entry for entry in rows.entries if entry.name != f"{name}-{number}"]
    if not rows.entries:
        rows.append_entry()


def _pick(form: Any, identifier: str) -> None:
    """The cost becomes a line, in the place of the only line if that is blank; one that is gone adds nothing."""
    cost = known_costs([identifier]).get(identifier)
    if cost is None or cost.archived_at is not None:
        return
    blank = next((entry for entry in form.lines.entries if entry.form.blank), None)
    if blank is None:
        if len(form.lines.entries) >= MAX_LINES:
            return
        blank = form.lines.append_entry()
    row = blank.form
    row.label.data = f"{cost.label} ({cost.unit})"[:MAX_LABEL]
    row.quantity.raw_data, row.quantity.data = None, 1
    row.unit.raw_data, row.unit.data = None, cost.cents
    row.kind.data = cost.kind_code
    row.source.data = cost.source[:MAX_SOURCE]
    row.unit_cost.data = cost.public_id


def found_costs(form: Any) -> list[UnitCost] | None:
    """The costs that match what is searched, of the theme that is chosen; None when nothing is searched."""
    wanted = form.cost_q.data or ""
    if not wanted:
        return None
    theme = Theme(form.theme.data) if form.theme.data in set(Theme) else None
    return unit_costs(theme, wanted)[: MOST_FOUND + 1]


def ceilings_of(form: Any, rulebook: Rulebook) -> list[Refusal]:
    """What the rulebook says of the amount as it is typed, for the place and the theme as they are chosen."""
    site = form.site.data or ""
    theme = Theme(form.theme.data) if form.theme.data in set(Theme) else None
    own = next((each for each in rulebook.contests if site in each.site_slugs), None)
    envelope = Envelope(own.name, own.amount_cents) if own else None
    return list(ceilings(form.plan, rulebook, sited=site != "region", theme=theme, envelope=envelope))
