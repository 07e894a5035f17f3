"""Amounts of money as they are written in files, and as the integers that are counted."""

import re
from collections.abc import Iterable
from fractions import Fraction

# The number of digits is bounded so that a hostile file cannot ask for a number of a million digits.
_AMOUNT = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{1,9})?(?:[eE]\+?\d{1,2})?")
_GREATEST = 10**18
_SPACES = re.compile(r"[\s\u00a0\u202f]")


def parse_amount(text: str) -> Fraction:
    """The exact amount that a file writes as `4000`, `4000.0`, `1 250,50` or `1e+05`.

    Raises ValueError for anything else, and for more than a quintillion.
    """
    written = _SPACES.sub("", text)
    if not _AMOUNT.fullmatch(written):
        raise ValueError(f"not an amount: {text!r}")
    amount = Fraction(written.replace(",", "."))
    if abs(amount) > _GREATEST:
        raise ValueError(f"an amount beyond measure: {text!r}")
    return amount


def smallest_unit(amounts: Iterable[Fraction]) -> int:
    """How many integer units make one of the currency, so that all amounts are whole.

    1 when there are no decimals, 100 (cents) when there are; a further power of
    ten only for a file that writes fractions of a cent.
    """
    unit = 1
    for amount in amounts:
        while unit % amount.denominator:
            unit = 100 if unit == 1 else unit * 10
    return unit


def in_units(amount: Fraction, unit: int) -> int:
    """The amount as a number of units. Raises ValueError when it is not a whole number of them."""
    scaled = amount * unit
    if scaled.denominator != 1:
        raise ValueError(f"{amount} is not a whole number of 1/{unit}")
    return scaled.numerator


def format_amount(units: int, unit: int) -> str:
    """The amount in the currency, with decimals only where it is not whole: `4000`, `4000.50`."""
    whole, rest = divmod(units, unit)
    return f"{whole}.{rest:0{len(str(unit)) - 1}d}" if rest else str(whole)
