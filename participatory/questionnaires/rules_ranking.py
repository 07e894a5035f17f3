"""A ranking made with buttons: place, raise, lower, take off; nothing needs to be dragged. Pure."""

from collections.abc import Sequence
from enum import StrEnum


class Move(StrEnum):
    """What a button does to one proposal."""

    PLACE = "place"
    UP = "up"
    DOWN = "down"
    OFF = "off"


def moved(placed: Sequence[str], key: str, move: Move, known: Sequence[str]) -> list[str]:
    """The ranking after one button; a button that has nothing to do leaves it as it was."""
    order = [each for each in dict.fromkeys(placed) if each in known]
    if move is Move.PLACE:
        return [*order, key] if key in known and key not in order else order
    if key not in order:
        return order
    here = order.index(key)
    if move is Move.OFF:
        return order[:here] + order[here + 1 :]
    there = max(0, here - 1) if move is Move.UP else min(len(order) - 1, here + 1)
    order[here], order[there] = order[there], order[here]
    return order
