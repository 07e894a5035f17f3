"""The simulator: which past elections there are, and what other parameters would have given on each."""

import csv
import io
from collections.abc import Callable

from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.spreadsheets import harmless
from participatory.results.models import Publication
from participatory.results.policy import can_read
from participatory.results.queries import publication_of
from participatory.results.reading import Result
from participatory.rounds.models import Round
from participatory.rounds.queries import announced_rounds
from participatory.rounds.views import load_round
from participatory.simulator.elections import Past, named, past_election, tried_on
from participatory.simulator.forms import TrialForm
from participatory.simulator.rules import Simulation, methods_for, tags_in
from participatory.tally.told import of_method
from participatory.web.access import public
from participatory.web.limits import SIMULATIONS, limited
from participatory.web.pages import page

bp = Blueprint("simulator", __name__)


@bp.get("/simulateur")
@public
def index() -> Response:
    """The past elections on which parameters can be tried."""
    moment = now()
    rounds = [each for each in announced_rounds(moment) if _readable(each)]
    return page("simulator/index.html", rounds=rounds)


@bp.get("/simulateur/<slug>")
@public
@limited(SIMULATIONS)
def show(slug: str) -> ResponseReturnValue:
    """One election: the parameters, and what they would have changed."""
    round_, publication = _published(slug)
    past, result, form = _read(publication)
    asked = bool(request.args)
    simulation = tried_on(publication, form.parameters(past.unit)) if asked and form.validate() else None
    answer = page(
        "simulator/show.html",
        round=round_,
        form=form,
        result=result,
        past=past,
        tried=simulation,
        rules=[of_method(each) for each in methods_for(past.method)],
        cents=100 // past.unit,
        named=named,
    )
    answer.status_code = 422 if asked and simulation is None else 200
    return answer


@bp.get("/simulateur/<slug>.csv")
@public
@limited(SIMULATIONS)
def export(slug: str) -> ResponseReturnValue:
    """The same as one row for each project, for spreadsheets."""
    _round, publication = _published(slug)
    past, result, form = _read(publication)
    if not form.validate():
        raise Refusal(N_("Ces paramètres ne peuvent pas être essayés : revenez au simulateur pour les corriger."))
    answer = Response(_as_csv(tried_on(publication, form.parameters(past.unit)), result), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="simulation-{slug}.csv"'
    return answer


def _readable(round_: Round) -> bool:
    publication = publication_of(round_)
    return publication is not None and can_read(round_, publication, now()) is None


def _published(slug: str) -> tuple[Round, Publication]:
    """The round and its result; raises Refusal (NOT_FOUND) before it may be read."""
    round_ = load_round(slug)
    publication = publication_of(round_)
    refuse_if(can_read(round_, publication, now()))
    if publication is None:
        raise Refusal(N_("Ce budget n’a pas de résultat publié."), Kind.NOT_FOUND)
    return round_, publication


def _read(publication: Publication) -> tuple[Past, Result, TrialForm]:
    past, result = past_election(publication), Result.of(publication.document)
    # What an address leaves out is what the count had.
    form = TrialForm(MultiDict({"rule": "0", "budget": "100", "reserved_for": ""} | request.args.to_dict()))
    form.offer([each.label for each in methods_for(past.method)], tags_in(past.tags))
    return past, result, form


def _as_csv(simulation: Simulation, result: Result) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("id", "title", "cost", "funded", "funded_if_tried"))
    before, after = frozenset(simulation.before.winners), frozenset(simulation.after.winners)
    for each in result.data["projects"]:
        cost = f"{each['cost_cents'] // 100}.{each['cost_cents'] % 100:02d}"
        funded = (int(each["id"] in before), int(each["id"] in after))
        rows.writerow((harmless(each["id"]), harmless(each["title"]), cost, *funded))
    return "\ufeff" + out.getvalue()


def register(app: Flask, _main_menu: Callable[..., None], _staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
