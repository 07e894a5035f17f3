"""Counting a contest again from its `.pb` file, and where its result says something else."""

from collections.abc import Iterator, Mapping

from participatory.tally.declared_method import declared_method
from participatory.tally.declared_terms import declared_terms, items_of
from participatory.tally.election import Election
from participatory.tally.outcome import Outcome
from participatory.tally.profile import Profile
from participatory.tally.rules import run_profile
from participatory.tally.terms import Terms


def recount(election: Election) -> tuple[Outcome, Terms]:
    """The outcome of a file that carries its rule and its terms; raises ValueError when it does not."""
    method = declared_method(items_of(election), election.unit)
    if method is None:
        raise ValueError("the file does not carry the rule of its count")
    terms = declared_terms(election)
    return run_profile(Profile.of(election), method, terms), terms


def differences(found: object, expected: object, where: str) -> Iterator[str]:
    """Where a value does not say what is expected of it; keys that nothing expects are passed over."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key, value in expected.items():
            if key not in found:
                yield f"{where} does not say “{key}”"
            else:
                yield from differences(found[key], value, f"{where}.{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from differences(one, other, f"{where}[{place}]")
    elif type(found) is not type(expected) or found != expected:
        yield f"{where} is {found!r:.60} and the recount gives {expected!r:.60}"
