"""What is written in a proposal, read from its rows."""

from participatory.proposals.content import Content
from participatory.proposals.models import Proposal
from participatory.proposals.plan_rows import plan_of


def content_of(proposal: Proposal) -> Content:
    """What is written in a proposal."""
    plan = plan_of(proposal)
    return Content(
        title=proposal.title,
        summary=proposal.summary,
        need=proposal.need,
        solution=proposal.solution,
        site_id=proposal.site_id,
        theme=proposal.theme,
        markers=tuple(proposal.markers),
        association_id=proposal.association_id,
        lines=plan.lines,
        cofunding=plan.cofunding,
        image_key=proposal.image_key,
        image_alt=proposal.image_alt,
        partial_min_cents=proposal.partial_min_cents,
        beneficiaries=proposal.beneficiaries or "",
        team=proposal.team or "",
        starts_in=proposal.starts_in or "",
        ends_in=proposal.ends_in or "",
        carrier_code=proposal.carrier_code or "",
        carrier_name=proposal.carrier_name or "",
        carrier_number=proposal.carrier_number or "",
    )
