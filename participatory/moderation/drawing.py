"""Draws that anybody can do again, shares of work, and the agreement of two readings. Pure.

A draw ranks names by SHA-256("seed:name"), in hexadecimal, the smallest first. The seed is the SHA-256 of the last
row of the journal and of what is drawn for: nobody knows it before, and everybody can find it after.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence


def seed_of(head: str, *subject: str) -> str:
    """The seed of a draw, in hexadecimal: `head` is the digest of the last row of the journal."""
    return _sha256("|".join((head, *subject)))


def ranked(seed: str, names: Iterable[str]) -> list[str]:
    """Names in the order of the draw; whoever comes first is drawn, the next one when the first one cannot."""
    return sorted(set(names), key=lambda name: (_sha256(f"{seed}:{name}"), name))


def sample(seed: str, names: Iterable[str], percent: int) -> list[str]:
    """A part of the names, drawn; one at least when there are any."""
    order = ranked(seed, names)
    return order[: -(-len(order) * percent // 100)]


def share_of(key: str, names: Iterable[str]) -> str | None:
    """Which association answers for a case: every one has about as many, and one that leaves moves no other case."""
    order = ranked(key, names)
    return order[0] if order else None


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of readings: 1 for the same answers, 0 for what chance alone would give.

    None without pairs, and where chance alone would agree every time: the number would say nothing.
    Source: J. Cohen, A coefficient of agreement for nominal scales, 1960.
    """
    total = len(pairs)
    if not total:
        return None
    observed = sum(first == second for first, second in pairs) / total
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    expected = sum(firsts[name] * seconds[name] for name in firsts) / total**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
