"""A list between its arrival and its confirmation: a file outside the database, for an hour at most.

It holds people in clear, so that only the service's user may read it, only the person who sent
it, from the desk where they sent it, finds it again, and it goes as soon as it was confirmed.
A desk is a round, or an establishment in a round.
"""

import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

KEPT_FOR = timedelta(hours=1)
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")


class Uploads:
    """The lists waiting in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def keep(self, content: bytes, desk: str, person: str) -> str:
        """Keep a list for one person at one desk; gives the identifier to ask for it again."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        identifier = secrets.token_hex(16)
        path = self._path(identifier, desk, person)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        return identifier

    def read(self, identifier: str, desk: str, person: str, now: datetime) -> bytes:
        """The list again; raises Refusal (NOT_FOUND) when it is another's, too old, or already confirmed."""
        gone = Refusal(
            N_(
                "Ce fichier n’est plus ici : il a été confirmé, ou envoyé il y a plus d’une heure. "
                "Envoyez-le à nouveau."
            ),
            Kind.NOT_FOUND,
        )
        if _IDENTIFIER.fullmatch(identifier) is None:
            raise gone
        self.forget_old(now)
        try:
            return self._path(identifier, desk, person).read_bytes()
        except FileNotFoundError:
            raise gone from None

    def forget(self, identifier: str, desk: str, person: str) -> None:
        """Remove a list."""
        if _IDENTIFIER.fullmatch(identifier):
            self._path(identifier, desk, person).unlink(missing_ok=True)

    def forget_old(self, now: datetime) -> None:
        """Remove the lists that have waited longer than KEPT_FOR."""
        for path in self.folder.glob("*.upload"):
            try:
                if path.stat().st_mtime < (now - KEPT_FOR).timestamp():
                    path.unlink()
            except FileNotFoundError:
                # Another process removed it first.
                continue

    def _path(self, identifier: str, desk: str, person: str) -> Path:
        return self.folder / f"{identifier}.{desk}.{person}.upload"
