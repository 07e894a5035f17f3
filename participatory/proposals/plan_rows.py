"""The cost plan of a proposal in the database."""

from participatory.proposals.costing import CoFunding, Line, Plan
from participatory.proposals.models import CoFundingRow, CostLine, Proposal


def plan_of(proposal: Proposal) -> Plan:
    """What is written."""
    lines = tuple(
        Line(line.label, line.quantity, line.unit_cents, line.kind, row, line.source, line.unit_cost_id)
        for row, line in enumerate(proposal.lines)
    )
    others = tuple(
        CoFunding(each.funder, each.cents, each.state, each.name, each.covers, row)
        for row, each in enumerate(proposal.cofunding)
    )
    return Plan(lines, others)


def keep_plan(proposal: Proposal, plan: Plan) -> None:
    """Write a plan in the place of the one before; rows that did not change stay as they are."""
    before = plan_of(proposal)
    if plan.lines != before.lines:
        proposal.lines = [
            CostLine(
                position=place, label=line.label, quantity=line.quantity, unit_cents=line.unit_cents,
                kind_code=line.kind.value, source=line.source, unit_cost_id=line.unit_cost_id,
            )
            for place, line in enumerate(plan.lines, 1)
        ]  # fmt: skip
    if plan.cofunding != before.cofunding:
        proposal.cofunding = [
            CoFundingRow(
                position=place, funder_code=each.funder.value if each.funder else "", name=each.name,
                covers=each.covers, cents=each.cents, state_code=each.state.value,
            )
            for place, each in enumerate(plan.cofunding, 1)
        ]  # fmt: skip
    proposal.asked_cents = plan.asked_cents
