"""The button by which people follow a project, and the page of those that they follow."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import refuse_if
from participatory.core.labels import N_
from participatory.following import holdings, policy
from participatory.following.actions import follow, leave
from participatory.following.queries import followed_by, follows
from participatory.following.telling import listen
from participatory.identity.models import Person
from participatory.proposals.context import register_call
from participatory.proposals.models import Proposal
from participatory.proposals.policy import can_see, is_author
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.rules import PUBLIC
from participatory.web.access import signed_in
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other, wants_fragment

bp = Blueprint("following", __name__)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    holdings.offer(app)
    listen()
    register_call(follow_panel)
    main_menu(Entry("following.index", N_("Projets suivis"), 32))


def follow_panel(proposal: Proposal, person: Person | None, moment: datetime) -> str:
    """On the page of a project that everybody reads: the button to follow it."""
    if proposal.state not in PUBLIC or proposal.round.imported:
        return ""
    if person is not None and is_author(person, proposal):
        return ""
    following = person is not None and follows(person, proposal)
    return Markup(  # noqa: S704 — the template escapes what people wrote.
        render_template("following/_button.html", proposal=proposal, following=following, person=person)
    )


@bp.post("/projets/<slug>/suivre")
@signed_in
def choose(slug: str) -> ResponseReturnValue:
    """Follow a project, or leave it; sent twice, it is done once."""
    proposal, removing = proposal_by_slug(slug), request.form.get("act") == "remove"
    person: Person = current_user._get_current_object()  # noqa: SLF001
    refuse_if(None if removing else policy.can_follow(proposal, person))
    with transaction():
        if removing:
            leave(person, proposal)
        else:
            follow(person, proposal, now())
    if wants_fragment():
        return follow_panel(proposal, person, now())
    left = N_("Vous ne suivez plus ce projet.")
    notify(left if removing else N_("Vous suivez ce projet : vous saurez quand il avance."))
    if request.form.get("from") == "list" or can_see(proposal, person) is not None:
        return see_other("following.index")
    return see_other("proposals.show", _anchor="suivre", slug=proposal.slug)


@bp.get("/mes-suivis")
@signed_in
def index() -> ResponseReturnValue:
    """The projects that the person follows, and where each stands."""
    person: Person = current_user._get_current_object()  # noqa: SLF001
    return page("following/index.html", rows=followed_by(person), public=PUBLIC)
