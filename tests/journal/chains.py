"""Journals to try things on: rows of both forms, and hands that write behind the triggers."""

import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.journal.actions import SYSTEM, record
from participatory.journal.models import JournalEntry
from participatory.journal.rules import GENESIS, Link, Verb, payload


def write_old(count: int) -> None:
    """Rows as they were written before salts; the journal must be empty."""
    previous = GENESIS
    with transaction():
        for position in range(1, count + 1):
            written = payload(Verb.PERSON_CREATED, {"person": str(position)})
            link = Link(position, now(), Verb.PERSON_CREATED.code, SYSTEM, written, previous)
            previous = link.digest()
            row = {"position": position, "at": link.at, "verb": link.verb, "actor": SYSTEM, "payload": written}
            db.session.add(JournalEntry(**row, previous=link.previous, digest=previous))


def write_new(count: int, first: int = 1) -> None:
    """Rows as they are written now, about people with these numbers."""
    with transaction():
        for number in range(first, first + count):
            record(Verb.PERSON_CREATED, SYSTEM, now(), person=str(number))


def behind_the_triggers(*statements: sa.Executable) -> None:
    """What the administrator of the database can do: remove the triggers, then rewrite."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for trigger in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER journal_refuses_{trigger}"))
        else:
            connection.execute(sa.text("ALTER TABLE journal_entry DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(statement)
    db.session.rollback()
    db.session.expire_all()
