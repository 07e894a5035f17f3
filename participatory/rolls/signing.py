"""Who has signed: ballots stand above the roll and tell it, so that a voter who has voted is never moved or removed."""

from collections.abc import Callable, Collection

# Given the `id` of voters, those among them who have signed.
Signatures = Callable[[Collection[int]], frozenset[int]]

_KNOWN: list[Signatures] = []


def learn_signatures(signatures: Signatures) -> None:
    """Have the roll ask this function who has signed; registering it again changes nothing."""
    if signatures not in _KNOWN:
        _KNOWN.append(signatures)


def signed_among(voter_ids: Collection[int]) -> frozenset[int]:
    """Those of these voters who have signed; raises LookupError as long as nobody can tell."""
    if not _KNOWN:
        raise LookupError("no package has said who signs the roll")
    return frozenset().union(*(ask(voter_ids) for ask in _KNOWN))
