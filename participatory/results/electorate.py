"""Who could vote in a contest, and how many did: the regional one has the whole roll, an area its own sites."""

from dataclasses import dataclass

from participatory.ballots.queries import Turnout, closing_of, turnout
from participatory.ballots.rules import Cell
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.territories.queries import sites


@dataclass(frozen=True)
class Electorate:
    """People on the roll, those who signed (None when that would tell of fewer than five), and the same by site."""

    voters: int
    signatures: int | None
    by_site: tuple[Cell, ...]


def electorate_of(round_: Round, contest: str) -> Electorate:
    """The electorate of a contest; the regional one has the signatures of the closing."""
    people, closing = turnout(round_), closing_of(round_)
    if contest == MAIN_CONTEST:
        signed = closing.figures["signatures"] if closing else people.signatures
        return Electorate(people.voters, signed, people.by_site)
    slugs = next(each.site_slugs for each in round_.rulebook.contests if each.key == contest)
    return _within(people, frozenset(site.name for site in sites() if site.slug in slugs))


def _within(people: Turnout, names: frozenset[str]) -> Electorate:
    """The sites of an area. A sum with a hidden figure in it would give that away: it is hidden too."""
    cells = tuple(cell for cell in people.by_site if cell.name in names)
    hidden = any(cell.signatures is None for cell in cells)
    signed = None if hidden else sum(cell.signatures or 0 for cell in cells)
    return Electorate(sum(cell.voters for cell in cells), signed, cells)
