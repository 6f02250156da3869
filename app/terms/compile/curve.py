"""Exact functions of a whole number: knots of whole x and exact y, linear between, flat outside."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, lcm
from operator import itemgetter

from app.domain.instrument import MAX_KNOTS, Curve
from app.domain.schedule import Compare
from app.terms.compile.shape import Jumps, Shape

ExactKnot = tuple[int, Fraction]
ExactCurve = tuple[ExactKnot, ...]
MAGNITUDE = Shape(((Fraction(0), Fraction(0)),), lead=Fraction(-1), tail=Fraction(1))


def on_grid(form: Shape | Jumps, decimals: int, lower: int, upper: int) -> ExactCurve:
    """The form's values at whole multiples of 10^-decimals between `lower` and `upper`, both inclusive."""
    knots = _jumps(form, decimals) if isinstance(form, Jumps) else _lines(form, decimals, lower, upper)
    inside = {x: y for x, y in knots.items() if lower < x < upper}
    ends = {x: form.at(Fraction(x, 10**decimals)) for x in (lower, upper)}
    return pruned(sorted((inside | ends).items()))


def value(curve: ExactCurve, x: int) -> Fraction:
    """The curve's value."""
    after = bisect_left(curve, x, key=itemgetter(0))
    if after in (0, len(curve)):
        return curve[min(after, len(curve) - 1)][1]
    (left, y), (right, next_y) = curve[after - 1], curve[after]
    return y + (next_y - y) * (x - left) / (right - left)


def added(curves: Sequence[ExactCurve]) -> ExactCurve:
    """The sum of curves over the same number."""
    if len(curves) == 1:
        return curves[0]
    xs = sorted({x for curve in curves for x, _ in curve})
    return pruned((x, sum((value(curve, x) for curve in curves), Fraction(0))) for x in xs)


def bent(curve: ExactCurve, shape: Shape, plus: Fraction = Fraction(0)) -> ExactCurve:
    """The shape of the curve's value plus `plus`."""
    xs = {x for x, _ in curve}
    for (left, y), (right, next_y) in pairwise(curve):
        for mark in shape.marks:
            if min(y, next_y) < mark - plus < max(y, next_y):
                crossing = left + (mark - plus - y) * (right - left) / (next_y - y)
                xs |= {floor(crossing), ceil(crossing)}
    return pruned((x, shape.at(value(curve, x) + plus)) for x in sorted(xs))


def pruned(knots: Iterable[ExactKnot]) -> ExactCurve:
    """The same curve without knots that change nothing."""
    kept: list[ExactKnot] = []
    for knot in knots:
        while len(kept) > 1 and _slope(kept[-2], kept[-1]) == _slope(kept[-1], knot):
            kept.pop()
        if len(kept) == 1 and kept[0][1] == knot[1]:
            kept.pop()
        kept.append(knot)
    if len(kept) > 1 and kept[-1][1] == kept[-2][1]:
        kept.pop()
    return tuple(kept)


def denominator(curve: ExactCurve) -> int:
    """The smallest number that makes all values and slopes whole when they are multiplied by it."""
    slopes = (_slope(knot, following) for knot, following in pairwise(curve))
    return lcm(curve[0][1].denominator, *(slope.denominator for slope in slopes))


def pieces(curve: ExactCurve) -> list[ExactCurve]:
    """Curves of at most 32 knots whose sum is the curve."""
    step = MAX_KNOTS - 1
    parts = [curve[start : start + MAX_KNOTS] for start in range(0, max(len(curve) - 1, 1), step)]
    return [parts[0], *(tuple((x, y - part[0][1]) for x, y in part) for part in parts[1:])]


def scaled(curve: ExactCurve, scale: int) -> Curve:
    """The curve times a multiple of its denominator, in whole numbers."""
    return tuple((x, int(y * scale)) for x, y in curve)


def least_at(curve: ExactCurve, signed: bool, lower: int, upper: int) -> int:
    """The x at which the curve is least, or if `signed` nearest to 0; of several the one nearest to 0."""
    weighed = bent(curve, MAGNITUDE) if signed else curve
    candidates = [x for x, _ in weighed] + [min(max(0, lower), upper)]
    return min(candidates, key=lambda x: (value(weighed, x), abs(x)))


def _slope(knot: ExactKnot, following: ExactKnot) -> Fraction:
    return (following[1] - knot[1]) / (following[0] - knot[0])


def _lines(form: Shape, decimals: int, lower: int, upper: int) -> dict[int, Fraction]:
    """A bend between two whole multiples is seen at both of them."""
    bends = [mark * 10**decimals for mark in form.marks]
    xs = {floor(bend) for bend in bends} | {ceil(bend) for bend in bends}
    return {x: form.at(Fraction(x, 10**decimals)) for x in xs if lower < x < upper}


def _jumps(form: Jumps, decimals: int) -> dict[int, Fraction]:
    """The last multiple on the one side of a threshold and the first on the other: t' - 1 and t'.

    An outcome is judged as it was reported, exactly, whether or not the threshold itself is such a multiple: "at least
    1/3" is met from 0.34 on where two decimals are reported, "at most 1/3" up to 0.33.
    """
    flips: dict[int, Fraction] = {}
    value = form.start + sum((more for compare, _, more in form.thresholds if not compare.rising), Fraction(0))
    for compare, mark, more in form.thresholds:
        scaled = mark * 10**decimals
        beyond = ceil(scaled) if compare in (Compare.GTE, Compare.LT) else floor(scaled) + 1
        flips[beyond] = flips.get(beyond, Fraction(0)) + (more if compare.rising else -more)
    knots: dict[int, Fraction] = {}
    for beyond, more in sorted(flips.items()):
        knots[beyond - 1] = value
        value += more
        knots[beyond] = value
    return knots
