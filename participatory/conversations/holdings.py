"""What conversations hold about people: votes under a name that only a secret makes, statements that they wrote."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.conversations.models import Conversation, Statement, StatementVote
from participatory.conversations.queries import conversations, participant, said_by, written_by
from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.privacy.holdings import Erasure, Holding, Kept, Processing, offer_erasure, offer_holdings
from participatory.privacy.rules import Task
from participatory.privacy.wording import said
from participatory.web.settings import secret_store

SECRET = "conversation"  # noqa: S105 — the name of the secret, not its value.


def own_name(conversation: Conversation, person: Person) -> str:
    """Under which name the votes of a person are kept."""
    return participant(secret_store().get(SECRET, conversation.public_id), person)


def _taken_part(person: Person) -> Sequence[tuple[Conversation, dict[int, int]]]:
    found = ((each, said_by(each, own_name(each, person))) for each in conversations())
    return [(each, votes) for each, votes in found if votes]


def _kept() -> str:
    return said(N_("autant que le compte ; sans nom ensuite"))


def _held(person: Person, now: datetime) -> Holding | None:
    parts, statements = _taken_part(person), written_by(person)
    if not (parts or statements):
        return None
    rows = (
        *((each.title, said(N_("%(votes)s réponses"), votes=len(votes))) for each, votes in parts),
        *((each.conversation.title, each.text) for each in statements),
    )
    data = {
        "votes": [{"conversation": each.title, "votes": votes} for each, votes in parts],
        "statements": [{"conversation": each.conversation.title, "text": each.text} for each in statements],
    }
    note = said(N_("Vos réponses sont gardées sous un nom que seul un secret du serveur relie à vous."))
    return Holding(_kept(), rows, (note,), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    parts, statements = _taken_part(person), written_by(person)
    if not (parts or statements):
        return Erasure()
    number = sum(len(votes) for _, votes in parts)
    goes = ngettext("Votre réponse à une affirmation.", "Vos %(num)s réponses à des affirmations.", number)
    stays = Kept(said(N_("Les affirmations que vous avez proposées")), said(N_("sans nom : d’autres ont voté dessus")))
    return Erasure((str(goes),) if number else (), (stays,) if statements else ())


def _erase(person: Person, now: datetime) -> None:
    """Take the votes away; statements on which others voted stay without a name."""
    names = [own_name(each, person) for each, _votes in _taken_part(person)]
    db.session.execute(sa.delete(StatementVote).where(StatementVote.participant.in_(names)))
    db.session.execute(sa.update(Statement).where(Statement.author_id == person.id).values(author_id=None))


def offer(app: Flask) -> None:
    """Enter conversations into the register and into deletions."""
    processing = Processing(
        "conversations",
        N_("Vos réponses aux affirmations"),
        N_("Ce que vous répondez aux affirmations d’une conversation, et celles que vous proposez"),
        N_("trouver les groupes d’opinion et ce qui les rassemble"),
        N_("personne, vos réponses ; tout le monde, vos affirmations, sans votre nom"),
        _kept,
        tasks=frozenset({Task.RIGHTS}),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
