"""Whom a comment is told to: whoever is answered, and those of the project; each chose how often they hear of it."""

from collections.abc import Sequence
from datetime import datetime

from participatory.comments.models import Comment
from participatory.comments.rules import Stance
from participatory.identity.models import Person
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic

_LONGEST = 300


def tell_of(comment: Comment, link: str, now: datetime) -> None:
    """Tell the author of a comment that somebody answered, and the people of a project what is said of it.

    Nobody is told of what they wrote themselves.
    """
    if comment.parent_id is not None:
        answered = comment.parent.person if comment.parent is not None else None
        _tell([answered] if answered else [], "comment_answered", comment, link, now)
    elif comment.stance is Stance.QUESTION:
        _tell(comment.proposal.people, "comment_question", comment, link, now)
    else:
        _tell(comment.proposal.people, "comment_written", comment, link, now)


def _tell(people: Sequence[Person], template: str, comment: Comment, link: str, now: datetime) -> None:
    title = " ".join(comment.proposal.title.split())
    said = comment.text if len(comment.text) <= _LONGEST else f"{comment.text[:_LONGEST]}…"
    for person in people:
        if person.id != comment.person_id:
            tell(person, Topic.COMMENTS, template, now, link=link, title=title, said=said)
