"""Appeals, as those who were drawn answer them; what comes to the Region: disagreements, and appeals that are late."""

from collections.abc import Callable
from functools import partial

from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.moderation.actions import settle
from participatory.moderation.appealing import decide_appeal, pending
from participatory.moderation.board import appeal_links, bp, letter_facts, present
from participatory.moderation.forms import DecisionForm
from participatory.moderation.models import Appeal
from participatory.moderation.policy import can_decide_appeal, can_settle, officer_tie
from participatory.moderation.queries import (
    disputed,
    escalated_appeals,
    history,
    opinions_on,
    proposal_to_judge,
)
from participatory.moderation.rules import Outcome
from participatory.moderation.ties import ties_of
from participatory.moderation.work_forms import AppealAnswerForm
from participatory.proposals.models import Proposal
from participatory.web.access import requires
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other


def offer(staff_menu: Callable[..., None]) -> None:
    """Add the page of the Region's officers to the menu of staff."""
    staff_menu(Entry("moderation.arbitration", N_("Arbitrages"), 11, permissions=frozenset({Permission.ARBITRATE})))


@bp.get("/gestion/arbitrages")
@requires(Permission.ARBITRATE)
def arbitration() -> ResponseReturnValue:
    """What two associations could not settle, and appeals that nobody answered in time."""
    mine = [each for each in disputed(now()) if _is_mine(each)]
    appeals = [each for each in escalated_appeals() if _is_mine(each.decision.proposal)]
    tied = partial(officer_tie, present(), ties=ties_of(present()))
    return page("moderation/arbitration.html", disputed=mine, appeals=appeals, tied=tied)


def _is_mine(proposal: Proposal) -> bool:
    return present().may(Permission.ARBITRATE, *proposal.scopes)


@bp.route("/gestion/arbitrages/<public_id>", methods=["GET", "POST"])
@requires(Permission.ARBITRATE)
def arbitrate(public_id: str) -> ResponseReturnValue:
    """Decide where two associations disagree on a refusal."""
    proposal, form = proposal_to_judge(public_id), DecisionForm()
    refuse_if(can_settle(present(), proposal, len(opinions_on(proposal)), now()))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        judgement = form.judgement()
        try:
            with transaction():
                settle(public_id, judgement, present(), letter_facts(proposal, judgement.outcome), now())
            notify(N_("Vous avez tranché sur « %(title)s ». Son porteur est prévenu."), title=proposal.title)
            return see_other("moderation.arbitration")
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
    proposal = proposal_to_judge(public_id)
    form.version.raw_data, form.version.data = None, str(proposal.version)
    return page("moderation/arbitrate.html", status=status, form=form, proposal=proposal, history=history(proposal))


@bp.route("/moderation/<public_id>/reexamen", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def answer_appeal(public_id: str) -> ResponseReturnValue:
    """Answer an appeal for the association that was drawn."""
    return _answer(public_id, "moderation.queue")


@bp.route("/gestion/arbitrages/<public_id>/reexamen", methods=["GET", "POST"])
@requires(Permission.ARBITRATE)
def settle_appeal(public_id: str) -> ResponseReturnValue:
    """Answer an appeal for the Region, once it is late."""
    return _answer(public_id, "moderation.arbitration")


def _answer(public_id: str, then: str) -> ResponseReturnValue:
    proposal, form = proposal_to_judge(public_id), AppealAnswerForm()
    waiting = pending(proposal)
    refuse_if(can_decide_appeal(present(), waiting, now()))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        links, outcome = appeal_links(proposal), Outcome(form.outcome.data)
        try:
            with transaction():
                decide_appeal(public_id, outcome, form.text.data or "", present(), links=links, now=now())
            notify(N_("Le réexamen de « %(title)s » est rendu. Son porteur est prévenu."), title=proposal.title)
            return see_other(then)
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
    return _appeal_page(proposal_to_judge(public_id), waiting, form, status)


def _appeal_page(proposal: Proposal, waiting: Appeal, form: AppealAnswerForm, status: int) -> ResponseReturnValue:
    return page(
        "moderation/appeal.html", status=status, form=form, proposal=proposal, appeal=waiting, history=history(proposal)
    )
