"""What the tests of comments share: projects that receive them, people who write them."""

from __future__ import annotations

import secrets
from datetime import datetime

from participatory.comments import actions
from participatory.comments.models import Comment
from participatory.comments.rules import Stance
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from tests.factories import observation
from tests.supports.making import pepper, project, student

__all__ = ["comment", "project", "student", "typed"]

LINK = "https://budget.example/commentaires/{comment}"


def typed(text: str = "Une laverie, oui, mais où ?", stance: Stance = Stance.QUESTION, **values: str) -> actions.Typed:
    """What somebody typed, in a form of its own."""
    return actions.Typed(values.pop("key", secrets.token_hex(16)), stance, text, **values)


def manner(proposal: Proposal, **different: object) -> actions.Manner:
    """A comment written at home."""
    return actions.Manner(pepper(proposal.round), observation(**different), lambda text: text[::-1], LINK)


def comment(proposal: Proposal, person: Person, said: actions.Typed | None = None, moment: datetime | None = None,
            **different: object) -> Comment:  # fmt: skip
    """Comment on a project, in one transaction; `different` is told of how it was written."""
    with transaction():
        who, moment = db.session.get(Person, person.id), moment or now()
        return actions.write(proposal.public_id, who, said or typed(), manner(proposal, **different), moment)
