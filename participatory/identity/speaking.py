"""Whether somebody may write in public: packages above, which know whom a decision stops for a time, say so here.

What is asked here is never asked of a vote: nobody loses their voice over what they wrote.
"""

from collections.abc import Callable
from datetime import datetime

from participatory.core.errors import Refusal
from participatory.identity.models import Person

Obstacle = Callable[[Person, datetime], Refusal | None]

_OBSTACLES: list[Obstacle] = []


def declare_obstacle(obstacle: Obstacle) -> None:
    """Have this function say why a person may not write at an instant (UTC); registering it again changes nothing."""
    if obstacle not in _OBSTACLES:
        _OBSTACLES.append(obstacle)


def may_speak(person: Person, now: datetime) -> Refusal | None:
    """Why a person may not write in public at this instant (UTC), None when nothing stops them."""
    return next((refusal for each in _OBSTACLES if (refusal := each(person, now)) is not None), None)
