"""Where a ballot lies in the urn, the order in which a voter meets the projects, and the figures that stay hidden.

Sources: model rulebook, article 11 (random order per voter) and article 13 (figures below five people are not shown).
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SMALLEST_CELL = 5


def slot(link_key: bytes, round_key: str, pseudonym: str) -> str:
    """Where the ballot of a voter lies in the urn: HMAC-SHA256, in hexadecimal.

    Nobody can compute it from the database alone, since the link key is kept outside.
    """
    return hmac.new(link_key, f"{round_key}|{pseudonym}".encode(), hashlib.sha256).hexdigest()


def drawn(projects: Iterable[str], secret: bytes, drawer: str) -> list[str]:
    """The projects in the order drawn for one person: stable for them, different for the next.

    Each project has its own ticket, so that one that leaves the ballot does not move the others.
    """
    seed = hmac.new(secret, drawer.encode(), hashlib.sha256).digest()
    return sorted(projects, key=lambda project: hmac.new(seed, project.encode(), hashlib.sha256).digest())


@dataclass(frozen=True)
class Cell:
    """The turnout of one site: None where the figure would be about fewer than five people."""

    name: str
    voters: int
    signatures: int | None


def suppressed(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The same cells without the small ones (k ≥ 5, article 13).

    When one alone is hidden, the next smallest is hidden too: the total would give it away.
    """
    small = {cell.name for cell in cells if _is_small(cell)}
    if len(small) == 1:
        others = [cell for cell in cells if cell.name not in small and cell.signatures is not None]
        small |= {min(others, key=lambda cell: (cell.signatures or 0, cell.name)).name} if others else set()
    return tuple(Cell(cell.name, cell.voters, None) if cell.name in small else cell for cell in cells)


def _is_small(cell: Cell) -> bool:
    signed = cell.signatures or 0
    return 0 < signed < SMALLEST_CELL or 0 < cell.voters - signed < SMALLEST_CELL
