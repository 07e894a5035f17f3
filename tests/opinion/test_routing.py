from collections import Counter

import numpy as np
import pytest

from participatory.opinion.projection import Space
from participatory.opinion.routing import draw, weights
from participatory.opinion.votes import Votes
from tests.opinion.making import conversation

VOTES = Votes.of(conversation(6, (20, 15), statements=6))


def test_weights_are_the_published_formula() -> None:
    extremities = Space.of(VOTES.values).extremities()
    for place, column in enumerate(VOTES.values.T):
        passes, agrees, seen = (column == 0).sum(), (column == 1).sum(), (~np.isnan(column)).sum()
        engaged, agreed = 1 - (passes + 1) / (seen + 2), (agrees + 1) / (seen + 2)
        expected = (engaged * (extremities[place] + 1) * agreed * (1 + 8 * 2 ** (-seen / 5))) ** 2
        assert weights(VOTES)[place] == pytest.approx(expected)


def test_the_same_seed_draws_the_same_statement() -> None:
    drawn = draw(VOTES, ["0", "3"], b"a seed")
    assert drawn == draw(VOTES, ["3", "0"], b"a seed")
    assert drawn.seed == b"a seed".hex()
    assert drawn.statement not in {"0", "3"}


def test_statements_come_up_as_often_as_their_weights_say() -> None:
    drawn = Counter(draw(VOTES, [], str(number).encode()).statement for number in range(3_000))
    shares = weights(VOTES) / weights(VOTES).sum()
    assert [drawn[each] / 3_000 for each in VOTES.statements] == pytest.approx(shares.tolist(), abs=0.03)


def test_who_saw_everything_is_shown_nothing() -> None:
    assert draw(VOTES, VOTES.statements, b"seed") is None
