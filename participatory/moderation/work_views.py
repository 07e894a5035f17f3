"""What moderators do around a case: take it, give it back, leave it to others, note, answer several at once."""

from dataclasses import dataclass, replace

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.moderation.actions import decide
from participatory.moderation.board import appeal_links, bp, letter_facts, present
from participatory.moderation.claiming import claim, give_back, recuse
from participatory.moderation.models import Claim
from participatory.moderation.policy import can_decide, can_recuse, must_be_free
from participatory.moderation.queries import open_claim, opinions_on, proposal_to_judge
from participatory.moderation.rules import Judgement, Outcome, Reason, judgement_fault, version_fault
from participatory.moderation.work_forms import BatchForm, RecusalForm
from participatory.proposals.models import Proposal
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other, wants_fragment

# As many as a page of the queue shows.
_MOST = 24


@dataclass(frozen=True)
class Planned:
    """One case of a batch: what stands in the way, None when it will be answered; the version that was ticked."""

    proposal: Proposal
    version: int
    obstacle: Refusal | None


def open_pages() -> None:
    """Give the blueprint its pages: importing this module has done it."""


@bp.post("/moderation/<public_id>/prendre")
@requires(Permission.MODERATE)
def take(public_id: str) -> ResponseReturnValue:
    """Keep a case for oneself for a while."""
    proposal = proposal_to_judge(public_id)
    held: Claim | None = None
    try:
        with transaction():
            held = claim(public_id, present(), now())
    except Refusal as refused:
        notify(refused.message, "error", **refused.values)
    if not wants_fragment():
        return see_other("moderation.case", public_id=public_id)
    return page("moderation/_claim.html", proposal=proposal, claim=held or open_claim(proposal, now()), tied=None)


@bp.post("/moderation/<public_id>/rendre")
@requires(Permission.MODERATE)
def hand_back(public_id: str) -> ResponseReturnValue:
    """Give a case back to the others."""
    with transaction():
        held = give_back(public_id, present(), now())
    if held:
        notify(N_("Le projet est rendu à la file : une autre personne peut le prendre."))
    return see_other("moderation.queue")


@bp.route("/moderation/<public_id>/deport", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def leave(public_id: str) -> ResponseReturnValue:
    """Leave a case to others, with a word."""
    proposal, form = proposal_to_judge(public_id), RecusalForm()
    refuse_if(can_recuse(present(), proposal))
    if form.validate_on_submit():
        try:
            with transaction():
                recuse(public_id, present(), form.words.data or "", appeal_links(proposal), now())
            notify(N_("Vous vous êtes déporté·e de « %(title)s » : d’autres le jugeront."), title=proposal.title)
            return see_other("moderation.queue")
        except Refusal as refused:
            form.refuse(refused)
    status = 422 if form.is_submitted() else 200
    return page("moderation/leave.html", status=status, form=form, proposal=proposal)


@bp.post("/moderation/lot")
@requires(Permission.MODERATE)
def batch() -> ResponseReturnValue:
    """What would happen to each ticked case, before anything does; then what happened."""
    form = BatchForm()
    ticked = list(dict.fromkeys(request.form.getlist("case")))[:_MOST]
    if not ticked or not form.validate():
        if not ticked:
            form.form_errors.append(gettext(N_("Cochez au moins un projet.")))
        return page("moderation/batch.html", status=422, form=form, planned=_planned(ticked), sure=False)
    judgement = Judgement(
        Outcome(form.act.data), Reason(form.reason.data) if form.reason.data else None, form.text.data or "", 0
    )
    fault = judgement_fault(judgement)
    if fault is not None:
        form.refuse(fault)
    planned = _planned(ticked)
    if fault is not None or request.form.get("sure") != "yes":
        status = 422 if fault is not None else 200
        return page("moderation/batch.html", status=status, form=form, planned=planned, sure=fault is None)
    done = sum(_carry_out(each, judgement) for each in planned if each.obstacle is None)
    left = len(planned) - done
    notify(N_("%(done)s projets ont reçu leur réponse, %(left)s restent en attente."), done=done, left=left)
    return see_other("moderation.queue")


def _planned(ticked: list[str]) -> list[Planned]:
    """Each case as it was ticked, `public_id:version`, and what stands in the way now."""
    planned = []
    for each in ticked:
        public_id, _, version = each.partition(":")
        try:
            proposal = proposal_to_judge(public_id)
        except Refusal:
            continue
        planned.append(Planned(proposal, int(version) if version.isdecimal() else 0, None))
    return [Planned(each.proposal, each.version, _obstacle(each)) for each in planned]


def _obstacle(planned: Planned) -> Refusal | None:
    proposal, person, moment = planned.proposal, present(), now()
    return (
        can_decide(person, proposal, moment)
        or must_be_free(open_claim(proposal, moment), person, moment)
        or version_fault(planned.version, proposal.version)
        or _refused_before(proposal)
    )


def _refused_before(proposal: Proposal) -> Refusal | None:
    if not opinions_on(proposal):
        return None
    return Refusal(N_("Une association propose de refuser ce projet : lisez-le à part."))


def _carry_out(planned: Planned, judgement: Judgement) -> bool:
    """Answer one case, in a transaction of its own; somebody may have been quicker."""
    facts = letter_facts(planned.proposal, judgement.outcome)
    try:
        with transaction():
            decide(planned.proposal.public_id, replace(judgement, version=planned.version), present(), facts, now())
    except Refusal:
        return False
    return True
