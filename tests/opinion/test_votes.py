from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from participatory.opinion.analysis import Analysis, analyse
from participatory.opinion.told import as_json
from participatory.opinion.votes import Votes, natural
from tests.opinion.making import QUICK, Cast, conversation

CASTS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["0", "1", "2", "10"]), st.sampled_from([-1, 0, 1])),
    min_size=1,
    max_size=60,
)
# Maps of few people, so that the properties are of the whole way and not of a refusal.
SMALL = replace(QUICK, min_eligible=4, min_votes=1, smallest_group=1, stable_mean=-1, stable_min=-1, null_percentile=0)


def public(found: Analysis) -> dict:
    """What was found, without who is in which group."""
    told = as_json(found)
    return told | {"groups": [each | {"members": len(each["members"])} for each in told["groups"]]}


def test_the_last_vote_of_a_participant_on_a_statement_counts() -> None:
    votes = Votes.of([("a", "1", 1), ("b", "1", 0), ("a", "1", -1)])
    assert dict(zip(votes.participants, votes.values[:, 0], strict=True)) == {"a": -1, "b": 0}


@given(cast=CASTS)
def test_earlier_votes_leave_no_trace(cast: Cast) -> None:
    last = list({(person, statement): vote for person, statement, vote in cast}.items())
    kept = Votes.of([(*who, vote) for who, vote in last])
    assert Votes.of(cast).digest() == kept.digest()


@settings(max_examples=40, deadline=None)
@given(cast=CASTS, order=st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_names_matter(cast: Cast, order) -> None:
    votes = list({(person, statement): (person, statement, vote) for person, statement, vote in cast}.values())
    shuffled = order.sample(votes, len(votes))
    names = dict(zip("abcdefgh", order.sample(["7", "x", "é", "3", "zz", "0", "Q", "_"], 8), strict=True))
    renamed = [(names[person], statement, vote) for person, statement, vote in shuffled]
    one, other = (analyse(Votes.of(each), parameters=SMALL) for each in (votes, renamed))
    assert one.votes.digest() == other.votes.digest()
    assert public(one) == public(other)


def test_names_do_not_move_people_between_groups() -> None:
    cast = conversation(3, (30, 20))
    found = analyse(Votes.of(cast), parameters=QUICK)
    renamed = analyse(Votes.of([(f"x{hash(p) % 10_007}-{p}", s, v) for p, s, v in reversed(cast)]), parameters=QUICK)
    assert [{each.split("-")[1] for each in group.members} for group in renamed.groups] == [
        set(group.members) for group in found.groups
    ]


@settings(max_examples=25, deadline=None)
@given(cast=CASTS, hostile=st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from([-1, 0, 1]))))
def test_what_was_voted_on_a_statement_that_is_moderated_out_does_not_matter(cast: Cast, hostile) -> None:
    everybody = [(person, "0", 0) for person in "abcdefgh"]
    asked = [(person, "bad", 1) for person in "abcdefgh"]
    one = analyse(Votes.of([*everybody, *cast, *asked]), {"bad"}, SMALL)
    other = analyse(Votes.of([*everybody, *cast, *asked, *((p, "bad", v) for p, v in hostile)]), {"bad"}, SMALL)
    assert as_json(one) == as_json(other)
    assert "bad" not in one.votes.statements


def test_who_voted_only_on_what_was_moderated_out_took_part_and_is_not_eligible() -> None:
    found = analyse(Votes.of([("a", "1", 1), ("b", "2", 1)]), {"2"}, QUICK)
    assert (len(found.votes.participants), found.eligible, found.votes.statements) == (2, 1, ("1",))


def test_everything_moderated_out_is_no_error() -> None:
    found = analyse(Votes.of([("a", "1", 1), ("b", "1", 1)]), {"1"})
    assert as_json(found)["verdict"] == "none"
    assert found.majority == ()


def test_statements_stand_in_their_usual_order() -> None:
    assert sorted(["10", "b", "2", "a", "-1"], key=natural) == ["-1", "2", "10", "a", "b"]


def test_a_digest_tells_votes_apart() -> None:
    one = Votes.of([("a", "1", 1), ("b", "1", 0)])
    assert one.digest() != Votes.of([("a", "1", 1), ("b", "1", -1)]).digest()
    assert one.digest() != Votes.of([("a", "2", 1), ("b", "2", 0)]).digest()
    assert np.isnan(Votes.of([("a", "1", 1), ("b", "2", 0)]).values).sum() == 2
