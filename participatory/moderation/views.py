"""The queue of the associations that moderate, and the page where one case is decided."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_login import current_user
from markupsafe import Markup

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.moderation import holdings
from participatory.moderation.actions import decide
from participatory.moderation.forms import DecisionForm, SieveForm
from participatory.moderation.letters import LetterFacts
from participatory.moderation.policy import can_decide, can_read, tie
from participatory.moderation.queries import (
    Sieve,
    decisions_on,
    history,
    next_case,
    previous_case,
    proposal_to_judge,
    rounds_in_moderation,
    set_apart,
)
from participatory.moderation.queries import (
    queue as waiting_for,
)
from participatory.moderation.rules import Outcome, amount_checks, is_late, theme_holds
from participatory.moderation.ties import ties_of
from participatory.proposals.context import register_panel
from participatory.proposals.models import Proposal
from participatory.proposals.queries import sites
from participatory.proposals.rules import PUBLIC
from participatory.rounds.rules import Phase
from participatory.supports import words
from participatory.supports.queries import to_look_at, watched
from participatory.web.access import requires
from participatory.web.filters import deadline_words
from participatory.web.navigation import Entry
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import config

bp = Blueprint("moderation", __name__)

_LAST_PAGE = 10_000
_DONE = {
    Outcome.ADMIT: N_("« %(title)s » est déclaré recevable. Son porteur est prévenu."),
    Outcome.ASK_CHANGES: N_("Des compléments sont demandés pour « %(title)s ». Son porteur est prévenu."),
    Outcome.REFUSE: N_("« %(title)s » est refusé. Son porteur est prévenu, avec votre motif."),
}


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    holdings.offer(app)
    staff_menu(Entry("moderation.queue", N_("Modération"), 10, permissions=frozenset({Permission.MODERATE})))
    register_panel(decisions_panel)


def decisions_panel(proposal: Proposal, person: Person | None, _now: datetime) -> str:
    """On the page of a proposal: what associations decided; requests for changes are for its author alone."""
    own = person is not None and proposal.author_id == person.id
    shown = [each for each in decisions_on(proposal) if own or each.outcome is not Outcome.ASK_CHANGES]
    if not shown:
        return ""
    return Markup(render_template("moderation/_panel.html", decisions=shown, proposal=proposal))  # noqa: S704 — the template escapes what people wrote.


@bp.get("/moderation")
@requires(Permission.MODERATE)
def queue() -> ResponseReturnValue:
    """What waits for this person's decision, the longest waiting first; apart, what others must judge."""
    moment, person = now(), _moderator()
    form, rounds = SieveForm(request.args), rounds_in_moderation(moment)
    form.offer(
        [(each.slug, each.title) for each in rounds],
        [(each.slug, each.name) for each in sites()],
    )
    sieve = form.sieve()
    number = min(request.args.get("page", 1, type=int), _LAST_PAGE)
    return page(
        "moderation/queue.html",
        filters=form,
        sieve=_arguments(sieve),
        waiting=waiting_for(person, moment, sieve, number),
        apart=set_apart(person, moment, sieve),
        alike=to_look_at(moment, round_slug=sieve.round),
        words=words,
        moment=moment,
        person=person,
        tie=partial(tie, ties=ties_of(person)),
        is_late=is_late,
        several=len(rounds) > 1 and sieve.round is None,
    )


@bp.route("/moderation/<public_id>", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def case(public_id: str) -> ResponseReturnValue:
    """One proposal with all that bears on it, and the form to decide; then the next one."""
    form = DecisionForm()
    if not form.validate_on_submit():
        return _case_page(public_id, form, 422 if form.is_submitted() else 200)
    judgement = form.judgement()
    facts = _letter_facts(proposal_to_judge(public_id), judgement.outcome)
    try:
        with transaction():
            decision = decide(public_id, judgement, _moderator(), facts, now())
    except Refusal as refused:
        form.refuse(refused)
        return _case_page(public_id, form, int(refused.kind))
    notify(_DONE[decision.outcome], title=decision.proposal.title)
    return _onward(decision.proposal)


def _case_page(public_id: str, form: DecisionForm, status: int) -> ResponseReturnValue:
    proposal, person, moment = proposal_to_judge(public_id), _moderator(), now()
    refuse_if(can_read(proposal))
    # What is decided from here on is decided on the text that this page shows.
    form.version.raw_data = None
    form.version.data = str(proposal.version)
    sieve = _sieve()
    book = proposal.round.rulebook
    return page(
        "moderation/case.html",
        status=status,
        form=form,
        proposal=proposal,
        book=book,
        checks=amount_checks(proposal.asked_cents, book),
        theme_holds=theme_holds(proposal.theme, book),
        history=history(proposal),
        obstacle=can_decide(person, proposal, moment),
        sieve=_arguments(sieve),
        following=next_case(person, moment, sieve, proposal),
        preceding=previous_case(person, moment, sieve, proposal),
        supports=watched(proposal, moment) if proposal.state in PUBLIC else None,
        words=words,
        moment=moment,
    )


def _onward(decided: Proposal) -> ResponseReturnValue:
    sieve = _sieve()
    following = next_case(_moderator(), now(), sieve, decided)
    if following is None:
        return see_other("moderation.queue", **_arguments(sieve))
    return see_other("moderation.case", public_id=following.public_id, **_arguments(sieve))


def _letter_facts(proposal: Proposal, outcome: Outcome) -> LetterFacts:
    asked = outcome is Outcome.ASK_CHANGES
    link = absolute_url("proposals.edit" if asked else "proposals.show", slug=proposal.slug)
    ends = proposal.round.calendar.starts(Phase.VOTING)
    with force_locale(proposal.author.locale if proposal.author else "fr"):
        return LetterFacts(link=link, deadline=deadline_words(ends), contact=config().contact_email)


def _sieve() -> Sieve:
    return SieveForm(request.args).sieve()


def _arguments(sieve: Sieve) -> dict[str, str]:
    pairs = {"budget": sieve.round, "theme": sieve.theme, "site": sieve.site}
    return {name: value for name, value in pairs.items() if value}


def _moderator() -> Person:
    person: Person = current_user
    return person
