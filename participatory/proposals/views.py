"""What everybody may read: the list of a round, its files, each project's page and picture."""

import secrets
from collections.abc import Callable

from flask import Flask, Response, make_response, request, session, url_for
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.proposals import holdings, policy
from participatory.proposals.context import calls, panels
from participatory.proposals.exports import as_csv, as_json
from participatory.proposals.favourites import DECLARED, favourites
from participatory.proposals.journey import next_step
from participatory.proposals.listing import ListPage, Order, Reach, Search, found_ids, loaded, published_count
from participatory.proposals.models import Proposal
from participatory.proposals.queries import departments, proposal_by_slug, sites, using_image
from participatory.proposals.rules import PUBLIC, State
from participatory.proposals.writing import bp, open_round, reader
from participatory.rounds.rules import Phase
from participatory.web.access import public
from participatory.web.cookies import offer_cookie
from participatory.web.navigation import Entry
from participatory.web.pages import absolute_url, page, see_other
from participatory.web.settings import image_store

_YEAR = 31_536_000
# The moves that anybody may know of; what was asked of an author stays between author and moderators.
_TOLD = PUBLIC | {State.SUBMITTED, State.WITHDRAWN}
_STATES = (State.ADMITTED, State.FEASIBLE, State.UNFEASIBLE, State.REFUSED, State.APPEALED, State.REFUSED_FINALLY)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    holdings.offer(app)
    offer_cookie(app, DECLARED)
    app.jinja_env.globals.update(favourites=favourites)
    main_menu(Entry("proposals.mine", N_("Mes projets"), 30))


@bp.get("/budgets/<slug>/projets")
@public
def index(slug: str) -> ResponseReturnValue:
    """The projects of a round, searched, filtered, ordered and paged."""
    round_, search = open_round(slug), Search.read(request.args, favourites())
    ids = found_ids(round_, search, _seed())
    return page(
        "proposals/index.html",
        fragment="proposals/_list.html",
        round=round_,
        search=search,
        projects=ListPage(ids, request.args.get("page", "1")),
        total=published_count(round_),
        departments=departments(),
        sites=sites(),
        orders=Order,
        reaches=Reach,
        states=_STATES,
    )


@bp.get("/budgets/<slug>/projets/comparer")
@public
def compare(slug: str) -> ResponseReturnValue:
    """Two projects side by side, for whoever hesitates; the form alone as long as the address does not name two."""
    round_ = open_round(slug)
    projects = sorted(loaded(found_ids(round_, Search(), seed="")), key=lambda each: each.title.casefold())
    known = {each.public_id: each for each in projects}
    asked = [known[each] for each in dict.fromkeys(request.args.getlist("projet")) if each in known][:2]
    return page("proposals/compare.html", round=round_, projects=projects, asked=asked)


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
    return _file(as_csv(rows, _address), "text/csv", f"{round_.slug}-projets.csv")


@bp.get("/budgets/<slug>/projets.json")
@public
def export_json(slug: str) -> ResponseReturnValue:
    """The same list for programs, all pages at once."""
    round_, search = open_round(slug), Search.read(request.args, favourites())
    rows = loaded(found_ids(round_, search, seed=""))
    return _file(as_json(round_, search.query(), rows, _address), "application/json", f"{round_.slug}-projets.json")


def _address(proposal: Proposal) -> str:
    return url_for("proposals.show", slug=proposal.slug)


def _file(text: str, kind: str, name: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/projets/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """A project's page."""
    proposal, person, moment = proposal_by_slug(slug), reader(), now()
    refuse_if(policy.can_see(proposal, person))
    if slug != proposal.slug:
        return see_other("proposals.show", slug=proposal.slug)
    phase = proposal.round.phase(moment)
    return page(
        "proposals/show.html",
        proposal=proposal,
        round=proposal.round,
        public=proposal.state in PUBLIC,
        history=[each for each in proposal.moves if each.target_state in _TOLD],
        panels=panels(proposal, person, moment),
        calls=calls(proposal, person, moment),
        voting=phase is Phase.VOTING and proposal.state is State.FEASIBLE,
        picture=absolute_url("proposals.image", key=proposal.image_key) if proposal.image_key else None,
        own=_for_author(proposal, person, phase),
    )


def _for_author(proposal: Proposal, person: Person | None, phase: Phase) -> dict[str, object] | None:
    """What only the author is told: what comes next, and what may still be done."""
    if person is None or proposal.author_id != person.id:
        return None
    coming = next_step(proposal.state, phase)
    return {
        "next": coming.sentence,
        "until": proposal.round.calendar.starts(coming.until) if coming.until else None,
        "editable": policy.can_edit(proposal, person, now()) is None,
        "withdrawable": policy.can_withdraw(proposal, person, now()) is None,
    }


@bp.get("/images/<key>")
@public
def image(key: str) -> ResponseReturnValue:
    """A picture, for those who may see a project that shows it; its address changes with its content."""
    person = reader()
    seen = [each for each in using_image(key) if policy.can_see(each, person) is None]
    shown_by = [each for each in seen if not each.covered or policy.is_author(person, each)]
    if not shown_by:
        raise Refusal(N_("Il n’y a pas d’image à cette adresse."), Kind.NOT_FOUND)
    try:
        data = image_store().read(key)
    except FileNotFoundError as error:
        raise Refusal(N_("Il n’y a pas d’image à cette adresse."), Kind.NOT_FOUND) from error
    response = make_response(data)
    shared = "public" if any(each.state in PUBLIC for each in shown_by) else "private"
    response.headers["Content-Type"] = "image/webp"
    response.headers["Cache-Control"] = f"{shared}, max-age={_YEAR}, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
