"""What a report of the public may say and what becomes of it. Pure."""

from datetime import timedelta
from enum import StrEnum

from participatory.core.labels import N_, register

# Fifty bits: the page of a number shows the answer, and nobody shall guess it.
NUMBER_LENGTH = 10
LONGEST_SEEN = 4000
LONGEST_LINE = 200
LONGEST_ANSWER = 2000
SHORTEST_SEEN = 10
# A report that bears on no round goes after this; the others go with the roll of their round.
KEPT = timedelta(days=365)
# Letters of acknowledgement to one address within a day: beyond, a report is taken and no letter leaves, so that the
# form cannot be used to fill somebody's mailbox.
MOST_LETTERS = 3
LETTERS_WITHIN = timedelta(days=1)


class ReportState(StrEnum):
    """Where a report stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


register(
    {
        ReportState.WAITING: N_("À traiter"),
        ReportState.ANSWERED: N_("Répondu"),
        ReportState.CLOSED: N_("Fermé"),
    }
)
