"""The public pages of a result: the embargo before, everything after."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from flask import Flask, Response, make_response, render_template, request, send_file, session
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from participatory import __version__
from participatory.appraisal.dialogue_duplicates import offer_winners
from participatory.ballots.models import UrnState
from participatory.ballots.queries import step_of
from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.deeds.kinds import offer_deed
from participatory.identity.models import Person
from participatory.proposals.context import register_panel
from participatory.proposals.models import Proposal
from participatory.results import staff
from participatory.results.deeds import count_deed, publication_deed
from participatory.results.earlier import funded_before
from participatory.results.exports import as_csv, comparison_as_csv, sqlite_file
from participatory.results.holdings import roll_clock
from participatory.results.jobs import offer_opener
from participatory.results.models import Publication
from participatory.results.policy import can_read, has_comparison
from participatory.results.queries import contest_of, publication_of
from participatory.results.reading import Result
from participatory.results.words import how, received, why
from participatory.rolls.holdings import start_clock
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.rounds.views import load_round
from participatory.web.access import public
from participatory.web.filters import locale_code
from participatory.web.pages import page
from participatory.web.settings import config

# The working pages share the blueprint, so that all endpoints of the package bear its name.
bp = staff.bp

View = TypeVar("View", bound=Callable[..., BaseResponse])
_HOME = "/budgets/<slug>/resultats"


def _published(slug: str, contest: str) -> tuple[Round, Publication]:
    """The round and its publication; raises Refusal (NOT_FOUND) until both the officer and the calendar allow."""
    round_ = load_round(slug)
    publication = publication_of(round_, contest)
    refuse_if(_unknown(round_, contest) or can_read(round_, publication, now()))
    assert publication is not None
    return round_, publication


def _unknown(round_: Round, contest: str) -> Refusal | None:
    if contest in round_.rulebook.contest_keys:
        return None
    return Refusal(N_("Ce budget n’a pas d’enveloppe à cette adresse."), Kind.NOT_FOUND)


def _of_each_contest(path: str, main: str) -> Callable[[View], View]:
    """Open a page at two addresses: `main` for the regional envelope, `path` with the key of another one."""

    def opened(view: View) -> View:
        bp.get(main, defaults={"contest": MAIN_CONTEST})(view)
        return bp.get(path)(view)

    return opened


@_of_each_contest(f"{_HOME}/enveloppe/<contest>", _HOME)
@public
def show(slug: str, contest: str) -> BaseResponse:
    """Who is funded and why; before publication, when it will be said."""
    round_, moment = load_round(slug), now()
    refuse_if(_unknown(round_, contest))
    publication = publication_of(round_, contest)
    refusal = can_read(round_, publication, moment)
    if refusal is not None or publication is None:
        return page("results/embargo.html", round=round_, reason=refusal, due=round_.results_at <= moment)
    result = Result.of(publication.document)
    answer = page(
        "results/show.html",
        round=round_,
        contest=contest,
        counted=step_of(round_, UrnState.COUNTED),
        seal=step_of(round_, UrnState.SEALED),
        publication=publication,
        result=result,
        d=result.data,
        # The control begins the instant after the last day of the vote.
        voted_until=round_.control_at - timedelta(seconds=1),
    )
    return _conditional(answer, publication)


@_of_each_contest(f"{_HOME}/enveloppe/<contest>/comparaison", f"{_HOME}/comparaison")
@public
def comparison(slug: str, contest: str) -> BaseResponse:
    """What other rules would have given on the same ballots, of no effect on the result."""
    round_, publication = _published(slug, contest)
    result = Result.of(publication.document)
    refuse_if(has_comparison(len(result.data["alternatives"])))
    answer = page("results/comparison.html", round=round_, contest=contest, result=result, d=result.data)
    return _conditional(answer, publication)


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


def _named(what: str, round_: Round, contest: str, extension: str) -> str:
    """How a downloaded file is called."""
    return "-".join((what, round_.slug, *([contest] if contest != MAIN_CONTEST else []))) + f".{extension}"


@_of_each_contest(f"{_HOME}-<contest>.csv", f"{_HOME}.csv")
@public
def export_csv(slug: str, contest: str) -> BaseResponse:
    """One row for each project, for spreadsheets."""
    round_, publication = _published(slug, contest)
    content = as_csv(Result.of(publication.document))
    return _download(publication, content, _named("resultats", round_, contest, "csv"), "text/csv")


@_of_each_contest(f"{_HOME}/enveloppe/<contest>/comparaison.csv", f"{_HOME}/comparaison.csv")
@public
def export_comparison(slug: str, contest: str) -> BaseResponse:
    """One row for each rule and each project, for spreadsheets."""
    round_, publication = _published(slug, contest)
    result = Result.of(publication.document)
    refuse_if(has_comparison(len(result.data["alternatives"])))
    name = _named("comparaison", round_, contest, "csv")
    return _download(publication, comparison_as_csv(result), name, "text/csv")


@_of_each_contest(f"{_HOME}-<contest>.json", f"{_HOME}.json")
@public
def export_json(slug: str, contest: str) -> BaseResponse:
    """The frozen document, byte for byte what its digest was made of."""
    round_, publication = _published(slug, contest)
    name = _named("resultats", round_, contest, "json")
    return _download(publication, publication.document, name, "application/json")


@_of_each_contest(f"{_HOME}-<contest>.pb", f"{_HOME}.pb")
@public
def export_pb(slug: str, contest: str) -> BaseResponse:
    """The one file with which anybody counts again."""
    round_, publication = _published(slug, contest)
    return _download(publication, publication.election, _named("resultats", round_, contest, "pb"), "text/plain")


@_of_each_contest(f"{_HOME}-<contest>.sqlite", f"{_HOME}.sqlite")
@public
def export_sqlite(slug: str, contest: str) -> BaseResponse:
    """Projects and ballots as a database, for those who query."""
    round_, publication = _published(slug, contest)
    folder = config().instance / "exports"
    path = sqlite_file(folder, publication.digest, Result.of(publication.document), publication.election)
    return send_file(
        path.resolve(),
        mimetype="application/vnd.sqlite3",
        as_attachment=True,
        download_name=_named("resultats", round_, contest, "sqlite"),
        etag=publication.digest,
        last_modified=publication.published_at,
    )


def outcome_panel(proposal: Proposal, _person: Person | None, moment: datetime) -> Markup | str:
    """What the vote decided for a project, on its own page, once the result is public."""
    contest = contest_of(proposal)
    publication = publication_of(proposal.round, contest)
    if publication is None or can_read(proposal.round, publication, moment) is not None:
        return ""
    result = Result.of(publication.document)
    found = result.by_proposal.get(proposal.public_id)
    if found is None:
        return ""
    values = {"result": result, "p": found, "round": proposal.round, "contest": contest}
    return Markup(render_template("results/_panel.html", **values))  # noqa: S704


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.jinja_env.globals.update(say_how=how, say_received=received, say_why=why)
    app.register_blueprint(bp)
    offer_opener(app)
    offer_deed(app, count_deed())
    offer_deed(app, publication_deed(app.extensions["secrets"]))
    start_clock(app, roll_clock)
    register_panel(outcome_panel)
    offer_winners(funded_before)
