"""Every five minutes: the weights of routing are reckoned again, and the maps that are due are made."""

import structlog
from flask import Flask
from huey import crontab

from participatory.conversations.actions import keep_map
from participatory.conversations.models import Conversation
from participatory.conversations.queries import cast_in, conversations, held_conversation, map_of, statements_of
from participatory.conversations.rules import State, map_is_due
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.opinion.analysis import analyse
from participatory.opinion.routing import weights
from participatory.opinion.snapshot import Snapshot
from participatory.opinion.votes import Votes

log = structlog.get_logger()


def keep_up() -> int:
    """Do what is due for every conversation; how many maps were made."""
    made = 0
    for conversation in conversations():
        if conversation.is_open(now()):
            weigh(conversation)
        last = map_of(conversation)
        if map_is_due(conversation.closes_at, conversation.map_asked_at, last.made_at if last else None, now()):
            make_map(conversation)
            made += 1
    return made


def weigh(conversation: Conversation) -> None:
    """Reckon the weights of routing from the votes on the statements that are shown."""
    votes = _votes(conversation)
    found = dict(zip(votes.statements, map(float, weights(votes)), strict=True)) if votes.statements else {}
    with transaction():
        held = held_conversation(conversation.id)
        held.weights, held.weighed_at = found, now()


def make_map(conversation: Conversation) -> None:
    """Make and publish a map; the long reckoning holds no lock."""
    begun = now()
    snapshot = Snapshot.of(analyse(Votes.of(cast_in(conversation)), _left_out(conversation)))
    with transaction():
        keep_map(held_conversation(conversation.id), snapshot, begun)
    log.info("opinion_map_made", conversation=conversation.public_id, digest=snapshot.digest)


def _votes(conversation: Conversation) -> Votes:
    return Votes.of(cast_in(conversation)).without(_left_out(conversation))


def _left_out(conversation: Conversation) -> frozenset[str]:
    return frozenset(str(each.number) for each in statements_of(conversation, State.LEFT_OUT, State.WAITING))


def keep_up_in_time(app: Flask) -> None:
    """Have the worker look every five minutes."""

    def carry_out() -> None:
        with app.app_context():
            keep_up()
            db.session.remove()

    app.extensions["jobs"].huey.periodic_task(crontab(minute="*/5"), name="keep_up_conversations")(carry_out)
