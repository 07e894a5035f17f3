"""The picture of a project for networks that show links: 1200 × 630 points, drawn here with our own fonts. Pure."""

import hashlib
import io
from dataclasses import astuple, dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from participatory.core.assets import assets_folder

SIZE = (1200, 630)
# Raised when the drawing changes, so that copies kept elsewhere are asked for again.
DRAWING = 1
_MARGIN = 72
_PAPER, _INK, _SOFT, _BLUE = "#fbf8f2", "#1b1e28", "#564e40", "#1f4487"
_BRICKS = ("#a93a1f", "#c4603f", "#d98c6c")
_Font = ImageFont.FreeTypeFont


@dataclass(frozen=True)
class Card:
    """The words of the picture, in the language of its address: everything is public."""

    over: str
    title: str
    place: str
    cost: str
    site: str

    def etag(self) -> str:
        """What changes when the picture would."""
        return hashlib.sha256(repr((DRAWING, astuple(self))).encode()).hexdigest()[:32]


@lru_cache(maxsize=32)
def _font(name: str, size: int, weight: int = 0) -> _Font:
    font = ImageFont.truetype(str(assets_folder() / "static" / "fonts" / name), size)
    if weight:
        font.set_variation_by_axes([weight])
    return font


def _title(size: int) -> _Font:
    return _font("bricolage-720.woff2", size)


def _body(size: int, weight: int = 400) -> _Font:
    return _font("atkinson-next-400-700.woff2", size, weight)


def fitted(text: str, font: _Font, width: int, most: int) -> list[str]:
    """A text in lines that are no wider than `width` points, at most so many; an ellipsis stands for the rest."""
    lines: list[str] = []
    for word in text.split():
        whole = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(whole) <= width:
            lines[-1] = whole
        else:
            lines.append(word)
    kept = [_cut(line, font, width) for line in lines[:most]]
    if len(lines) > most:
        kept[-1] = _cut(f"{kept[-1].rstrip('…')}…", font, width, more=True)
    return kept


def _cut(line: str, font: _Font, width: int, *, more: bool = False) -> str:
    """A line without its end where it is too wide, were it a single word of a thousand letters."""
    bare = line.rstrip("…") if more else line
    if font.getlength(line) <= width:
        return line
    while bare and font.getlength(f"{bare}…") > width:
        bare = bare[:-1]
    return f"{bare}…"


@lru_cache(maxsize=128)
def drawn(card: Card) -> bytes:
    """The picture as PNG; the latest ones are kept in memory."""
    picture = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(picture)
    width = SIZE[0] - 2 * _MARGIN
    _bricks(draw)
    draw.text((_MARGIN, 64), _cut(card.over, _body(34, 700), width), font=_body(34, 700), fill=_BLUE)
    lines, size = _title_lines(card.title, width)
    for number, line in enumerate(lines):
        draw.text((_MARGIN, 124 + number * int(size * 1.15)), line, font=_title(size), fill=_INK)
    draw.text((_MARGIN, 424), _cut(card.place, _body(36), width), font=_body(36), fill=_SOFT)
    draw.text((_MARGIN, 474), card.cost, font=_body(46, 700), fill=_INK)
    site = _cut(card.site, _body(30), width // 2)
    draw.text((SIZE[0] - _MARGIN, 486), site, font=_body(30), fill=_SOFT, anchor="ra")
    out = io.BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _title_lines(title: str, width: int) -> tuple[list[str], int]:
    """The title in the largest letters in which it holds on four lines."""
    for size, most in ((84, 3), (68, 4)):
        lines = fitted(title, _title(size), width, most + 1)
        if len(lines) <= most:
            return lines, size
    return fitted(title, _title(58), width, 4), 58


def _bricks(draw: ImageDraw.ImageDraw) -> None:
    """The course of bricks along the lower edge."""
    brick, joint, top = 150, 6, SIZE[1] - 66
    for row in range(2):
        for place in range(-1, SIZE[0] // brick + 2):
            left = place * brick - (brick // 2 if row else 0)
            shade = _BRICKS[(place + row) % len(_BRICKS)]
            draw.rectangle((left, top + row * 33, left + brick - joint, top + row * 33 + 33 - joint), fill=shade)
