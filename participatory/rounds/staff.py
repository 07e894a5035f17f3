"""The working pages of those who conduct the rounds."""

from dataclasses import replace

from flask import Blueprint, Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.journal.rules import Verb
from participatory.rounds import actions, policy, queries
from participatory.rounds.area_form import add_row, remove_row
from participatory.rounds.completing import completed
from participatory.rounds.figures import figures_of
from participatory.rounds.forms import LateDatesForm, RoundForm, empty_rulebook, round_shown, rules_shown
from participatory.rounds.models import Round
from participatory.rounds.panels import Place, panels_of
from participatory.rounds.rules import DATED, Phase
from participatory.rounds.wording import duty, timeline
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other

bp = Blueprint("rounds", __name__)

_IN_THE_FORM = frozenset({Kind.CONFLICT, Kind.INVALID})


@bp.get("/gestion")
@requires(Permission.CONDUCT_ROUNDS)
def staff_index() -> Response:
    """Every round that the person conducts, by phase, with what awaits the staff."""
    moment = now()
    rounds = [each for each in queries.all_rounds() if policy.can_conduct(current_user, each) is None]
    own = [each for each in rounds if not each.imported]
    by_phase = {phase: [each for each in own if each.phase(moment) is phase] for phase in Phase}
    return page(
        "rounds/staff_index.html",
        by_phase={phase: found for phase, found in by_phase.items() if found},
        imported=[each for each in rounds if each.imported],
        figures=figures_of(own, moment, staff=True),
        duties={each.id: duty(each, moment) for each in own},
        frozen={each.id for each in own if policy.voting_has_opened(each, moment)},
        panels=panels_of(own, Place.STAFF_LIST, moment),
        may_create=policy.can_conduct(current_user) is None,
    )


def _round_to_conduct(slug: str) -> Round:
    """The round of an address, for those who conduct it; raises Refusal, NOT_FOUND before its announcement."""
    round_ = queries.round_by_slug(slug)
    refusal = policy.can_conduct(current_user, round_)
    refuse_if(policy.can_see(round_, refusal is None, now()))
    refuse_if(refusal)
    return round_


@bp.route("/gestion/budgets/nouveau", methods=["GET", "POST"])
@requires(Permission.CONDUCT_ROUNDS)
def create() -> BaseResponse:
    """Create a round, or show the form again with what was typed."""
    refuse_if(policy.can_conduct(current_user))
    if request.method == "GET":
        return _creation(RoundForm(data=rules_shown(empty_rulebook())))
    form = RoundForm()
    if _changed_rows(form):
        return _creation(form)
    if not form.validate():
        return _creation(form, 422)
    try:
        with transaction():
            draft, moment = form.draft(empty_rulebook()), now()
            draft = replace(draft, book=completed(draft.book, moment))
            round_ = actions.create_round(draft, current_user, moment)
    except Refusal as refusal:
        return _creation(form, _refused(form, refusal))
    notify(N_("Le budget « %(title)s » est créé, avec la version 1 de son règlement."), title=round_.title)
    return see_other("rounds.edit", slug=round_.slug)


@bp.route("/gestion/budgets/<slug>", methods=["GET", "POST"])
@requires(Permission.CONDUCT_ROUNDS)
def edit(slug: str) -> BaseResponse:
    """Change a round before its vote; afterwards, show what is left to change."""
    round_ = _round_to_conduct(slug)
    if request.method == "GET" and policy.voting_has_opened(round_, now()):
        return _frozen(round_, _late_form(round_))
    if request.method == "GET":
        return _edition(round_, RoundForm(data=round_shown(round_)))
    return _change(round_, RoundForm())


def _changed_rows(form: RoundForm) -> bool:
    """Whether a row of areas was asked for or taken away: the form then comes back as it was, and nothing is saved."""
    if "add" in request.form:
        add_row(form.areas)
    elif "remove" in request.form:
        remove_row(form.areas, request.form["remove"])
    return "add" in request.form or "remove" in request.form


def _change(round_: Round, form: RoundForm) -> BaseResponse:
    if _changed_rows(form):
        return _edition(round_, form)
    if not form.validate():
        return _edition(round_, form, 422)
    try:
        with transaction():
            done = actions.edit_round(round_, form.draft(round_.rulebook, round_.calendar), current_user, now())
    except Refusal as refusal:
        return _edition(round_, form, _refused(form, refusal))
    _tell(round_, done)
    return see_other("rounds.edit", slug=round_.slug)


def _tell(round_: Round, done: tuple[Verb, ...]) -> None:
    if Verb.RULEBOOK_ADOPTED in done:
        adopted = round_.current_version.version
        notify(N_("Vos changements sont enregistrés, dans la version %(number)s du règlement."), number=adopted)
    elif done:
        notify(N_("Vos changements sont enregistrés."))
    else:
        notify(N_("Rien n’a changé."), "info")


@bp.post("/gestion/budgets/<slug>/fin")
@requires(Permission.CONDUCT_ROUNDS)
def reschedule(slug: str) -> BaseResponse:
    """Move what follows the count, once voting has opened."""
    round_, form = _round_to_conduct(slug), LateDatesForm()
    refuse_if(policy.can_set_dates(current_user, round_, now()))
    if not form.validate():
        return _frozen(round_, form, 422)
    try:
        with transaction():
            moved = actions.set_calendar(round_, form.dates(round_.calendar), current_user, now())
    except Refusal as refusal:
        return _frozen(round_, form, _refused(form, refusal))
    notify(N_("Les dates sont enregistrées.") if moved else N_("Rien n’a changé."), "success" if moved else "info")
    return see_other("rounds.edit", slug=slug)


def _refused(form: RoundForm | LateDatesForm, refusal: Refusal) -> int:
    """Show a refusal in the form, and the status that says it; others are for the error page."""
    if refusal.kind not in _IN_THE_FORM:
        raise refusal
    form.refuse(refusal)
    return int(refusal.kind)


def _creation(form: RoundForm, status: int = 200) -> Response:
    return page("rounds/create.html", form=form, phases=DATED, status=status)


def _edition(round_: Round, form: RoundForm, status: int = 200) -> Response:
    # Whoever meets somebody else's change reads it before replacing it, so the next try is judged on what is now there.
    if status == Kind.CONFLICT:
        form.seen.data = round_.mark
    moment = now()
    panels = panels_of([round_], Place.STAFF, moment)[round_.id]
    return page("rounds/edit.html", round=round_, form=form, phases=DATED, now_utc=moment, panels=panels, status=status)


def _late_form(round_: Round) -> LateDatesForm:
    return LateDatesForm(data={"results": round_.results_at, "delivery": round_.delivery_at})


def _frozen(round_: Round, form: LateDatesForm, status: int = 200) -> Response:
    moment = now()
    moments = timeline(round_.calendar, moment)
    closed = round_.imported or round_.delivery_at <= moment
    panels = panels_of([round_], Place.STAFF, moment)[round_.id]
    return page(
        "rounds/frozen.html", round=round_, form=form, moments=moments, closed=closed, panels=panels, status=status
    )
