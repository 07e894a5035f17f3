"""Pictures of the demonstration's projects: calm geometric landscapes, drawn from a seed.

A real project carries a photograph or a drawing of its authors. The demonstration has neither, and a photograph of a
real place would say something false, so each picture is drawn: a sky in bands, a sun, hills, a river, and a
building of brick courses whose shape follows the theme. The same seed always gives the same picture.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from participatory.demo.masonry import (
    BRICK,
    CLEAR,
    GARRIGUE,
    GOLD,
    HEIGHT,
    NIGHT,
    ROSE,
    STONE,
    TERRACOTTA,
    WIDTH,
    WOAD,
    Building,
    Canvas,
    Colour,
    Point,
    arcade,
    bridge,
    houses,
    lay,
    mix,
    portal,
    ramp,
    stands,
    steps,
    terraces,
)

BUILDINGS: dict[str, Building] = {
    "welcome": portal,
    "housing": houses,
    "health": arcade,
    "food": terraces,
    "shared_services": bridge,
    "sport": stands,
    "culture": arcade,
    "tutoring": steps,
    "intergenerational": bridge,
    "disability": ramp,
    "entrepreneurship": houses,
}


@dataclass(frozen=True)
class Mood:
    """The colours of an hour: sky from top to horizon, sun, hills from far to near, water.

    `light` is how much daylight falls on the bricks, in hundredths.
    """

    sky: tuple[Colour, Colour]
    sun: Colour
    hills: tuple[Colour, Colour, Colour]
    water: Colour
    light: int


MORNING = Mood(
    sky=(STONE, mix(GOLD, STONE, 38)),
    sun=GOLD,
    hills=(mix(ROSE, STONE, 62), mix(GARRIGUE, STONE, 52), mix(GARRIGUE, STONE, 88)),
    water=mix(WOAD, STONE, 52),
    light=100,
)
NOON = Mood(
    sky=(mix(WOAD, CLEAR, 34), mix(WOAD, CLEAR, 4)),
    sun=GOLD,
    hills=(mix(WOAD, CLEAR, 48), mix(GARRIGUE, STONE, 58), GARRIGUE),
    water=mix(WOAD, STONE, 70),
    light=100,
)
EVENING = Mood(
    sky=(mix(ROSE, STONE, 24), mix(ROSE, STONE, 66)),
    sun=mix(GOLD, STONE, 82),
    hills=(mix(TERRACOTTA, STONE, 72), mix(WOAD, STONE, 66), mix(WOAD, NIGHT, 76)),
    water=mix(ROSE, STONE, 62),
    light=92,
)
MOONLIGHT = Mood(
    sky=(mix(WOAD, NIGHT, 58), mix(WOAD, STONE, 64)),
    sun=STONE,
    hills=(mix(WOAD, STONE, 80), mix(WOAD, NIGHT, 84), mix(GARRIGUE, NIGHT, 66)),
    water=mix(WOAD, STONE, 48),
    light=80,
)
MOODS = (MORNING, NOON, EVENING, MORNING, NOON, EVENING, MOONLIGHT)


def draw_sky(canvas: Canvas, mood: Mood, rng: random.Random) -> None:
    """Lay broad bands from the top of the sky to the horizon, then the sun and its two rings."""
    bands = 9
    for band in range(bands):
        top = band * HEIGHT / bands
        colour = mix(mood.sky[1], mood.sky[0], band * 100 // (bands - 1))
        canvas.rectangle(0, top, WIDTH, top + HEIGHT / bands + 1, colour)
    x, y, radius = rng.randint(180, 1020), rng.randint(170, 270), rng.randint(64, 100)
    for growth, percent in ((1.9, 16), (1.42, 34), (1.0, 100)):
        canvas.disc(x, y, radius * growth, mix(mood.sun, mix(*mood.sky, 55), percent))


def ridge(rng: random.Random, base: float, height: float) -> Callable[[float], float]:
    """Return the outline of a range of hills: the height in pixels from the top, for each x."""
    slow, quick = rng.uniform(0.0030, 0.0048), rng.uniform(0.0085, 0.0125)
    first, second = rng.uniform(0, math.tau), rng.uniform(0, math.tau)
    return lambda x: base - height * (0.74 * math.sin(slow * x + first) + 0.26 * math.sin(quick * x + second))


def draw_range(canvas: Canvas, outline: Callable[[float], float], colour: Colour) -> None:
    """Fill everything below the outline."""
    crest = [(float(x), outline(x)) for x in range(0, WIDTH + 8, 8)]
    canvas.polygon([(0, HEIGHT), *crest, (WIDTH, HEIGHT)], colour)


def draw_river(canvas: Canvas, mood: Mood, rng: random.Random, outline: Callable[[float], float]) -> None:
    """Let a river come over the nearest hill and widen at each bend, with a few lights on it."""
    start, phase = rng.uniform(420, 780), rng.uniform(0, math.tau)
    source = outline(start) + 2
    left: list[Point] = []
    right: list[Point] = []
    for step in range(61):
        t = step / 60
        y = source + (HEIGHT - source) * t
        centre = start + 190 * t * (math.sin(phase + 4.2 * t) - math.sin(phase) * (1 - t))
        half = 3 + 170 * t**1.6
        left.append((centre - half, y))
        right.append((centre + half, y))
    canvas.polygon([*left, *reversed(right)], mood.water)
    for step in range(30, 60, 6):
        (x, y), width = left[step], right[step][0] - left[step][0]
        begin = x + width * rng.uniform(0.15, 0.5)
        canvas.rectangle(begin, y, begin + width * 0.3, y + 2 + step / 20, mix(STONE, mood.water, 45))


def draw_lake(canvas: Canvas, mood: Mood, rng: random.Random) -> None:
    """Fill the foot of the picture with still water and its lights, for what stands in it."""
    canvas.rectangle(0, 585, WIDTH, HEIGHT, mood.water)
    for _ in range(22):
        x, y = rng.uniform(0, WIDTH), rng.uniform(596, 664)
        canvas.rectangle(x, y, x + rng.uniform(30, 100), y + 3, mix(STONE, mood.water, 45))


def draw_trees(canvas: Canvas, mood: Mood, rng: random.Random, outline: Callable[[float], float]) -> None:
    """Plant cypresses and umbrella pines in two groves along the outline."""
    leaf, trunk = mix(mood.hills[2], NIGHT, 78), mix(BRICK, NIGHT, 55)
    for grove in (rng.uniform(30, 320), rng.uniform(850, 1090)):
        for number in range(rng.randint(2, 4)):
            x = grove + number * rng.uniform(30, 52)
            y, size = outline(x) + 6, rng.uniform(36, 58)
            if rng.random() < 0.6:
                canvas.disc(x, y - size, size * 0.24, leaf, stretch=4.3)
            else:
                canvas.rectangle(x - 3, y - size * 1.5, x + 3, y + 2, trunk)
                canvas.disc(x, y - size * 1.5, size * 0.86, leaf, stretch=0.46)


def illustration(seed: str, theme: str) -> bytes:
    """Return a PNG of 1200 × 675 pixels, always the same for a seed and a theme.

    The seed chooses the hour, the relief and the bricks; the theme chooses the building. Raises KeyError for a theme
    that is not one of Action 37.
    """
    building = BUILDINGS[theme]
    rng = random.Random(f"{seed}/{theme}")  # noqa: S311 - a drawing has to be repeatable, it hides nothing
    mood = rng.choice(MOODS)
    canvas, mask = Canvas(mood.sky[0]), Canvas((0, 0, 0))
    draw_sky(canvas, mood, rng)
    outlines = [ridge(rng, base, height) for base, height in ((345, 62), (415, 50), (478, 38))]
    for outline, colour in zip(outlines, mood.hills, strict=True):
        draw_range(canvas, outline, colour)
    draw_trees(canvas, mood, rng, outlines[2])
    if building is bridge:
        draw_lake(canvas, mood, rng)
    elif building is not terraces:
        draw_river(canvas, mood, rng, outlines[2])
    finish = building(mask, rng, mood.light)
    lay(canvas, mask, rng, mood.light)
    finish(canvas)
    return canvas.png()
