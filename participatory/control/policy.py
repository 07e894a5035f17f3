"""When a vote may be closed, controlled and sealed. Who may is asked by the deed of two that does it."""

from datetime import datetime

from participatory.ballots.policy import AFTER_VOTE
from participatory.core.errors import Refusal
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in


def time_is_over(round_: Round, now: datetime) -> Refusal | None:
    """Nobody closes a vote before the hour that its calendar gave."""
    return must_be_in(round_, AFTER_VOTE, now)
