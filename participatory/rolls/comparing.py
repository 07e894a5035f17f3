"""A list beside the roll: who is new, known, elsewhere, or no longer listed."""

from collections.abc import Iterable

from participatory.rolls import queries
from participatory.rolls.rules import Comparison, Listed, Place
from participatory.rounds.models import Round


def compare(round_: Round, people: Iterable[Listed]) -> Comparison:
    """What importing these people would change; nobody is ever removed from the roll."""
    keys, places = queries.keys_of(round_), queries.places_of(round_)
    added = known = moved = 0
    met: set[int] = set()
    establishments: set[int] = set()
    for person in people:
        establishments.update(place.establishment_id for place in person.places)
        found = {keys[name] for name in person.pseudonyms if name in keys}
        if not found:
            added += 1
            continue
        known += 1
        met |= found
        here = set().union(*(places[voter] for voter in found))
        moved += any(place not in here for place in person.places)
    absent = sum(voter not in met and _is_of(where, establishments) for voter, where in places.items())
    return Comparison(added, known, moved, absent)


def _is_of(places: Iterable[Place], establishments: set[int]) -> bool:
    return any(place.establishment_id in establishments for place in places)
