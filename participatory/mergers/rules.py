"""What may become of a proposed merger or split, and what people answer. Pure."""

from enum import StrEnum

from participatory.core.labels import N_, register
from participatory.proposals.rules import State

# A project is made one with another before the vote, once it has been submitted.
MERGEABLE = frozenset({State.SUBMITTED, State.ADMITTED})
MESSAGE_MOST = 1000


class Outcome(StrEnum):
    """What became of a proposed merger; empty while somebody has not answered."""

    OPEN = ""
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class SplitOutcome(StrEnum):
    """What became of a proposed split; empty while somebody has not answered."""

    OPEN = ""
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Answer(StrEnum):
    """What one of the people answered; empty while they have not."""

    NONE = ""
    YES = "yes"
    NO = "no"


register(
    {
        Outcome.OPEN: N_("En attente de réponses"),
        Outcome.DONE: N_("Réunis"),
        Outcome.REFUSED: N_("Refusée"),
        Outcome.WITHDRAWN: N_("Abandonnée"),
    }
)
register(
    {
        Answer.NONE: N_("Pas encore de réponse"),
        Answer.YES: N_("D’accord"),
        Answer.NO: N_("Pas d’accord"),
    }
)
register(
    {
        SplitOutcome.OPEN: N_("En attente de réponses"),
        SplitOutcome.DONE: N_("Partagé"),
        SplitOutcome.REFUSED: N_("Refusé"),
        SplitOutcome.WITHDRAWN: N_("Abandonné"),
    }
)
