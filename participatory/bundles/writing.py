"""Writing a bundle down: as a folder, or as a zip that has the same bytes whenever and wherever it is made."""

import io
import secrets
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from participatory.core.errors import Refusal
from participatory.core.labels import N_

# The first instant that a zip can tell: it must not tell when it was made.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o100644 << 16


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files under a folder that is not there yet, or is empty; raises Refusal for another one."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(N_("Le dossier « %(folder)s » existe déjà et n’est pas vide."), folder=str(folder))
    for name, data in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def zipped(files: Mapping[str, bytes], folder: str) -> bytes:
    """A zip of the files, within one folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in sorted(files.items()):
            member = zipfile.ZipInfo(f"{folder}/{name}", _EPOCH)
            member.create_system, member.external_attr = _UNIX, _READABLE
            archive.writestr(member, data, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def kept(path: Path, make: Callable[[], bytes]) -> Path:
    """A file made at its first use; two processes that make it at once both succeed, with the same bytes."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        draft.write_bytes(make())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
