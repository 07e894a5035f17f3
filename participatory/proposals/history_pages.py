"""The page of a project's versions: who submitted what and when, and two of them compared word by word."""

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.errors import refuse_if
from participatory.identity.holders import names_of
from participatory.proposals import policy
from participatory.proposals.amending import amendments_of
from participatory.proposals.history import changes, summary_of
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.records import ProposalVersion
from participatory.proposals.versions import visible_versions
from participatory.proposals.writing import bp, reader
from participatory.web.access import public
from participatory.web.pages import page


@bp.get("/projets/<slug>/versions")
@public
def versions(slug: str) -> ResponseReturnValue:
    """The versions that the reader may see, and what changed between two of them."""
    proposal, person = proposal_by_slug(slug), reader()
    refuse_if(policy.can_see(proposal, person))
    kept = visible_versions(proposal, person)
    pair = _pair(kept)
    return page(
        "proposals/versions.html",
        proposal=proposal,
        versions=kept,
        changed=summary_of(kept),
        pair=pair,
        fields=changes(pair[0].content, pair[1].content) if pair else [],
        names=names_of({each.by for each in kept}),
        amended={each.number: each for each in amendments_of(proposal) if each.number},
        amending=person is not None and policy.can_amend(proposal, person, now()) is None,
    )


def _pair(kept: Sequence[ProposalVersion]) -> tuple[ProposalVersion, ProposalVersion] | None:
    """The two versions of the address, the last two when it names none; None for a single one."""
    if len(kept) < 2:
        return None
    by_number = {str(each.number): each for each in kept}
    before = by_number.get(request.args.get("avant", ""), kept[-2])
    after = by_number.get(request.args.get("apres", ""), kept[-1])
    return (before, after) if before.number <= after.number else (after, before)
