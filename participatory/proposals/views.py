"""What everybody may read: the list of a round, its files, each project's page and picture."""

from collections.abc import Callable

from flask import Flask, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.proposals import (
    amendment_pages,
    document_pages,
    history_pages,
    holdings,
    people_pages,
    policy,
    sharing_holdings,
    withdrawal_pages,
)
from participatory.proposals.context import calls, leave_of, panels, successor_of
from participatory.proposals.favourites import DECLARED, favourites
from participatory.proposals.journey import next_step
from participatory.proposals.listing import Search, found_ids, loaded
from participatory.proposals.models import Proposal
from participatory.proposals.publishing import qr_of, told
from participatory.proposals.queries import proposal_by_slug, using_image
from participatory.proposals.rules import PUBLIC, State
from participatory.proposals.writing import bp, open_round, reader
from participatory.rounds.rules import Phase
from participatory.web.access import public
from participatory.web.cookies import offer_cookie
from participatory.web.navigation import Entry
from participatory.web.pages import absolute_url, page, see_other
from participatory.web.settings import image_store

_YEAR = 31_536_000
# Their addresses join the same blueprint when they are imported.
PAGES = (amendment_pages, document_pages, history_pages, people_pages, withdrawal_pages)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    holdings.offer(app)
    sharing_holdings.offer(app)
    offer_cookie(app, DECLARED)
    app.jinja_env.globals.update(favourites=favourites)
    main_menu(Entry("proposals.mine", N_("Mes projets"), 30))


@bp.get("/budgets/<slug>/projets/comparer")
@public
def compare(slug: str) -> ResponseReturnValue:
    """Two projects side by side, for whoever hesitates; the form alone as long as the address does not name two."""
    round_ = open_round(slug)
    projects = sorted(loaded(found_ids(round_, Search(), seed="")), key=lambda each: each.title.casefold())
    known = {each.public_id: each for each in projects}
    asked = [known[each] for each in dict.fromkeys(request.args.getlist("projet")) if each in known][:2]
    return page("proposals/compare.html", round=round_, projects=projects, asked=asked)


@bp.get("/projets/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """A project's page."""
    proposal, person, moment = proposal_by_slug(slug), reader(), now()
    into = successor_of(proposal) if proposal.state is State.MERGED else None
    if into is not None and policy.can_see(into, person) is None:
        return redirect(url_for("proposals.show", slug=into.slug), 301)
    refuse_if(policy.can_see(proposal, person))
    if slug != proposal.slug:
        return see_other("proposals.show", slug=proposal.slug)
    phase = proposal.round.phase(moment)
    return page(
        "proposals/show.html",
        proposal=proposal,
        round=proposal.round,
        public=proposal.state in PUBLIC,
        history=told(proposal),
        panels=panels(proposal, person, moment),
        calls=calls(proposal, person, moment),
        voting=phase is Phase.VOTING and proposal.state is State.FEASIBLE,
        qr=qr_of(absolute_url("proposals.show", slug=proposal.slug)) if proposal.state in PUBLIC else None,
        picture=absolute_url("proposals.card", slug=proposal.slug) if proposal.state in PUBLIC else None,
        own=_for_author(proposal, person, phase),
    )


def _for_author(proposal: Proposal, person: Person | None, phase: Phase) -> dict[str, object] | None:
    """What only the author is told: what comes next, and what may still be done."""
    if person is None or not policy.is_author(person, proposal):
        return None
    editable = policy.can_edit(proposal, person, now()) is None
    coming = next_step(proposal.state, phase, split=editable and leave_of(proposal) is not None)
    return {
        "next": coming.sentence,
        "until": proposal.round.calendar.starts(coming.until) if coming.until else None,
        "editable": editable,
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
