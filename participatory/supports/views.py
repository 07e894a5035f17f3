"""The button by which people support a project, and what its page says of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.integrity.collecting import coded, observed
from participatory.integrity.rules import Act
from participatory.proposals.context import register_call, register_notes
from participatory.proposals.models import Proposal
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.rules import PUBLIC
from participatory.rolls.entering import enter_roll
from participatory.rolls.standing import standing_of
from participatory.supports import actions, holdings, policy, staff, words
from participatory.supports.jobs import look_in_time
from participatory.supports.queries import count_of, counts_of, deeds_on, is_left_out, support_by, thresholds
from participatory.supports.rules import SUPPORTABLE
from participatory.web.access import signed_in
from participatory.web.navigation import Entry
from participatory.web.pages import notify, see_other, wants_fragment
from participatory.web.settings import secret_store

bp = staff.bp

_GIVEN = N_("Vous soutenez ce projet. Vous pouvez reprendre votre soutien jusqu’à l’ouverture du vote.")
_TAKEN_BACK = N_("Votre soutien est repris.")


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    holdings.offer(app)
    look_in_time(app)
    register_call(supports_panel)
    register_notes(supports_notes)
    watching = frozenset({Permission.WATCH_INTEGRITY})
    staff_menu(Entry("supports.index", N_("Soutiens"), 45, permissions=watching, prefix="/gestion/soutiens"))


def supports_panel(proposal: Proposal, person: Person | None, moment: datetime) -> str:
    """On the page of a project that everybody reads: how many support it, and the button to do so."""
    if proposal.state not in PUBLIC or proposal.round.imported:
        return ""
    count, closed = count_of(proposal, moment), policy.is_open(proposal.round, moment)
    if closed is not None and not count.given:
        return ""
    values = _for_reader(proposal, person, moment)
    return Markup(  # noqa: S704 — the template escapes what people wrote.
        render_template(
            "supports/_panel.html",
            proposal=proposal,
            count=count,
            closed=closed,
            deed=next(iter(deeds_on(proposal)), None) if count.left_out else None,
            words=words,
            **values,
        )
    )


def supports_notes(proposals: Sequence[Proposal], moment: datetime) -> dict[int, Markup]:
    """On the cards of a list before the vote: how many support each project, against how many it needs."""
    wanted = [each for each in proposals if each.state in SUPPORTABLE and policy.is_open(each.round, moment) is None]
    counts, needed = counts_of(wanted, moment), thresholds(wanted)
    return {
        each.id: Markup(  # noqa: S704 — the template escapes what it is given.
            render_template("supports/_note.html", count=counts[each.id], needed=needed[each.id], words=words)
        )
        for each in wanted
        if needed[each.id] or counts[each.id].counted
    }


def _for_reader(proposal: Proposal, person: Person | None, moment: datetime) -> dict[str, object]:
    """What the reader may do: whether they support the project, whether that is counted, and what stops them."""
    if person is None:
        # The rest of the policy is about persons: whoever signs in will be told what it says of them.
        return {"supported": False, "uncounted": False, "refusal": None}
    pepper = secret_store().get("pepper", proposal.round.public_id)
    standing = standing_of(proposal.round, person, pepper, moment)
    voter = standing.voter
    supported = voter is not None and support_by(proposal, voter) is not None
    uncounted = supported and voter is not None and is_left_out(proposal, voter)
    refusal = policy.can_support(proposal, person, voter is not None or standing.due, moment)
    return {"supported": supported, "uncounted": uncounted, "refusal": refusal}


@bp.post("/projets/<slug>/soutien")
@signed_in
def choose(slug: str) -> ResponseReturnValue:
    """Support a project, or take that back; sent twice, it is done once."""
    proposal, removing = proposal_by_slug(slug), request.form.get("act") == "remove"
    person: Person = current_user._get_current_object()  # noqa: SLF001
    refuse_if((policy.can_take_back if removing else _can_try)(proposal, person, now()))
    enter_roll(proposal.round, person)
    pepper = secret_store().get("pepper", proposal.round.public_id)
    manner = actions.Manner(observed(proposal.round, Act.SUPPORT), partial(coded, proposal.round))
    with transaction():
        if removing:
            actions.take_back(proposal, person, pepper, now())
        else:
            actions.support(proposal, person, pepper, now(), manner)
    if wants_fragment():
        return supports_panel(proposal, person, now())
    notify(_TAKEN_BACK if removing else _GIVEN)
    return see_other("proposals.show", _anchor="soutiens", slug=proposal.slug)


def _can_try(proposal: Proposal, person: Person, moment: datetime) -> Refusal | None:
    """What stops a person whatever the roll says of them: it is asked before anything is written there."""
    return policy.can_support(proposal, person, True, moment)
