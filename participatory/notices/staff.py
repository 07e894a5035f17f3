"""Where people decide about reported texts: the queue by the hour, one text, one contested decision."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.notices import policy
from participatory.notices.contents import content_if_any
from participatory.notices.deciding import decide, judge
from participatory.notices.forms import DecisionForm
from participatory.notices.queries import (
    contested,
    count_waiting,
    decision_at,
    decisions_on,
    notice_by_number,
    notices_of,
    number_of,
    open_notices,
)
from participatory.notices.queries import queue as waiting_for
from participatory.notices.rules import APPEAL_WITHIN, BASES
from participatory.notices.shared import letters, present_person
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other

bp = Blueprint("notices", __name__)


def waiting() -> int:
    """How many texts and contests wait for the present person; the menu shows it."""
    return count_waiting(present_person())


@bp.get("/gestion/textes-signales")
@requires(Permission.DECIDE_NOTICES)
def queue() -> ResponseReturnValue:
    """The texts that wait for a decision, the first to be due first, then the contested decisions."""
    person, moment = present_person(), now()
    rows = [(each, content_if_any(each.first.kind, each.first.key)) for each in waiting_for(person)]
    return page(
        "notices/queue.html",
        rows=[(each, content, policy.can_decide(person, each.first.round, content)) for each, content in rows],
        contested=contested(person),
        moment=moment,
        person=person,
        number_of=number_of,
        appeal_within=APPEAL_WITHIN,
    )


@bp.route("/gestion/textes-signales/<number>", methods=["GET", "POST"])
@requires(Permission.DECIDE_NOTICES)
def case(number: str) -> ResponseReturnValue:
    """One reported text, every notice about it, and the form to decide."""
    notice, form = notice_by_number(number), DecisionForm()
    refuse_if(policy.can_read(present_person(), notice.round))
    status = 200
    if form.is_submitted():
        status = 422
        content = content_if_any(notice.kind, notice.key)
        refuse_if(policy.can_decide(present_person(), notice.round, content))
        if form.validate():
            try:
                with transaction():
                    decide((notice.kind, notice.key), form.ruling(), present_person(), letters(), now())
            except Refusal as refused:
                form.refuse(refused)
                status = int(refused.kind)
            else:
                notify(N_("La décision est prise. Les deux côtés en reçoivent les raisons."))
                return see_other("notices.case", number=number)
    return _case_page(number, form, status)


def _case_page(number: str, form: DecisionForm, status: int) -> ResponseReturnValue:
    notice, person = notice_by_number(number), present_person()
    content, waiting_ = content_if_any(notice.kind, notice.key), list(open_notices(notice.kind, notice.key))
    addresses = frozenset(each.contact for each in waiting_ if each.contact)
    form.show(waiting_)
    return page(
        "notices/case.html",
        status=status,
        form=form,
        notice=notice,
        number=number_of(notice),
        content=content,
        notices=waiting_,
        decisions=decisions_on(notice.kind, notice.key),
        obstacle=policy.can_decide(person, notice.round, content, addresses),
        may_block=lambda decision: policy.can_block(person, decision) is None,
        bases=BASES,
        moment=now(),
        person=person,
    )


@bp.route("/gestion/decisions-contestees/<public_id>", methods=["GET", "POST"])
@requires(Permission.DECIDE_NOTICES)
def review(public_id: str) -> ResponseReturnValue:
    """One contested decision, and the form by which another person decides again."""
    decision, form, person = decision_at(public_id), DecisionForm(), present_person()
    refuse_if(policy.can_read(person, decision.round))
    content, status = content_if_any(decision.kind, decision.key), 200
    if form.is_submitted():
        status = 422
        refuse_if(policy.can_judge(person, decision, content))
        if form.validate():
            try:
                with transaction():
                    judge(public_id, form.ruling(), person, letters(), now())
            except Refusal as refused:
                form.refuse(refused)
                status = int(refused.kind)
            else:
                notify(N_("La décision est reprise. Les deux côtés en lisent les raisons."))
                return see_other("notices.queue")
    form.show(list(notices_of(decision)))
    return page(
        "notices/review.html",
        status=status,
        form=form,
        decision=decision,
        content=content,
        obstacle=policy.can_judge(person, decision, content),
        bases=BASES,
    )
