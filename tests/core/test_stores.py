"""Pictures and secrets kept outside the database."""

import io
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from participatory.core.errors import Refusal
from participatory.core.secrets import SecretStore
from participatory.core.storage import ImageStore


def picture(kind="PNG", size=(2000, 1000), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "#a93a1f").save(out, kind, **options)
    return out.getvalue()


def test_a_picture_is_made_again_without_what_it_carried(tmp_path):
    store = ImageStore(tmp_path)
    exif = Image.Exif()
    exif[0x010E] = "my home address"
    key = store.keep(picture("JPEG", exif=exif))
    data = store.read(key)
    assert b"my home address" not in data
    with Image.open(io.BytesIO(data)) as kept:
        assert kept.format == "WEBP"
        assert max(kept.size) == 1600


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        b"GIF89a" + b"\x00" * 100,
        b"\xff" * (9 * 1024 * 1024),
    ],
    ids=["empty", "svg", "html", "broken png", "gif", "too heavy"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(tmp_path, hostile):
    with pytest.raises(Refusal) as refused:
        ImageStore(tmp_path).keep(hostile)
    assert refused.value.field == "image"
    assert list(tmp_path.iterdir()) == []


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(tmp_path):
    bomb = picture(size=(9000, 9000), compress_level=9)
    with pytest.raises(Refusal, match="pixels"):
        ImageStore(tmp_path).keep(bomb)


@pytest.mark.parametrize("key", ["../../etc/passwd", "a.webp", "", "x" * 32 + ".webp", "/etc/passwd"])
def test_a_key_that_names_no_picture_reads_nothing(tmp_path, key):
    with pytest.raises(FileNotFoundError):
        ImageStore(tmp_path).read(key)


def test_a_secret_made_at_once_by_many_is_one_and_is_private(tmp_path):
    store = SecretStore(tmp_path / "secrets")
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: store.get("pepper", "round"), range(32)))
    assert len(found) == 1
    (path,) = store.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store.destroy("pepper", "round")
    assert store.get("pepper", "round") not in found
