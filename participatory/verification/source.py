"""Where a bundle is read from: a folder, or a zip of it. Neither is trusted.

Sizes are bounded before anything is read. A zip is never unpacked on the disk.
"""

import hashlib
import lzma
import os
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

MANIFEST = "manifest.json"
# A round of a whole region, with an hourly checkpoint for a year, stays far below these.
MOST_FILES = 20_000
MOST_BYTES = 2**29
_ALL_BYTES = 2**30
_PIECE = 2**20
LONGEST_LINE = 2**20
_BROKEN = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    NotImplementedError,
    UnicodeDecodeError,
)


class UnreadableError(Exception):
    """Something of a bundle cannot be read; the message says what, in a sentence."""


class Source(ABC):
    """The files of a bundle by their names: relative, with slashes."""

    sizes: dict[str, int]

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """A file opened for reading; raises UnreadableError when there is none of that name."""

    @property
    def refusal(self) -> str | None:
        """Why nothing of the source is read at all, in a sentence; None for a source that is read."""
        return None

    def read(self, name: str) -> bytes:
        """The whole of a file; raises UnreadableError."""
        with self.open(name) as file:
            return _Guarded(file, name).read()

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file, with their ends; raises UnreadableError, also for one longer than a megabyte."""
        with self.open(name) as file:
            guarded = _Guarded(file, name)
            while line := guarded.line():
                if len(line) > LONGEST_LINE:
                    raise UnreadableError(f"{name} has a line of more than {LONGEST_LINE:,} bytes.")
                yield line

    def digest(self, name: str) -> str:
        """The SHA-256 of a file, in hexadecimal; raises UnreadableError."""
        found = hashlib.sha256()
        with self.open(name) as file:
            guarded = _Guarded(file, name)
            while piece := guarded.read(_PIECE):
                found.update(piece)
        return found.hexdigest()

    def _known(self, name: str) -> None:
        if name not in self.sizes:
            raise UnreadableError(f"{name} is missing.")


class _Guarded:
    """A file whose faults are told in words."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file = file
        self.name = name

    def read(self, size: int = -1) -> bytes:
        try:
            return self.file.read(size)
        except _BROKEN as error:
            raise UnreadableError(f"{self.name} cannot be read: {error}.") from error

    def line(self) -> bytes:
        try:
            return self.file.readline(LONGEST_LINE + 1)
        except _BROKEN as error:
            raise UnreadableError(f"{self.name} cannot be read: {error}.") from error


class Folder(Source):
    """A folder on the disk; raises UnreadableError for links and for sizes beyond measure."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sizes = {}
        for root, folders, files in os.walk(path):
            for name in (*folders, *files):
                full = Path(root) / name
                relative = full.relative_to(path).as_posix()
                if full.is_symlink() or not (full.is_file() or full.is_dir()):
                    raise UnreadableError(f"{relative} is not a plain file: a bundle holds neither links nor devices.")
                if full.is_file():
                    self.sizes[relative] = full.stat().st_size
            _refuse_excess(self.sizes)

    def open(self, name: str) -> IO[bytes]:
        """See Source."""
        self._known(name)
        try:
            return (self.path / name).open("rb")
        except OSError as error:
            raise UnreadableError(f"{name} cannot be opened: {error.strerror}.") from error


class Zip(Source):
    """A zip of the folder, or of its content; raises UnreadableError for one that could do harm."""

    def __init__(self, path: Path) -> None:
        try:
            # Kept open as long as the command runs: every read goes through it.
            self.archive = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise UnreadableError(f"This is neither a folder nor a zip that can be read: {error}.") from error
        members = [member for member in self.archive.infolist() if not member.is_dir()]
        if len(members) > MOST_FILES:
            raise UnreadableError(f"The zip holds more than {MOST_FILES:,} files.")
        for member in members:
            _refuse_harm(member)
        prefix = _prefix([member.filename for member in members])
        self.members = {member.filename.removeprefix(prefix): member for member in members}
        if len(self.members) < len(members):
            raise UnreadableError("The zip holds two files of one name.")
        self.sizes = {name: member.file_size for name, member in self.members.items()}
        _refuse_excess(self.sizes)

    def open(self, name: str) -> IO[bytes]:
        """See Source."""
        self._known(name)
        try:
            # No more is unpacked than the size that was announced, and bounded above.
            return self.archive.open(self.members[name])
        except _BROKEN as error:
            raise UnreadableError(f"{name} cannot be read: {error}.") from error


class Refused(Source):
    """What is not read at all, and why."""

    def __init__(self, why: str) -> None:
        self.sizes = {}
        self.why = why

    @property
    def refusal(self) -> str:
        """Why."""
        return self.why

    def open(self, name: str) -> IO[bytes]:
        """Nothing is opened."""
        raise UnreadableError(f"{name} was not read.")


def source_of(path: Path) -> Source:
    """The folder or the zip at a path; one that is refused as a whole says why in `refusal`."""
    try:
        return Folder(path) if path.is_dir() else Zip(path)
    except UnreadableError as error:
        return Refused(str(error))


def _refuse_harm(member: zipfile.ZipInfo) -> None:
    """Raise UnreadableError for a path that leads outside, a link or a locked file."""
    path = PurePosixPath(member.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename:
        raise UnreadableError(f"The zip holds a path that leads out of its folder: {member.filename[:80]!r}.")
    if (member.external_attr >> 16) & 0o170000 == 0o120000:
        raise UnreadableError(f"The zip holds a link: {member.filename[:80]!r}.")
    if member.flag_bits & 0x1:
        raise UnreadableError(f"The zip holds a file under a password: {member.filename[:80]!r}.")


def _prefix(names: list[str]) -> str:
    """The folder that holds everything in the zip, with its slash; empty when the manifest is on top."""
    if MANIFEST in names:
        return ""
    tops = {name.partition("/")[0] for name in names}
    only = f"{tops.pop()}/" if len(tops) == 1 else ""
    return only if only + MANIFEST in names else ""


def _refuse_excess(sizes: dict[str, int]) -> None:
    if len(sizes) > MOST_FILES or max(sizes.values(), default=0) > MOST_BYTES or sum(sizes.values()) > _ALL_BYTES:
        raise UnreadableError("There is more here than the bundle of any round could hold.")
