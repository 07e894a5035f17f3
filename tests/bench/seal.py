"""Sealing an urn, opening it and counting it, beside the bare HPKE decryption of the same ballots in the same run.

One process, SQLite, seconds of the processor. Bare is `cryptography`'s own decryption with the key read once.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from participatory.ballots.models import Envelope, SealedBallot, Signature
from participatory.ballots.opening import open_vote, opening_of
from participatory.ballots.rules import slot
from participatory.control.actions import close_vote, seal_urn, take_control
from participatory.core.clock import now, paris
from participatory.core.database import db, transaction
from participatory.results.actions import allow_count, count_contests, keep_urn, record_count
from participatory.results.unsealing import open_sealed
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.rounds.rules import Phase
from participatory.urn.document import BallotDocument, ContestBallot, to_bytes
from participatory.urn.receipts import receipt_of
from participatory.urn.sealing import info, opener, seal
from tests.bench.verify import peak
from tests.conftest import make_app, prepare
from tests.factories import KEY, establishment, make_proposal, make_round, move_round, site
from tests.results.making import OFFICERS

BALLOTS = int(os.environ.get("BENCH_BALLOTS", "100000"))
PROJECTS, CHOICES = 100, 10
_BATCH = 5000


def figures() -> dict[str, float]:
    """Seconds of each step, and of the bare decryption."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder))
        prepare(app)
        with app.app_context():
            round_ = make_round(Phase.VOTING, ballot_max=CHOICES, budget_cents=1_000_000_00)
            for _ in range(PROJECTS):
                make_proposal(round_)
            _vote(round_)
            move_round(round_, Phase.CONTROL)
            return _through(round_)


def _vote(round_: Round) -> None:
    """A voter, a signature and an envelope for each ballot, written as they lie once people have voted."""
    with transaction():
        opening = open_vote(round_, now())
    projects = [project for project, *_rest in opening.projects]
    link = current_app.extensions["secrets"].get("link", round_.public_id)
    bound, draw = info(round_.public_id, opening.rulebook_digest), secrets.SystemRandom()
    day, place, school = paris(now()).date(), site().id, establishment().id
    for start in range(0, BALLOTS, _BATCH):
        names = [secrets.token_hex(32) for _ in range(min(_BATCH, BALLOTS - start))]
        with transaction():
            where = {"round_id": round_.id, "site_id": place, "establishment_id": school, "source": "import"}
            db.session.execute(sa.insert(Voter), [where | {"pseudonym": name} for name in names])
            ids = sa.select(Voter.id).where(Voter.round_id == round_.id).order_by(Voter.id.desc()).limit(len(names))
            signed = [{"round_id": round_.id, "voter_id": each, "day": day} for each in db.session.scalars(ids)]
            db.session.execute(sa.insert(Signature), signed)
            rows = []
            for name in names:
                choices = tuple((project, 1) for project in draw.sample(projects, CHOICES))
                document = BallotDocument(round_.public_id, "approval", {MAIN_CONTEST: ContestBallot(choices)})
                text = seal(to_bytes(document, opening.padded_size), KEY.public, bound).ciphertext
                rows.append({"id": secrets.token_hex(10), "round_id": round_.id, "ciphertext": text,
                             "slot": slot(link, round_.public_id, name), "receipt": receipt_of(text),
                             "idempotency_key": secrets.token_hex(20)})  # fmt: skip
            db.session.execute(sa.insert(Envelope), rows)


def _through(round_: Round) -> dict[str, float]:
    store, found = current_app.extensions["secrets"], {"ballots": float(BALLOTS)}

    def step(name: str, work: Callable[[], object]):
        start = time.process_time()
        answer = work()
        found[name] = time.process_time() - start
        return answer

    with transaction():
        close_vote(round_, OFFICERS, now())
        take_control(round_, OFFICERS, now())

    def sealing() -> None:
        with transaction():
            seal_urn(round_, OFFICERS, store, now())

    step("sealing", sealing)
    with transaction():
        allow_count(round_, OFFICERS, now())
    opening = opening_of(round_)
    assert opening is not None
    texts = db.session.scalars(sa.select(SealedBallot.ciphertext).where(SealedBallot.round_id == round_.id)).all()
    unsealed = opener(KEY.private, info(round_.public_id, opening.rulebook_digest))
    step("bare", lambda: [unsealed(text) for text in texts])
    opened = step("opening", lambda: open_sealed(round_, opening, KEY.private))
    assert len(opened.rows) == BALLOTS

    def keeping() -> None:
        with transaction():
            keep_urn(round_, opened, now())

    step("keeping", keeping)
    counted = step("counting", lambda: count_contests(round_))
    with transaction():
        record_count(round_, counted, opened, OFFICERS.second, now())
    parts = ("sealing", "opening", "keeping", "counting")
    found["all"] = sum(found[part] for part in parts)
    found["ratio"], found["megabytes"] = found["all"] / found["bare"], float(peak())
    return found


def markdown(found: dict[str, float]) -> Iterator[str]:
    """The figures as a table."""
    yield f"| {found['ballots']:,.0f} ballots | seconds of the processor | of the bare decryption |"
    yield "|---|---|---|"
    for name in ("bare", "sealing", "opening", "keeping", "counting", "all"):
        yield f"| {name} | {found[name]:.1f} | {found[name] / found['bare']:.2f} |"
    yield f"| peak of memory | {found['megabytes']:,.0f} MB | |"
