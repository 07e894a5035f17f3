"""What the demonstration's pictures are built with: a palette, a canvas, brick courses, and a few buildings.

A building draws its outline on a mask, which is then filled with bricks, and returns what goes in front of the bricks
(windows, a rail, vines).
"""

import io
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

WIDTH, HEIGHT = 1200, 675
# Drawn twice as large and then halved: Pillow's shapes have no smooth edges of their own.
SCALE = 2

BRICK: Colour = (0xA9, 0x3A, 0x1F)
TERRACOTTA: Colour = (0xC4, 0x60, 0x3F)
ROSE: Colour = (0xD9, 0x8C, 0x6C)
WOAD: Colour = (0x1F, 0x44, 0x87)
GARRIGUE: Colour = (0x1F, 0x52, 0x32)
GOLD: Colour = (0xFF, 0xC5, 0x3D)
STONE: Colour = (0xFB, 0xF8, 0xF2)
NIGHT: Colour = (0x0E, 0x16, 0x2E)
CLEAR: Colour = (0xEF, 0xF7, 0xFF)
FILLED: Colour = (255, 255, 255)
EMPTY: Colour = (0, 0, 0)


def mix(colour: Colour, other: Colour, percent: int) -> Colour:
    """Return `percent` hundredths of `colour` laid over `other`."""
    red, green, blue = ((a * percent + b * (100 - percent)) // 100 for a, b in zip(colour, other, strict=True))
    return red, green, blue


class Canvas:
    """A picture in final pixels; it hides the scale at which things are really drawn."""

    def __init__(self, background: Colour) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), background)
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill the polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def rectangle(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """Fill the rectangle; one that is upside down, because it left the picture, is not drawn."""
        if right > left and bottom > top:
            self._draw.rectangle((left * SCALE, top * SCALE, right * SCALE - 1, bottom * SCALE - 1), fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, stretch: float = 1) -> None:
        """Fill a disc, or an ellipse `stretch` times as high as it is wide."""
        box = (x - radius, y - radius * stretch, x + radius, y + radius * stretch)
        self._draw.ellipse([side * SCALE for side in box], fill=colour)

    def arch(self, x: float, crown: float, radius: float, foot: float, colour: Colour) -> None:
        """Fill a round-headed opening centred on `x`, from its crown down to its foot."""
        self.disc(x, crown + radius, radius, colour)
        self.rectangle(x - radius, crown + radius, x + radius, foot, colour)

    def line(self, points: Sequence[Point], width: int, colour: Colour) -> None:
        """Draw a line `width` pixels thick."""
        self._draw.line([(x * SCALE, y * SCALE) for x, y in points], fill=colour, width=width * SCALE, joint="curve")

    def png(self) -> bytes:
        """Return the picture, halved to its final size, as PNG bytes."""
        out = io.BytesIO()
        self.image.reduce(SCALE).save(out, "PNG", compress_level=4)
        return out.getvalue()


def bricks(rng: random.Random, light: int) -> Image.Image:
    """Return a wall of staggered courses as large as the picture; `light` is the daylight left, in hundredths."""
    tones = [
        mix(tone, NIGHT, light)
        for tone in (TERRACOTTA, mix(TERRACOTTA, BRICK, 55), mix(TERRACOTTA, ROSE, 70), mix(BRICK, TERRACOTTA, 75))
    ]
    accents = [mix(ROSE, NIGHT, light), mix(mix(ROSE, STONE, 60), NIGHT, light)]
    wall = Canvas(mix(mix(ROSE, STONE, 78), NIGHT, light))
    length, course, joint = 66, 24, 2
    for row in range(HEIGHT // course + 1):
        offset = (row % 2) * length // 2
        for column in range(-1, WIDTH // length + 1):
            colour = rng.choice(accents if rng.random() < 0.07 else tones)
            x, y = column * length + offset, HEIGHT - (row + 1) * course
            wall.rectangle(x, y, x + length - joint, y + course - joint, colour)
    return wall.image


def lay(canvas: Canvas, mask: Canvas, rng: random.Random, light: int) -> None:
    """Fill the mask's outline with bricks, under a thin coping of stone along everything that looks up."""
    outline = mask.image.getchannel(0)
    coping = mix(mix(STONE, ROSE, 72), NIGHT, light)
    canvas.image.paste(coping, (0, -7 * SCALE), outline)
    canvas.image.paste(bricks(rng, light), (0, 0), outline)


Finish = Callable[[Canvas], None]
Building = Callable[[Canvas, random.Random, int], Finish]


def nothing(canvas: Canvas) -> None:
    """Leave the bricks as they are."""


def bridge(mask: Canvas, rng: random.Random, light: int) -> Finish:
    """Span the whole picture with arches of growing width, after the old bridges of the Garonne."""
    deck = rng.choice((411, 435, 459))
    mask.rectangle(0, deck, WIDTH, HEIGHT, FILLED)
    x = float(rng.randint(-150, -40))
    spans = rng.choice(((170, 230, 290, 230, 170), (230, 300, 300, 230, 230), (190, 250, 310, 250, 190)))
    for span in spans:
        x += 46
        mask.arch(x + span / 2, deck + 40, span / 2, HEIGHT, EMPTY)
        x += span
    return nothing


def houses(mask: Canvas, rng: random.Random, light: int) -> Finish:
    """Line up gabled houses of different heights, each with its tiled roof and windows, some of them lit."""
    roofs: list[list[Point]] = []
    windows: list[tuple[float, float, Colour]] = []
    glass = [mix(GOLD, STONE, 90)] + [mix(WOAD, NIGHT, 60)] * (4 if light == 100 else 1)
    x = float(rng.randint(70, 200))
    heights = [363, 411, 459, 435, 387]
    rng.shuffle(heights)
    for top in heights:
        width = rng.choice((165, 198))
        mask.rectangle(x, top, x + width, HEIGHT, FILLED)
        rise = width * rng.choice((0.3, 0.42))
        roofs.append([(x - 10, top + 4), (x + width / 2, top - rise), (x + width + 10, top + 4)])
        for storey in range((HEIGHT - top) // 92):
            windows += [(x + width * side, top + 34 + storey * 92, rng.choice(glass)) for side in (0.3, 0.7)]
        x += width + rng.choice((0, 0, 0, 34))
    tiles = [mix(tone, NIGHT, light) for tone in (BRICK, mix(BRICK, NIGHT, 82), TERRACOTTA)]

    def finish(canvas: Canvas) -> None:
        for number, roof in enumerate(roofs):
            canvas.polygon(roof, tiles[number % 3])
        for left, crown, pane in windows:
            canvas.arch(left, crown - 5, 23, crown + 60, mix(mix(STONE, ROSE, 72), NIGHT, light))
            canvas.arch(left, crown, 17, crown + 55, pane)

    return finish


def steps(mask: Canvas, rng: random.Random, light: int) -> Finish:
    """Climb from one side to the other, a few courses of bricks at a time."""
    count, flip = rng.randint(6, 8), rng.random() < 0.5
    tread = WIDTH * 0.74 / count
    for step in range(count):
        left = WIDTH - (step + 1) * tread if flip else step * tread
        mask.rectangle(left, HEIGHT - (count - step) * 48, left + tread, HEIGHT, FILLED)
    return nothing


def stands(mask: Canvas, rng: random.Random, light: int) -> Finish:
    """Face two flights of seats, as around a field, with the landscape in between."""
    middle = rng.randint(520, 680)
    for step in range(rng.randint(5, 7)):
        reach, top = 130 + step * 74, HEIGHT - 24 - step * 48
        mask.rectangle(0, top, middle - reach, HEIGHT, FILLED)
        mask.rectangle(middle + reach, top, WIDTH, HEIGHT, FILLED)
    return nothing


def ramp(mask: Canvas, rng: random.Random, light: int) -> Finish:
    """Rise gently without a single step, over arches that shrink with it, beside a rail."""
    high, flip = rng.choice((363, 387, 411)), rng.random() < 0.5

    def place(x: float) -> float:
        return WIDTH - x if flip else x

    slope = [(0.0, float(high)), (250.0, float(high)), (1120.0, 627.0), (float(WIDTH), 627.0)]
    mask.polygon([(place(0), HEIGHT), *((place(x), y) for x, y in slope), (place(WIDTH), HEIGHT)], FILLED)
    for number in range(3):
        mask.arch(place(130 + number * 205), high + 60 + number * 58, 70 - number * 16, HEIGHT, EMPTY)
    rail = mix(WOAD, NIGHT, 70) if light == 100 else mix(STONE, WOAD, 70)

    def finish(canvas: Canvas) -> None:
        points = [(place(x), y - 58) for x, y in slope]
        canvas.line(points, 5, rail)
        for number in range(13):
            x = 20 + number * 96
            y = high + max(0, min(870, x - 250)) * (627 - high) / 870
            canvas.rectangle(place(x) - 2, y - 58, place(x) + 2, y - 6, rail)

    return finish


def portal(mask: Canvas, rng: random.Random, light: int) -> Finish:
    """Raise a bell wall, gabled in steps, over one great arch with the landscape inside it."""
    x, radius = rng.randint(420, 780), rng.randint(190, 220)
    half, top = radius + 99, rng.choice((171, 195))
    mask.rectangle(x - half, top + 48, x + half, HEIGHT, FILLED)
    for step in range(1, 4):
        mask.rectangle(x - half + step * 66, top + 48 - step * 48, x + half - step * 66, top + 48, FILLED)
    for side in (-78, 0, 78):
        mask.arch(x + side, top - (34 if side == 0 else 0), 24, top + 48, EMPTY)
    mask.arch(x, top + 130, radius, HEIGHT, EMPTY)
    return nothing


def arcade(mask: Canvas, rng: random.Random, light: int) -> Finish:
    """Look out from a cloister: the whole picture is a wall opened by three arches."""
    mask.rectangle(0, 0, WIDTH, HEIGHT, FILLED)
    pillar, crown = rng.choice((48, 60)), rng.choice((63, 87))
    radius = (WIDTH - 2 * pillar - 100) / 6
    for number in range(3):
        centre = 50 + radius + number * (2 * radius + pillar)
        mask.arch(centre, crown, radius, HEIGHT - 51, EMPTY)
    return nothing


def terraces(mask: Canvas, rng: random.Random, light: int) -> Finish:
    """Hold a slope with three low walls, and plant a row of vines above each of them."""
    lean, curve = rng.choice((-52, 52)), rng.randint(24, 44)
    leaf = mix(mix(GARRIGUE, GOLD, 78), NIGHT, light)
    rows: list[Point] = []
    for level in range(3):
        base = 488 + level * 74
        places = [x / WIDTH for x in range(0, WIDTH + 8, 8)]
        crest = [(WIDTH * place, base + lean * place - curve * 4 * place * (1 - place)) for place in places]
        mask.polygon([*crest, *((x, y + 30) for x, y in reversed(crest))], FILLED)
        rows += [(x, y) for x, y in crest[2 + level % 2 * 3 :: 6]]

    def finish(canvas: Canvas) -> None:
        for x, y in rows:
            canvas.rectangle(x - 2, y - 20, x + 2, y - 5, mix(BRICK, NIGHT, 55))
            canvas.disc(x, y - 24, 17, leaf, stretch=0.8)

    return finish
