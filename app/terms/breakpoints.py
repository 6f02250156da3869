"""Where a schedule turns: the outcomes of each metric at which its payoff jumps or bends."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from app.domain.schedule import (
    OUTCOME_PAYMENT,
    POOLED,
    AllTargets,
    Bracket,
    Call,
    GateAnyPooled,
    Guarantee,
    KnockIn,
    KOfN,
    MarginalBrackets,
    PerThousandSteps,
    PiecewiseLinear,
    RateCard,
    RateItem,
    Schedule,
    SignedBands,
    Steps,
    TranchesMaturity,
    WeightedBasket,
    inner_schedules,
)

ANY_COHORT = "any cohort"
Turn = tuple[str, Fraction | None]


def breakpoints(schedule: Schedule) -> dict[str, tuple[Fraction, ...]]:
    """For each metric, in the order they are named, where the payoff turns, ascending."""
    found: dict[str, set[Fraction]] = {}
    for metric, value in _turns(schedule):
        found.setdefault(metric, set()).update(() if value is None else (value,))
    return {metric: tuple(sorted(values)) for metric, values in found.items()}


def as_percent(values: tuple[Fraction, ...]) -> bool:
    """Whether outcomes that turn at these values read best in percent: all within one whole, some a part of it."""
    return all(abs(value) <= 1 for value in values) and any(value.denominator != 1 for value in values)


def _turns(schedule: Schedule) -> Iterator[Turn]:
    match schedule:
        case Steps() | PerThousandSteps():
            yield from ((schedule.metric, threshold) for threshold, _ in schedule.rows)
        case PiecewiseLinear():
            yield from ((schedule.metric, x) for x, _ in schedule.points)
        case RateCard():
            yield from (turn for item in schedule.items for turn in _item(item, schedule))
        case MarginalBrackets():
            yield from ((schedule.metric, x) for one in schedule.brackets for x in _bracket(one))
        case GateAnyPooled():
            yield from ((ANY_COHORT, schedule.any_cohort_gte), (POOLED, schedule.pooled_gte))
        case SignedBands():
            yield from ((schedule.metric, end) for band in schedule.bands for end in (band.low, band.high))
        case TranchesMaturity():
            yield from ((schedule.metric, threshold) for one in schedule.classes for threshold, _ in one.rows)
        case Guarantee():
            yield OUTCOME_PAYMENT, None
        case _:
            yield from _turns_of_several(schedule)


def _turns_of_several(schedule: Schedule) -> Iterator[Turn]:
    match schedule:
        case AllTargets():
            yield from ((one.metric, one.threshold) for one in schedule.targets)
        case KOfN():
            yield from ((one.metric, one.threshold) for one in schedule.goals)
        case WeightedBasket():
            for item in schedule.items:
                yield item.metric, None
                yield from ((item.metric, end * item.divisor) for end in (item.low, item.high) if end is not None)
        case KnockIn():
            yield schedule.condition.metric, schedule.condition.threshold
        case Call():
            yield schedule.on, schedule.strike
            if schedule.cap is not None and schedule.participation:
                yield schedule.on, schedule.strike + schedule.cap / schedule.participation
    for inner in inner_schedules(schedule):
        yield from _turns(inner)


def _item(item: RateItem, card: RateCard) -> Iterator[Turn]:
    yield item.metric, Fraction(0)
    yield item.metric, item.cap_units
    if item.cap is not None and item.rate:
        yield item.metric, item.cap / item.rate
    if card.cap is not None and item.rate * card.share and len(card.items) == 1:
        yield item.metric, card.cap / card.share / item.rate


def _bracket(bracket: Bracket) -> Iterator[Fraction]:
    yield bracket.from_units
    if bracket.to_units is not None:
        yield bracket.to_units
    if bracket.cap is not None and bracket.rate:
        yield bracket.from_units + bracket.cap / bracket.rate
