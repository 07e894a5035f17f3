"""« Signaler un texte »: a form that anybody may send, what became of it, the statement of reasons, and one's block."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.speaking import declare_obstacle
from participatory.notices import block_staff, blocking, deciding, holdings, jobs, policy, staff
from participatory.notices.actions import Typed, receive
from participatory.notices.contents import Content, content_if_any, kind_of, public_content
from participatory.notices.forms import ContestForm, NoticeForm
from participatory.notices.models import NoticeDecision
from participatory.notices.queries import block_of, decision_at, notice_by_number, number_of
from participatory.notices.rules import BASES, Ground, Outcome, Side
from participatory.notices.shared import letters, present_person, read_at, sealed_network
from participatory.notices.texts import PROPOSAL, offer_texts
from participatory.proposals.context import register_panel
from participatory.proposals.models import Proposal
from participatory.proposals.rules import PUBLIC
from participatory.web.access import public, signed_in
from participatory.web.filters import locale_code
from participatory.web.limits import NOTICES, NOTICES_FOLLOWED, NOTICES_UNPROVEN, limited
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other

bp = staff.bp


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    block_staff.open_doors()
    app.register_blueprint(bp)
    offer_texts()
    holdings.offer(app)
    jobs.tell_in_time(app)
    declare_obstacle(blocking.obstacle)
    register_panel(report_panel)
    app.jinja_env.globals.update(notice_url=notice_url, present_block=present_block)
    deciders = frozenset({Permission.DECIDE_NOTICES})
    waiting = staff.waiting
    staff_menu(
        Entry("notices.queue", N_("Textes signalés"), 12, permissions=deciders, count=waiting, blueprint="notices")
    )


def notice_url(kind: str, key: str) -> str:
    """Where a text is reported, for the pages that show it."""
    return url_for("notices.report", kind=kind, key=key)


def present_block() -> object:
    """The block that holds for the present visitor, None for none; the page of the account shows it."""
    return block_of(present_person(), now()) if current_user.is_authenticated else None


def report_panel(proposal: Proposal, person: Person | None, moment: datetime) -> str:
    """On the page of a project: a line to report its texts."""
    if proposal.state not in PUBLIC or proposal.round.imported:
        return ""
    url = notice_url(PROPOSAL, proposal.public_id)
    return Markup(render_template("notices/_line.html", url=url))  # noqa: S704 — the template escapes what people wrote.


@bp.route("/signaler/<kind>/<key>", methods=["GET", "POST"])
@public
@limited(NOTICES)
@limited(NOTICES_UNPROVEN)
def report(kind: str, key: str) -> Response | BaseResponse:
    """Say what is wrong with a text; no account is asked for, and none is noted when there is one."""
    content, form = public_content(kind, key), NoticeForm()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return _received(content, form)
            except Refusal as refusal:
                form.refuse(refusal)
    form.key()
    sort = kind_of(kind).label
    return _unkept(page("notices/report.html", status=status, form=form, content=content, sort=sort))


def _received(content: Content, form: NoticeForm) -> BaseResponse:
    typed = Typed(
        form_key=form.key(),
        ground=Ground(form.ground.data),
        explanation=form.explanation.data or "",
        contact=form.contact.data or "",
        locale=locale_code(),
        network=sealed_network(),
    )
    with transaction():
        notice = receive((content.kind, content.key), typed, letters(), read_at(content), now())
    return see_other("notices.followed", number=number_of(notice))


@bp.get("/signaler/suivi/<number>")
@public
@limited(NOTICES_FOLLOWED)
def followed(number: str) -> Response:
    """What became of a notice, for whoever has its number."""
    return _followed_page(number)


@bp.post("/signaler/suivi/<number>")
@public
@limited(NOTICES)
@limited(NOTICES_UNPROVEN)
def contest(number: str) -> Response | BaseResponse:
    """Contest the decision about a notice, for whoever has its number."""
    decision, form = notice_by_number(number).decision, ContestForm()
    if decision is None:
        raise Refusal(N_("Rien n’est encore décidé : il n’y a rien à contester."))
    if form.validate():
        try:
            with transaction():
                deciding.contest(decision.public_id, Side.NOTIFIER, form.words.data or "", now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("Votre contestation est reçue. Une autre personne reprend la décision."))
            return see_other("notices.followed", number=number)
    return _followed_page(number, form)


def _followed_page(number: str, form: ContestForm | None = None) -> Response:
    notice = notice_by_number(number)
    may = notice.decision is not None and policy.can_contest(notice.decision, Side.NOTIFIER, now()) is None
    return _unkept(
        page(
            "notices/followed.html",
            status=422 if form else 200,
            notice=notice,
            number=number_of(notice),
            decision=notice.decision,
            bases=BASES,
            late=notice.decision is None and notice.due_at <= now(),
            may_contest=may,
            form=form or ContestForm(formdata=None),
        )
    )


@bp.route("/decisions-sur-mes-textes/<public_id>", methods=["GET", "POST"])
@signed_in
def decision(public_id: str) -> Response | BaseResponse:
    """The statement of reasons, for those who wrote the text, and the form to contest it."""
    found, form = decision_at(public_id), ContestForm()
    content = content_if_any(found.kind, found.key)
    refuse_if(_not_theirs(found, content))
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                deciding.contest(public_id, Side.AUTHOR, form.words.data or "", now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("Votre contestation est reçue. Une autre personne reprend la décision."))
            return see_other("notices.decision", public_id=public_id)
    return page(
        "notices/decision.html",
        status=422 if form.is_submitted() else 200,
        decision=found,
        content=content,
        bases=BASES,
        form=form,
        may_contest=policy.can_contest(found, Side.AUTHOR, now()) is None,
        kept=found.standing is Outcome.KEPT,
    )


def _not_theirs(found: NoticeDecision, content: Content | None) -> Refusal | None:
    person = present_person()
    people = {each.id for each in content.people} if content else set()
    if person.id in people | {found.person_id}:
        return None
    return Refusal(N_("Cette décision ne vous concerne pas."), Kind.FORBIDDEN)


@bp.route("/mon-compte/blocage", methods=["GET", "POST"])
@signed_in
def my_block() -> Response | BaseResponse:
    """Why one may not write for a time, until when, and the form to contest it; one votes all the same."""
    form, person = ContestForm(), present_person()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                blocking.contest_block(person, form.words.data or "", now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("Votre contestation est reçue. Une autre personne en décide."))
            return see_other("notices.my_block")
    found = block_of(person, now())
    may = found is not None and policy.can_contest_block(found, person, now()) is None
    status = 422 if request.method == "POST" else 200
    return page("notices/my_block.html", status=status, block=found, form=form, may_contest=may)


def _unkept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
