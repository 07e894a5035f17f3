import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.opinion.analysis import analyse, analyse_given
from participatory.opinion.snapshot import Snapshot, cells
from participatory.opinion.votes import Votes
from tests.opinion.making import QUICK, conversation, noise

CAST = conversation(1, (45, 30, 20))
FOUND = analyse(Votes.of(CAST), parameters=QUICK)


def test_it_says_how_it_was_made() -> None:
    told = Snapshot.of(FOUND).told
    assert told["votes_sha256"] == FOUND.votes.digest()
    assert told["parameters"]["seed"] == QUICK.seed
    assert told["code"].startswith("0.1.0+")
    assert told["verdict"] == "groups"
    assert [group["size"] for group in told["groups"]] == [45, 30, 20]


def test_nobody_is_named_in_it() -> None:
    text = Snapshot.of(FOUND).text
    assert not any(f'"{person}"' in text for person in FOUND.votes.participants)
    assert "members" not in text


def test_the_same_votes_in_another_order_give_the_same_digest() -> None:
    again = analyse(Votes.of([(f"x{person}", *rest) for person, *rest in reversed(CAST)]), parameters=QUICK)
    assert Snapshot.of(again).digest == Snapshot.of(FOUND).digest


def test_one_vote_more_gives_another() -> None:
    again = analyse(Votes.of([*CAST, ("one more", "1", 0)]), parameters=QUICK)
    assert Snapshot.of(again).digest != Snapshot.of(FOUND).digest


def test_what_is_kept_does_not_change() -> None:
    snapshot = Snapshot.of(FOUND)
    snapshot.told["groups"].clear()
    assert snapshot.told["groups"]
    assert Snapshot.kept(snapshot.text, snapshot.digest) == snapshot
    with pytest.raises(ValueError, match="not the one"):
        Snapshot.kept(snapshot.text.replace("45", "46"), snapshot.digest)


def test_no_cell_of_fewer_than_five_people_is_in_it() -> None:
    told = Snapshot.of(FOUND).told
    for group in told["groups"]:
        assert sum(dot["people"] for dot in group["dots"]) == group["size"]
        assert min(dot["people"] for dot in group["dots"]) >= 5


def test_a_small_group_that_was_given_is_left_out_with_what_would_betray_it() -> None:
    votes = Votes.of(conversation(2, (12, 9, 4)))
    told = Snapshot.of(analyse_given(votes, {each: each[1] for each in votes.participants})).told
    assert [group["size"] for group in told["groups"]] == [12, 9]
    assert told["consensus"] == []


def test_what_few_have_seen_is_not_said() -> None:
    rare = [(person, "rare", 1) for person in ("g0p0", "g0p1", "g0p2", "g0p3")]
    found = analyse(Votes.of([*CAST, *rare]), parameters=QUICK)
    text = Snapshot.of(found).text
    assert "rare" in {found.votes.statements[each.statement] for each in found.consensus}
    assert "rare" not in text


def test_a_refusal_shows_no_group_and_its_figures() -> None:
    told = Snapshot.of(analyse(Votes.of(noise(1, 60)), parameters=QUICK)).told
    assert (told["verdict"], told["groups"], told["consensus"]) == ("none", [], [])
    assert told["stability_mean"] is not None


def test_a_handful_of_participants_is_not_counted_in_public() -> None:
    snapshot = Snapshot.of(analyse(Votes.of(noise(1, 3))))
    assert (snapshot.told["participants"], snapshot.told["eligible"]) == (None, None)
    assert snapshot.told["why"][0]["values"]["eligible"] == "< 5"
    assert json.loads(snapshot.text)["majority"] == []


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=80), st.integers(2, 9))
def test_cells_hold_everybody_and_never_too_few(places: list[tuple[int, int]], least: int) -> None:
    points = np.array(places, dtype=float)
    found = cells(points, least)
    assert sum(len(cell) for cell in found) == len(points)
    assert min(len(cell) for cell in found) >= min(least, len(points))
    assert np.vstack(found).sum(axis=0) == pytest.approx(points.sum(axis=0))
