"""What a comment is, when it may be written, and for how long it may be changed. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from participatory.core.labels import N_, register
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase


class Stance(StrEnum):
    """What a comment says of the project."""

    QUESTION = "question"
    FOR = "for"
    AGAINST = "against"
    REMARK = "remark"


class Order(StrEnum):
    """In which order threads are read."""

    NEWEST = "recents"
    OLDEST = "anciens"


register(
    {
        Stance.QUESTION: N_("Question"),
        Stance.FOR: N_("Pour"),
        Stance.AGAINST: N_("Contre"),
        Stance.REMARK: N_("Remarque"),
    }
)
register({Order.NEWEST: N_("Les plus récents d’abord"), Order.OLDEST: N_("Les plus anciens d’abord")})

# A project is read by everybody once it is admitted; nobody argues any more about one that goes no further.
COMMENTABLE = frozenset({State.ADMITTED, State.FEASIBLE})
OPEN_PHASES = (Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING)
# Long enough to correct a slip, too short to change what others have answered to.
EDITABLE_FOR = timedelta(minutes=15)
SHORTEST, LONGEST = 2, 2000
PER_PAGE = 20


def editable_until(written_at: datetime) -> datetime:
    """Until when a comment may be changed by whoever wrote it (UTC); after, it may only be taken back."""
    return written_at + EDITABLE_FOR
