"""Reading a backup: its head, then all of it twice, so that nothing is put back before the whole was checked."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from participatory.backups.container import decrypted
from participatory.backups.databases import CannotBackUp, kind, put_back
from participatory.backups.rules import MAGIC, MOST_HEAD_BYTES, Head, opened_key, read_head


def head_of(path: Path) -> Head:
    """What a file says of itself; raises ValueError when it is not a backup."""
    with path.open("rb") as file:
        return read_head(_first_lines(file))


def restore(path: Path, privates: Mapping[str, bytes]) -> Head:
    """Replace the database of the application by a backup; `privates` has the private key of each of its open votes.

    Raises ValueError when the file is not whole or the keys are not its keys, CannotBackUp when this database
    cannot hold it: nothing has changed then.
    """
    head = head_of(path)
    if head.database != kind():
        raise CannotBackUp(f"this is a backup of {head.database}, and the database is {kind()}")
    key = opened_key(head, privates)
    for _chunk in _content(path, key):
        pass
    put_back(_content(path, key), (head.position, head.digest))
    return head


def _content(path: Path, key: bytes) -> Iterator[bytes]:
    with path.open("rb") as file:
        bound = _first_lines(file)
        yield from decrypted(file, key, bound)


def _first_lines(file: BinaryIO) -> bytes:
    return file.readline(len(MAGIC)) + file.readline(MOST_HEAD_BYTES)
