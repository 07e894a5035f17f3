"""Where officers read which supports look alike, leave them out of a count with a reason, and put them back."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.supports import policy, words
from participatory.supports.actions import LetterFacts, rule
from participatory.supports.forms import RulingForm
from participatory.supports.queries import (
    count_of,
    deeds_on,
    proposal_supported,
    reading_of,
    to_leave_out,
    to_look_at,
    with_some_left_out,
)
from participatory.web.access import requires
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import config

bp = Blueprint("supports", __name__)
_MOST = 100


def officer() -> Person:
    """The person who asks, on pages that only staff open."""
    person: Person = current_user
    return person


@bp.get("/gestion/soutiens")
@requires(Permission.WATCH_INTEGRITY)
def index() -> ResponseReturnValue:
    """The projects whose supports look alike, or are left out of the count, within the reach of the person's role."""
    reach = officer().reach(Permission.WATCH_INTEGRITY)
    alike = to_look_at(now(), reach=reach, most=_MOST)
    known = {each.proposal.id for each in alike}
    others = [each for each in with_some_left_out(reach=reach, most=_MOST) if each.proposal.id not in known]
    return page("supports/index.html", watched=alike + others, words=words)


@bp.get("/gestion/soutiens/<public_id>")
@requires(Permission.WATCH_INTEGRITY)
def case(public_id: str) -> ResponseReturnValue:
    """What was found in the supports of a project, what was done about it, and the two deeds."""
    return _case_page(public_id)


@bp.post("/gestion/soutiens/<public_id>/laisser-hors-du-compte")
@requires(Permission.WATCH_INTEGRITY)
def leave_out(public_id: str) -> ResponseReturnValue:
    """Leave out of the count the supports that look alike."""
    return _rule(public_id, left_out=True)


@bp.post("/gestion/soutiens/<public_id>/remettre-dans-le-compte")
@requires(Permission.WATCH_INTEGRITY)
def put_back(public_id: str) -> ResponseReturnValue:
    """Count again those that were left out."""
    return _rule(public_id, left_out=False)


def _rule(public_id: str, *, left_out: bool) -> ResponseReturnValue:
    form = _form(left_out=left_out)
    refuse_if(policy.can_rule(officer(), proposal_supported(public_id), now(), left_out=left_out))
    if not form.validate_on_submit():
        return _case_page(public_id, form, left_out=left_out, status=422)
    link = absolute_url("proposals.show", slug=proposal_supported(public_id).slug)
    try:
        with transaction():
            facts = LetterFacts(link, config().contact_email)
            rule(public_id, form.ruling(left_out=left_out), officer(), facts, now())
    except Refusal as refused:
        form.refuse(refused)
        return _case_page(public_id, form, left_out=left_out, status=int(refused.kind))
    left = N_("Ces soutiens ne sont plus comptés. Le porteur est prévenu ; vous pouvez les remettre dans le compte.")
    notify(left if left_out else N_("Ces soutiens sont de nouveau comptés. Le porteur est prévenu."))
    return see_other("supports.case", public_id=public_id)


def _form(*, left_out: bool) -> RulingForm:
    """One of the two forms, which may stand on one page; each reads its own fields alone."""
    return RulingForm(prefix="leave" if left_out else "put")


def _case_page(
    public_id: str, form: RulingForm | None = None, *, left_out: bool = False, status: int = 200
) -> ResponseReturnValue:
    proposal, moment = proposal_supported(public_id), now()
    refuse_if(policy.can_read(officer(), proposal))
    count, reading = count_of(proposal, moment), reading_of(proposal)
    alike = len(to_leave_out(proposal))
    leaving = form if form and left_out else _form(left_out=True)
    putting = form if form and not left_out else _form(left_out=False)
    # What is decided from here on is decided on the numbers that this page shows.
    for each, number in ((leaving, alike), (putting, count.left_out)):
        each.seen.raw_data, each.seen.data = None, str(number)
    return page(
        "supports/case.html",
        status=status,
        form=form,
        leaving=leaving,
        putting=putting,
        proposal=proposal,
        count=count,
        reading=reading,
        alike=alike,
        deeds=deeds_on(proposal),
        obstacle=policy.can_rule(officer(), proposal, moment, left_out=True),
        may_put_back=policy.can_rule(officer(), proposal, moment, left_out=False) is None,
        words=words,
    )
