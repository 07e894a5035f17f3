"""The page from which a removal is proposed, and what everybody reads of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import Blueprint, Flask, Response, render_template
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.deeds.kinds import offer_deed
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.context import register_panel
from participatory.proposals.models import Proposal
from participatory.proposals.queries import on_ballot, proposal_by_slug
from participatory.removals import deed, jobs
from participatory.removals.forms import RemovalForm
from participatory.removals.policy import can_conduct
from participatory.removals.queries import removal_of, removals_of
from participatory.rounds.models import Round
from participatory.rounds.panels import Panel, Place, offer_panels
from participatory.rounds.rules import Phase
from participatory.rounds.views import load_round
from participatory.web.access import requires
from participatory.web.pages import absolute_url, notify, page, see_other

bp = Blueprint("removals", __name__)
_HOME = "/gestion/budgets/<slug>/retirer-un-projet"


@bp.get(_HOME)
@requires(Permission.CLOSE_VOTE)
def show(slug: str) -> Response:
    """What was taken out, and the form that proposes to take out another one."""
    round_ = load_round(slug)
    refuse_if(can_conduct(current_user, round_))
    return _screen(round_, _form(round_))


@bp.post(_HOME)
@requires(Permission.CLOSE_VOTE, recent=True)
def propose(slug: str) -> Response | BaseResponse:
    """Propose a removal; another person confirms."""
    round_ = load_round(slug)
    refuse_if(can_conduct(current_user, round_))
    form = _form(round_)
    if not form.validate():
        return _screen(round_, form, 422)
    try:
        with transaction():
            proposal = _of_round(round_, form.project.data)
            asked = deed.ask(proposal, form.reason.data or "", current_user, now(), link=absolute_url("deeds.index"))
    except Refusal as refusal:
        if refusal.kind is Kind.FORBIDDEN:
            raise
        form.refuse(refusal)
        return _screen(round_, form, int(refusal.kind))
    notify(N_("Une autre personne doit confirmer : le projet reste au vote d’ici là."))
    return see_other("deeds.show", public_id=asked.public_id)


def _of_round(round_: Round, public_id: str) -> Proposal:
    proposal = proposal_by_slug(public_id)
    if proposal.round_id != round_.id:
        raise Refusal(N_("Ce projet n’est plus au vote."))
    return proposal


def _form(round_: Round) -> RemovalForm:
    form = RemovalForm()
    form.offer(on_ballot(round_))
    return form


def _screen(round_: Round, form: RemovalForm, status: int = 200) -> Response:
    taken_out = removals_of([round_]).get(round_.id, [])
    voting = round_.phase(now()) is Phase.VOTING
    return page("removals/propose.html", status=status, round=round_, form=form, removals=taken_out, voting=voting)


def _notice(proposal: Proposal, _person: Person | None, _now: datetime) -> Markup | str:
    removal = removal_of(proposal)
    if removal is None:
        return ""
    return Markup(render_template("removals/_project.html", removal=removal))  # noqa: S704 — made by our template.


def _public(rounds: Sequence[Round], _now: datetime) -> Mapping[int, Panel]:
    found = removals_of(rounds)
    return {number: Panel("removals/_public.html", {"removals": removals}) for number, removals in found.items()}


def _staff(rounds: Sequence[Round], moment: datetime) -> Mapping[int, Panel]:
    """The way to the form, while the vote is open and where something was taken out."""
    taken_out = removals_of(rounds)
    shown = [each for each in rounds if each.phase(moment) is Phase.VOTING or each.id in taken_out]
    return {each.id: Panel("removals/_staff.html", {}) for each in shown if can_conduct(current_user, each) is None}


def _of_booth(round_: Round) -> list[dict[str, object]]:
    """What the booth says of the projects taken out of its vote."""
    return [{"title": each.proposal.title, "slug": each.proposal.slug, "at": each.removed_at, "reason": each.reason}
            for each in removals_of([round_]).get(round_.id, [])]  # fmt: skip


def register(app: Flask, _main_menu: Callable[..., None], _staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package, offer its deed, its job and its notices."""
    app.register_blueprint(bp)
    offer_deed(app, deed.removal_deed())
    register_panel(_notice)
    offer_panels(app, Place.PUBLIC, _public)
    offer_panels(app, Place.STAFF, _staff)
    app.jinja_env.globals["taken_out_of"] = _of_booth
    jobs.tell_in_time(app)
