"""The drawn pictures of the demonstration."""

import io

import pytest
from PIL import Image

from participatory.demo.illustrations import BUILDINGS, illustration

THEMES = sorted(BUILDINGS)


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_gives_a_wide_png_light_enough_for_a_phone(theme: str) -> None:
    data = illustration("E26-01", theme)
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG"
        assert picture.size == (1200, 675)
        assert picture.mode == "RGB"
    assert len(data) < 60_000


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert illustration("E26-07", "food") == illustration("E26-07", "food")


def test_another_seed_gives_another_picture() -> None:
    assert len({illustration(f"E26-{number:02}", "housing") for number in range(1, 6)}) == 5


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(KeyError):
        illustration("E26-01", "astronomy")


@pytest.mark.parametrize("theme", THEMES)
def test_a_picture_is_full_of_colours_and_not_a_flat_field(theme: str) -> None:
    with Image.open(io.BytesIO(illustration("E26-12", theme))) as picture:
        small = picture.resize((60, 34), Image.Resampling.NEAREST)
    counts = sorted((count for count, _colour in small.getcolors(60 * 34) or []), reverse=True)
    assert len(counts) > 8
    assert counts[0] < 60 * 34 // 2
