"""Reading the journal: its head, and what the public may see of a round."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from participatory.core.database import db
from participatory.journal.models import JournalEntry
from participatory.journal.published import published
from participatory.journal.rules import Link

_AT_ONCE = 1000


@dataclass(frozen=True)
class Head:
    """Where the chain ends: the number of its last row, and the digest that binds all of them."""

    position: int
    digest: str


def head() -> Head | None:
    """The end of the chain, None while there is no deed."""
    last = sa.select(JournalEntry.position, JournalEntry.digest).order_by(JournalEntry.position.desc()).limit(1)
    row = db.session.execute(last).first()
    return Head(row.position, row.digest) if row else None


def digest_at(position: int) -> str | None:
    """The digest of one row, None when there is no such row."""
    return db.session.scalar(sa.select(JournalEntry.digest).where(JournalEntry.position == position))


def public_part(round_public_id: str, upto: int) -> Iterator[dict[str, object]]:
    """The lines of journal.jsonl for a round, from the first row to the one at position `upto`, a thousand in memory.

    Rows that are not public of this round come without their deed; those of the old form with their digests alone.
    """
    # Columns, and not rows of the session, which would keep all of them until the end.
    names = ("position", "at", "verb", "actor", "payload", "previous", "salt", "content")
    wanted = sa.select(JournalEntry.digest, *(getattr(JournalEntry, name) for name in names))
    wanted = wanted.where(JournalEntry.position <= upto).order_by(JournalEntry.position)
    for digest, *fields in db.session.execute(wanted.execution_options(yield_per=_AT_ONCE)):
        yield published(Link(*fields), digest, round_public_id)
