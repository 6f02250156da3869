"""Schedules that pay by thresholds: steps, bands, targets, gates, classes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from app.domain.schedule import (
    MAX_COHORTS,
    POOLED,
    AllTargets,
    Compare,
    GateAnyPooled,
    KOfN,
    PerThousandSteps,
    Row,
    SignedBands,
    Steps,
    TrancheClass,
    TranchesMaturity,
)
from app.errors import TermsError
from app.terms.compile.expression import Bent, Expression, MetricSource, Reading, Total, met
from app.terms.compile.shape import ONE, ZERO, Jumps, Shape, Threshold, clip
from app.terms.measured import cohort


def steps(schedule: Steps, place: str) -> Expression:
    """More at each row that is met."""
    return _table(schedule.metric, schedule.compare, schedule.rows, schedule.below, f"{place}.table")


def per_thousand_steps(schedule: PerThousandSteps, place: str) -> Expression:
    """The face's thousandth times the last row strictly passed."""
    rows = tuple((threshold, rate * schedule.face / 1000) for threshold, rate in schedule.rows)
    return _table(schedule.metric, Compare.GT, rows, ZERO, f"{place}.table")


def signed_bands(schedule: SignedBands, place: str) -> Expression:
    """Each band's amount comes at its low end and goes at its high end."""
    start, ends = ZERO, list[Threshold]()
    for band in schedule.bands:
        empty = band.low == band.high and not (band.low_incl and band.high_incl)
        if band.low is not None and band.high is not None and (band.low > band.high or empty):
            raise TermsError(
                f"{place}.bands", f"{band.low} to {band.high} given: expected a band that holds an outcome"
            )
        if band.low is None:
            start += band.amount
        else:
            ends.append((Compare.GTE if band.low_incl else Compare.GT, band.low, band.amount))
        if band.high is not None:
            ends.append((Compare.GT if band.high_incl else Compare.GTE, band.high, -band.amount))
    _check_disjoint(schedule, place)
    return Reading(MetricSource(schedule.metric), Jumps(tuple(ends), start))


def all_targets(schedule: AllTargets, place: str) -> Expression:
    """The amount for each target, less the amount for all but one, at least nothing."""
    parts = tuple(Reading(MetricSource(one.metric), met(one, schedule.amount)) for one in schedule.targets)
    return Bent(Total(parts, -schedule.amount * (len(parts) - 1)), clip(ZERO, None))


def gate_any_pooled(schedule: GateAnyPooled, place: str) -> Expression:
    """One for each threshold reached, at most one."""
    thresholds = [(cohort(index), schedule.any_cohort_gte) for index in range(1, MAX_COHORTS + 1)]
    parts = tuple(
        Reading(MetricSource(metric), Jumps(((Compare.GTE, threshold, ONE),)))
        for metric, threshold in [*thresholds, (POOLED, schedule.pooled_gte)]
        if threshold is not None
    )
    if not parts:
        raise TermsError(place, "no threshold given: expected any_cohort_gte, pooled_gte or both")
    return Bent(Total(parts), clip(None, ONE))


def k_of_n(schedule: KOfN, place: str) -> Expression:
    """A table over the number of goals met."""
    counted = Total(tuple(Reading(MetricSource(one.metric), met(one)) for one in schedule.goals))
    points: dict[Fraction, Fraction] = {Fraction(-1): ZERO}
    for k, amount in schedule.rows:
        last = max(points)
        if k <= last:
            raise TermsError(f"{place}.table", f"{k} given after {last}: expected each count above the one before")
        points |= {Fraction(k - 1): points[last], Fraction(k): amount}
    return Bent(counted, Shape(tuple(points.items())))


def tranches_maturity(schedule: TranchesMaturity, place: str) -> Expression:
    """All classes together."""
    return Total(tuple(one_class(schedule, one, place) for one in schedule.classes))


def one_class(schedule: TranchesMaturity, one: TrancheClass, place: str) -> Reading:
    """What one class of principal is worth."""
    rows = tuple((threshold, _worth(one, rate, schedule.years)) for threshold, rate in one.rows)
    return _table(schedule.metric, Compare.GTE, rows, _worth(one, one.below_rate, schedule.years), f"{place}.classes")


def _worth(one: TrancheClass, rate: Fraction, years: int) -> Fraction:
    return ZERO if rate == -1 else one.principal * (1 + rate) ** years


def _table(metric: str, compare: Compare, rows: Sequence[Row], below: Fraction, place: str) -> Reading:
    for (threshold, _), (following, _) in pairwise(rows):
        if (following <= threshold) if compare.rising else (following >= threshold):
            beyond = "above" if compare.rising else "below"
            raise TermsError(place, f"{following} given after {threshold}: expected each {beyond} the one before")
    amounts = [below, *(amount for _, amount in rows)]
    rises = (following - amount for amount, following in pairwise(amounts))
    marks = tuple((compare, row[0], rise) for row, rise in zip(rows, rises, strict=True))
    return Reading(MetricSource(metric), Jumps(marks, below))


def _check_disjoint(schedule: SignedBands, place: str) -> None:
    """Bands can only share an outcome if they share an end, or one holds the middle or the end of another."""
    ends = {end for band in schedule.bands for end in (band.low, band.high) if end is not None}
    between = {(end + following) / 2 for end, following in pairwise(sorted(ends))}
    outside = {min(ends) - 1, max(ends) + 1} if ends else {ZERO}
    for outcome in ends | between | outside:
        if sum(band.holds(outcome) for band in schedule.bands) > 1:
            raise TermsError(f"{place}.bands", f"an outcome of {outcome} lies in two bands: expected at most one")
