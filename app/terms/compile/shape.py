"""Exact functions of one number, as terms state them: `Shape` without jumps, `Jumps` with jumps at thresholds.

Both say their value `at` any number, and the `kinks` that a curve over whole multiples of 10^-decimals needs as knots.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from app.domain.schedule import Compare, Row

ZERO, ONE = Fraction(0), Fraction(1)
Threshold = tuple[Compare, Fraction, Fraction]  # compare, threshold, what is added where it holds


@dataclass(frozen=True)
class Shape:
    """Straight lines through `points`; before the first the slope is `lead`, after the last it is `tail`."""

    points: tuple[Row, ...]
    lead: Fraction = ZERO
    tail: Fraction = ZERO

    @property
    def marks(self) -> tuple[Fraction, ...]:
        """Where it bends."""
        return tuple(x for x, _ in self.points)

    @property
    def is_clip(self) -> bool:
        """Whether it gives back the number itself between two bounds, and a bound outside."""
        return all(x == y for x, y in self.points) and {self.lead, self.tail} <= {ZERO, ONE}

    def at(self, x: Fraction) -> Fraction:
        """The value at `x`."""
        (first, low), (last, high) = self.points[0], self.points[-1]
        if x <= first:
            return low + (x - first) * self.lead
        for (left, y), (right, next_y) in pairwise(self.points):
            if x <= right:
                return y + (next_y - y) * (x - left) / (right - left)
        return high + (x - last) * self.tail

    def kinks(self, decimals: int) -> Iterator[int]:
        """A bend between two whole multiples is seen at both of them."""
        for mark in self.marks:
            yield floor(mark * 10**decimals)
            yield ceil(mark * 10**decimals)


@dataclass(frozen=True)
class Jumps:
    """`start`, and more at each threshold that is met."""

    thresholds: tuple[Threshold, ...]
    start: Fraction = ZERO
    lead: Fraction = ZERO
    tail: Fraction = ZERO

    @property
    def marks(self) -> tuple[Fraction, ...]:
        """Its thresholds."""
        return tuple(threshold for _, threshold, _ in self.thresholds)

    def at(self, x: Fraction) -> Fraction:
        """The value at `x`."""
        return self.start + sum((more for compare, mark, more in self.thresholds if compare.holds(x, mark)), ZERO)

    def kinks(self, decimals: int) -> Iterator[int]:
        """The last multiple on the one side of a threshold and the first on the other: t' - 1 and t'.

        An outcome is judged as it was reported, exactly, whether or not the threshold itself is such a multiple:
        "at least 1/3" is met from 0.34 on where two decimals are reported, "at most 1/3" up to 0.33.
        """
        for compare, mark, _ in self.thresholds:
            scaled = mark * 10**decimals
            beyond = ceil(scaled) if compare in (Compare.GTE, Compare.LT) else floor(scaled) + 1
            yield from (beyond - 1, beyond)


def line(*points: Row, lead: Fraction = ZERO, tail: Fraction = ZERO) -> Shape:
    """A shape through points of which some may coincide."""
    return Shape(tuple(sorted(set(points))), lead, tail)


def clip(low: Fraction | None, high: Fraction | None) -> Shape:
    """The number itself, at least `low`, at most `high`."""
    ends = [end for end in (low, high) if end is not None] or [ZERO]
    return line(*((end, end) for end in ends), lead=Fraction(low is None), tail=Fraction(high is None))


IDENTITY = clip(None, None)
