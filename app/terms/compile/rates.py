"""Schedules that pay by rates: price lists, brackets, lines, baskets, guarantees, options."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from app.domain.schedule import (
    LOAN,
    OUTCOME_PAYMENT,
    BasketItem,
    Bracket,
    Call,
    Guarantee,
    MarginalBrackets,
    PerPersonRateCard,
    PiecewiseLinear,
    RateCard,
    RateItem,
    WeightedBasket,
)
from app.errors import TermsError
from app.terms.compile.expression import Bent, ClaimSource, Expression, MetricSource, Reading, Total
from app.terms.compile.shape import ONE, ZERO, Shape, clip, line

MONEY_UNIT = "minor unit"


def rate_card(schedule: RateCard, place: str) -> Expression:
    """Every item's line times the share, at most the cap."""
    _not_negative(place, share=schedule.share, cap_minor=schedule.cap)
    parts = (_item(one, schedule.share, f"{place}.items[{index}]") for index, one in enumerate(schedule.items))
    return capped(Total(tuple(parts)), schedule.cap)


def marginal_brackets(schedule: MarginalBrackets, place: str) -> Expression:
    """Every bracket's line over the same metric."""
    source = MetricSource(schedule.metric)
    parts = (_bracket(one, f"{place}.brackets[{index}]") for index, one in enumerate(schedule.brackets))
    return Total(tuple(Reading(source, shape) for shape in parts))


def piecewise_linear(schedule: PiecewiseLinear, place: str) -> Expression:
    """The line through the points, bent where it reaches the floor."""
    for (x, _), (following, _) in pairwise(schedule.points):
        if following <= x:
            raise TermsError(f"{place}.points", f"{following} given after {x}: expected each x above the one before")
    _not_negative(place, scale_minor=schedule.scale)
    points = schedule.points
    floor_y = schedule.floor_y
    if floor_y is not None:
        points = tuple(sorted({*points, *_crossings(schedule, floor_y)}))
        points = tuple((x, max(y, floor_y)) for x, y in points)
    return Reading(MetricSource(schedule.metric), Shape(tuple((x, y * schedule.scale) for x, y in points)))


def per_person_rate_card(schedule: PerPersonRateCard, place: str, metric: str) -> Expression:
    """The reported sum of what all people's records come to, at most the cap."""
    _not_negative(place, share=schedule.share, per_person_cap_minor=schedule.per_person_cap, cap_minor=schedule.cap)
    for index, one in enumerate(schedule.items):
        _item(one, schedule.share, f"{place}.items[{index}]")
    return capped(Reading(MetricSource(metric, MONEY_UNIT), line((ZERO, ZERO), tail=ONE)), schedule.cap)


def guarantee(schedule: Guarantee, place: str) -> Expression:
    """The loan less the outcome payment, at least nothing and at most the guarantee."""
    _not_negative(place, guarantee_minor=schedule.guarantee)
    metrics = ((LOAN, ONE), (OUTCOME_PAYMENT, -ONE))
    parts = (Reading(MetricSource(name, MONEY_UNIT, 0), Shape(((ZERO, ZERO),), k, k)) for name, k in metrics)
    return Bent(Total(tuple(parts)), clip(ZERO, schedule.guarantee))


def weighted_basket(schedule: WeightedBasket, place: str) -> Expression:
    """Every metric's clipped line, in money; then the index's clip, in money, too."""
    _not_negative(place, scale_minor=schedule.scale)
    parts = (_basket_item(one, schedule.scale, f"{place}.items[{i}]") for i, one in enumerate(schedule.items))
    low, high = (None if end is None else end * schedule.scale for end in (schedule.low, schedule.high))
    _check_clip(low, high, place)
    return Total(tuple(parts)) if low is None and high is None else Bent(Total(tuple(parts)), clip(low, high))


def call(schedule: Call, place: str) -> Expression:
    """A share of the payout above the strike, at most the cap."""
    _not_negative(place, participation=schedule.participation, cap_minor=schedule.cap)
    shape = _ramp(schedule.strike, None, schedule.participation, schedule.cap)
    return Reading(ClaimSource(schedule.on), shape)


def capped(expression: Expression, cap: Fraction | None) -> Expression:
    """At most the cap, if there is one."""
    return expression if cap is None else Bent(expression, clip(None, cap))


def _item(item: RateItem, share: Fraction, place: str) -> Reading:
    _not_negative(place, rate_minor=item.rate, cap_units=item.cap_units, cap_minor=item.cap)
    shape = _ramp(ZERO, item.cap_units, item.rate * share, None if item.cap is None else item.cap * share)
    return Reading(MetricSource(item.metric, item.unit or "unit"), shape)


def _bracket(bracket: Bracket, place: str) -> Shape:
    _not_negative(place, rate_minor=bracket.rate, cap_minor=bracket.cap)
    if bracket.to_units is not None and bracket.to_units < bracket.from_units:
        raise TermsError(place, f"ends at {bracket.to_units}: expected no end below {bracket.from_units}")
    return _ramp(bracket.from_units, bracket.to_units, bracket.rate, bracket.cap)


def _ramp(start: Fraction, end: Fraction | None, slope: Fraction, cap: Fraction | None) -> Shape:
    """Nothing up to `start`, then a slope until `end` or until it comes to `cap`."""
    ends = [end] if end is not None else []
    if cap is not None and slope:
        ends.append(start + cap / slope)
    if not slope or not ends:
        return line((start, ZERO), tail=slope)
    return line((start, ZERO), (min(ends), (min(ends) - start) * slope))


def _basket_item(item: BasketItem, scale: Fraction, place: str) -> Reading:
    if not item.divisor:
        raise TermsError(f"{place}.divisor", "0 given: expected a number other than 0")
    _check_clip(item.low, item.high, place)
    slope = item.weight * scale / item.divisor
    ends = [end for end in (item.low, item.high) if end is not None] or [ZERO]
    points = [(end * item.divisor, end * item.weight * scale) for end in ends]
    open_ends = (item.low is None, item.high is None)
    lead, tail = open_ends if item.divisor > 0 else reversed(open_ends)
    return Reading(MetricSource(item.metric), line(*points, lead=slope * lead, tail=slope * tail))


def _crossings(schedule: PiecewiseLinear, level: Fraction) -> list[tuple[Fraction, Fraction]]:
    return [
        (x + (level - y) * (next_x - x) / (next_y - y), level)
        for (x, y), (next_x, next_y) in pairwise(schedule.points)
        if min(y, next_y) < level < max(y, next_y)
    ]


def _check_clip(low: Fraction | None, high: Fraction | None, place: str) -> None:
    if low is not None and high is not None and low > high:
        raise TermsError(f"{place}.clip", f"low {low} and high {high} given: expected low at most high")


def _not_negative(place: str, **given: Fraction | None) -> None:
    for key, amount in given.items():
        if amount is not None and amount < 0:
            raise TermsError(f"{place}.{key}", f"{amount} given: expected at least 0")
