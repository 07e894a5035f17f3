"""Secrets of the installation, of rounds and of doors, kept in files outside the database and its backups."""

import os
import secrets
from pathlib import Path

_LENGTH = 32


class SecretStore:
    """A folder of secrets that only the service's user can read."""

    def __init__(self, folder: Path):
        self.folder = folder

    def get(self, name: str, round_key: str) -> bytes:
        """The 32-byte secret of that name for a round, made at its first use.

        Two processes that make it at once get the same one: the file is linked into
        place only if it does not exist.
        """
        path = self._path(name, round_key)
        if not path.exists():
            draft = self._draft(path, secrets.token_bytes(_LENGTH))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_bytes()

    def keep(self, name: str, key: str, secret: bytes) -> None:
        """Keep a secret that somebody else gave us, in the place of any earlier one."""
        path = self._path(name, key)
        self._draft(path, secret).replace(path)

    def find(self, name: str, key: str) -> bytes | None:
        """A secret that was kept, None when there is none."""
        try:
            return self._path(name, key).read_bytes()
        except FileNotFoundError:
            return None

    def destroy(self, name: str, round_key: str) -> None:
        """Remove a secret for good; nothing happens when it is already gone."""
        self._path(name, round_key).unlink(missing_ok=True)

    def _draft(self, path: Path, content: bytes) -> Path:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return draft

    def _path(self, name: str, round_key: str) -> Path:
        return self.folder / f"{round_key}.{name}.key"
