"""Exact fractions kept as integers over one denominator, so that their sums cost no more than those of integers."""

from collections.abc import Iterable
from fractions import Fraction
from math import gcd
from operator import mul


class Fractions:
    """A growing list of fractions, all brought to a denominator that holds every one of them."""

    def __init__(self) -> None:
        self.denominator = 1
        self.numerators: list[int] = []

    def __len__(self) -> int:
        return len(self.numerators)

    def __getitem__(self, at: int) -> Fraction:
        return Fraction(self.numerators[at], self.denominator)

    def append(self, value: Fraction) -> None:
        """Add one, and bring the others to a denominator that also holds it."""
        factor = value.denominator // gcd(self.denominator, value.denominator)
        if factor > 1:
            self.denominator *= factor
            self.numerators = [each * factor for each in self.numerators]
        self.numerators.append(value.numerator * (self.denominator // value.denominator))

    def dot(self, counts: Iterable[int]) -> int:
        """The sum of each fraction times its count, as a number of 1/denominator."""
        return sum(map(mul, self.numerators, counts))
