"""The pages of the dialogue about costs, and the preview of findings that are published together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_login import current_user
from markupsafe import Markup

from participatory.appraisal.actions import LetterFacts
from participatory.appraisal.dialogue import BadLines, answer, revise
from participatory.appraisal.dialogue_batch import BlockedBatch, drop_draft, keep_draft, prepared, publish_together
from participatory.appraisal.dialogue_duplicates import earlier_winners, paid_elsewhere
from participatory.appraisal.dialogue_forms import AnswerForm, BatchForm, DropForm, RevisionForm
from participatory.appraisal.dialogue_models import CostingStep, FindingDraft
from participatory.appraisal.dialogue_policy import can_answer, can_follow, can_revise
from participatory.appraisal.dialogue_queries import balance_of, draft_on, drafts_of, hoped_by, steps_on, talks_of
from participatory.appraisal.dialogue_rules import Balance, LineTalk
from participatory.appraisal.forms import FindingForm
from participatory.appraisal.policy import can_read
from participatory.appraisal.queries import proposal_to_appraise, rounds_to_appraise
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.models import Proposal
from participatory.proposals.policy import is_author
from participatory.proposals.queries import proposal_by_slug
from participatory.rounds.models import Round
from participatory.web.access import requires, signed_in
from participatory.web.filters import deadline_words
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import config

bp = Blueprint("costing", __name__)


@dataclass(frozen=True)
class Dialogue:
    """All that a page shows of a dialogue."""

    proposal: Proposal
    steps: Sequence[CostingStep]
    talks: list[LineTalk]
    balance: Balance
    until: datetime | None

    def on(self, position: int) -> list[CostingStep]:
        """The steps about one line."""
        return [step for step in self.steps if step.position == position]


def dialogue_of(proposal: Proposal) -> Dialogue:
    """The dialogue about a proposal as it stands."""
    steps = steps_on(proposal)
    found = talks_of(proposal, steps)
    return Dialogue(proposal, steps, found, balance_of(proposal, found), hoped_by(proposal, found, steps))


def _me() -> Person:
    person: Person = current_user._get_current_object()  # noqa: SLF001
    return person


def dialogue_panel(proposal: Proposal, person: Person | None, moment: datetime) -> str:
    """On the page of a proposal: what was said of its costs, for those who may follow it."""
    found = dialogue_of(proposal)
    if not found.steps or not can_follow(person, proposal):
        return ""
    may_answer = (
        person is not None and found.balance.waiting_for_author and can_answer(person, proposal, moment) is None
    )
    shown = render_template("appraisal/_dialogue_panel.html", dialogue=found, proposal=proposal, may_answer=may_answer)
    return Markup(shown)  # noqa: S704 — the template escapes what people wrote.


def summary(proposal: Proposal) -> dict[str, object]:
    """What the case page says beside the form: the dialogue, what may be paid twice, the finding that waits."""
    return {
        "dialogue": dialogue_of(proposal),
        "paid_elsewhere": paid_elsewhere(proposal),
        "earlier": earlier_winners(proposal),
        "draft": draft_on(proposal),
    }


def begin_from(form: FindingForm, proposal: Proposal) -> None:
    """Begin a finding from the draft that waits, else from the cost that was agreed on."""
    draft = draft_on(proposal)
    found = dialogue_of(proposal)
    if draft is not None:
        form.feasible.data = "yes" if draft.feasible else "no"
        form.final_cost.data, form.reason.data = draft.final_cents, draft.reason
    elif found.steps:
        form.final_cost.data = found.balance.agreed_cents


def keep_finding(public_id: str, form: FindingForm) -> ResponseReturnValue:
    """Keep the finding that was typed as a draft; raises Refusal as publishing it would."""
    with transaction():
        proposal = keep_draft(public_id, form.finding(), _me(), now())
    notify(N_("L’avis sur « %(title)s » est préparé. Personne n’est encore prévenu."), title=proposal.title)
    return see_other("costing.batch", budget=proposal.round.slug)


@bp.route("/instruction/<public_id>/chiffrage", methods=["GET", "POST"])
@requires(Permission.APPRAISE)
def revise_lines(public_id: str) -> ResponseReturnValue:
    """Where the services propose other costs, line by line."""
    proposal = proposal_to_appraise(public_id)
    refuse_if(can_read(_me(), proposal))
    found = dialogue_of(proposal)
    form = RevisionForm() if request.method == "POST" else RevisionForm.about(found.talks)
    if not form.validate_on_submit():
        return _revision_page(form, found, 422 if form.is_submitted() else 200)
    link = absolute_url("costing.answer_lines", slug=proposal.slug)
    try:
        with transaction():
            revise(public_id, form.said(found.talks), _me(), link, now())
    except Refusal as refusal:
        return _revision_page(form, _refused(form, refusal, proposal), int(refusal.kind))
    notify(N_("Votre proposition est envoyée à l’auteur du projet, qui peut l’accepter ou répondre."))
    return see_other("appraisal.case", public_id=public_id)


def _refused(form: RevisionForm | AnswerForm, refusal: Refusal, proposal: Proposal) -> Dialogue:
    """Show a refusal where it belongs, and the dialogue as it now stands."""
    fresh = dialogue_of(proposal)
    for fault in refusal.faults if isinstance(refusal, BadLines) else ():
        form.refuse_line(fault.position, fault.refusal)
    form.refuse(Refusal(refusal.message, refusal.kind, None, **refusal.values))
    form.show_again(fresh.talks)
    return fresh


def _revision_page(form: RevisionForm, found: Dialogue, status: int) -> Response:
    proposal = found.proposal
    obstacle = can_revise(_me(), proposal, now())
    labels = {line.position: line for line in proposal.lines}
    return page(
        "appraisal/revise.html", status=status, form=form, proposal=proposal, dialogue=found, obstacle=obstacle,
        lines=labels, book=proposal.round.rulebook, paid_elsewhere=paid_elsewhere(proposal),
    )  # fmt: skip


@bp.route("/projets/<slug>/chiffrage", methods=["GET", "POST"])
@signed_in
def answer_lines(slug: str) -> ResponseReturnValue:
    """Where any of the authors accepts or argues, line by line."""
    proposal = proposal_by_slug(slug)
    if not is_author(_me(), proposal):
        raise Refusal(N_("Seules les personnes qui portent ce projet répondent ici."), Kind.FORBIDDEN)
    found = dialogue_of(proposal)
    form = AnswerForm() if request.method == "POST" else AnswerForm.about(found.talks)
    if not form.validate_on_submit():
        return _answer_page(form, found, 422 if form.is_submitted() else 200)
    link = absolute_url("appraisal.case", public_id=proposal.public_id)
    try:
        with transaction():
            answer(proposal.public_id, form.said(), _me(), link, now())
    except Refusal as refusal:
        return _answer_page(form, _refused(form, refusal, proposal), int(refusal.kind))
    notify(N_("Votre réponse est envoyée aux services de la Région."))
    return see_other("costing.answer_lines", slug=proposal.slug)


def _answer_page(form: AnswerForm, found: Dialogue, status: int) -> Response:
    obstacle = can_answer(_me(), found.proposal, now())
    labels = {line.position: line for line in found.proposal.lines}
    return page(
        "appraisal/answer_costs.html", status=status, form=form, proposal=found.proposal, dialogue=found,
        lines=labels, obstacle=obstacle,
    )  # fmt: skip


@bp.route("/instruction/avis-prepares", methods=["GET", "POST"])
@requires(Permission.APPRAISE)
def batch() -> ResponseReturnValue:
    """The findings of a round that wait: what publishing them will do, and the button that does it."""
    form = BatchForm()
    if not form.validate_on_submit():
        return _batch_page(form, 422 if form.is_submitted() else 200)
    try:
        with transaction():
            done = publish_together(request.form.getlist("finding"), _me(), letter_facts, now())
    except Refusal as refusal:
        form.refuse(refusal)
        if isinstance(refusal, BlockedBatch):
            form.refuse(refusal.why)
        return _batch_page(form, int(refusal.kind))
    notify(N_("Avis publiés ensemble : %(number)s. Leurs auteurs sont prévenus."), number=len(done))
    return see_other("appraisal.queue", budget=done[0].round.slug, liste="ballot")


def _batch_page(form: BatchForm, status: int) -> ResponseReturnValue:
    moment, reach = now(), _me().reach(Permission.APPRAISE)
    rounds = rounds_to_appraise(moment, reach)
    round_ = next((each for each in rounds if each.slug == request.args.get("budget")), rounds[0] if rounds else None)
    found = [prepared(draft, _me(), moment) for draft in _drafts(round_)]
    return page("appraisal/batch.html", status=status, form=form, round=round_, rounds=rounds, prepared=found)


def _drafts(round_: Round | None) -> Sequence[FindingDraft]:
    return drafts_of(round_, _me().reach(Permission.APPRAISE)) if round_ is not None else ()


@bp.post("/instruction/<public_id>/avis-prepare/abandon")
@requires(Permission.APPRAISE)
def drop(public_id: str) -> ResponseReturnValue:
    """Leave a prepared finding."""
    if not DropForm().validate_on_submit():
        raise Refusal(N_("Rechargez la page, puis recommencez."), Kind.INVALID)
    with transaction():
        proposal = drop_draft(public_id, _me(), now())
    notify(N_("L’avis préparé sur « %(title)s » est abandonné."), title=proposal.title)
    return see_other("costing.batch", budget=proposal.round.slug)


def letter_facts(proposal: Proposal) -> LetterFacts:
    """What the letters about a finding say beside it."""
    link = absolute_url("proposals.show", slug=proposal.slug)
    with force_locale(proposal.author.locale if proposal.author else "fr"):
        return LetterFacts(link, deadline_words(proposal.round.voting_at), config().contact_email)
