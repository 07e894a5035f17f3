"""The letters that a comment is worth: one to whoever is answered, one to those of the project who are asked."""

from datetime import datetime

from participatory.comments.models import Comment
from participatory.comments.rules import Stance
from participatory.identity.models import Person
from participatory.outbox.actions import enqueue

_LONGEST = 300


def tell_of(comment: Comment, link: str, now: datetime) -> None:
    """Tell the author of a comment that somebody answered, and the people of a project that they are asked something.

    Nobody is told of what they wrote themselves.
    """
    if comment.parent_id is not None:
        answered = comment.parent.person if comment.parent is not None else None
        _tell(answered, "comment_answered", comment, link, now)
    elif comment.stance is Stance.QUESTION:
        _tell(comment.proposal.author, "comment_question", comment, link, now)


def _tell(person: Person | None, template: str, comment: Comment, link: str, now: datetime) -> None:
    if person is None or person.id == comment.person_id:
        return
    title = " ".join(comment.proposal.title.split())
    said = comment.text if len(comment.text) <= _LONGEST else f"{comment.text[:_LONGEST]}…"
    enqueue(person.email, template, person.locale, now, title=title, said=said, link=link)
