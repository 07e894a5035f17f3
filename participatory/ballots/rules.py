"""What a ballot may hold, how it is written down, and the order in which a voter meets the projects.

Sources: model rulebook, article 11 (k projects at most, or as many as the budget
holds; random order per voter; the last ballot counts; a receipt) and article 13
(figures below five people are not shown).
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from participatory.core.errors import Kind, Refusal
from participatory.core.identifiers import CROCKFORD, crockford, grouped, ungrouped
from participatory.core.labels import N_
from participatory.core.money import format_euros
from participatory.rounds.rulebook import BallotKind, Rulebook

# One choice: the public identifier of a project and the points given to it (always 1 in our own rounds).
Choice = tuple[str, int]

# A basket of this many identifiers still fits the 4 KB that browsers allow a cookie.
BASKET_MAX = 120
SMALLEST_CELL = 5
RECEIPT_BYTES = 32
# 256 bits take 52 characters of base 32, the last of which carries four empty bits.
RECEIPT_LETTERS = 52


def document(round_key: str, kind: BallotKind, chosen: Iterable[str], nonce: str) -> str:
    """The ballot as canonical JSON: the same choices in any order make the same bytes, but for the nonce."""
    content = {
        "round": round_key,
        "kind": kind.value,
        "choices": [[project, 1] for project in sorted(chosen)],
        "nonce": nonce,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def choices_of(text: str) -> tuple[Choice, ...]:
    """The choices that a ballot's document holds, imported or our own."""
    return tuple((project, points) for project, points in json.loads(text)["choices"])


def receipt_of(text: str) -> str:
    """The receipt of a document: its SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def slot(link_key: bytes, round_key: str, pseudonym: str) -> str:
    """Where the ballot of a voter lies in the urn: HMAC-SHA256, in hexadecimal.

    Nobody can compute it from the database alone, since the link key is kept outside.
    """
    return hmac.new(link_key, f"{round_key}|{pseudonym}".encode(), hashlib.sha256).hexdigest()


def receipt_code(receipt: str) -> str:
    """A receipt as people read it: groups of four in Crockford's base 32."""
    return grouped(crockford(bytes.fromhex(receipt)))


def receipt_from(typed: str) -> str | None:
    """The receipt that somebody typed, in hexadecimal; None when it is not a whole receipt.

    Spaces, dashes, small letters and look-alike letters are forgiven.
    """
    code = ungrouped(typed[:200])
    if len(code) != RECEIPT_LETTERS:
        return None
    value = 0
    for letter in code:
        value = value * 32 + CROCKFORD.index(letter)
    return (value >> (RECEIPT_LETTERS * 5 - RECEIPT_BYTES * 8)).to_bytes(RECEIPT_BYTES, "big").hex()


def drawn(projects: Iterable[str], secret: bytes, drawer: str) -> list[str]:
    """The projects in the order drawn for one person: stable for them, different for the next.

    Each project has its own ticket, so that one that leaves the ballot does not move the others.
    """
    seed = hmac.new(secret, drawer.encode(), hashlib.sha256).digest()
    return sorted(projects, key=lambda project: hmac.new(seed, project.encode(), hashlib.sha256).digest())


def capacity(book: Rulebook) -> int:
    """How much a basket holds: cents in a knapsack, else projects."""
    return book.budget_cents if book.ballot_kind is BallotKind.KNAPSACK else book.ballot_max


def addition_fault(
    chosen: Sequence[str],
    added: str,
    prices: Mapping[str, int],
    book: Rulebook,
    *,
    title: str,
    money: Callable[[int], str] = format_euros,
) -> Refusal | None:
    """Why one more project does not go into a basket; `prices` are in cents, `money` words an amount."""
    if book.ballot_kind is BallotKind.KNAPSACK:
        missing = sum(prices[project] for project in [*chosen, added]) - book.budget_cents
        if missing > 0:
            return Refusal(
                N_("Il manque %(missing)s pour ajouter « %(title)s ». Retirez d’abord un projet."),
                Kind.INVALID,
                missing=money(missing),
                title=title,
            )
    if len(chosen) >= book.ballot_max:
        return Refusal(
            N_("Vous avez déjà choisi %(count)s projets, le maximum. Retirez-en un pour ajouter « %(title)s »."),
            Kind.INVALID,
            count=len(chosen),
            title=title,
        )
    if len(chosen) >= BASKET_MAX:
        return Refusal(N_("Votre panier est plein : il tient %(count)s projets."), Kind.INVALID, count=BASKET_MAX)
    return None


def ballot_fault(chosen: Sequence[str], prices: Mapping[str, int], book: Rulebook) -> Refusal | None:
    """Why these choices do not make a ballot; `prices` (cents) holds the projects on the ballot, no others."""
    count, over_budget = len(chosen), False
    if not any(project not in prices for project in chosen):
        over_budget = sum(prices[project] for project in chosen) > book.budget_cents
    knapsack = book.ballot_kind is BallotKind.KNAPSACK
    checks = (
        (not chosen, N_("Votre panier est vide : choisissez au moins un projet avant de déposer votre bulletin.")),
        (len(set(chosen)) < count, N_("Un projet ne peut être choisi qu’une fois.")),
        (
            any(project not in prices for project in chosen),
            N_("Un projet de ce bulletin n’est pas au vote. Revenez à la liste, puis vérifiez de nouveau."),
        ),
        (
            count < book.ballot_min,
            N_("Ce vote demande au moins %(least)s projets et votre panier en compte %(count)s."),
        ),
        (
            count > book.ballot_max,
            N_("Ce vote permet au plus %(most)s projets et votre panier en compte %(count)s."),
        ),
        (knapsack and over_budget, N_("Le total de vos projets dépasse l’enveloppe : retirez-en un.")),
        (knapsack and count > BASKET_MAX, N_("Un bulletin tient au plus %(room)s projets.")),
    )
    values: dict[str, Any] = {"count": count, "least": book.ballot_min, "most": book.ballot_max, "room": BASKET_MAX}
    return next((Refusal(message, Kind.INVALID, **values) for broken, message in checks if broken), None)


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
