"""From values to cells of a grid, and the round values that an axis names."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

STEPS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` spread over cells 0 to `cells` - 1."""

    low: Fraction
    high: Fraction
    cells: int

    def cell(self, value: Fraction) -> int:
        """The nearest cell, within the grid."""
        place = round((value - self.low) / (self.high - self.low) * (self.cells - 1))
        return min(max(place, 0), self.cells - 1)


def ticks(low: Fraction, high: Fraction, most: int) -> list[Fraction]:
    """At most `most` round values, evenly apart, from `low` to `high`."""
    rough = (high - low) / most
    power = Fraction(1)
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    step = next(power * one for one in STEPS if power * one >= rough)
    first = ceil(low / step)
    return [step * count for count in range(first, int(high // step) + 1)]
