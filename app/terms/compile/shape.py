"""Exact functions of one number, as terms state them: `Shape` without jumps, `Jumps` with jumps at thresholds.

Both say their value `at` any number.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

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


def line(*points: Row, lead: Fraction = ZERO, tail: Fraction = ZERO) -> Shape:
    """A shape through points of which some may coincide."""
    return Shape(tuple(sorted(set(points))), lead, tail)


def clip(low: Fraction | None, high: Fraction | None) -> Shape:
    """The number itself, at least `low`, at most `high`."""
    ends = [end for end in (low, high) if end is not None] or [ZERO]
    return line(*((end, end) for end in ends), lead=Fraction(low is None), tail=Fraction(high is None))


IDENTITY = clip(None, None)
