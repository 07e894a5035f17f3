"""What the vote writes of behaviour: one signal for a ballot, apart from receipts and people, unlinked when sealed."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import current_app

from participatory.ballots.actions import challenge, withdraw
from participatory.ballots.models import Envelope
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.integrity.actions import forget, note
from participatory.integrity.collecting import SECRET, coded
from participatory.integrity.models import Signal
from participatory.integrity.queries import count_signals, signals_of
from participatory.integrity.rules import Act, NetworkKind
from participatory.integrity.signals import unlinked
from participatory.journal.models import JournalEntry
from participatory.privacy.holdings import holdings_of
from participatory.privacy.retention import run
from participatory.rounds.rules import Phase
from tests.ballots.conftest import build
from tests.ballots.conftest import envelope as envelope_of
from tests.control.conftest import make_world
from tests.factories import add_voter, deposit_ballot, make_person, move_round, observation

STEPS = ("cloturer", "controler", "sceller")


def rows() -> list[dict]:
    db.session.expire_all()
    return [dict(row) for row in db.session.execute(sa.select(Signal.__table__).order_by(Signal.at)).mappings()]


def slots() -> set[str]:
    return set(db.session.scalars(sa.select(Envelope.slot)))


def test_a_ballot_has_one_signal_in_the_place_of_its_envelope(app_on_each_database):
    world = build()
    deposit_ballot(world.round, world.person, world.ids[:1], observation=observation(seconds=12.5))
    [first] = rows()
    assert {first["key"]} == slots()
    assert (first["act"], first["site"], first["person"], first["target"]) == ("ballot", "toulouse", "", "")
    deposit_ballot(world.round, world.person, world.ids[1:2], observation=observation(seconds=70.0, device=""))
    [second] = rows()
    assert second["key"] == first["key"]
    assert second["id"] != first["id"]
    assert (second["seconds"], second["device"]) == (70.0, "")


def test_a_withdrawal_takes_the_signal_and_that_of_nobody_else(app_on_each_database):
    world = make_world()
    assert len(rows()) == 3
    letter = {"round": "", "again": "", "help": "", "closes": ""}
    with transaction():
        withdraw(world.round, world.people[0], now(), world.store, **letter)
    assert {row["key"] for row in rows()} == slots()
    assert len(rows()) == 2


def test_a_refused_ballot_a_check_and_paper_leave_no_signal(app):
    world = build()
    sealed = envelope_of(world)
    with transaction():
        challenge(world.round, world.person, sealed, now(), current_app.extensions["secrets"])
    with pytest.raises(Refusal):
        deposit_ballot(world.round, make_person(), [], observation=observation())
    assert rows() == []


def test_a_page_sent_twice_changes_nothing(app_on_each_database):
    world = build()
    deposit_ballot(world.round, world.person, world.ids[:1], "key-of-a-page-sent-twice", observation=observation())
    before = rows()
    again = observation(seconds=1.0, network="z" * 32)
    deposit_ballot(world.round, world.person, world.ids[:1], "key-of-a-page-sent-twice", observation=again)
    assert rows() == before


def test_a_signal_names_no_receipt_no_voter_and_no_person(app):
    world = make_world()
    known = {value for person in world.people for value in (person.public_id, person.email)}
    known |= {voter.pseudonym for voter in world.voters} | set(world.receipts)
    known |= set(db.session.scalars(sa.select(Envelope.id)))
    text = str(rows())
    assert not [each for each in known if each in text]
    assert not {column.name for column in Signal.__table__.columns} & {
        "voter_id",
        "person_id",
        "receipt",
        "envelope_id",
    }


def test_the_cast_costs_one_statement_more(app, count_queries):
    world = build()
    other = make_person()
    add_voter(world.round, other)
    deposit_ballot(world.round, world.person, world.ids[:1])
    with count_queries() as without:
        deposit_ballot(world.round, world.person, world.ids[:1])
    with count_queries() as noted:
        deposit_ballot(world.round, world.person, world.ids[:1], observation=observation())
    assert len(noted.statements) == len(without.statements) + 1


@contextmanager
def told():
    """What the sealing says of the keys that it drew anew."""
    heard: list[tuple[int, dict]] = []

    def hear(round_id, fresh):
        heard.append((round_id, fresh))

    with unlinked.connected_to(hear):
        yield heard


@pytest.mark.parametrize("words", [STEPS, ("annuler",)])
def test_once_sealed_or_annulled_no_signal_leads_to_an_envelope_nor_tells_its_minute(app_on_each_database, words):
    with time_machine.travel(datetime(2027, 3, 2, 9, 17, 31, tzinfo=UTC), tick=False):
        world = make_world()
        world.vote(5)
        world.store.get(SECRET, world.round.public_id)
        other = make_world()
        kept = {row["key"] for row in rows() if row["round_id"] == other.round.id}
        before = {row["key"]: row for row in rows() if row["round_id"] == world.round.id}
        move_round(world.round, Phase.CONTROL)
        with told() as heard:
            world.do(*words)
        after = {row["key"]: row for row in rows() if row["round_id"] == world.round.id}
    assert len(after) == len(before) == 8
    assert not set(before) & set(after)
    assert not {row["id"] for row in before.values()} & {row["id"] for row in after.values()}
    assert {row["at"] for row in after.values()} == {datetime(2027, 3, 2, 9, 0, tzinfo=UTC)}
    # Nothing else of what was seen is lost.
    assert sorted(row["client"] for row in after.values()) == sorted(row["client"] for row in before.values())
    [(round_id, fresh)] = heard
    assert (round_id, set(fresh)) == (world.round.id, set(before))
    assert {key for key, _at in fresh.values()} == set(after)
    # The secrets go together, those of another vote stay.
    for name in ("link", SECRET):
        assert world.store.find(name, world.round.public_id) is None
    assert other.store.find("link", other.round.public_id) is not None
    assert {row["key"] for row in rows() if row["round_id"] == other.round.id} == kept


def test_no_time_of_the_journal_finds_the_signal_of_a_receipt_again(app):
    world = make_world()
    world.vote(5)
    move_round(world.round, Phase.CONTROL)
    world.do(*STEPS)
    written = {row["at"] for row in rows()}
    entries = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "ballot.cast"))
    assert not [entry for entry in entries if entry.at in written and entry.at.hour]
    assert all(instant.minute == instant.second == instant.microsecond == 0 for instant in written)


def test_other_acts_are_noted_by_codes_and_forgotten_with_them(app_on_each_database):
    world = build()
    key, person = coded(world.round, "support|a|b"), coded(world.round, world.person.public_id)
    with transaction():
        note(world.round, Act.SUPPORT, key, observation(), site="toulouse", person=person, target="a")
        note(world.round, Act.SUPPORT, coded(world.round, "other"), observation(), site="albi", person="p", target="b")
    [found] = [row for row in signals_of(world.round, Act.SUPPORT) if row.key == key]
    assert (found.person, found.target, found.network_kind) == (person, "a", NetworkKind.HOME)
    assert [row.key for row in signals_of(world.round, Act.SUPPORT, keys=[key])] == [key]
    assert list(signals_of(world.round, Act.BALLOT)) == []
    assert count_signals(world.round, Act.SUPPORT) == 2
    assert count_signals(world.round, Act.SUPPORT, now() + timedelta(seconds=1)) == 0
    with transaction():
        forget(world.round, Act.SUPPORT, key)
        forget(world.round, Act.BALLOT, key)
    assert count_signals(world.round, Act.SUPPORT) == 1


def test_one_act_noted_at_once_by_two_is_there_once(app_on_each_database):
    world = build()
    for seconds in (1.0, 2.0):
        with transaction():
            note(world.round, Act.COMMENT, "k", observation(seconds=seconds), site="albi")
    assert [row.seconds for row in signals_of(world.round, Act.COMMENT)] == [2.0]


def held(person) -> object:
    return next(found for line, found in holdings_of(person, now()) if line.key == "signals")


def test_a_voter_is_told_of_their_signals_until_the_sealing_and_nobody_after(app):
    world = make_world()
    world.store.get(SECRET, world.round.public_id)
    voter, stranger = world.people[0], make_person()
    assert held(voter).data == [{"round": world.round.title, "signals": 1}]
    assert held(stranger) is None
    move_round(world.round, Phase.CONTROL)
    world.do(*STEPS)
    assert held(voter) is None
    # To ask makes no secret anew.
    assert world.store.find(SECRET, world.round.public_id) is None


def test_signals_go_at_the_end_of_the_appeals_with_their_secret(app):
    world = make_world()
    world.store.get(SECRET, world.round.public_id)
    move_round(world.round, Phase.CONTROL)
    world.do("annuler")
    other = make_world()
    days = world.round.rulebook.roll_kept_days
    run(now() + timedelta(days=days - 1))
    assert len(rows()) == 6
    run(now() + timedelta(days=days + 1), batch=2)
    assert {row["round_id"] for row in rows()} == {other.round.id}
    assert world.store.find(SECRET, world.round.public_id) is None
