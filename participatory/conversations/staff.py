"""Where the Region opens a conversation, reads what is proposed, and asks for a map."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.conversations import actions, policy
from participatory.conversations.forms import JudgeForm, OpenForm
from participatory.conversations.queries import conversation_at, conversations, map_of, statements_of
from participatory.conversations.rules import State, number_in
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other

bp = Blueprint("conversations", __name__)
_HOME = "/gestion/conversations"


@bp.route(_HOME, methods=["GET", "POST"])
@requires(Permission.CONDUCT_ROUNDS)
def manage() -> ResponseReturnValue:
    """All the conversations, and opening one."""
    form = OpenForm()
    refuse_if(policy.can_conduct(current_user))
    if form.validate_on_submit():
        try:
            with transaction():
                made = actions.open_conversation(form.basics(), current_user, now())
            notify(N_("La conversation est créée : elle ouvre et se clôt à ses dates."))
            return see_other("conversations.desk", slug=made.slug)
        except Refusal as refusal:
            form.refuse(_at_its_field(refusal))
    status = 422 if form.is_submitted() else 200
    return page("conversations/manage.html", None, status, form=form, conversations=conversations(), now=now())


def _at_its_field(refusal: Refusal) -> Refusal:
    if refusal.field == "text":
        return Refusal(refusal.message, refusal.kind, "statements", **refusal.values)
    return refusal


@bp.get(f"{_HOME}/<slug>")
@requires(Permission.CONDUCT_ROUNDS)
def desk(slug: str) -> ResponseReturnValue:
    """Its statements, those that wait first."""
    refuse_if(policy.can_conduct(current_user))
    return _desk(slug)


def _desk(
    slug: str, form: JudgeForm | None = None, judged: int | None = None, status: int = 200
) -> ResponseReturnValue:
    conversation = conversation_at(slug)
    return page(
        "conversations/desk.html",
        None,
        status,
        conversation=conversation,
        form=form or JudgeForm(formdata=None),
        judged=judged,
        waiting=statements_of(conversation, State.WAITING),
        others=statements_of(conversation, State.SHOWN, State.LEFT_OUT),
        kept=map_of(conversation),
    )


@bp.post(f"{_HOME}/<slug>/affirmations/<number>")
@requires(Permission.CONDUCT_ROUNDS)
def judge(slug: str, number: str) -> ResponseReturnValue:
    """Show a statement to voters, or leave it out."""
    conversation, form = conversation_at(slug), JudgeForm()
    statement = number_in(number)
    state = {"show": State.SHOWN, "leave_out": State.LEFT_OUT}.get(request.form.get("act", ""))
    if not form.validate_on_submit() or state is None:
        raise Refusal(N_("Rechargez la page, puis recommencez."), Kind.INVALID)
    try:
        with transaction():
            actions.judge(
                conversation, statement, actions.Judgement(state, form.reason.data or ""), current_user, now()
            )
    except Refusal as refusal:
        if refusal.kind is not Kind.INVALID:
            raise
        form.refuse(refusal)
        return _desk(slug, form, statement, 422)
    notify(N_("C’est noté."))
    return see_other("conversations.desk", slug=slug)


@bp.post(f"{_HOME}/<slug>/carte")
@requires(Permission.CONDUCT_ROUNDS)
def ask_map(slug: str) -> ResponseReturnValue:
    """Have a map made of what was said so far."""
    with transaction():
        actions.ask_map(conversation_at(slug), current_user, now())
    notify(N_("La carte sera faite dans les cinq minutes."))
    return see_other("conversations.desk", slug=slug)
