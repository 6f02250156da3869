"""What a schedule computes, as a small tree: readings of metrics and claims, sums, bends, and gates.

Every schedule is built into such a tree; the tree says which metrics must be bounded by what was measured, and is
lowered to instruments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.domain.instrument import MAX_METRIC_DECIMALS
from app.domain.schedule import Condition
from app.terms.compile.shape import ZERO, Jumps, Shape

LOWER, UPPER = "lower", "upper"
Side = tuple[str, str]  # a metric's name and one of its bounds
Window = tuple[Fraction | None, Fraction | None]


@dataclass(frozen=True)
class MetricSource:
    """A metric, reported with at most so many decimals."""

    name: str
    unit: str = "unit"
    decimals: int = MAX_METRIC_DECIMALS


@dataclass(frozen=True)
class ClaimSource:
    """A claim of another agreement, as the terms write it."""

    reference: str


Source = MetricSource | ClaimSource


@dataclass(frozen=True)
class Reading:
    """A function of what one source says."""

    source: Source
    form: Shape | Jumps


@dataclass(frozen=True)
class Total:
    """The sum of parts, and a constant."""

    parts: tuple[Expression, ...]
    plus: Fraction = ZERO


@dataclass(frozen=True)
class Bent:
    """A shape of an expression's value."""

    of: Expression
    shape: Shape


@dataclass(frozen=True)
class Gated:
    """An expression's value if the condition holds, else 0."""

    condition: Condition
    of: Expression


Expression = Reading | Total | Bent | Gated


def readings(expression: Expression, window: Window = (None, None)) -> Iterator[tuple[Reading, Window]]:
    """Every reading, each with the range of values beyond which nothing changes."""
    match expression:
        case Reading():
            yield expression, window
        case Total():
            for part in expression.parts:
                yield from readings(part, window)
        case Bent(of, shape):
            low = shape.marks[0] if not shape.lead else window[0]
            high = shape.marks[-1] if not shape.tail else window[1]
            yield from readings(of, (low, high))
        case Gated(condition, of):
            yield Reading(MetricSource(condition.metric), met(condition)), window
            yield from readings(of, window)


def met(condition: Condition, amount: Fraction = Fraction(1)) -> Jumps:
    """An amount if the condition holds, else 0."""
    return Jumps(((condition.compare, condition.threshold, amount),))


def open_sides(expression: Expression) -> set[Side]:
    """The bounds of metrics that alone bound the value: no cap or last threshold does."""
    up, down = _open(expression)
    return up | down


def _open(expression: Expression) -> tuple[set[Side], set[Side]]:
    """The sides toward which the value rises, and falls, without end."""
    match expression:
        case Reading(MetricSource(name), form):
            ends = [((name, LOWER), -form.lead), ((name, UPPER), form.tail)]
            return {side for side, slope in ends if slope > 0}, {side for side, slope in ends if slope < 0}
        case Reading():
            return set(), set()
        case Total(parts):
            found = [_open(part) for part in parts]
            return set().union(*(up for up, _ in found)), set().union(*(down for _, down in found))
        case Bent(of, shape):
            up, down = _open(of)
            return (up if shape.tail else set()), (down if shape.lead else set())
        case Gated(_, of):
            return _open(of)
