"""The second opinion: what a schedule pays, in exact fractions, read straight from its words.

It knows no instrument, no curve and no integer. Amounts are in minor units [token]; `paid` says what the claims of
other agreements really pay [token], by the reference as it is written.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction

from app.domain.inputs import Inputs
from app.domain.number import truncated
from app.domain.schedule import (
    LOAN,
    MAX_COHORTS,
    OUTCOME_PAYMENT,
    POOLED,
    TAKER,
    AllTargets,
    BasketItem,
    Bracket,
    Call,
    Compare,
    GateAnyPooled,
    Guarantee,
    KnockIn,
    KOfN,
    MarginalBrackets,
    PerPersonRateCard,
    PerThousandSteps,
    PiecewiseLinear,
    ProRataPayers,
    RateCard,
    RateItem,
    Row,
    Schedule,
    SignedBands,
    Steps,
    SumOf,
    TranchesMaturity,
    Waterfall,
    WeightedBasket,
)
from app.errors import InputError

ZERO = Fraction(0)
Paid = Mapping[str, int]


def payouts(schedule: Schedule, inputs: Inputs, paid: Paid | None = None) -> dict[str, int]:
    """What each claim is owed [token]. Rounds once a claim, toward zero. A single claim is named `taker`."""
    return {name: truncated(amount) for name, amount in payoffs(schedule, inputs, paid).items()}


def payoffs(schedule: Schedule, inputs: Inputs, paid: Paid | None = None) -> dict[str, Fraction]:
    """What each claim pays, exact [token]."""
    match schedule:
        case TranchesMaturity():
            return _classes(schedule, inputs)
        case Waterfall():
            return _waterfall(schedule, paid or {})
        case _:
            return {TAKER: payoff(schedule, inputs, paid)}


def payoff(schedule: Schedule, inputs: Inputs, paid: Paid | None = None) -> Fraction:
    """What the schedule pays in all, exact [token]; negative where the taker pays.

    Raises: InputError if a claim that it hangs on has no amount, or if there are more than 8 cohorts.
    """
    match schedule:
        case Steps():
            return _last_met(schedule.rows, schedule.compare, inputs.of(schedule.metric), schedule.below)
        case PiecewiseLinear():
            return _piecewise_linear(schedule, inputs.of(schedule.metric))
        case RateCard():
            return _at_most(_items(schedule.items, inputs) * schedule.share, schedule.cap)
        case MarginalBrackets():
            return sum((_bracket(one, inputs.of(schedule.metric)) for one in schedule.brackets), ZERO)
        case PerThousandSteps():
            return _last_met(schedule.rows, Compare.GT, inputs.of(schedule.metric), ZERO) * schedule.face / 1000
        case SumOf():
            return _at_most(sum((payoff(part, inputs, paid) for part in schedule.parts), ZERO), schedule.cap)
        case AllTargets():
            met = all(one.compare.holds(inputs.of(one.metric), one.threshold) for one in schedule.targets)
            return schedule.amount if met else ZERO
        case GateAnyPooled():
            return Fraction(_gate(schedule, inputs))
        case PerPersonRateCard():
            return _at_most(sum_due(schedule, inputs), schedule.cap)
        case SignedBands():
            outcome = inputs.of(schedule.metric)
            return next((band.amount for band in schedule.bands if band.holds(outcome)), ZERO)
        case Guarantee():
            return max(ZERO, min(schedule.guarantee, inputs.of(LOAN) - inputs.of(OUTCOME_PAYMENT)))
        case _:
            return _derived(schedule, inputs, paid)


def sum_due(card: PerPersonRateCard, inputs: Inputs) -> Fraction:
    """What all people's records come to, each capped [token]: the evidence method behind the reported metric."""
    each = (_items(card.items, Inputs(person)) * card.share for person in inputs.people)
    return sum((_at_most(amount, card.per_person_cap) for amount in each), ZERO)


def _derived(
    schedule: TranchesMaturity | ProRataPayers | WeightedBasket | KOfN | KnockIn | Call | Waterfall,
    inputs: Inputs,
    paid: Paid | None,
) -> Fraction:
    match schedule:
        case TranchesMaturity() | Waterfall():
            return sum(payoffs(schedule, inputs, paid).values(), ZERO)
        case ProRataPayers():
            return payoff(schedule.inner, inputs, paid)
        case WeightedBasket():
            index = sum((_basket_item(one, inputs) for one in schedule.items), ZERO)
            return _clipped(index, schedule.low, schedule.high) * schedule.scale
        case KOfN():
            met = sum(one.compare.holds(inputs.of(one.metric), one.threshold) for one in schedule.goals)
            return next((amount for count, amount in reversed(schedule.rows) if met >= count), ZERO)
        case KnockIn():
            condition = schedule.condition
            met = condition.compare.holds(inputs.of(condition.metric), condition.threshold)
            return payoff(schedule.inner, inputs, paid) if met else ZERO
        case Call():
            above = max(ZERO, _paid(schedule.on, paid or {}) - schedule.strike)
            return _at_most(above * schedule.participation, schedule.cap)


def _last_met(rows: tuple[Row, ...], compare: Compare, outcome: Fraction, below: Fraction) -> Fraction:
    met = [amount for threshold, amount in rows if compare.holds(outcome, threshold)]
    return met[-1] if met else below


def _piecewise_linear(schedule: PiecewiseLinear, x: Fraction) -> Fraction:
    points = schedule.points
    y = points[0][1] if x <= points[0][0] else points[-1][1]
    for (left, low), (right, high) in itertools.pairwise(points):
        if left < x <= right:
            y = low + (high - low) * (x - left) / (right - left)
    return (y if schedule.floor_y is None else max(y, schedule.floor_y)) * schedule.scale


def _items(items: tuple[RateItem, ...], inputs: Inputs) -> Fraction:
    amounts = (_at_most(_at_most(max(ZERO, inputs.of(one.metric)), one.cap_units) * one.rate, one.cap) for one in items)
    return sum(amounts, ZERO)


def _bracket(bracket: Bracket, units: Fraction) -> Fraction:
    within = max(ZERO, _at_most(units, bracket.to_units) - bracket.from_units)
    return _at_most(within * bracket.rate, bracket.cap)


def _gate(gate: GateAnyPooled, inputs: Inputs) -> bool:
    if len(inputs.cohorts) > MAX_COHORTS:
        raise InputError(f"{len(inputs.cohorts)} cohorts were given: a gate holds at most {MAX_COHORTS}")
    any_cohort = gate.any_cohort_gte is not None and any(one >= gate.any_cohort_gte for one in inputs.cohorts)
    pooled = inputs.values.get(POOLED)
    return any_cohort or (gate.pooled_gte is not None and pooled is not None and pooled >= gate.pooled_gte)


def _classes(schedule: TranchesMaturity, inputs: Inputs) -> dict[str, Fraction]:
    outcome = inputs.of(schedule.metric)
    rates = {one.name: _last_met(one.rows, Compare.GTE, outcome, one.below_rate) for one in schedule.classes}
    return {
        one.name: ZERO if rates[one.name] == -1 else one.principal * (1 + rates[one.name]) ** schedule.years
        for one in schedule.classes
    }


def _basket_item(item: BasketItem, inputs: Inputs) -> Fraction:
    return item.weight * _clipped(inputs.of(item.metric) / item.divisor, item.low, item.high)


def _waterfall(schedule: Waterfall, paid: Paid) -> dict[str, Fraction]:
    left = sum((_paid(one, paid) for one in schedule.backed_by), ZERO)
    amounts = {}
    for tranche in schedule.tranches:
        amounts[tranche.name] = min(left, tranche.amount)
        left -= amounts[tranche.name]
    return {**amounts, schedule.residual: left}


def _paid(claim: str, paid: Paid) -> Fraction:
    if claim not in paid:
        raise InputError(f"no amount is known for {claim}: it must be paid before what stands on it")
    return Fraction(paid[claim])


def _clipped(value: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    return _at_most(value if low is None else max(value, low), high)


def _at_most(value: Fraction, cap: Fraction | None) -> Fraction:
    return value if cap is None else min(value, cap)
