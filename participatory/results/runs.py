"""An opening of the urn under way: begun, alive, failed or done; one at a time, and taken up again after a failure.

The shares and the key are never in a row. Every function writes within the transaction of its caller.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.ballots.models import UrnState
from participatory.ballots.queries import count_sealed
from participatory.ballots.steps import can_step
from participatory.core.database import db, lock
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.results.models import CountingRun
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round

RUNNING, FAILED, DONE = "running", "failed", "done"
# Longer than any wait for a lock: a process that gives no sign of life for so long is dead.
SILENCE = timedelta(seconds=30)
STOPPED = N_("L’ouverture s’est arrêtée sans rien dire : le programme a sans doute été interrompu.")
TAKEN_OVER = Refusal(N_("Une autre ouverture de l’urne a pris la suite de celle-ci."))


@dataclass(frozen=True)
class Progress:
    """How far the last opening has come; `dead` when it says that it runs and gives no sign of life."""

    run: CountingRun
    dead: bool

    @property
    def alive(self) -> bool:
        """Whether it goes on: another one cannot begin."""
        return self.run.state == RUNNING and not self.dead

    @property
    def failed(self) -> bool:
        """Whether it must be taken up again."""
        return self.dead or self.run.state == FAILED

    @property
    def error(self) -> str:
        """What happened, a catalogue key."""
        return STOPPED if self.dead else self.run.error


def progress_of(round_: Round, now: datetime) -> Progress | None:
    """The last opening of the urn of a round, None before the first."""
    wanted = sa.select(CountingRun).where(CountingRun.round_id == round_.id).order_by(CountingRun.id.desc())
    run = db.session.scalars(wanted.limit(1).execution_options(populate_existing=True)).first()
    return None if run is None else Progress(run, run.state == RUNNING and now - run.beat_at > SILENCE)


def can_begin(round_: Round, now: datetime) -> Refusal | None:
    """The count was allowed, it is not done, and no other opening goes on."""
    out_of_order = can_step(round_, UrnState.COUNTED)
    if out_of_order is not None:
        return out_of_order
    last = progress_of(round_, now)
    if last is not None and last.alive:
        return Refusal(N_("L’ouverture de l’urne est déjà en cours."))
    return None


def begin(round_: Round, actor: str, now: datetime) -> int:
    """Note that an opening begins, and end one that is dead; gives its row. Raises Refusal while another goes on."""
    held = locked_round(round_.id)
    refuse_if(can_begin(held, now))
    dead = sa.update(CountingRun).where(CountingRun.round_id == held.id, CountingRun.state == RUNNING)
    db.session.execute(dead.values(state=FAILED, error=STOPPED))
    run = CountingRun(
        round_id=held.id,
        started_by=actor,
        started_at=now,
        beat_at=now,
        total=count_sealed(held),
        state=RUNNING,
    )
    db.session.add(run)
    db.session.flush()
    return run.id


def beat(run_id: int, now: datetime, done: int | None = None) -> None:
    """A sign of life; raises Refusal for an opening that another one took over from."""
    run = still_running(run_id)
    run.beat_at = now
    run.done = run.done if done is None else done


def still_running(run_id: int) -> CountingRun:
    """The row of an opening, held; raises Refusal once it was ended, by itself or by another that took over."""
    held = lock(sa.select(CountingRun).where(CountingRun.id == run_id)).execution_options(populate_existing=True)
    run = db.session.scalars(held).one()
    if run.state != RUNNING:
        raise TAKEN_OVER
    return run


def fail(run_id: int, error: str, now: datetime) -> None:
    """Say why an opening stopped (a catalogue key without values), unless another one took over."""
    running = sa.update(CountingRun).where(CountingRun.id == run_id, CountingRun.state == RUNNING)
    db.session.execute(running.values(state=FAILED, error=error[:300], beat_at=now))
