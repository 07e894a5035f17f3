"""The public pages of a result: the embargo before, everything after."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask, Response, make_response, render_template, request, send_file, session
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from participatory import __version__
from participatory.core.clock import now
from participatory.core.errors import refuse_if
from participatory.identity.models import Person
from participatory.proposals.context import register_panel
from participatory.proposals.models import Proposal
from participatory.results import staff
from participatory.results.exports import as_csv, comparison_as_csv, sqlite_file
from participatory.results.holdings import roll_clock
from participatory.results.models import Publication
from participatory.results.policy import can_read, has_comparison
from participatory.results.queries import publication_of
from participatory.results.reading import Result
from participatory.results.words import how, received, why
from participatory.rolls.holdings import start_clock
from participatory.rounds.models import Round
from participatory.rounds.views import load_round
from participatory.web.access import public
from participatory.web.filters import locale_code
from participatory.web.pages import page
from participatory.web.settings import config

# The working pages share the blueprint, so that all endpoints of the package bear its name.
bp = staff.bp


def _published(slug: str) -> tuple[Round, Publication]:
    """The round and its publication; raises Refusal (NOT_FOUND) until both the officer and the calendar allow."""
    round_ = load_round(slug)
    publication = publication_of(round_)
    refuse_if(can_read(round_, publication, now()))
    assert publication is not None
    return round_, publication


@bp.get("/budgets/<slug>/resultats")
@public
def show(slug: str) -> BaseResponse:
    """Who is funded and why; before publication, when it will be said."""
    round_, moment = load_round(slug), now()
    publication = publication_of(round_)
    refusal = can_read(round_, publication, moment)
    if refusal is not None or publication is None:
        return page("results/embargo.html", round=round_, reason=refusal, due=round_.results_at <= moment)
    result = Result.of(publication.document)
    answer = page(
        "results/show.html",
        round=round_,
        publication=publication,
        result=result,
        d=result.data,
        # The control begins the instant after the last day of the vote.
        voted_until=round_.control_at - timedelta(seconds=1),
    )
    return _conditional(answer, publication)


@bp.get("/budgets/<slug>/resultats/comparaison")
@public
def comparison(slug: str) -> BaseResponse:
    """What other rules would have given on the same ballots, of no effect on the result."""
    round_, publication = _published(slug)
    result = Result.of(publication.document)
    refuse_if(has_comparison(len(result.data["alternatives"])))
    return _conditional(page("results/comparison.html", round=round_, result=result, d=result.data), publication)


def _conditional(answer: Response, publication: Publication) -> Response:
    """Let a browser keep the page of a visitor; what a person sees bears their name and is not kept."""
    if current_user.is_authenticated or "_flashes" in session:
        return answer
    # The language and the version of the software change the page around the same result.
    answer.set_etag(f"{publication.digest}-{locale_code()}-{__version__}")
    return answer.make_conditional(request)  # type: ignore[return-value]


def _download(publication: Publication, content: str, name: str, mimetype: str) -> BaseResponse:
    answer = make_response(content.encode())
    answer.mimetype = mimetype
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.set_etag(publication.digest)
    return answer.make_conditional(request)


@bp.get("/budgets/<slug>/resultats.csv")
@public
def export_csv(slug: str) -> BaseResponse:
    """One row for each project, for spreadsheets."""
    round_, publication = _published(slug)
    content = as_csv(Result.of(publication.document))
    return _download(publication, content, f"resultats-{round_.slug}.csv", "text/csv")


@bp.get("/budgets/<slug>/resultats/comparaison.csv")
@public
def export_comparison(slug: str) -> BaseResponse:
    """One row for each rule and each project, for spreadsheets."""
    round_, publication = _published(slug)
    result = Result.of(publication.document)
    refuse_if(has_comparison(len(result.data["alternatives"])))
    return _download(publication, comparison_as_csv(result), f"comparaison-{round_.slug}.csv", "text/csv")


@bp.get("/budgets/<slug>/resultats.json")
@public
def export_json(slug: str) -> BaseResponse:
    """The frozen document, byte for byte what its digest was made of."""
    round_, publication = _published(slug)
    return _download(publication, publication.document, f"resultats-{round_.slug}.json", "application/json")


@bp.get("/budgets/<slug>/resultats.pb")
@public
def export_pb(slug: str) -> BaseResponse:
    """The one file with which anybody counts again."""
    round_, publication = _published(slug)
    return _download(publication, publication.election, f"resultats-{round_.slug}.pb", "text/plain")


@bp.get("/budgets/<slug>/resultats.sqlite")
@public
def export_sqlite(slug: str) -> BaseResponse:
    """Projects and ballots as a database, for those who query."""
    round_, publication = _published(slug)
    folder = config().instance / "exports"
    path = sqlite_file(folder, publication.digest, Result.of(publication.document), publication.election)
    return send_file(
        path.resolve(),
        mimetype="application/vnd.sqlite3",
        as_attachment=True,
        download_name=f"resultats-{round_.slug}.sqlite",
        etag=publication.digest,
        last_modified=publication.published_at,
    )


def outcome_panel(proposal: Proposal, _person: Person | None, moment: datetime) -> Markup | str:
    """What the vote decided for a project, on its own page, once the result is public."""
    publication = publication_of(proposal.round)
    if publication is None or can_read(proposal.round, publication, moment) is not None:
        return ""
    result = Result.of(publication.document)
    found = result.by_proposal.get(proposal.public_id)
    if found is None:
        return ""
    return Markup(render_template("results/_panel.html", result=result, p=found, round=proposal.round))  # noqa: S704


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.jinja_env.globals.update(say_how=how, say_received=received, say_why=why)
    app.register_blueprint(bp)
    start_clock(app, roll_clock)
    register_panel(outcome_panel)
