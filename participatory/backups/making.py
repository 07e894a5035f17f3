"""Writing a backup, and deleting those that a sealing or an annulment has made expire."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from participatory.backups import queries
from participatory.backups.container import KEY_BYTES, encrypted
from participatory.backups.databases import Copy, copied
from participatory.backups.reading import head_of
from participatory.backups.rules import SUFFIX, Head, file_name, sealed_key
from participatory.core.database import db, transaction
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb, instant

# What a crash may leave behind is encrypted like the rest, and expires like it.
_DRAFTS = ".*.part"


@dataclass(frozen=True)
class Made:
    """A backup that was written."""

    path: Path
    head: Head


def create(folder: Path, now: datetime) -> Made:
    """Write a backup of the database into a folder, and journal it; `now` is in UTC.

    It has its name only once it is whole, on the disk and journalled. Raises CannotBackUp, and OSError
    when the folder cannot be written.
    """
    draft = folder / f".{secrets.token_hex(8)}.part"
    try:
        with copied() as copy:
            head = _write(draft, copy, now)
        path = folder / file_name(now, head.rounds)
        with transaction():
            record(Verb.BACKUP_MADE, SYSTEM, now, rounds=[each.round for each in head.rounds])
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    return Made(path, head)


def _write(draft: Path, copy: Copy, now: datetime) -> Head:
    key, rounds = secrets.token_bytes(KEY_BYTES), queries.open_votes(copy.connection)
    position, digest = queries.last_row(copy.connection)
    head = Head(instant(now), copy.database, position, digest, rounds, sealed_key(key, rounds))
    bound = head.to_bytes()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(bound)
        for piece in encrypted(copy.chunks, key, bound):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return head


def prune(folder: Path, now: datetime) -> list[Path]:
    """Delete the backups of a folder that hold a vote sealed or annulled since, and journal it; gives those that went.

    Files that are not backups stay. Raises OSError when one cannot be deleted.
    """
    expired: dict[Path, list[str]] = {}
    for path in sorted([*folder.glob(f"*{SUFFIX}"), *folder.glob(_DRAFTS)]):
        try:
            head = head_of(path)
        except ValueError:
            continue
        over = queries.over_among(each.round for each in head.rounds)
        if over:
            expired[path] = over
    db.session.rollback()
    for path in expired:
        path.unlink()
    for each in sorted({each for rounds in expired.values() for each in rounds}):
        with transaction():
            record(Verb.BACKUP_EXPIRED, SYSTEM, now, round=each)
    return list(expired)
