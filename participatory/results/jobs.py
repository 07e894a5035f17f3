"""Opening the urn beside the request that asked for it: the key stays in the memory of this process, nowhere else."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from participatory.ballots.opening import opening_of
from participatory.ceremony.queries import key_of
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.results import runs
from participatory.results.actions import count_contests, keep_urn, record_count
from participatory.results.models import CountingRun
from participatory.results.unsealing import open_sealed
from participatory.rounds.models import Round

Job = Callable[[], None]
# Does a job somewhere, and gives signs of its life meanwhile.
Runner = Callable[[Job, Job], None]
# Gives the private key of a round whose shares are held here.
HeldKey = Callable[[Round], bytes]
_EXTENSION, _HELD = "urn_opener", "held_key"
# Seconds between two signs of life; see `runs.SILENCE`.
_EVERY = 5
_log = logging.getLogger(__name__)

FAILED = N_("Une erreur inattendue a interrompu l’ouverture de l’urne. Elle est notée dans le journal du service.")


def run_here(job: Job, _beat: Job) -> None:
    """Do it at once and come back when it is over, for tests and for the command line."""
    job()


def run_apart(job: Job, beat: Job, every: float = _EVERY) -> None:
    """Do it in a thread, with another that says that the first lives: counting alone may take minutes."""
    worker = threading.Thread(target=job, name="urn", daemon=True)
    worker.start()
    threading.Thread(target=_watch, args=(worker, beat, every), name="urn-beat", daemon=True).start()


def _watch(worker: threading.Thread, beat: Job, every: float) -> None:
    while True:
        worker.join(every)
        if not worker.is_alive():
            return
        beat()


@dataclass
class Opener:
    """Opens urns for an application; `runner` says where, a thread unless it is changed."""

    app: Flask
    runner: Runner = run_apart

    def start(self, run_id: int, private: bytes) -> None:
        """Open the urn and count; comes back at once when the work is done in a thread."""

        def job() -> None:
            with self.app.app_context():
                open_and_count(run_id, private)
                db.session.remove()

        def alive() -> None:
            with self.app.app_context():
                _beat(run_id)
                db.session.remove()

        self.runner(job, alive)


def offer_opener(app: Flask) -> None:
    """Let an application open urns."""
    app.extensions[_EXTENSION] = Opener(app)


def offer_held_key(app: Flask, source: HeldKey) -> None:
    """Say where the key of a round lies when the demonstration holds it itself; a real installation never does."""
    app.extensions[_HELD] = source


def held_key(round_: Round) -> bytes | None:
    """The private key of a round whose shares this installation holds, None when it does not."""
    key, source = key_of(round_), current_app.extensions.get(_HELD)
    return source(round_) if source is not None and key is not None and key.held_here else None


def opener() -> Opener:
    """What opens urns in the present application."""
    found: Opener = current_app.extensions[_EXTENSION]
    return found


def open_and_count(run_id: int, private: bytes, tell: Callable[[int], object] = int) -> bool:
    """Decrypt, keep, count, record: each write short and in a transaction of its own; whether it succeeded.

    What stops it is written in the row of the opening, in plain words. `tell` hears how many are done.
    """
    try:
        _open_and_count(run_id, private, tell)
    except Refusal as refusal:
        _fail(run_id, refusal.message if not refusal.values else FAILED)
        return False
    except Exception:  # noqa: BLE001 — whatever it is, the officers who wait must be told.
        _log.exception("opening of the urn %s stopped", run_id)
        _fail(run_id, FAILED)
        return False
    return True


def _open_and_count(run_id: int, private: bytes, tell: Callable[[int], object]) -> None:
    run = db.session.get_one(CountingRun, run_id)
    round_, actor = db.session.get_one(Round, run.round_id), run.started_by
    opening = opening_of(round_)
    assert opening is not None

    def beat(done: int) -> None:
        with transaction():
            runs.beat(run_id, now(), done)
        tell(done)

    opened = open_sealed(round_, opening, private, beat)
    with transaction():
        run = runs.still_running(run_id)
        keep_urn(round_, opened, now())
        run.done, run.beat_at, run.void, run.blanked = run.total, now(), opened.void, opened.blanked
    counted = count_contests(round_)
    with transaction():
        run = runs.still_running(run_id)
        run.state, run.beat_at = runs.DONE, now()
        record_count(round_, counted, opened, actor, now())


def _beat(run_id: int) -> None:
    try:
        with transaction():
            runs.beat(run_id, now())
    except Refusal:
        _log.info("opening of the urn %s is over", run_id)


def _fail(run_id: int, error: str) -> None:
    with transaction():
        runs.fail(run_id, error, now())
