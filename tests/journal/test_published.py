"""What a round publishes of the journal: its own deeds, and the digests of all the others."""

import hashlib
import json

import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.journal.actions import SYSTEM, record
from participatory.journal.models import JournalEntry
from participatory.journal.queries import head, public_part
from participatory.journal.rules import Verb
from tests.journal.chains import write_new, write_old


def compact(value) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha(value) -> str:
    return hashlib.sha256(compact(value).encode()).hexdigest()


def vote(round_key: str = "mine") -> None:
    with transaction():
        record(Verb.VOTE_UNDER_CONTROL, "agent", now(), round=round_key)
        record(Verb.BALLOT_CAST, SYSTEM, now(), round=round_key, receipt="0" * 64)
        record(Verb.DEED_EXPIRED, SYSTEM, now(), deed="d", kind="k", subject=round_key)


def lines(round_key: str = "mine", upto: int = 1000) -> list[dict]:
    return list(public_part(round_key, upto))


def test_the_published_lines_make_one_chain_from_the_first_to_the_last(app_on_each_database):
    write_old(2)
    write_new(2, first=3)
    vote()
    vote("other")
    write_new(1)
    previous = "0" * 64
    for place, line in enumerate(lines(), start=1):
        assert (line["position"], line["previous"]) == (place, previous)
        previous = line["digest"]
        if "salt" in line:
            content = sha([line["salt"], line["at"], line["verb"], line["actor"], line["payload"]])
        elif "content" in line:
            content = line["content"]
        else:
            assert place <= 2
            continue
        assert line["digest"] == sha([place, line["previous"], content])
    assert previous == head().digest


def test_a_round_publishes_its_deeds_and_withholds_the_others(app):
    write_old(1)
    write_new(1)
    vote()
    vote("other")
    shown = [(line["position"], line.get("verb"), line.get("actor")) for line in lines()]
    assert shown == [
        (1, None, None),
        (2, None, None),
        (3, "vote.under_control", "agent"),
        (4, "ballot.cast", "system"),
        (5, "deed.expired", "system"),
        (6, None, None),
        (7, None, None),
        (8, None, None),
    ]
    assert json.loads(lines()[3]["payload"]) == {"receipt": "0" * 64, "round": "mine"}
    assert set(lines()[1]) == {"position", "content", "previous", "digest"}
    assert set(lines()[0]) == {"position", "previous", "digest"}


def test_a_withheld_row_hides_its_content_and_still_binds_the_row_before(app):
    write_new(3)
    withheld = lines()[1]
    entry = db.session.get(JournalEntry, 2)
    assert entry.payload not in compact(withheld)
    assert entry.salt not in compact(withheld)
    assert entry.content != sha(
        ["", entry.at.isoformat(timespec="microseconds"), entry.verb, entry.actor, entry.payload]
    )
    assert withheld["previous"] == lines()[0]["digest"]
    assert withheld["digest"] == sha([2, withheld["previous"], withheld["content"]])


def test_the_signing_of_heads_is_public_in_every_round_and_rolls_in_none(app):
    with transaction():
        record(Verb.CHECKPOINT_KEY_MADE, SYSTEM, now(), public_key="k")
        record(Verb.VOTER_ENROLLED, SYSTEM, now(), round="mine")
        record(Verb.ROUND_CREATED, "agent", now(), round="mine", title="t")
    assert [line.get("verb") for line in lines()] == ["checkpoint.key_made", None, "round.created"]


def test_the_published_part_stops_where_it_is_asked_to(app):
    write_new(5)
    assert [line["position"] for line in lines(upto=3)] == [1, 2, 3]


def test_a_long_journal_is_read_by_pieces(app_on_each_database):
    write_new(2500)
    assert sum(1 for _line in public_part("mine", 2500)) == 2500
    assert db.session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) == 2500
