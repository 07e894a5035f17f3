"""What may be paid twice: a line that another funder pays, an idea that an earlier budget has funded.

These are flags for the person who appraises, who reads and decides: the project stays what it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from participatory.core.search import stems
from participatory.proposals.models import CoFundingRow, CostLine, Proposal
from participatory.rounds.models import Round

# Winners of earlier rounds: results, which stand above, know them.
Winners = Callable[[Round], Sequence[Proposal]]
_WINNERS: list[Winners] = []
# Out of 100: below, titles that share a word or two would all be flagged.
ALIKE = 80
MOST_SHOWN = 5


def offer_winners(winners: Winners) -> None:
    """Say which projects the rounds before a round have funded. Registering the same function again changes nothing."""
    if winners not in _WINNERS:
        _WINNERS.append(winners)


@dataclass(frozen=True)
class PaidElsewhere:
    """A line that others say they pay, in cents: `twice_cents` is what they pay beyond its cost, 0 for nothing."""

    line: CostLine
    funders: tuple[CoFundingRow, ...]

    @property
    def others_cents(self) -> int:
        """What others pay for this line."""
        return sum(each.cents for each in self.funders)

    @property
    def twice_cents(self) -> int:
        """What would be paid twice."""
        return max(0, self.others_cents - self.line.total_cents)


@dataclass(frozen=True)
class EarlierWinner:
    """A project that an earlier round has funded, and why it is shown: the same carrier, a title much alike."""

    proposal: Proposal
    same_carrier: bool
    alike: bool


def paid_elsewhere(proposal: Proposal) -> list[PaidElsewhere]:
    """The lines of the plan that a declared funder covers by name."""
    found = []
    for line in proposal.lines:
        funders = tuple(each for each in proposal.cofunding if each.covers and _same_words(each.covers, line.label))
        if funders:
            found.append(PaidElsewhere(line, funders))
    return found


def _same_words(said: str, label: str) -> bool:
    """Whether one of two short texts says the other, whatever the order and the plurals."""
    left, right = set(stems(said).split()), set(stems(label).split())
    return bool(left and right) and (left <= right or right <= left)


def earlier_winners(proposal: Proposal) -> list[EarlierWinner]:
    """The funded projects of earlier rounds that this one may repeat, those that are both first."""
    found = []
    for each in (one for winners in _WINNERS for one in winners(proposal.round)):
        same = _same_carrier(proposal, each)
        alike = fuzz.token_sort_ratio(stems(each.title), stems(proposal.title)) >= ALIKE
        if same or alike:
            found.append(EarlierWinner(each, same, alike))
    return sorted(found, key=lambda each: (not each.alike, not each.same_carrier, each.proposal.title))[:MOST_SHOWN]


def _same_carrier(proposal: Proposal, other: Proposal) -> bool:
    return proposal.association_id is not None and proposal.association_id == other.association_id
