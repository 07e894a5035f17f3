"""The head of a backup, and its key sealed to the trustees of every open vote."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from participatory.backups.rules import MAGIC, Head, OpenVote, file_name, opened_key, read_head, sealed_key
from participatory.urn.sealing import new_key

KEY = bytes(range(32))
FIRST, SECOND = new_key(), new_key()
VOTES = (OpenVote("aaa", FIRST.public.hex(), 3, 2), OpenVote("bbb", SECOND.public.hex(), 5, 3))
HEAD = Head("2027-03-28T10:07:00.000000+00:00", "sqlite", 12, "ab" * 32, VOTES, sealed_key(KEY, VOTES))
BOTH = {"aaa": FIRST.private, "bbb": SECOND.private}


def test_a_head_is_read_again():
    assert read_head(HEAD.to_bytes()) == HEAD
    assert opened_key(HEAD, BOTH) == KEY


def test_without_an_open_vote_the_key_is_in_the_head():
    head = replace(HEAD, rounds=(), key=sealed_key(KEY, ()))
    assert opened_key(read_head(head.to_bytes()), {}) == KEY


def test_every_vote_that_was_open_is_needed():
    assert KEY.hex() not in HEAD.key
    for privates in ({**BOTH, "aaa": new_key().private}, {**BOTH, "bbb": new_key().private}):
        with pytest.raises(ValueError, match="not of the key"):
            opened_key(HEAD, privates)
    # Whoever alters the head to do without one of them gets no further.
    for rounds in (VOTES[:1], VOTES[1:], VOTES[::-1]):
        with pytest.raises(ValueError, match=r"sealed|altered"):
            opened_key(replace(HEAD, rounds=rounds), BOTH)
    with pytest.raises(ValueError, match="altered"):
        opened_key(replace(HEAD, rounds=()), {})


def test_a_head_cannot_be_put_on_another_vote():
    other = replace(VOTES[0], round="ccc")
    head = replace(HEAD, rounds=(other,), key=sealed_key(KEY, VOTES[:1]))
    with pytest.raises(ValueError, match="sealed"):
        opened_key(head, {"ccc": FIRST.private})


FIELDS = json.loads(HEAD.to_bytes()[len(MAGIC) :])


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"SQLite format 3\0",
        MAGIC,
        MAGIC + b"{}\n",
        MAGIC + b"[]\n",
        MAGIC + b'{"rounds": 3}\n',
        MAGIC + json.dumps(FIELDS).encode() + b"\n",
        MAGIC + b"[" * 100_000,
        HEAD.to_bytes()[:-1],
        replace(HEAD, position="12").to_bytes(),
        replace(HEAD, key="xyz").to_bytes(),
        replace(HEAD, made_at=3).to_bytes(),
        replace(HEAD, rounds=(replace(VOTES[0], threshold="2"),)).to_bytes(),
        replace(HEAD, rounds=(replace(VOTES[0], public_key="trop"),)).to_bytes(),
    ],
)
def test_what_is_no_head_is_refused(lines):
    with pytest.raises(ValueError, match=r"not a backup|cannot be read|altered"):
        read_head(lines)


def test_the_name_says_when_and_whether_it_expires():
    moment = datetime.fromisoformat("2027-03-28T12:07:00+02:00")
    assert file_name(moment, ()) == "participatory-20270328T100700000000Z.backup"
    assert file_name(moment, VOTES) == "participatory-20270328T100700000000Z-vote.backup"
