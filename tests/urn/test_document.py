"""The ballot as bytes: one way to write it, one length for all, and nothing else is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.core.identifiers import CROCKFORD
from participatory.urn.document import (
    BLOCK,
    BallotDocument,
    ContestBallot,
    from_bytes,
    new_tracker,
    padded_size,
    to_bytes,
)

SIZE = 1024
NAMES = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=1, max_size=20)
TRACKERS = st.one_of(st.just(""), st.text(CROCKFORD, min_size=16, max_size=16))
CHOICES = st.dictionaries(NAMES, st.integers(1, 9999), max_size=8).map(lambda chosen: tuple(sorted(chosen.items())))
CONTESTS = st.dictionaries(NAMES, st.builds(ContestBallot, CHOICES, TRACKERS), min_size=1, max_size=3)
DOCUMENTS = st.builds(BallotDocument, NAMES, st.sampled_from(["approval", "points", "ranking"]), CONTESTS)

PLAIN = BallotDocument("r0und", "approval", {"main": ContestBallot((("pr0ject1", 1), ("pr0ject2", 1)))})


def raw(**changes: object) -> bytes:
    content = {
        "contests": {"main": {"choices": [["pr0ject1", 1], ["pr0ject2", 1]], "tracker": ""}},
        "kind": "approval",
        "round": "r0und",
    } | changes
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode().ljust(BLOCK)


def test_a_ballot_is_written_as_the_specification_says():
    written = b'{"contests":{"main":{"choices":[["pr0ject1",1],["pr0ject2",1]],"tracker":""}},"kind":"approval",'
    written += b'"round":"r0und"}'
    assert to_bytes(PLAIN, BLOCK) == written + b" " * (BLOCK - len(written)) == raw()


@given(DOCUMENTS)
def test_what_is_written_is_read_again(document: BallotDocument):
    written = to_bytes(document, SIZE)
    assert len(written) == SIZE
    assert from_bytes(written) == document


@given(DOCUMENTS, st.randoms())
def test_the_order_of_choosing_leaves_no_trace(document: BallotDocument, chance):
    contests = list(document.contests.items())
    chance.shuffle(contests)
    mixed = {}
    for key, ballot in contests:
        choices = list(ballot.choices)
        chance.shuffle(choices)
        mixed[key] = ContestBallot(tuple(choices), ballot.tracker)
    assert to_bytes(BallotDocument(document.round, document.kind, mixed), SIZE) == to_bytes(document, SIZE)


@given(DOCUMENTS, st.integers(0, SIZE - 1), st.integers(1, 255))
def test_any_byte_changed_is_refused_or_makes_another_ballot(document: BallotDocument, place: int, change: int):
    altered = bytearray(to_bytes(document, SIZE))
    altered[place] ^= change
    try:
        read = from_bytes(bytes(altered))
    except ValueError:
        return
    assert read != document
    assert to_bytes(read, SIZE) == altered


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes):
    with pytest.raises(ValueError, match=r"."):
        from_bytes(noise)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=3), st.lists, max_leaves=5))
def test_a_member_of_another_type_is_refused(value: object):
    for member in ("contests", "kind", "round"):
        try:
            read = from_bytes(raw(**{member: value}))
        except ValueError:
            continue
        assert member != "contests"
        assert value in (read.kind, read.round)


@pytest.mark.parametrize(
    "data",
    [
        raw(extra=1),
        raw().replace(b'"kind"', b' "kind"', 1)[:BLOCK],
        raw().replace(b'"round":"r0und"}', b'"round":"x","round":"r0und"}')[:BLOCK],
        raw().replace(b'"r0und"', b'"\\u00720und"')[:BLOCK],
        raw()[:-1] + b"\n",
        b" " + raw()[:-1],
        raw(contests={}),
        raw(contests={"main": {"choices": [["pr0ject2", 1], ["pr0ject1", 1]], "tracker": ""}}),
        raw(contests={"main": {"choices": [["pr0ject1", 1], ["pr0ject1", 2]], "tracker": ""}}),
        raw(contests={"main": {"choices": [["pr0ject1", 1, 1]], "tracker": ""}}),
        raw(contests={"main": {"choices": [["pr0ject1", True]], "tracker": ""}}),
        raw(contests={"main": {"choices": [["pr0ject1", 1.0]], "tracker": ""}}),
        raw(contests={"main": {"choices": [["pr0ject1", 0]], "tracker": ""}}),
        raw(contests={"main": {"choices": [["pr0ject1", 10000]], "tracker": ""}}),
        raw(contests={"main": {"choices": [["projet à part", 1]], "tracker": ""}}),
        raw(contests={"main": {"choices": {"ab": 1}, "tracker": ""}}),
        raw(contests={"main": {"choices": ["ab"], "tracker": ""}}),
        raw(contests={"main": {"choices": [], "tracker": "0123456789ABCDEU"}}),
        raw(contests={"main": {"choices": [], "tracker": None}}),
        raw(contests={"main": {"choices": [], "tracker": "", "note": ""}}),
        raw(round="\ud800"),
        b"[" * 100_000,
        b"1" * 10_000,
        b"NaN",
        "«»".encode("latin-1"),
    ],
)
def test_what_no_ballot_may_hold_is_refused(data: bytes):
    with pytest.raises(ValueError, match=r"."):
        from_bytes(data)


def test_a_ballot_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        to_bytes(PLAIN, 100)


@pytest.mark.parametrize(("most", "contests"), [(1, 1), (10, 1), (10, 2), (120, 3)])
def test_the_padded_size_holds_the_longest_ballot(most: int, contests: int):
    choices = tuple((f"{place:020d}", 9999) for place in range(most))
    longest = {f"{place:040d}": ContestBallot(choices, new_tracker()) for place in range(contests)}
    size = padded_size(most, contests)
    assert size % BLOCK == 0
    assert len(to_bytes(BallotDocument("r" * 20, "approval", longest), size)) == size
    assert len(to_bytes(BallotDocument("r", "approval", {"main": ContestBallot(())}), size)) == size


def test_trackers_are_sixteen_letters_and_differ():
    drawn = {new_tracker() for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(tracker) == 16 and set(tracker) <= set(CROCKFORD) for tracker in drawn)
