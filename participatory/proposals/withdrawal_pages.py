"""Where a project is taken back: what that means, then the deed."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import refuse_if
from participatory.core.labels import N_
from participatory.proposals import policy
from participatory.proposals.actions import locked
from participatory.proposals.actions import withdraw as take_back
from participatory.proposals.models import Proposal
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.writing import author, bp
from participatory.web.access import signed_in
from participatory.web.pages import notify, page, see_other


@bp.get("/projets/<slug>/retirer")
@signed_in
def confirm_withdrawal(slug: str) -> ResponseReturnValue:
    """What withdrawing means, before it is done."""
    proposal = proposal_by_slug(slug)
    refuse_if(policy.can_withdraw(proposal, author(), now()))
    return page("proposals/withdraw.html", proposal=proposal)


@bp.post("/projets/<slug>/retirer")
@signed_in
def withdraw(slug: str) -> ResponseReturnValue:
    """Take a project back."""
    with transaction():
        proposal = locked(proposal_by_slug(slug).public_id)
        take_back(proposal, author(), now())
    notify(N_("« %(title)s » est retiré."), title=_name(proposal))
    return see_other("proposals.mine")


def _name(proposal: Proposal) -> str:
    return proposal.title or _("Projet sans titre")
