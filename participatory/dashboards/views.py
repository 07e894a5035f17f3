"""The way of projects in figures: for everybody, for those who conduct rounds, for an association."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import Blueprint, Flask, Response, jsonify
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.dashboards.exports import as_csv, as_data
from participatory.dashboards.queries import carried_by, read_funnel, waiting_in, work_of
from participatory.dashboards.rules import SCREENED, Fate
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.moderation.queries import Sieve, queue
from participatory.proposals.context import leave_of
from participatory.proposals.journey import next_step
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round
from participatory.rounds.panels import Panel, Place, offer_panels
from participatory.rounds.policy import can_conduct
from participatory.rounds.queries import all_rounds
from participatory.rounds.rules import Phase
from participatory.rounds.views import load_round
from participatory.web.access import public, requires, signed_in
from participatory.web.navigation import Entry
from participatory.web.pages import page

bp = Blueprint("dashboards", __name__)
_SILENT = (Phase.DRAFT, Phase.ANNOUNCEMENT)


def _load(slug: str) -> Round:
    """A round of our own whose submission has begun; raises Refusal (NOT_FOUND)."""
    round_ = load_round(slug)
    if round_.imported:
        raise Refusal(N_("Cette élection vient d’ailleurs : nous ne savons pas ce qui l’a précédée."), Kind.NOT_FOUND)
    if round_.phase(now()) in _SILENT:
        raise Refusal(
            N_("Le dépôt des projets n’a pas commencé : il s’ouvre le %(start)s."),
            Kind.NOT_FOUND,
            start=round_.submission_at,
        )
    return round_


@bp.get("/budgets/<slug>/du-depot-au-vote")
@public
def funnel(slug: str) -> Response:
    """How many projects screening stopped, by reason, and how many the vote did; how long each answer took."""
    round_ = _load(slug)
    found, times = read_funnel(round_, now())
    return page("dashboards/funnel.html", round=round_, funnel=found, delays=times, Fate=Fate, SCREENED=SCREENED)


@bp.get("/budgets/<slug>/du-depot-au-vote.json")
@public
def funnel_json(slug: str) -> Response:
    """The same for machines."""
    round_ = _load(slug)
    return jsonify(as_data(round_, *read_funnel(round_, now())))


@bp.get("/budgets/<slug>/du-depot-au-vote.csv")
@public
def funnel_csv(slug: str) -> Response:
    """The same for spreadsheets."""
    found, _times = read_funnel(_load(slug), now())
    answer = Response(as_csv(found), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-du-depot-au-vote.csv"'
    return answer


@bp.get("/gestion/tableau-de-bord")
@requires(Permission.CONDUCT_ROUNDS)
def region() -> ResponseReturnValue:
    """Every round that the person conducts: what waits, what is late."""
    moment = now()
    rounds = [
        each
        for each in all_rounds()
        if not each.imported and each.phase(moment) not in _SILENT and can_conduct(current_user, each) is None
    ]
    rows = [(each, read_funnel(each, moment)[0], waiting_in(each, moment)) for each in rounds]
    return page("dashboards/region.html", rows=rows)


@bp.get("/gestion/budgets/<slug>/tableau-de-bord")
@requires(Permission.CONDUCT_ROUNDS)
def conducting(slug: str) -> ResponseReturnValue:
    """One round: what waits and since when, the funnel, the delays."""
    round_ = _load(slug)
    refuse_if(can_conduct(current_user, round_))
    found, times = read_funnel(round_, now())
    waiting = waiting_in(round_, now())
    return page(
        "dashboards/round.html",
        round=round_,
        funnel=found,
        delays=times,
        waiting=waiting,
        Fate=Fate,
        SCREENED=SCREENED,
    )


@bp.get("/mon-association")
@signed_in
def association() -> ResponseReturnValue:
    """What waits for one's association, what is late, what it carries."""
    person: Person = current_user
    held = person.association
    if held is None:
        return page("dashboards/association.html", association=None)
    moment = now()
    moderates = person.holds(Permission.MODERATE)
    return page(
        "dashboards/association.html",
        association=held,
        carried=[_carried(each, moment) for each in carried_by(held)],
        queue=queue(person, moment, Sieve(), 1) if moderates else None,
        work=work_of(held) if moderates else None,
    )


def _carried(proposal: Proposal, moment: datetime) -> dict[str, object]:
    coming = next_step(proposal.state, proposal.round.phase(moment), split=leave_of(proposal) is not None)
    until = proposal.round.calendar.starts(coming.until) if coming.until else None
    return {"proposal": proposal, "next": coming.sentence, "until": until}


def _panels(rounds: Sequence[Round], moment: datetime) -> Mapping[int, Panel]:
    """On the page of each round, the way to its figures."""
    shown = [each for each in rounds if not each.imported and each.phase(moment) not in _SILENT]
    return {each.id: Panel("dashboards/_panel.html", {}) for each in shown}


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    conduct = frozenset({Permission.CONDUCT_ROUNDS})
    staff_menu(Entry("dashboards.region", N_("Tableau de bord"), 5, permissions=conduct))
    offer_panels(app, Place.PUBLIC, _panels)
