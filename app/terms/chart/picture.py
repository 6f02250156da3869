"""What a chart shows, in exact numbers: curves with their jumps, bars, and the point of an outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from app.domain.schedule import Row

SAMPLES = 60
CLOSE = 10**9  # a limit is taken this small a part of the axis beside its place

Amounts = Callable[[Fraction], dict[str, Fraction]]


@dataclass(frozen=True)
class Dot:
    """An end of a stretch at a jump: closed where the outcome itself lies, open beside it."""

    x: Fraction
    y: Fraction
    closed: bool


@dataclass(frozen=True)
class Line:
    """What one claim pays [token]: stretches without a jump, and the dots at the jumps between them."""

    name: str
    stretches: tuple[tuple[Row, ...], ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Panel:
    """One metric along x, amounts [token] along y. `marks` are the points of the outcome given.

    `money_across` says that x is an amount too.
    """

    metric: str
    lines: tuple[Line, ...]
    low: Fraction
    high: Fraction
    marks: tuple[Row, ...] = ()
    note: str = ""
    money_across: bool = False

    @property
    def bottom(self) -> Fraction:
        """The least amount, at most 0 [token]."""
        return min(Fraction(0), *(y for _, y in self._points()))

    @property
    def top(self) -> Fraction:
        """The largest amount [token]; above the least."""
        top = max(y for _, y in self._points())
        return top if top > self.bottom else self.bottom + 1

    def _points(self) -> list[Row]:
        points = [row for line in self.lines for stretch in line.stretches for row in stretch]
        return [*points, *((dot.x, dot.y) for line in self.lines for dot in line.dots), *self.marks]


@dataclass(frozen=True)
class Bar:
    """One item of a price list, or one person, with its amount [token]."""

    label: str
    amount: Fraction


@dataclass(frozen=True)
class Bars:
    """Amounts side by side [token], what they come to, and the caps on each and on the whole."""

    bars: tuple[Bar, ...]
    paid: Fraction
    each_cap: Fraction | None = None
    cap: Fraction | None = None
    note: str = ""

    @property
    def total(self) -> Fraction:
        """What the bars come to before the cap on the whole [token]."""
        return sum((bar.amount for bar in self.bars), Fraction(0))


@dataclass(frozen=True)
class Picture:
    """Everything a chart of one entry shows."""

    title: str
    panels: tuple[Panel | Bars, ...]


def panel(metric: str, amounts: Amounts, turns: Sequence[Fraction], at: Fraction | None, note: str = "") -> Panel:
    """The curves of `amounts` along one metric, exact at each of the `turns`, over a range that shows them all."""
    low, high = axis([*turns, *([] if at is None else [at])])
    names = list(amounts(low))
    lines = tuple(_line(name, _only(amounts, name), turns, low, high) for name in names)
    marks = () if at is None else tuple((at, y) for y in amounts(at).values())
    return Panel(metric, lines, low, high, marks, note)


def axis(values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """A range a little wider than the values; no wider below 0 than needed."""
    low, high = min(values, default=Fraction(0)), max(values, default=Fraction(1))
    span = high - low or abs(high) or Fraction(1)
    return low - span / (25 if low == 0 else 4), high + span / 4


def _only(amounts: Amounts, name: str) -> Callable[[Fraction], Fraction]:
    return lambda x: amounts(x)[name]


def _line(
    name: str, amount: Callable[[Fraction], Fraction], turns: Sequence[Fraction], low: Fraction, high: Fraction
) -> Line:
    near = (high - low) / CLOSE
    stops = [low, *(turn for turn in turns if low < turn < high), high]
    stretches = [_stretch(amount, left, right, near) for left, right in pairwise(stops)]
    joined: list[tuple[Row, ...]] = [stretches[0]]
    dots: list[Dot] = []
    for place, after in zip(stops[1:], stretches[1:], strict=False):
        value, before = amount(place), joined[-1]
        if _jumps(before, value, after):
            dots += [Dot(place, y, False) for y in (before[-1][1], after[0][1]) if y != value]
            dots.append(Dot(place, value, True))
            joined.append(after)
        else:
            joined[-1] = (*before[:-1], (place, value), *after[1:])
    return Line(name, tuple(joined), tuple(dots))


def _stretch(
    amount: Callable[[Fraction], Fraction], left: Fraction, right: Fraction, near: Fraction
) -> tuple[Row, ...]:
    """The curve strictly between two turns; its ends are the limits there, carried on to the turns themselves."""
    inside = [left + (right - left) * step / SAMPLES for step in range(1, SAMPLES)]
    rows = [(x, amount(x)) for x in inside]
    return ((left, _limit(amount, left, near)), *rows, (right, _limit(amount, right, -near)))


def _limit(amount: Callable[[Fraction], Fraction], place: Fraction, near: Fraction) -> Fraction:
    """What the curve tends to from one side: straight on from two points close by."""
    return 2 * amount(place + near) - amount(place + 2 * near)


def _jumps(before: tuple[Row, ...], value: Fraction, after: tuple[Row, ...]) -> bool:
    return not before[-1][1] == value == after[0][1]
