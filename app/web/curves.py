"""The picture of what claims pay along one number, as the geometry of an SVG: every point is exactly computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.terms.chart.scale import ticks

GRID = 24  # samples before any refinement
FINE = 600  # a stretch is split until it is this straight, or narrower than this part of the axis

Amounts = Callable[[int], Sequence[int]]
Says = Callable[[int], str]
Sample = tuple[int, Sequence[int]]


@dataclass(frozen=True)
class Size:
    """How large a chart is, the room for the words of its axes [pixel], and how many ticks these have at most."""

    name: str
    width: int
    height: int
    left: int
    across: int
    right: int = 14
    top: int = 14
    bottom: int = 32


WIDE = Size("wide", 720, 300, 64, 6)
NARROW = Size("narrow", 340, 230, 50, 3)
SPARK = Size("spark", 280, 84, 3, 0, right=3, top=5, bottom=5)


@dataclass(frozen=True)
class Axis:
    """A range of whole numbers along x, and how they are said."""

    low: int
    high: int
    name: str
    says: Says


@dataclass(frozen=True)
class Mark:
    """A point that is shown on the curves: `kind` is live, final or if."""

    kind: str
    x: int
    label: str


@dataclass(frozen=True)
class Place:
    """Where something is drawn, in hundredths of a pixel, and what it says."""

    x: str
    y: str
    text: str = ""
    kind: str = ""
    claim: int = 0


@dataclass(frozen=True)
class Picture:
    """One chart: a path a claim, the points on it, the axes; `samples` are for the script that reads values off."""

    size: Size
    name: str
    paths: tuple[str, ...]
    areas: tuple[str, ...]
    marks: tuple[Place, ...]
    across: tuple[Place, ...]
    up: tuple[Place, ...]
    samples: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Curves:
    """What claims pay [token] along an axis, ready to be drawn in any size."""

    axis: Axis
    samples: tuple[Sample, ...]
    marks: tuple[tuple[Mark, Sequence[int]], ...]
    money: Says

    def draw(self, size: Size) -> Picture:
        """The geometry of the chart in a size."""
        axis, top = self.axis, max((max(values) for _, values in self.samples), default=0) or 1
        right, up = _across(axis, size), _up(top, size)
        claims = range(len(self.samples[0][1]))
        lines = [" L".join(f"{right(x)} {up(values[claim])}" for x, values in self.samples) for claim in claims]
        ends = right(axis.low), right(axis.high), up(0)
        return Picture(
            size,
            axis.name,
            tuple(f"M{line}" for line in lines),
            tuple(f"M{ends[0]} {ends[2]} L{line} L{ends[1]} {ends[2]}Z" for line in lines),
            tuple(
                Place(right(mark.x), up(amount), mark.label, mark.kind, claim)
                for mark, amounts in self.marks
                for claim, amount in enumerate(amounts)
            ),
            tuple(Place(right(at), "", axis.says(at)) for at in rounded(axis.low, axis.high, size.across)),
            tuple(Place("", up(at), self.money(at)) for at in rounded(0, top, 4 if size.across else 0)),
            tuple((float(right(x)), axis.says(x), *(self.money(one) for one in values)) for x, values in self.samples),
        )


def curves(axis: Axis, amounts: Amounts, marks: Sequence[Mark], turns: Iterable[int], money: Says) -> Curves:
    """The curves of `amounts`, true at each of the `turns`, with the marks that lie on the axis."""
    shown = tuple((mark, amounts(mark.x)) for mark in marks if axis.low <= mark.x <= axis.high)
    return Curves(axis, tuple(sampled(axis, amounts, [*turns, *(mark.x for mark, _ in shown)])), shown, money)


def widened(values: Iterable[int], lower: int, upper: int) -> tuple[int, int]:
    """A range somewhat wider than the values, within the bounds; below 0 only if a value is."""
    inside = sorted(min(max(value, lower), upper) for value in values) or [0, 1]
    low, high = inside[0], inside[-1]
    span = max(high - low, abs(high), 1)
    start = low if low == 0 else max(low - span // 4, 0 if low > 0 else lower, lower)
    return start, min(high + max(span // 4, 1), upper)


def sampled(axis: Axis, amounts: Amounts, turns: Iterable[int]) -> list[Sample]:
    """The curves at places along the axis between which they are straight, as far as the eye can tell."""
    span = axis.high - axis.low
    grid = {axis.low + span * step // GRID for step in range(GRID + 1)}
    stops = sorted(grid | {turn for turn in turns if axis.low <= turn <= axis.high})
    found: list[Sample] = [(stops[0], amounts(stops[0]))]
    for stop in stops[1:]:
        right = (stop, amounts(stop))
        found += _between(found[-1], right, amounts, max(span // FINE, 1))
        found.append(right)
    return found


def _between(left: Sample, right: Sample, amounts: Amounts, finest: int) -> list[Sample]:
    """Samples strictly between two others, more of them where a line bends or jumps."""
    if right[0] - left[0] <= finest:
        return []
    at = (left[0] + right[0]) // 2
    middle = (at, amounts(at))
    if _straight(left, middle, right):
        return []
    return [*_between(left, middle, amounts, finest), middle, *_between(middle, right, amounts, finest)]


def _straight(left: Sample, middle: Sample, right: Sample) -> bool:
    run, part = right[0] - left[0], middle[0] - left[0]
    for before, value, after in zip(left[1], middle[1], right[1], strict=True):
        if abs((value - before) * run - (after - before) * part) > run * (1 + abs(after - before) // FINE):
            return False
    return True


def placed(value: int, low: int, high: int, start: int, end: int) -> str:
    """Where a value from `low` to `high` lies between two places, in pixels with at most two decimals."""
    hundredths = 100 * start + 100 * (end - start) * (value - low) // (high - low or 1)
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")


def _across(axis: Axis, size: Size) -> Says:
    return lambda value: placed(value, axis.low, axis.high, size.left, size.width - size.right)


def _up(top: int, size: Size) -> Says:
    return lambda value: placed(value, 0, top, size.height - size.bottom, size.top)


def rounded(low: int, high: int, most: int) -> list[int]:
    """At most so many round numbers from `low` to `high`."""
    if high <= low or not most:
        return []
    return [int(at) for at in ticks(Fraction(low), Fraction(high), most) if at.denominator == 1]
