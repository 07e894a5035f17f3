"""What people say of a project, on its page and on a page of their own; writing, answering, changing, taking back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from participatory.comments import actions, holdings, policy
from participatory.comments.forms import CommentForm
from participatory.comments.jobs import look_in_time
from participatory.comments.models import Comment
from participatory.comments.queries import (
    comment_at,
    count_of,
    counts_of,
    page_of,
    threads_of,
    to_look_at,
    with_answers,
)
from participatory.comments.rules import Order, Stance
from participatory.comments.words import said_alike
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity.collecting import coded, observed
from participatory.integrity.rules import Act
from participatory.proposals.context import register_notes, register_panel
from participatory.proposals.models import Proposal
from participatory.proposals.policy import can_see, is_author
from participatory.proposals.queries import proposal_by_slug
from participatory.proposals.rules import PUBLIC
from participatory.rolls.entering import enter_roll
from participatory.rolls.standing import standing_of
from participatory.web.access import public, signed_in
from participatory.web.limits import COMMENTING, limited
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import secret_store

bp = Blueprint("comments", __name__)
_LAST_PAGE = 10_000


@dataclass(frozen=True)
class _Wanted:
    """Which comments a page shows."""

    order: Order = Order.NEWEST
    number: int = 1
    stance: Stance | None = None

    @classmethod
    def read(cls) -> "_Wanted":
        """What the address asks for; what it says that means nothing is as if it said nothing."""
        asked, kind = request.args.get("ordre", ""), request.args.get("avis", "")
        return cls(
            Order(asked) if asked in set(Order) else Order.NEWEST,
            min(request.args.get("page", 1, type=int), _LAST_PAGE),
            Stance(kind) if kind in set(Stance) else None,
        )


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    holdings.offer(app)
    look_in_time(app)
    app.jinja_env.globals.update(comments_alike=comments_alike)
    register_notes(comments_notes)
    register_panel(comments_panel)


def comments_notes(proposals: Sequence[Proposal], _now: datetime) -> dict[int, Markup]:
    """On the cards of a list: how many comments each project has that everybody reads."""
    slugs = {each.id: each.slug for each in proposals}
    return {
        number: Markup(render_template("comments/_note.html", count=count, slug=slugs[number]))  # noqa: S704 — the template escapes.
        for number, count in counts_of(slugs).items()
    }


def comments_alike(round_slug: str | None = None) -> list[tuple[Proposal, str]]:
    """The projects whose comments look alike, and what is said of it, for the queue of moderators."""
    return [(each.proposal, said_alike(each.reading)) for each in to_look_at(now(), round_slug=round_slug)]


def comments_panel(proposal: Proposal, person: Person | None, moment: datetime) -> str:
    """On the page of a project that everybody reads: the latest threads, and the form for whoever may write."""
    if proposal.state not in PUBLIC or proposal.round.imported:
        return ""
    if policy.is_open(proposal.round, moment) is not None and not count_of(proposal):
        return ""
    values = _listed(proposal, person, moment, _Wanted())
    return Markup(render_template("comments/_panel.html", **values))  # noqa: S704 — the template escapes what people wrote.


def _listed(proposal: Proposal, person: Person | None, moment: datetime, wanted: _Wanted) -> dict[str, object]:
    found = threads_of(proposal, wanted.order, wanted.number, wanted.stance)
    return {
        "proposal": proposal,
        "found": found,
        "threads": with_answers(found.items),
        "total": count_of(proposal),
        "order": wanted.order,
        "orders": Order,
        "stance": wanted.stance,
        "stances": Stance,
        "is_of_project": partial(is_author, proposal=proposal),
        "closed": policy.is_open(proposal.round, moment),
        "refusal": _refusal(proposal, person, moment),
        "may_edit": lambda comment: person is not None and policy.can_edit(comment, person, moment) is None,
        "is_own": lambda comment: person is not None and policy.can_take_back(comment, person) is None,
        "form": _blank(),
    }


def _refusal(proposal: Proposal, person: Person | None, moment: datetime) -> Refusal | None:
    """What stops the reader from writing; whoever signs in will be told what concerns them."""
    if person is None:
        return None
    pepper = secret_store().get("pepper", proposal.round.public_id)
    standing = standing_of(proposal.round, person, pepper, moment)
    return policy.can_comment(proposal, person, standing.voter is not None or standing.due, moment)


def _blank() -> CommentForm:
    form = CommentForm(formdata=None)
    form.draw_key()
    return form


def _reader() -> Person | None:
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001


@bp.get("/projets/<slug>/commentaires")
@public
def index(slug: str) -> ResponseReturnValue:
    """The threads of a project, page by page, in the order and of the kind that the address asks for."""
    return _index(_open(slug))


def _open(slug: str) -> Proposal:
    proposal = proposal_by_slug(slug)
    refuse_if(can_see(proposal, _reader()))
    return proposal


def _index(proposal: Proposal, form: CommentForm | None = None, status: int = 200) -> ResponseReturnValue:
    values = _listed(proposal, _reader(), now(), _Wanted.read())
    if form is not None:
        values["form"] = form
    return page("comments/index.html", fragment="comments/_list.html", status=status, **values)


@bp.get("/commentaires/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """Lead to the place where a comment is read."""
    comment = comment_at(public_id)
    refuse_if(can_see(comment.proposal, _reader()))
    number = page_of(comment)
    return see_other(
        "comments.index",
        _anchor=_anchor(comment),
        slug=comment.proposal.slug,
        **({"page": number} if number > 1 else {}),
    )


def _anchor(comment: Comment) -> str:
    return f"commentaire-{comment.public_id}"


@bp.post("/projets/<slug>/commentaires")
@signed_in
@limited(COMMENTING)
def write(slug: str) -> ResponseReturnValue:
    """Say something of a project."""
    proposal, form, status = _open(slug), CommentForm(), 422
    if form.validate_on_submit():
        try:
            return _said(_written(proposal, form))
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
    form.draw_key()
    return _index(proposal, form, status)


@bp.route("/commentaires/<public_id>/repondre", methods=["GET", "POST"])
@signed_in
@limited(COMMENTING)
def answer(public_id: str) -> ResponseReturnValue:
    """Answer to a comment."""
    comment, form = comment_at(public_id), CommentForm()
    refuse_if(can_see(comment.proposal, _reader()))
    refuse_if(policy.can_answer(comment))
    status = _status(form)
    if not form.is_submitted():
        refuse_if(_refusal(comment.proposal, _reader(), now()))
    elif form.validate():
        try:
            return _said(_written(comment.proposal, form, comment.public_id))
        except Refusal as refused:
            form.refuse(refused)
            status = int(refused.kind)
    form.draw_key()
    return page("comments/answer.html", status=status, comment=comment, form=form)


def _written(proposal: Proposal, form: CommentForm, answers_to: str = "") -> Comment:
    """Write what was typed; raises Refusal."""
    person: Person = current_user._get_current_object()  # noqa: SLF001
    refuse_if(policy.can_comment(proposal, person, True, now()))
    enter_roll(proposal.round, person)
    pepper = secret_store().get("pepper", proposal.round.public_id)
    link = absolute_url("comments.show", public_id="-").removesuffix("-") + "{comment}"
    manner = actions.Manner(pepper, observed(proposal.round, Act.COMMENT), partial(coded, proposal.round), link)
    with transaction():
        return actions.write(proposal.public_id, person, form.typed(answers_to), manner, now())


def _said(comment: Comment) -> ResponseReturnValue:
    notify(N_("Votre commentaire est publié. Vous pouvez le modifier pendant un quart d’heure."))
    return see_other("comments.show", public_id=comment.public_id)


def _status(form: CommentForm) -> int:
    return 422 if form.is_submitted() else 200


@bp.route("/commentaires/<public_id>/modifier", methods=["GET", "POST"])
@signed_in
def edit(public_id: str) -> ResponseReturnValue:
    """Change one's comment within the quarter of an hour."""
    comment, form = comment_at(public_id), CommentForm()
    person: Person = current_user._get_current_object()  # noqa: SLF001
    refuse_if(policy.can_edit(comment, person, now()))
    if form.validate_on_submit():
        try:
            with transaction():
                actions.edit(public_id, person, form.typed(), now())
        except Refusal as refused:
            form.refuse(refused)
        else:
            notify(N_("Votre commentaire est modifié."))
            return see_other("comments.show", public_id=public_id)
    elif not form.is_submitted():
        form.fill(comment)
    return page("comments/edit.html", status=_status(form), comment=comment, form=form)


@bp.route("/commentaires/<public_id>/reprendre", methods=["GET", "POST"])
@signed_in
def take_back(public_id: str) -> ResponseReturnValue:
    """Take one's comment back, once asked whether one means it: its text goes for good."""
    comment = comment_at(public_id)
    person: Person = current_user._get_current_object()  # noqa: SLF001
    refuse_if(policy.can_take_back(comment, person))
    if request.method == "GET":
        return page("comments/take_back.html", comment=comment)
    with transaction():
        actions.take_back(public_id, person, now())
    notify(N_("Votre commentaire est repris : son texte est effacé."))
    return see_other("comments.index", slug=comment.proposal.slug)
