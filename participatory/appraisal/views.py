"""The queue of the Region's services, the ballot's list, and the page where one proposal is appraised."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from participatory.appraisal import (
    dialogue_holdings,
    dialogue_pages,
    holdings,
    link_pages,
    opinion_pages,
    work,
    work_holdings,
)
from participatory.appraisal.actions import Incomplete, appraise
from participatory.appraisal.assigning import assignments_of
from participatory.appraisal.forms import FindingForm
from participatory.appraisal.jobs import remind_in_time
from participatory.appraisal.models import Appraisal
from participatory.appraisal.opinions import answered_on
from participatory.appraisal.policy import can_appraise, can_read
from participatory.appraisal.queries import (
    Reach,
    ballot_summary,
    counts,
    findings_on,
    next_case,
    proposal_to_appraise,
    rounds_to_appraise,
    shelf_page,
)
from participatory.appraisal.rules import Shelf
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.scopes import known_scopes, name_of
from participatory.proposals.context import register_panel
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round
from participatory.rounds.policy import phase_refusal
from participatory.rounds.rules import Phase
from participatory.supports.queries import below
from participatory.web.access import requires
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other

bp = Blueprint("appraisal", __name__)

_LAST_PAGE = 10_000
_DONE = {
    True: N_("« %(title)s » est réalisable : il rejoint la liste du bulletin. Son porteur est prévenu."),
    False: N_("« %(title)s » n’est pas réalisable. Son porteur est prévenu, avec votre motif."),
}


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    app.register_blueprint(work.bp)
    app.register_blueprint(opinion_pages.bp)
    app.register_blueprint(dialogue_pages.bp)
    remind_in_time(app)
    holdings.offer(app)
    dialogue_holdings.offer(app)
    work_holdings.offer(app)
    staff_menu(Entry("appraisal.queue", N_("Instruction"), 20, permissions=frozenset({Permission.APPRAISE})))
    register_panel(finding_panel)
    register_panel(dialogue_pages.dialogue_panel)
    register_panel(link_pages.links_panel)


def finding_panel(proposal: Proposal, person: Person | None, _now: datetime) -> str:
    """On the page of a proposal: the finding in force, and those that it replaced."""
    found = findings_on(proposal)
    if not found:
        return ""
    given = answered_on(proposal)
    return Markup(render_template("appraisal/_panel.html", findings=found, proposal=proposal, opinions=given))  # noqa: S704 — the template escapes what people wrote.


@bp.get("/instruction")
@requires(Permission.APPRAISE)
def queue() -> ResponseReturnValue:
    """The admitted proposals that wait for a finding, those found unfeasible, and the list of the ballot."""
    moment, reach = now(), _appraiser().reach(Permission.APPRAISE)
    rounds = rounds_to_appraise(moment, reach)
    if not rounds:
        return page("appraisal/none.html")
    round_ = _chosen(rounds, request.args.get("budget", ""))
    number = min(request.args.get("page", 1, type=int), _LAST_PAGE)
    shelf = request.args.get("liste", Shelf.WAITING, type=Shelf)
    listed = shelf_page(round_, shelf, number, reach)
    return page(
        "appraisal/queue.html",
        rounds=rounds,
        round=round_,
        shelf=shelf,
        listed=listed,
        counts=counts(round_, reach),
        under=below(listed.items, moment),
        summary=ballot_summary(round_),
        closed=phase_refusal(round_, Phase.REVIEW, moment),
        frozen=round_.voting_at <= moment,
        moment=moment,
        held=assignments_of(round_),
        limits=_limits(reach),
    )


def _limits(reach: Reach) -> list[str]:
    """The names of what the person's lists are limited to; nothing when they show everything."""
    known = known_scopes({scope.kind for scope in reach or ()})
    return sorted(name_of(scope, known) for scope in reach or ())


@bp.route("/instruction/<public_id>", methods=["GET", "POST"])
@requires(Permission.APPRAISE)
def case(public_id: str) -> ResponseReturnValue:
    """One proposal, its plan line by line, what was found before, and the form of the finding."""
    form = FindingForm()
    if not form.validate_on_submit():
        return _case_page(public_id, form, 422 if form.is_submitted() else 200)
    facts = dialogue_pages.letter_facts(proposal_to_appraise(public_id))
    try:
        if "keep" in request.form:
            return dialogue_pages.keep_finding(public_id, form)
        with transaction():
            appraisal = appraise(public_id, form.finding(), _appraiser(), facts, now())
    except Incomplete as incomplete:
        for fault in incomplete.faults:
            form.refuse(fault)
        return _case_page(public_id, form, int(incomplete.kind))
    except Refusal as refused:
        form.refuse(refused)
        return _case_page(public_id, form, int(refused.kind))
    notify(_DONE[appraisal.feasible], title=appraisal.proposal.title)
    return _onward(appraisal.proposal)


def _case_page(public_id: str, form: FindingForm, status: int) -> ResponseReturnValue:
    proposal = proposal_to_appraise(public_id)
    refuse_if(can_read(_appraiser(), proposal))
    findings = findings_on(proposal)
    # What is found from here on is found with these findings in sight.
    form.seen.raw_data = None
    form.seen.data = str(len(findings))
    if not form.is_submitted():
        _propose(form, proposal, findings)
    return page(
        "appraisal/case.html",
        status=status,
        form=form,
        proposal=proposal,
        book=proposal.round.rulebook,
        findings=findings,
        work=work.summary(proposal),
        costs=dialogue_pages.summary(proposal),
        obstacle=can_appraise(_appraiser(), proposal, now()),
        following=next_case(proposal, _appraiser().reach(Permission.APPRAISE)),
    )


def _propose(form: FindingForm, proposal: Proposal, findings: Sequence[Appraisal]) -> None:
    """Begin from the finding in force, or from the amount asked.

    The reason is left to write: the one in force, kept under a changed answer, would say its contrary in public.
    """
    form.final_cost.data = proposal.cost_cents
    if findings:
        form.feasible.data = "yes" if findings[0].feasible else "no"
    dialogue_pages.begin_from(form, proposal)


def _onward(done: Proposal) -> ResponseReturnValue:
    following = next_case(done, _appraiser().reach(Permission.APPRAISE))
    if following is None:
        return see_other("appraisal.queue", budget=done.round.slug, liste=Shelf.BALLOT.value)
    return see_other("appraisal.case", public_id=following.public_id)


def _chosen(rounds: list[Round], slug: str) -> Round:
    """The round of this address among these, the first when none is asked for."""
    found = next((each for each in rounds if each.slug == slug), None) if slug else rounds[0]
    if found is None:
        raise Refusal(N_("Il n’y a pas de budget à cette adresse."), Kind.NOT_FOUND)
    return found


def _appraiser() -> Person:
    person: Person = current_user
    return person
