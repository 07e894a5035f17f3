"""The queue of the associations that moderate, and the page where one case is decided."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.moderation import arbitration, contesting, holdings, jobs, report_views, side_views, work_views
from participatory.moderation.actions import decide
from participatory.moderation.beside import brought_before, similar_to
from participatory.moderation.board import bp, letter_facts, present
from participatory.moderation.forms import DecisionForm, SieveForm
from participatory.moderation.keeping import add_note, model_at, models_of
from participatory.moderation.letters import LetterFacts
from participatory.moderation.load import answering, is_past
from participatory.moderation.models import Decision, Opinion
from participatory.moderation.policy import can_answer, can_appeal, can_decide, can_read, must_be_free, tie
from participatory.moderation.queries import (
    Sieve,
    appeals_of,
    claims_on,
    decisions_on,
    history,
    next_case,
    notes_on,
    open_claim,
    opinions_on,
    previous_case,
    proposal_to_judge,
    rounds_in_moderation,
    set_apart,
    steps_of,
)
from participatory.moderation.queries import (
    queue as waiting_for,
)
from participatory.moderation.readings import readings_for
from participatory.moderation.rules import Outcome, amount_checks, answer_until, theme_holds
from participatory.moderation.ties import ties_of
from participatory.moderation.work_forms import BatchForm, NoteForm
from participatory.proposals.context import register_panel
from participatory.proposals.models import Proposal
from participatory.proposals.policy import is_author
from participatory.proposals.queries import sites
from participatory.proposals.rules import PUBLIC
from participatory.supports import words
from participatory.supports.queries import to_look_at, watched
from participatory.web.access import requires
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other

__all__ = ["LetterFacts", "register"]

_LAST_PAGE = 10_000
_DONE = {
    Outcome.ADMIT: N_("« %(title)s » est déclaré recevable. Son porteur est prévenu."),
    Outcome.ASK_CHANGES: N_("Des compléments sont demandés pour « %(title)s ». Son porteur est prévenu."),
    Outcome.REFUSE: N_("« %(title)s » est refusé. Son porteur est prévenu, avec votre motif."),
}
_PROPOSED = N_("Votre refus de « %(title)s » est proposé : une autre association doit le confirmer.")
_DISPUTED = N_("Vous ne suivez pas le refus de « %(title)s » : une troisième association, ou la Région, tranchera.")


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    for module in (work_views, side_views, contesting):
        module.open_pages()
    app.register_blueprint(bp)
    holdings.offer(app)
    jobs.register(app)
    arbitration.offer(staff_menu)
    report_views.offer(app)
    staff_menu(Entry("moderation.queue", N_("Modération"), 10, permissions=frozenset({Permission.MODERATE})))
    register_panel(decisions_panel)


def decisions_panel(proposal: Proposal, person: Person | None, now: datetime) -> str:
    """On the page of a proposal: what associations decided; requests for changes are for its authors alone."""
    own = is_author(person, proposal)
    shown = [each for each in decisions_on(proposal) if own or each.outcome is not Outcome.ASK_CHANGES]
    if not shown:
        return ""
    last = shown[-1]
    contest = own and person is not None and not (can_answer(person, last, now) and can_appeal(person, last, now))
    html = render_template(
        "moderation/_panel.html",
        decisions=shown,
        proposal=proposal,
        own=own,
        contest=contest,
        until=answer_until(last.decided_at, proposal.round.voting_at, proposal.round.rulebook),
        seconds={each.id: _second(each) for each in shown},
    )
    return Markup(html)  # noqa: S704 — the template escapes what people wrote.


def _second(decision: Decision) -> list[Opinion]:
    """What the other associations said of a refusal, published beside it."""
    if decision.outcome is not Outcome.REFUSE:
        return []
    given = opinions_on(decision.proposal, decision.version)
    return [each for each in given if each.association_id != decision.association_id]


@bp.get("/moderation")
@requires(Permission.MODERATE)
def queue() -> ResponseReturnValue:
    """What waits for this person's decision, the longest waiting first; apart, what others must judge."""
    return queue_page(BatchForm(), 200)


def queue_page(batch: BatchForm, status: int) -> ResponseReturnValue:
    """The queue, with what was typed of a batch."""
    moment, person = now(), present()
    form, rounds = SieveForm(request.args), rounds_in_moderation(moment)
    form.offer(
        [(each.slug, each.title) for each in rounds],
        [(each.slug, each.name) for each in sites()],
    )
    sieve = form.sieve()
    number = min(request.args.get("page", 1, type=int), _LAST_PAGE)
    waiting = waiting_for(person, moment, sieve, number)
    return page(
        "moderation/queue.html",
        status=status,
        filters=form,
        batch=batch,
        ticked=request.form.getlist("case"),
        sieve=_arguments(sieve),
        waiting=waiting,
        answering=answering(waiting.items, moment),
        claims=claims_on(waiting.items, moment),
        steps=steps_of(waiting.items),
        apart=set_apart(person, moment, sieve),
        appeals=appeals_of(person),
        readings=readings_for(person),
        alike=to_look_at(moment, round_slug=sieve.round),
        words=words,
        moment=moment,
        person=person,
        tie=partial(tie, ties=ties_of(person)),
        is_past=is_past,
        several=len(rounds) > 1 and sieve.round is None,
    )


@bp.route("/moderation/<public_id>", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def case(public_id: str) -> ResponseReturnValue:
    """One proposal with all that bears on it, and the form to decide; then the next one."""
    form = DecisionForm()
    if not form.validate_on_submit():
        if not form.is_submitted():
            _start_from_model(form)
        return case_page(public_id, form, 422 if form.is_submitted() else 200)
    judgement = form.judgement()
    facts = letter_facts(proposal_to_judge(public_id), judgement.outcome)
    try:
        with transaction():
            found = decide(public_id, judgement, present(), facts, now())
    except Refusal as refused:
        form.refuse(refused)
        return case_page(public_id, form, int(refused.kind))
    message = _DONE[found.outcome]
    if isinstance(found, Opinion):
        message = _PROPOSED if found.outcome is Outcome.REFUSE else _DISPUTED
    notify(message, title=found.proposal.title)
    return _onward(found.proposal)


def _start_from_model(form: DecisionForm) -> None:
    """Begin from a text of the association, when the address names one."""
    chosen = request.args.get("modele")
    if not chosen:
        return
    model = model_at(chosen, present())
    form.outcome.data, form.reason.data, form.text.data = model.outcome_code, model.reason_code or "", model.text


def case_page(public_id: str, form: DecisionForm, status: int, note: NoteForm | None = None) -> ResponseReturnValue:
    """A case, with what was typed in its forms."""
    proposal, person, moment = proposal_to_judge(public_id), present(), now()
    refuse_if(can_read(proposal))
    # What is decided from here on is decided on the text that this page shows.
    form.version.raw_data = None
    form.version.data = str(proposal.version)
    sieve = _sieve()
    book = proposal.round.rulebook
    claim = open_claim(proposal, moment)
    tied = tie(person, proposal)
    return page(
        "moderation/case.html",
        status=status,
        form=form,
        note=note or NoteForm(formdata=None),
        notes=() if tied else notes_on(proposal),
        proposal=proposal,
        book=book,
        checks=amount_checks(proposal.asked_cents, book),
        theme_holds=theme_holds(proposal.theme, book),
        history=history(proposal),
        opinions=opinions_on(proposal),
        similar=similar_to(proposal),
        brought=brought_before(proposal),
        models=models_of(person),
        claim=claim,
        tied=tied,
        obstacle=can_decide(person, proposal, moment) or must_be_free(claim, person, moment),
        sieve=_arguments(sieve),
        following=next_case(person, moment, sieve, proposal),
        preceding=previous_case(person, moment, sieve, proposal),
        supports=watched(proposal, moment) if proposal.state in PUBLIC else None,
        words=words,
        moment=moment,
    )


@bp.post("/moderation/<public_id>/notes")
@requires(Permission.MODERATE)
def note(public_id: str) -> ResponseReturnValue:
    """Leave a word for the other moderators; what ties somebody to a case keeps its notes from them."""
    proposal, form = proposal_to_judge(public_id), NoteForm()
    refuse_if(tie(present(), proposal))
    if not form.validate_on_submit():
        return case_page(public_id, DecisionForm(formdata=None), 422, form)
    with transaction():
        add_note(proposal, present(), form.text.data or "", now())
    return see_other("moderation.case", public_id=public_id, _anchor="notes")


def _onward(decided: Proposal) -> ResponseReturnValue:
    sieve = _sieve()
    following = next_case(present(), now(), sieve, decided)
    if following is None:
        return see_other("moderation.queue", **_arguments(sieve))
    return see_other("moderation.case", public_id=following.public_id, **_arguments(sieve))


def _sieve() -> Sieve:
    return SieveForm(request.args).sieve()


def _arguments(sieve: Sieve) -> dict[str, str]:
    pairs = {"budget": sieve.round, "theme": sieve.theme, "site": sieve.site}
    return {name: value for name, value in pairs.items() if value}
