"""What a support is, when it may be given, and how many are counted. Pure.

Source: article 7 of the model rulebook, « Appuis préalables ».
"""

from dataclasses import dataclass

from participatory.core.labels import N_
from participatory.integrity.rules import Family
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase

# A project is read by everybody once it is admitted; a project that was refused goes no further.
SUPPORTABLE = frozenset({State.ADMITTED, State.FEASIBLE})
OPEN_PHASES = (Phase.SUBMISSION, Phase.REVIEW)
REASON_LEAST, REASON_MOST = 20, 500

# What each family saw, as it is said in the middle of a sentence.
SEEN = {
    Family.DEVICE: N_("un même appareil"),
    Family.NETWORK: N_("un afflux sur un réseau"),
    Family.OPERATOR: N_("des gestes qui se suivent sans jamais se croiser"),
    Family.ADJACENCY: N_("l’ordre de la liste électorale"),
    Family.SPEED: N_("une trop grande rapidité"),
    Family.CLIENT: N_("un navigateur ou un réseau d’automates"),
    Family.NIGHT: N_("la nuit"),
    Family.RHYTHM: N_("une cadence trop régulière"),
}


def threshold(least: int, permille: int, students: int) -> int:
    """How many supports a project needs: `least`, or this part of the students of its site where that is more.

    0 where the rulebook asks for none; a project without a site has no students to weigh.
    """
    return max(least, -(-permille * students // 1000))


@dataclass(frozen=True)
class Count:
    """The supports of a project: given, and among these left out of the count by an officer."""

    given: int = 0
    left_out: int = 0

    @property
    def counted(self) -> int:
        """The number that the page shows."""
        return self.given - self.left_out
