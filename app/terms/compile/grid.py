"""The metrics of a schedule: with how many decimals each is reported, and between which bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from app.domain.instrument import MAX_METRIC, Metric
from app.domain.number import to_units
from app.errors import TermsError
from app.terms.compile.expression import (
    LOWER,
    UPPER,
    Expression,
    MetricSource,
    Reading,
    Window,
    open_sides,
    readings,
)
from app.terms.compile.shape import ZERO, Jumps, Shape

MARGIN = 1000  # a metric reaches this many times beyond the last threshold or cap
TIGHT_MARGIN = 2  # and this many times where its thresholds need the decimals

Measured = list[dict[str, Fraction]]


def metrics_of(expression: Expression, measured: Measured, place: str) -> dict[str, Metric]:
    """The metrics, by name. Bounds are the whole range that the chain holds.

    A side toward which the payoff grows without end is bounded instead by twice the largest outcome in `measured`, the
    upper one by at least one unit. Raises: TermsError if the thresholds need more decimals than fit.
    """
    sides = open_sides(expression)
    found: dict[str, list[tuple[Reading, Window]]] = {}
    for reading, window in readings(expression):
        if isinstance(reading.source, MetricSource):
            found.setdefault(reading.source.name, []).append((reading, window))
    return {name: _metric(name, uses, _limits(name, sides, measured), place) for name, uses in found.items()}


def _limits(name: str, sides: set[tuple[str, str]], measured: Measured) -> Mapping[str, Fraction]:
    outcomes = [outcomes.get(name, ZERO) for outcomes in measured]
    limits = {
        LOWER: min([ZERO, *(2 * one for one in outcomes)]),
        UPPER: max([Fraction(1), *(2 * one for one in outcomes)]),
    }
    return {side: limit for side, limit in limits.items() if (name, side) in sides}


def _metric(name: str, uses: list[tuple[Reading, Window]], limits: Mapping[str, Fraction], place: str) -> Metric:
    sources = [reading.source for reading, _ in uses if isinstance(reading.source, MetricSource)]
    marks = [*limits.values(), *(mark for use in uses for mark in _marks(*use))]
    reach = max([Fraction(1), *(abs(mark) for mark in marks)])
    thresholds = [mark for reading, _ in uses if isinstance(reading.form, Jumps) for mark in reading.form.marks]
    most = min(source.decimals for source in sources)
    decimals = _decimals(name, reach, thresholds, most, place)
    lower, upper = -MAX_METRIC, MAX_METRIC - 1
    if LOWER in limits:
        lower = to_units(limits[LOWER], decimals)
    if UPPER in limits:
        upper = to_units(limits[UPPER], decimals)
    return Metric(name, next((one.unit for one in sources if one.unit != "unit"), "unit"), decimals, lower, upper)


def _decimals(name: str, reach: Fraction, thresholds: Iterable[Fraction], most: int, place: str) -> int:
    """As many as fit, with a margin beyond the reach; never fewer than the thresholds need."""
    needed = max([0, *(_places(threshold) for threshold in thresholds)])
    fitting = _fitting(reach * MARGIN, most)
    if fitting is not None and fitting >= needed:
        return fitting
    tight = _fitting(reach * TIGHT_MARGIN, most)
    if tight is None or tight < needed:
        room = "none" if tight is None else str(tight)
        problem = f"metric {name} needs {needed} decimals and reaches {float(reach):.6g}: {room} fit into 96 bits"
        raise TermsError(place, f"{problem}, and at most {most} are reported")
    return needed


def _fitting(reach: Fraction, most: int) -> int | None:
    return next((decimals for decimals in range(most, -1, -1) if reach * 10**decimals < MAX_METRIC), None)


def _places(number: Fraction) -> int:
    """The decimals that it takes to write the number; 0 if no number of them does."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else 0


def _marks(reading: Reading, window: Window) -> Iterator[Fraction]:
    """Where the reading bends, and where its open ends leave the window of values that matter."""
    yield from reading.form.marks
    if isinstance(reading.form, Shape):
        ends = ((reading.form.points[0], reading.form.lead), (reading.form.points[-1], reading.form.tail))
        for (x, y), slope in ends:
            yield from (x + (edge - y) / slope for edge in window if slope and edge is not None)
