"""Which numbers of a result stay hidden, so that no answer of a few people can be read or computed. Pure.

A table of shares, whose cells add up to a total that everybody knows, hides its cells of one to four people and with
them the smallest of the others, with all that equal it. The hidden values may then stand in any order among the
hidden cells: none can be computed from the total, even by who knows this rule.
"""

from collections.abc import Mapping, Sequence

from participatory.questionnaires.rules import LEAST, Condition

Cells = dict[str, int | None]


def is_small(number: int) -> bool:
    """Whether a number is about somebody, and about too few people."""
    return 0 < number < LEAST


def shares(counts: Mapping[str, int]) -> Cells | None:
    """The cells of a table whose total is known, None where one is hidden; no table at all below five people.

    Where no choice reached five people, every cell is hidden: the empty ones would tell of the others.
    """
    if sum(counts.values()) < LEAST:
        return None
    small = {key for key, number in counts.items() if is_small(number)}
    if not small:
        return dict(counts)
    large = [number for number in counts.values() if number >= LEAST]
    if not large:
        return dict.fromkeys(counts)
    hidden = small | {key for key, number in counts.items() if number == min(large)}
    return {key: None if key in hidden else number for key, number in counts.items()}


def choices(counts: Mapping[str, int], people: int) -> Cells | None:
    """The cells of a question with several choices: each is a share of the same people, and they add up to nothing.

    A choice is hidden where fewer than five people made it, or where fewer than five did not.
    """
    if people < LEAST:
        return None
    return {key: None if is_small(number) or is_small(people - number) else number for key, number in counts.items()}


def gives_away(condition: Condition, cells: Cells | None, *, adds_up: bool) -> bool:
    """Whether the number of those who were asked a question tells a hidden number of the one it depends on.

    Where the cells add up to a known total, a group that holds every hidden cell is known already.
    """
    if cells is None:
        return True
    hidden = {key for key, number in cells.items() if number is None}
    named = hidden & set(condition.any_of)
    return bool(named) and not (adds_up and named == hidden)


def any_hidden(cells: Sequence[Cells | None]) -> bool:
    """Whether one of these tables hides something."""
    return any(table is None or None in table.values() for table in cells)
