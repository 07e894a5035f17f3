"""To whom an urgent notice goes: somebody who may decide of it, and who has the fewest waiting."""

from datetime import datetime

from participatory.identity.holders import holders_of
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.notices.contents import Content
from participatory.notices.policy import can_decide
from participatory.notices.queries import load_of


def best_for(content: Content, now: datetime) -> Person | None:
    """The person to send a notice to, those of associations before officers; None where nobody may decide.

    Whoever else may decide still may: this names one, so that an hour is never everybody's and nobody's.
    """
    round_ = content.proposal.round
    able = [each for each in holders_of(Permission.DECIDE_NOTICES, now) if can_decide(each, round_, content) is None]
    load = load_of(able)
    return min(able, key=lambda each: (each.association_id is None, load.get(each.id, 0), each.id), default=None)


def told_when_late(content: Content | None, now: datetime) -> list[Person]:
    """The officers who are told that the day of an urgent notice has passed."""
    if content is None:
        return []
    round_ = content.proposal.round
    able = [each for each in holders_of(Permission.DECIDE_NOTICES, now) if can_decide(each, round_, content) is None]
    return [each for each in able if each.may(Permission.BLOCK_PEOPLE, round_.scope)]
