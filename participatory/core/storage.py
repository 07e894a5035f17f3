"""Images that people send: re-encoded, then kept under the digest of their bytes."""

import hashlib
import io
import re
from contextlib import suppress
from pathlib import Path

from obstore.store import LocalStore
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
_SIZE = (1600, 1600)
_FORMATS = ("JPEG", "PNG", "WEBP")
_KEY = re.compile(r"^[0-9a-f]{32}\.webp$")
_DOCUMENT = re.compile(r"^[0-9a-f]{32}\.(webp|pdf)$")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def reencoded(data: bytes) -> bytes:
    """A WebP picture of at most 1600 pixels a side, without metadata.

    Raises Refusal (INVALID, field `image`) for what is too heavy, too large, or not a JPEG, PNG or WebP picture.
    """
    if len(data) > MAX_BYTES:
        raise Refusal(N_("L’image pèse plus de 8 Mo : choisissez-en une plus légère."), Kind.INVALID, "image")
    # The library that makes sheets as PDF asks Pillow, for the whole process, to fill up pictures that are cut short.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            picture.draft("RGB", _SIZE)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refusal(
            N_("Ce fichier n’est pas une image lisible : envoyez une photo JPEG, PNG ou WebP."), Kind.INVALID, "image"
        ) from error
    except Image.DecompressionBombError as error:
        raise Refusal(
            N_("Cette image a trop de pixels : réduisez-la sous 40 millions de pixels."), Kind.INVALID, "image"
        ) from error
    upright.thumbnail(_SIZE)
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


class ImageStore:
    """Pictures kept under their digest, so that the same picture is stored once."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._store = LocalStore(prefix=str(folder.resolve()))

    def keep(self, data: bytes) -> str:
        """Re-encode and store a picture; its key. Raises Refusal as `reencoded` does."""
        picture = reencoded(data)
        key = hashlib.sha256(picture).hexdigest()[:32] + ".webp"
        self._store.put(key, picture)
        return key

    def forget(self, key: str) -> None:
        """Delete a picture for good; nothing happens when it is already gone or was never there."""
        if _KEY.match(key) is not None:
            with suppress(FileNotFoundError):
                self._store.delete(key)

    def read(self, key: str) -> bytes:
        """The bytes of a picture; raises FileNotFoundError for a key that names none."""
        if _KEY.match(key) is None:
            raise FileNotFoundError(key)
        return bytes(self._store.get(key).bytes())


class DocumentStore:
    """Files that go with a text, under their digest: a PDF as it was sent, a picture made anew."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._store = LocalStore(prefix=str(folder.resolve()))

    def keep(self, data: bytes) -> tuple[str, int]:
        """Check and store a file; its key and its size in bytes.

        Raises Refusal (INVALID, field `file`) for what is too heavy, or neither a whole PDF nor a readable picture.
        """
        if len(data) > MAX_BYTES:
            raise _file_refusal(N_("Ce fichier pèse plus de 8 Mo : allégez-le."))
        ending, kept = (".pdf", _whole_pdf(data)) if data.startswith(b"%PDF-") else (".webp", _picture(data))
        key = hashlib.sha256(kept).hexdigest()[:32] + ending
        self._store.put(key, kept)
        return key, len(kept)

    def forget(self, key: str) -> None:
        """Delete a file for good; nothing happens when it is already gone or was never there."""
        if _DOCUMENT.match(key) is not None:
            with suppress(FileNotFoundError):
                self._store.delete(key)

    def read(self, key: str) -> bytes:
        """The bytes of a file; raises FileNotFoundError for a key that names none."""
        if _DOCUMENT.match(key) is None:
            raise FileNotFoundError(key)
        return bytes(self._store.get(key).bytes())


def _file_refusal(message: str) -> Refusal:
    return Refusal(message, Kind.INVALID, "file")


def _whole_pdf(data: bytes) -> bytes:
    if b"%%EOF" not in data[-2048:]:
        raise _file_refusal(N_("Ce PDF est incomplet ou abîmé : enregistrez-le à nouveau, puis renvoyez-le."))
    return data


def _picture(data: bytes) -> bytes:
    try:
        return reencoded(data)
    except Refusal as refusal:
        if isinstance(refusal.__cause__, Image.DecompressionBombError):
            raise _file_refusal(refusal.message) from refusal
        raise _file_refusal(
            N_("Ce fichier n’est ni un PDF ni une image lisible : envoyez un PDF, ou une photo JPEG, PNG ou WebP.")
        ) from refusal
