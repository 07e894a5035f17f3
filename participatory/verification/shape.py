"""What JSON must look like before its values are used: so small a language that it needs no library.

A shape is a type, a pattern of texts, a tuple of shapes of which one fits, a list of one shape for every
item, a dictionary of the exact keys, or one of the classes below.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Shape: TypeAlias = Any

HEX64 = re.compile(r"[0-9a-f]{64}")
HEX128 = re.compile(r"[0-9a-f]{128}")
# Names of rounds, contests and projects, as ballots spell them.
NAME = re.compile(r"[0-9A-Za-z_.-]{1,40}")
TEXT = re.compile(r".*", re.DOTALL)


@dataclass(frozen=True)
class AtLeast:
    """An object with these keys and any others."""

    keys: Mapping[str, Shape]


@dataclass(frozen=True)
class Each:
    """An object with any keys, each value of one shape."""

    shape: Shape


@dataclass(frozen=True)
class Maybe:
    """In an object: a key that may be absent."""

    shape: Shape


class Whole:
    """A whole number that is not negative."""


def misfits(value: object, shape: Shape, where: str) -> Iterator[str]:
    """In words, each place where a value has not its shape."""
    if isinstance(shape, dict):
        yield from _object(value, shape, where, closed=True)
    elif isinstance(shape, AtLeast):
        yield from _object(value, shape.keys, where, closed=False)
    elif isinstance(shape, Each) and isinstance(value, dict):
        for key, item in value.items():
            yield from misfits(item, shape.shape, f"{where}.{key}")
    elif isinstance(shape, list) and isinstance(value, list):
        for place, item in enumerate(value):
            yield from misfits(item, shape[0], f"{where}[{place}]")
    elif not _fits(value, shape, where):
        yield f"{where} is not what it must be: {_shown(value)}."


def _fits(value: object, shape: Shape, where: str) -> bool:
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and bool(shape.fullmatch(value))
    if isinstance(shape, tuple):
        return any(next(misfits(value, each, where), None) is None for each in shape)
    if shape is Whole:
        return type(value) is int and value >= 0
    # A boolean is an int to Python, and is not one here.
    return shape is object or (isinstance(shape, type) and type(value) is shape)


def _object(value: object, keys: Mapping[str, Shape], where: str, *, closed: bool) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is not an object."
        return
    for key, shape in keys.items():
        wanted = shape.shape if isinstance(shape, Maybe) else shape
        if key in value:
            yield from misfits(value[key], wanted, f"{where}.{key}")
        elif not isinstance(shape, Maybe):
            yield f"{where} does not give “{key}”."
    for key in value.keys() - keys.keys() if closed else ():
        yield f"{where} gives “{_shown(key)}”, which nothing asks for."


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
