"""The page where links between projects are declared and lifted, and the panel that tells them on a project's page."""

from datetime import datetime

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from participatory.appraisal.linking import can_link, declare, lift, linkable
from participatory.appraisal.sharing import round_of
from participatory.appraisal.work import bp
from participatory.appraisal.work_forms import LinkForm
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.proposals.linked import links_of, links_on
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.web.access import requires
from participatory.web.pages import absolute_url, notify, page, see_other


def links_panel(proposal: Proposal, person: Person | None, _now: datetime) -> str:
    """On the page of a project: what it cannot be done with, or without."""
    found = links_on(proposal)
    if not found:
        return ""
    return Markup(render_template("appraisal/_links_panel.html", links=found, proposal=proposal))  # noqa: S704 — the template escapes what people wrote.


@bp.route("/instruction/liens", methods=["GET", "POST"])
@requires(Permission.APPRAISE)
def links() -> ResponseReturnValue:
    """The links of a round, and the form of a new one."""
    round_ = round_of(request.args.get("budget", ""))
    if round_ is None:
        return page("appraisal/none.html")
    form, status = LinkForm(), 422
    form.offer(linkable(round_))
    if form.validate_on_submit():
        try:
            with transaction():
                declare(round_, form.wanted(), _person(), _link(round_), now())
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
        else:
            notify(N_("Le lien est déclaré. Les porteurs sont prévenus."))
            return see_other("appraisal_work.links", budget=round_.slug)
    return _page(round_, form, status if form.is_submitted() else 200)


def _page(round_: Round, form: LinkForm, status: int) -> Response:
    found = links_of(round_)
    return page(
        "appraisal/links.html",
        status=status,
        round=round_,
        form=form,
        links=found,
        # What is required and off the list keeps the project that needs it out of the count.
        astray={
            each.id
            for each in found
            if any(one.state not in (State.FEASIBLE, State.ADMITTED) for one in each.proposals)
        },
        obstacle=can_link(_person(), round_, now()),
    )


@bp.post("/instruction/liens/<link_id>/lever")
@requires(Permission.APPRAISE)
def lift_link(link_id: str) -> ResponseReturnValue:
    """Take a link back before the vote."""
    with transaction():
        lifted = lift(link_id, _person(), _address(), now())
        slug = lifted.round.slug
    notify(N_("Le lien est levé. Les porteurs sont prévenus."))
    return see_other("appraisal_work.links", budget=slug)


def _link(round_: Round) -> str:
    return absolute_url("proposals.index", slug=round_.slug)


def _address() -> str:
    return absolute_url("portal.home")


def _person() -> Person:
    person: Person = current_user
    return person
