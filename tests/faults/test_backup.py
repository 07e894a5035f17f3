"""A backup is made while people vote, put back elsewhere, and held to account there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from participatory.backups.making import create
from participatory.backups.reading import restore
from participatory.ballots.models import Envelope
from participatory.ballots.opening import opening_of
from participatory.ballots.rules import slot
from participatory.control.actions import close_vote, seal_urn, take_control
from participatory.control.reconciling import reconcile
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.journal.actions import faults
from participatory.results.unsealing import open_sealed
from participatory.rounds.models import Round
from tests.conftest import close, make_app
from tests.factories import KEY
from tests.faults.ledger import Ledger
from tests.faults.postgresql import Server
from tests.faults.service import Service
from tests.faults.verdict import hold_to_account
from tests.results.making import OFFICERS


@pytest.fixture
def elsewhere(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, service: Service, tmp_path: Path
) -> Iterator[Flask]:
    """Another machine: an empty database of the same kind."""
    if service.app.extensions["config"].database_url:
        server: Server = request.getfixturevalue("own_postgresql")
        monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")
        with server.database("elsewhere") as url, closing(make_app(tmp_path, url)) as app:
            yield app
    else:
        with closing(make_app(tmp_path)) as app:
            yield app


@contextmanager
def closing(app: Flask) -> Iterator[Flask]:
    yield app
    close(app)


def test_a_backup_made_during_the_vote_holds_what_was_acknowledged_before_it(service, elsewhere, tmp_path):
    ledger = Ledger(service, voters=8)
    with ledger.everybody_votes(times=6):
        ledger.await_receipts(12)
        before = [len(voter.acknowledged) for voter in ledger.voters]
        with service.app.app_context():
            made = create(tmp_path, now())
            db.session.remove()
        after = [len(voter.acknowledged) + 1 for voter in ledger.voters]
    assert sum(before) < ledger.told == 48
    # Secrets are never in a backup: they are kept apart from it.
    shutil.copytree(service.folder / "secrets", tmp_path / "secrets")
    with elsewhere.app_context():
        restore(made.path, {each.round: KEY.private for each in made.head.rounds})
        _stands(ledger, before, after)
        db.session.remove()
    hold_to_account(ledger)


def _stands(ledger: Ledger, before: list[int], after: list[int]) -> None:
    """Each voter's ballot there is the one they had been told last when the backup was made, or one told meanwhile."""
    assert list(faults()) == []
    store, round_ = current_app.extensions["secrets"], db.session.get(Round, ledger.round_id)
    key = store.get("link", ledger.key)
    stored = dict(db.session.execute(sa.select(Envelope.slot, Envelope.receipt).filter_by(round_id=round_.id)).all())
    for voter, least, most in zip(ledger.voters, before, after, strict=True):
        told = [receipt for receipt, _chosen in voter.acknowledged]
        found = stored.pop(slot(key, ledger.key, voter.slot_of), None)
        assert found in told[max(least - 1, 0) : most] or (found is None and least == 0)
    assert stored == {}
    figures = reconcile(round_, store)
    assert figures.agrees
    with transaction():
        close_vote(round_, OFFICERS, round_.control_at)
        take_control(round_, OFFICERS, round_.control_at)
        seal_urn(round_, OFFICERS, store, round_.control_at)
    opened = open_sealed(round_, opening_of(round_), KEY.private)
    assert (opened.void, len(opened.rows)) == (0, figures.to_seal)
