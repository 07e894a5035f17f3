"""Conversations that never took place, drawn from a seed."""

import random
from collections.abc import Sequence

from participatory.opinion.parameters import Parameters

# The same thresholds with fewer draws, for tests that make many maps.
QUICK = Parameters(starts=4, samples=5, null_runs=5)

Cast = list[tuple[str, str, int]]


def conversation(seed: int, sizes: Sequence[int], *, statements: int = 20, faithful: float = 0.9) -> Cast:
    """People of some groups; each group has an opinion on each statement, that its members mostly follow."""
    drawn = random.Random(seed)  # noqa: S311 — the same numbers each time are what is wanted.
    opinions = [[drawn.choice((1, -1)) for _ in range(statements)] for _ in sizes]
    cast: Cast = []
    for group, size in enumerate(sizes):
        for person in range(size):
            for place in range(statements):
                if drawn.random() < 0.8:
                    vote = opinions[group][place] if drawn.random() < faithful else drawn.choice((1, 0, -1))
                    cast.append((f"g{group}p{person}", str(place), vote))
    return cast


def noise(seed: int, people: int, *, statements: int = 20) -> Cast:
    """People who answer by lot."""
    drawn = random.Random(seed)  # noqa: S311 — see above.
    return [(f"p{n}", str(place), drawn.choice((1, 0, -1))) for n in range(people) for place in range(statements)]
