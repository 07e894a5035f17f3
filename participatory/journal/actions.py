"""Appending to the journal and checking its chain."""

import secrets
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.journal.models import JournalEntry
from participatory.journal.rules import GENESIS, SALT_BYTES, Verb, content_of, kept_moment, payload

SYSTEM = "system"
# Any constant will do, so long as no other lock of the application uses it.
_CHAIN_LOCK = 20_270_237


def record(verb: Verb, actor: str, now: datetime, **values: object) -> JournalEntry:
    """Append a deed; `actor` is a public identifier or SYSTEM.

    Of a ballot it keeps the day alone. Must be the last write of the deed: on PostgreSQL it
    holds the chain until the commit. Raises ValueError when the fields are not those that the verb declares.
    """
    session = db.session()
    hold_end()
    last = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc()).limit(1)).first()
    position, previous = (last.position + 1, last.digest) if last else (1, GENESIS)
    at, written, salt = kept_moment(verb, now), payload(verb, values), secrets.token_hex(SALT_BYTES)
    entry = JournalEntry(
        position=position,
        at=at,
        verb=verb.code,
        actor=actor,
        payload=written,
        previous=previous,
        salt=salt,
        content=content_of(salt, at, verb.code, actor, written),
    )
    entry.digest = entry.link().digest()
    session.add(entry)
    session.flush()
    return entry


def hold_end() -> None:
    """Keep the end of the chain as it is until the transaction ends; SQLite has one writer anyway."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))


def faults() -> Iterator[str]:
    """Each break of the chain, in English, oldest first; nothing when it is whole."""
    previous, expected, salted = GENESIS, 1, False
    rows = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position).execution_options(yield_per=1000))
    for entry in rows:
        link = entry.link()
        if entry.position != expected:
            yield f"row {expected} is missing: row {entry.position} follows"
        if entry.previous != previous:
            yield f"row {entry.position} does not follow the row before it"
        if salted and link.is_old:
            yield f"row {entry.position} has the old form after rows of the new one"
        if (link.bound_content(), link.digest()) != (entry.content, entry.digest):
            yield f"row {entry.position} was altered"
        previous, expected, salted = entry.digest, entry.position + 1, salted or not link.is_old


def length() -> int:
    """How many deeds the journal holds."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) or 0
