"""Processes die while people vote: workers, the whole web server, the backends of the database, the database itself."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable
from itertools import count

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event

from participatory.ballots.actions import cast, seal_choices
from participatory.ballots.models import Envelope, Signature
from participatory.ballots.opening import open_vote, opening_of
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.journal.actions import faults
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from tests.ballots.conftest import LETTER, build
from tests.faults.ledger import Ledger
from tests.faults.verdict import hold_to_account

# What a process that was not killed exits with.
SURVIVED = 7


def test_votes_survive_the_death_of_all_the_workers(service):
    ledger = Ledger(service, voters=8)
    with ledger.everybody_votes(times=6):
        for _ in range(4):
            ledger.await_receipts(5)
            service.kill_workers()
    assert ledger.told == 48
    assert ledger.broken > 0
    hold_to_account(ledger)


def test_votes_survive_the_death_of_the_whole_web_server(service):
    ledger = Ledger(service, voters=6)
    with ledger.everybody_votes(times=4):
        ledger.await_receipts(6)
        service.kill_all()
        service.start()
    assert ledger.told == 24
    assert ledger.broken > 0
    hold_to_account(ledger)


def test_votes_survive_the_death_of_the_connections_to_postgresql(service_on_postgresql, own_postgresql):
    ledger = Ledger(service_on_postgresql, voters=8)
    with ledger.everybody_votes(times=6):
        for _ in range(6):
            ledger.await_receipts(4)
            assert own_postgresql.terminate_backends() > 0
    assert ledger.told == 48
    hold_to_account(ledger)


def test_votes_survive_an_immediate_stop_of_postgresql(service_on_postgresql, own_postgresql):
    ledger = Ledger(service_on_postgresql, voters=8)
    with ledger.everybody_votes(times=5):
        for _ in range(2):
            ledger.await_receipts(6)
            ledger.calm.clear()
            own_postgresql.stop_at_once()
            own_postgresql.start()
            ledger.calm.set()
    assert ledger.told == 40
    assert ledger.broken > 0
    hold_to_account(ledger)


def test_killed_before_any_of_its_statements_a_ballot_is_whole_or_absent(app_on_each_database):
    """Systematic where the others are random: the process dies before its first statement, its second, and so on.

    On PostgreSQL, before one in three: each death costs a new connection, and the backend rolls back by itself.
    """
    world = build()
    round_id, person_id, ids = world.round.id, world.person.id, world.ids
    store, end, receipts = current_app.extensions["secrets"], -1, []
    with transaction():
        open_vote(world.round, now())
    step = 1 if db.engine.dialect.name == "sqlite" else 3
    while end != SURVIVED:
        number = len(receipts) * step
        sealed = _sealed(world, ids[number % 4])

        def deposit(sealed: bytes = sealed, key: str = f"a-key-of-its-own-{number}") -> str:
            round_, person = db.session.get(Round, round_id), db.session.get(Person, person_id)
            with transaction():
                return cast(round_, person, sealed, key=key, now=now(), store=store, **LETTER)

        end = _dies_at(number, deposit)
        assert end in {-signal.SIGKILL, SURVIVED}
        stored = db.session.scalars(sa.select(Envelope.receipt)).all()
        db.session.rollback()
        before, after = receipts[-1:], [deposit()]
        assert stored in (before, after)
        receipts += after
        assert db.session.scalars(sa.select(Envelope.receipt)).all() == after
    assert len(receipts) * step > 20
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Signature)) == 1
    assert list(faults()) == []


def _sealed(world, project: str) -> bytes:
    round_, voter = db.session.merge(world.round), db.session.merge(world.voter)
    return seal_choices(round_, opening_of(round_), voter, {MAIN_CONTEST: ((project, 1),)})[0].ciphertext


def _dies_at(number: int, deed: Callable[[], object]) -> int:
    """Do a deed in another process that is killed just before its statement of that number, or just after all."""
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _do_and_die(number, deed)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _do_and_die(number: int, deed: Callable[[], object]) -> None:
    left = count(number, -1)

    def one_less(*_arguments: object) -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(db.engine, moment, one_less)
    try:
        deed()
        one_less()
        os._exit(SURVIVED)
    finally:
        os._exit(1)
