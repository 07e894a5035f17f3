"""The list of a round as visitors browse it: searched, filtered, as cards, a table, a map, files, a feed."""

import secrets
from typing import Any

from flask import Response, make_response, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.proposals.context import notes
from participatory.proposals.exports import as_csv, as_json
from participatory.proposals.favourites import favourites
from participatory.proposals.feeds import list_feed
from participatory.proposals.listing import (
    ALONE,
    ListPage,
    Order,
    Reach,
    Search,
    View,
    by_department,
    carriers,
    found_ids,
    loaded,
    published_count,
)
from participatory.proposals.models import Proposal
from participatory.proposals.queries import departments, sites
from participatory.proposals.rules import LISTED
from participatory.proposals.writing import bp, open_round
from participatory.rounds.models import Round
from participatory.web.access import public
from participatory.web.pages import absolute_url, page


@bp.get("/budgets/<slug>/projets")
@public
def index(slug: str) -> ResponseReturnValue:
    """The projects of a round, searched, filtered, ordered and paged."""
    round_, search = open_round(slug), Search.read(request.args, favourites())
    view = next((each for each in View if each.value == request.args.get("vue")), View.CARDS)
    projects = ListPage(found_ids(round_, search, _seed()), request.args.get("page", "1"))
    listed = list(projects.items) if view is not View.MAP else []
    return page(
        "proposals/index.html",
        fragment="proposals/_list.html",
        round=round_,
        search=search,
        view=view,
        projects=projects,
        notes=notes(listed, now()),
        places=_places(round_, search) if view is View.MAP else {},
        total=published_count(round_),
        **_choices(round_),
    )


def _choices(round_: Round) -> dict[str, Any]:
    return {
        "departments": departments(),
        "sites": sites(),
        "carriers": carriers(round_),
        "alone": ALONE,
        "orders": Order,
        "reaches": Reach,
        "states": LISTED,
        "views": View,
    }


def _places(round_: Round, search: Search) -> dict[str, int]:
    """Every department with what it holds of the answer, and under "" the projects of the whole region."""
    return {each.code: 0 for each in departments()} | {"": 0} | by_department(round_, search)


def _seed() -> str:
    """What this visitor's random order is drawn from: kept in the session, so that pages follow each other."""
    if "order_seed" not in session:
        session["order_seed"] = secrets.token_hex(8)
    return str(session["order_seed"])


@bp.get("/budgets/<slug>/projets.csv")
@public
def export_csv(slug: str) -> ResponseReturnValue:
    """The same list as a table, all pages at once."""
    round_ = open_round(slug)
    rows = loaded(found_ids(round_, Search.read(request.args, favourites()), seed=""))
    return file_of(as_csv(rows, address), "text/csv", f"{round_.slug}-projets.csv")


@bp.get("/budgets/<slug>/projets.json")
@public
def export_json(slug: str) -> ResponseReturnValue:
    """The same list for programs, all pages at once."""
    round_, search = open_round(slug), Search.read(request.args, favourites())
    rows = loaded(found_ids(round_, search, seed=""))
    return file_of(as_json(round_, search.query(), rows, address), "application/json", f"{round_.slug}-projets.json")


@bp.get("/budgets/<slug>/projets.atom")
@public
def export_atom(slug: str) -> ResponseReturnValue:
    """The latest projects of the same list, for readers of news."""
    round_, search = open_round(slug), Search.read(request.args)
    rows = loaded(found_ids(round_, search, seed=""))
    whole = search.query()
    here = absolute_url("proposals.index", slug=round_.slug, **whole)
    own = absolute_url("proposals.export_atom", slug=round_.slug, **whole)
    return news(list_feed(round_, rows, _whole_address, here, own))


def address(proposal: Proposal) -> str:
    """The page of a project, under this site."""
    return url_for("proposals.show", slug=proposal.slug)


def _whole_address(proposal: Proposal) -> str:
    return absolute_url("proposals.show", slug=proposal.slug)


def file_of(text: str, kind: str, name: str) -> Response:
    """A file to keep, which search engines leave alone."""
    response = make_response(text)
    response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def news(feed: bytes) -> BaseResponse:
    """A feed, which its readers ask for again and again: unchanged, it is not sent again."""
    response = make_response(feed)
    response.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    response.headers["X-Robots-Tag"] = "noindex"
    response.cache_control.public, response.cache_control.max_age = True, 300
    response.add_etag()
    return response.make_conditional(request)
