"""After a sealing: what was deleted must not be read again in the files of the database.

A deleted row stays in the file of PostgreSQL until its place is used again, and in the write-ahead log of both
databases. Once the deed is committed, and outside any transaction, tables are rewritten and the log is cut. Where the
service may not do that, it says what is left for the operator: docs/operate.md, « Sealing ceremony ».

Sources: SQLite, « PRAGMA secure_delete », « VACUUM », « wal_checkpoint »; PostgreSQL, « VACUUM », « pg_switch_wal ».
"""

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa

from participatory.ballots.models import UrnState, VoteStep
from participatory.control.sealing import SECRETS
from participatory.core.database import db, transaction
from participatory.core.secrets import SecretStore
from participatory.rounds.models import Round

# Letters too: those of ballots held an address beside a receipt until they left. Voters and baskets begun: a rewritten
# row no longer bears the number of the transaction that locked or deleted it, which is that of a ballot in the journal.
TABLES = (
    "envelope",
    "signature",
    "challenge",
    "ballot_spent_key",
    "setting_aside",
    "outbox_letter",
    "voter",
    "basket_begun",
    "integrity_signal",
    "integrity_case_ballot",
    "integrity_case",
    "integrity_case_note",
)
ENDED = (UrnState.SEALED.value, UrnState.ANNULLED.value)


@dataclass(frozen=True)
class Cleaned:
    """What could not be done: `busy` passes by itself and is tried again, `left` needs the operator; in English."""

    busy: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """How the step of the sealing notes it: done, waiting (tried again by the job) or partial."""
        if self.left:
            return "partial"
        return "waiting" if self.busy else "done"


@dataclass(frozen=True)
class _Notice:
    """What PostgreSQL said beside its answer."""

    severity: str
    text: str
    detail: str

    @classmethod
    def of(cls, said: psycopg.errors.Diagnostic) -> "_Notice":
        return cls(said.severity_nonlocalized or "", said.message_primary or "", said.message_detail or "")

    @property
    def kept_rows(self) -> bool:
        """Whether dead rows were kept: the first number of the detail, in whatever language."""
        number = re.search(r"\d+", self.detail)
        return number is not None and int(number[0]) > 0


def clean_after(round_: Round, store: SecretStore) -> Cleaned:
    """Destroy the secrets of a round that was sealed or annulled if they are still there, then clean the disk.

    Opens a transaction of its own to note the outcome. Raises LookupError for a round whose urn is not sealed.
    """
    number, key = round_.id, round_.public_id
    if not _ended_steps(number):
        raise LookupError("this vote is neither sealed nor annulled")
    for name in SECRETS:
        store.destroy(name, key)
    db.session.remove()
    done = clean_disk()
    with transaction():
        for step in _ended_steps(number):
            step.figures = {**step.figures, "cleaned": done.state}
    return done


def destroy_left_keys(store: SecretStore) -> int:
    """Destroy the secrets that a process left when it died between a sealing and the destruction; how many."""
    ended = sa.select(Round.public_id).join(VoteStep, VoteStep.round_id == Round.id).where(VoteStep.state.in_(ENDED))
    left = [(name, key) for key in db.session.scalars(ended) for name in SECRETS if store.find(name, key) is not None]
    for name, key in left:
        store.destroy(name, key)
    return len(left)


def rounds_to_clean() -> list[Round]:
    """The rounds whose cleaning after the sealing was not done and may be tried (again)."""
    steps = db.session.scalars(sa.select(VoteStep).where(VoteStep.state.in_(ENDED)))
    waiting = {step.round_id for step in steps if step.figures.get("cleaned", "waiting") == "waiting"}
    return list(db.session.scalars(sa.select(Round).where(Round.id.in_(waiting)).order_by(Round.id)))


def clean_disk() -> Cleaned:
    """Rewrite the tables and cut the log, on a connection of its own outside any transaction."""
    connection = db.engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        return _clean_sqlite(driver) if isinstance(driver, sqlite3.Connection) else _clean_postgresql(driver)
    finally:
        # Its settings are those of this job: it does not go back to the pool.
        connection.invalidate()
        connection.close()


def _ended_steps(round_id: int) -> list[VoteStep]:
    wanted = sa.select(VoteStep).where(VoteStep.round_id == round_id, VoteStep.state.in_(ENDED))
    return list(db.session.scalars(wanted))


def _clean_sqlite(driver: sqlite3.Connection) -> Cleaned:
    try:
        driver.execute("VACUUM")
        busy, _log, _moved = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        return Cleaned(busy=(f"VACUUM: {error}",))
    return Cleaned(busy=("wal_checkpoint: somebody still reads the former content",)) if busy else Cleaned()


def _clean_postgresql(driver: psycopg.Connection[Any]) -> Cleaned:
    busy: list[str] = []
    left: list[str] = []
    notices: list[_Notice] = []
    driver.rollback()
    driver.autocommit = True
    # Read at once: what the driver hands over is gone afterwards.
    driver.add_notice_handler(lambda said: notices.append(_Notice.of(said)))
    # Whoever waits for a table makes everybody else wait behind: better to come back later.
    driver.execute("SET lock_timeout = '5s'")
    for table in TABLES:
        notices.clear()
        try:
            driver.execute(f"VACUUM (FULL, VERBOSE) {table}".encode())
        except psycopg.errors.LockNotAvailable:
            busy.append(f"VACUUM FULL {table}: somebody still holds the table")
        except psycopg.Error as error:
            left.append(f"VACUUM FULL {table}: {error.diag.message_primary or type(error).__name__}")
        left += [f"VACUUM FULL {table}: {note.text}" for note in notices if note.severity == "WARNING"]
        if any(note.kept_rows for note in notices):
            busy.append(f"VACUUM FULL {table}: an old transaction still sees deleted rows")
    # The switch ends the segment that holds the former content; the checkpoint lets the server drop it.
    for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
        try:
            driver.execute(statement.encode())
        except psycopg.Error as error:
            left.append(f"{statement}: {error.diag.message_primary or type(error).__name__}")
    return Cleaned(tuple(busy), tuple(left))
