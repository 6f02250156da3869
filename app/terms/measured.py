"""What reporters report for a schedule: every metric with its exact outcome, and as the chain holds it.

Cohorts of a gate are metrics `cohort_1` to `cohort_8` and `pooled`. People's records stay off chain: what they come to
under the rate card is one metric, `people_due`, which an evidence method computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor

from app.domain.inputs import Inputs
from app.domain.instrument import Metric
from app.domain.number import to_units
from app.domain.payoff import sum_due
from app.domain.schedule import (
    LOAN,
    MAX_COHORTS,
    OUTCOME_PAYMENT,
    POOLED,
    AllTargets,
    Call,
    GateAnyPooled,
    Guarantee,
    KnockIn,
    KOfN,
    PerPersonRateCard,
    ProRataPayers,
    RateCard,
    Schedule,
    SumOf,
    Waterfall,
    WeightedBasket,
    inner_schedules,
)
from app.errors import InputError
from app.terms.compiled import CompiledSchedule
from app.terms.sheet import Entry

PEOPLE_DUE = "people_due"


def measured_units(compiled: CompiledSchedule, entry: Entry, inputs: Inputs | None) -> dict[str, int]:
    """What each reporter signs for an entry: every metric's outcome [metric]. Rounds toward zero.

    Raises: InputError naming metric, outcome and bounds if one lies outside.
    """
    outcomes = measured(entry.terms, inputs or Inputs())
    return {name: outcome_units(metric, outcomes[name]) for name, metric in compiled.metrics.items()}


def outcome_units(metric: Metric, outcome: Fraction) -> int:
    """An outcome counted in the metric's smallest unit [metric]. Rounds toward zero.

    Raises: InputError naming metric, outcome and bounds if it lies outside.
    """
    units = to_units(outcome, metric.decimals)
    if not metric.lower <= units <= metric.upper:
        low, high = (Fraction(end, 10**metric.decimals) for end in (metric.lower, metric.upper))
        raise InputError(f"{metric.name}: {outcome} was measured; expected {float(low):.6g} to {float(high):.6g}")
    return units


def measured(schedule: Schedule, inputs: Inputs) -> dict[str, Fraction]:
    """Every metric that the schedule reads, with its exact outcome; what was not measured is 0.

    A cohort or a pooled value that is absent is reported below every threshold of the gates, so that it meets none.
    """
    outcomes = {name: inputs.of(name) for name in _plain_metrics(schedule)}
    for gate in _within(schedule):
        if isinstance(gate, GateAnyPooled):
            outcomes |= _gate_outcomes(schedule, gate, inputs)
    return outcomes | {people_metric(schedule, card): sum_due(card, inputs) for card in _cards(schedule)}


def cohort(number: int) -> str:
    """The metric of a gate's cohort, counted from 1."""
    return f"cohort_{number}"


def people_metric(root: Schedule, card: PerPersonRateCard) -> str:
    """The metric that people's records come to under a card: `people_due`, of a second card `people_due_2`."""
    number = [_each(one) for one in _cards(root)].index(_each(card)) + 1
    return PEOPLE_DUE if number == 1 else f"{PEOPLE_DUE}_{number}"


def metric_labels(schedule: Schedule) -> dict[str, str]:
    """What the terms call their metrics, where they say so."""
    cards = [one for one in _within(schedule) if isinstance(one, RateCard)]
    return {item.metric: item.label for card in cards for item in card.items if item.label}


def ambiguous_metrics(schedule: Schedule) -> set[str]:
    """Names that stand both for a metric of the terms and for one that is made from cohorts or people's records."""
    made = set(measured(schedule, Inputs())) - set(_plain_metrics(schedule))
    gates = [one for one in _within(schedule) if isinstance(one, GateAnyPooled)]
    names = {cohort(number) for number in range(1, MAX_COHORTS + 1)} | {POOLED} if gates else set()
    cards = {people_metric(schedule, card) for card in _cards(schedule)}
    return (made | names | cards) & set(_plain_metrics(schedule))


def _plain_metrics(schedule: Schedule) -> Iterator[str]:
    """The metrics that the terms name themselves."""
    for one in _within(schedule):
        match one:
            case RateCard(items) | WeightedBasket(items):
                yield from (item.metric for item in items)
            case AllTargets(conditions) | KOfN(conditions):
                yield from (condition.metric for condition in conditions)
            case KnockIn(condition):
                yield condition.metric
            case Guarantee():
                yield from (LOAN, OUTCOME_PAYMENT)
            case SumOf() | ProRataPayers() | GateAnyPooled() | PerPersonRateCard() | Call() | Waterfall():
                continue
            case _:
                yield one.metric


def _gate_outcomes(schedule: Schedule, gate: GateAnyPooled, inputs: Inputs) -> dict[str, Fraction]:
    if len(inputs.cohorts) > MAX_COHORTS:
        raise InputError(f"{len(inputs.cohorts)} cohorts were given: a gate holds at most {MAX_COHORTS}")
    gates = [one for one in _within(schedule) if isinstance(one, GateAnyPooled)]
    limits = [limit for one in gates for limit in (one.any_cohort_gte, one.pooled_gte) if limit is not None]
    absent = Fraction(min(0, *(floor(limit) - 1 for limit in limits)))
    given = dict(enumerate(inputs.cohorts, start=1))
    outcomes = {cohort(number): given.get(number, absent) for number in range(1, MAX_COHORTS + 1)}
    pooled = {POOLED: inputs.values.get(POOLED, absent)} if gate.pooled_gte is not None else {}
    return (outcomes if gate.any_cohort_gte is not None else {}) | pooled


def _cards(schedule: Schedule) -> list[PerPersonRateCard]:
    """The per-person cards within, one for each way of counting a person."""
    cards = (one for one in _within(schedule) if isinstance(one, PerPersonRateCard))
    return list({_each(card): card for card in cards}.values())


def _each(card: PerPersonRateCard) -> tuple[object, ...]:
    return card.items, card.share, card.per_person_cap


def _within(schedule: Schedule) -> Iterator[Schedule]:
    yield schedule
    for inner in inner_schedules(schedule):
        yield from _within(inner)
