"""One statement at a time on a phone, with keys on a computer; proposing one; the map."""

import secrets
from collections.abc import Callable

import structlog
from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.conversations import actions, holdings, jobs, policy, staff
from participatory.conversations.forms import ProposeForm, VoteForm
from participatory.conversations.models import Conversation, Statement
from participatory.conversations.queries import (
    conversation_at,
    conversations,
    map_of,
    said_by,
    statement_of,
    statements_of,
)
from participatory.conversations.rules import State, Vote, drawn, number_in
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.opinion.drawing import page_of
from participatory.opinion.snapshot import Snapshot
from participatory.web.access import public, signed_in
from participatory.web.filters import locale_code
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other

bp = staff.bp
log = structlog.get_logger()
_VALUES = {"agree": Vote.AGREE, "disagree": Vote.DISAGREE, "pass": Vote.PASS}


@bp.get("/conversations")
@public
def index() -> ResponseReturnValue:
    """The conversations that are open, to come or closed."""
    return page("conversations/index.html", conversations=conversations(), now=now())


@bp.get("/conversations/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """What it is about, and the next statement for who may vote."""
    return _screen(conversation_at(slug))


@bp.post("/conversations/<slug>/repondre")
@signed_in
def answer(slug: str) -> ResponseReturnValue:
    """Agree, disagree or pass; the next statement follows."""
    conversation, value = conversation_at(slug), _VALUES.get(request.form.get("act", ""))
    if not VoteForm().validate_on_submit() or value is None:
        raise Refusal(N_("Rechargez la page, puis recommencez."), Kind.INVALID)
    number, name = number_in(request.form.get("statement", "")), holdings.own_name(conversation, _me())
    with transaction():
        actions.vote(conversation, number, value, name, now())
    if request.headers.get("HX-Request"):
        return _screen(conversation, after=number)
    return see_other("conversations.show", slug=slug, apres=number, _anchor="affirmation")


@bp.post("/conversations/<slug>/proposer")
@signed_in
def propose(slug: str) -> ResponseReturnValue:
    """Propose a statement of one's own."""
    conversation, form = conversation_at(slug), ProposeForm()
    if not form.validate_on_submit():
        return _screen(conversation, form, 422)
    try:
        with transaction():
            actions.propose(conversation, form.text.data or "", _me(), now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _screen(conversation, form, int(refusal.kind))
    notify(N_("Merci. Quelqu’un lit votre affirmation, puis elle est proposée aux votes."))
    return see_other("conversations.show", slug=slug)


@bp.get("/conversations/<slug>/carte")
@public
def opinions(slug: str) -> ResponseReturnValue:
    """The last map, with the tables beside it and the figures of its verdict."""
    conversation = conversation_at(slug)
    kept = map_of(conversation)
    if kept is None:
        raise Refusal(N_("La carte n’est pas encore faite : elle l’est à la clôture."), Kind.NOT_FOUND)
    words = {str(each.number): each.text for each in statements_of(conversation, *State)}
    told = page_of(Snapshot.kept(kept.text, kept.digest), words, "," if locale_code() == "fr" else ".")
    return page("conversations/map.html", conversation=conversation, kept=kept, told=told)


@bp.get("/conversations/<slug>/carte.json")
@public
def opinions_json(slug: str) -> ResponseReturnValue:
    """The last map as it was published, byte for byte what its digest was made of."""
    kept = map_of(conversation_at(slug))
    if kept is None:
        raise Refusal(N_("La carte n’est pas encore faite : elle l’est à la clôture."), Kind.NOT_FOUND)
    return kept.text, 200, {"Content-Type": "application/json", "ETag": f'"{kept.digest}"'}


def _me() -> Person:
    person: Person = current_user
    return person


def _screen(
    conversation: Conversation, form: ProposeForm | None = None, status: int = 200, after: int | None = None
) -> ResponseReturnValue:
    moment, said, following = now(), {}, None
    shown = statements_of(conversation, State.SHOWN)
    closed = policy.can_vote(conversation, moment)
    if current_user.is_authenticated:
        said = said_by(conversation, holdings.own_name(conversation, _me()))
        following = _next(conversation, shown, said) if closed is None else None
    return page(
        "conversations/show.html",
        "conversations/_card.html",
        status,
        conversation=conversation,
        form=form or ProposeForm(formdata=None),
        vote=VoteForm(formdata=None),
        statement=following,
        previous=_previous(conversation, said, after),
        done=len(said.keys() & {each.number for each in shown}),
        total=len(shown),
        closed=closed,
        mapped=map_of(conversation) is not None,
    )


def _next(conversation: Conversation, shown: object, said: dict[int, int]) -> Statement | None:
    by_number = {each.number: each for each in shown}  # type: ignore[attr-defined]
    weights = {int(number): weight for number, weight in conversation.weights.items()}
    seed = secrets.token_bytes(16)
    number = drawn(weights, said, by_number, seed)
    if number is not None:
        # Whoever doubts that all statements had their chance draws again from the seed and the weights of that time.
        log.info("statement_drawn", conversation=conversation.public_id, statement=number, seed=seed.hex())
    return by_number.get(number) if number is not None else None


def _previous(conversation: Conversation, said: dict[int, int], after: int | None) -> tuple[Statement, int] | None:
    """What was just answered, so that it can be corrected."""
    number = after if after is not None else request.args.get("apres", type=int)
    if number is None or number not in said:
        return None
    return statement_of(conversation, number), said[number]


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    holdings.offer(app)
    jobs.keep_up_in_time(app)
    everywhere = frozenset({Permission.CONDUCT_ROUNDS})
    main_menu(Entry("conversations.index", N_("Donner mon avis"), 40))
    staff_menu(
        Entry("conversations.manage", N_("Conversations"), 25, permissions=everywhere, prefix="/gestion/conversations")
    )
