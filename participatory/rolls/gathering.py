"""Making people of the rows of a list: two rows that share an identifier are one person. Pure.

A student enrolled in two establishments is one voter with two places; a row may also join two
others, that each had one of its identifiers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rolls.rules import Listed, Place


@dataclass
class _Person:
    """Somebody being gathered: their first line, the INE's pseudonym once known, each pseudonym with its rank."""

    line: int
    ine: str = ""
    names: dict[str, int] = field(default_factory=dict)
    places: dict[Place, None] = field(default_factory=dict)


class Gathering:
    """The people of a list, row after row."""

    def __init__(self) -> None:
        self._people: dict[int, _Person] = {}
        self._by_name: dict[str, int] = {}
        self.repeated = 0

    def add(self, line: int, names: Sequence[tuple[int, str]], place: Place) -> None:
        """Take a row: its pseudonyms, each with its rank (0 the INE, then weaker), and its place.

        Raises Refusal (INVALID) when the row would give two INEs to one person.
        """
        met = sorted({self._by_name[name] for _, name in names if name in self._by_name})
        ine = next((name for rank, name in names if rank == 0), "")
        self._refuse_second_ine(met, ine)
        person = self._joined(met) if met else self._people.setdefault(line, _Person(line))
        before = len(person.names), len(person.places)
        person.ine = person.ine or ine
        for rank, name in names:
            person.names.setdefault(name, rank)
            self._by_name[name] = person.line
        person.places.setdefault(place)
        self.repeated += len(met) == 1 and before == (len(person.names), len(person.places))

    def _refuse_second_ine(self, met: Sequence[int], ine: str) -> None:
        for number in met:
            known = self._people[number].ine
            if ine and known and ine != known:
                raise Refusal(
                    N_(
                        "L’adresse ou le numéro de cette ligne est déjà à la ligne %(first)s, avec un autre INE : "
                        "deux personnes ne peuvent pas partager un identifiant."
                    ),
                    Kind.INVALID,
                    None,
                    first=number,
                )
            ine = ine or known

    def _joined(self, met: Sequence[int]) -> _Person:
        """The people met, made one: the first."""
        first = self._people[met[0]]
        for number in met[1:]:
            other = self._people.pop(number)
            first.ine = first.ine or other.ine
            first.names = {**other.names, **first.names}
            first.places |= other.places
            self._by_name.update(dict.fromkeys(other.names, first.line))
        return first

    def people(self) -> tuple[Listed, ...]:
        """Everybody gathered, in the order of the list, with their pseudonyms from the strongest."""
        return tuple(
            Listed(tuple(sorted(person.names, key=person.names.__getitem__)), tuple(person.places))
            for _, person in sorted(self._people.items())
        )
