"""Schedules as term sheets state them: what is measured, and how much it pays. All numbers are exact.

Money is in minor units of the schedule's currency [token]; thresholds and units are in the metric's own unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

MAX_COHORTS = 8
POOLED = "pooled"
PEOPLE = "people"
LOAN = "loan"
OUTCOME_PAYMENT = "outcome_payment"
TAKER = "taker"
PAYER = "payer"

Row = tuple[Fraction, Fraction]


class Compare(Enum):
    """How an outcome is held against a threshold."""

    GTE = "gte"
    GT = "gt"
    LTE = "lte"
    LT = "lt"

    @property
    def rising(self) -> bool:
        """Whether a larger outcome is the better one."""
        return self in (Compare.GTE, Compare.GT)

    def holds(self, outcome: Fraction, threshold: Fraction) -> bool:
        """Whether the outcome meets the threshold."""
        if self is Compare.GTE:
            return outcome >= threshold
        if self is Compare.GT:
            return outcome > threshold
        return outcome <= threshold if self is Compare.LTE else outcome < threshold


@dataclass(frozen=True)
class Condition:
    """A metric held against a threshold."""

    metric: str
    threshold: Fraction
    compare: Compare = Compare.GTE


@dataclass(frozen=True)
class Steps:
    """An amount by the strictest threshold met; `below` if none is."""

    metric: str
    compare: Compare
    rows: tuple[Row, ...]
    below: Fraction = Fraction(0)


@dataclass(frozen=True)
class PiecewiseLinear:
    """Through the points, flat outside, at least `floor_y`, times `scale`."""

    metric: str
    points: tuple[Row, ...]
    floor_y: Fraction | None = None
    scale: Fraction = Fraction(1)


@dataclass(frozen=True)
class RateItem:
    """A price for each unit of a metric."""

    metric: str
    rate: Fraction
    cap_units: Fraction | None = None
    cap: Fraction | None = None
    label: str = ""
    unit: str = ""


@dataclass(frozen=True)
class RateCard:
    """A price list: what the items come to, times `share`, at most `cap`."""

    items: tuple[RateItem, ...]
    share: Fraction = Fraction(1)
    cap: Fraction | None = None


@dataclass(frozen=True)
class Bracket:
    """Units between two counts, at one price, at most `cap`."""

    from_units: Fraction
    to_units: Fraction | None
    rate: Fraction
    cap: Fraction | None = None


@dataclass(frozen=True)
class MarginalBrackets:
    """Each unit at the price of the bracket it falls in."""

    metric: str
    brackets: tuple[Bracket, ...]


@dataclass(frozen=True)
class PerThousandSteps:
    """So much per thousand of the face, by the last threshold strictly passed."""

    metric: str
    face: Fraction
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class SumOf:
    """Several schedules added up, at most `cap`."""

    parts: tuple[Schedule, ...]
    cap: Fraction | None = None


@dataclass(frozen=True)
class AllTargets:
    """An amount if every target is reached."""

    targets: tuple[Condition, ...]
    amount: Fraction


@dataclass(frozen=True)
class GateAnyPooled:
    """1 if any cohort, or all of them pooled, reached its threshold."""

    any_cohort_gte: Fraction | None
    pooled_gte: Fraction | None


@dataclass(frozen=True)
class PerPersonRateCard:
    """A rate card for each person, capped for each person, then summed."""

    items: tuple[RateItem, ...]
    share: Fraction = Fraction(1)
    per_person_cap: Fraction | None = None
    cap: Fraction | None = None


@dataclass(frozen=True)
class Band:
    """A range of outcomes with its amount; a negative amount is what the taker pays."""

    low: Fraction | None
    high: Fraction | None
    low_incl: bool
    high_incl: bool
    amount: Fraction

    def holds(self, outcome: Fraction) -> bool:
        """Whether the outcome lies in the band."""
        above = self.low is None or outcome > self.low or (self.low_incl and outcome == self.low)
        below = self.high is None or outcome < self.high or (self.high_incl and outcome == self.high)
        return above and below


@dataclass(frozen=True)
class SignedBands:
    """An amount by the band the outcome lies in; both sides post collateral."""

    metric: str
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class TrancheClass:
    """A class of principal whose yearly rate depends on the outcome; a rate of -1 pays nothing."""

    name: str
    principal: Fraction
    rows: tuple[Row, ...]
    below_rate: Fraction = Fraction(-1)


@dataclass(frozen=True)
class TranchesMaturity:
    """What each class of principal is worth after whole `years`."""

    metric: str
    years: int
    classes: tuple[TrancheClass, ...]


@dataclass(frozen=True)
class Guarantee:
    """What the guarantor pays a lender whose loan the outcome payment did not cover."""

    guarantee: Fraction


@dataclass(frozen=True)
class Payer:
    """One of several outcome payers, with the most it pays (its weight in the whole)."""

    name: str
    maximum: Fraction


@dataclass(frozen=True)
class ProRataPayers:
    """A schedule paid by several outcome payers in proportion to their maxima."""

    inner: Schedule
    payers: tuple[Payer, ...]


@dataclass(frozen=True)
class BasketItem:
    """One metric of an index: weight x clip(metric / divisor)."""

    metric: str
    weight: Fraction
    divisor: Fraction
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True)
class WeightedBasket:
    """An index of several metrics, clipped, times `scale`."""

    items: tuple[BasketItem, ...]
    low: Fraction | None
    high: Fraction | None
    scale: Fraction = Fraction(1)


@dataclass(frozen=True)
class KOfN:
    """An amount by how many goals are met."""

    goals: tuple[Condition, ...]
    rows: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class KnockIn:
    """A schedule that pays only if a condition holds."""

    condition: Condition
    inner: Schedule


@dataclass(frozen=True)
class Call:
    """A share of what one claim pays above a strike. `on` is the claim, as written."""

    on: str
    strike: Fraction
    participation: Fraction = Fraction(1)
    cap: Fraction | None = None


@dataclass(frozen=True)
class Tranche:
    """The next part of a waterfall, up to `amount`."""

    name: str
    amount: Fraction


@dataclass(frozen=True)
class Waterfall:
    """What other claims really pay, to the tranches in order, the rest to the residual."""

    backed_by: tuple[str, ...]
    tranches: tuple[Tranche, ...]
    residual: str


Schedule = (
    Steps
    | PiecewiseLinear
    | RateCard
    | MarginalBrackets
    | PerThousandSteps
    | SumOf
    | AllTargets
    | GateAnyPooled
    | PerPersonRateCard
    | SignedBands
    | TranchesMaturity
    | Guarantee
    | ProRataPayers
    | WeightedBasket
    | KOfN
    | KnockIn
    | Call
    | Waterfall
)


def inner_schedules(schedule: Schedule) -> tuple[Schedule, ...]:
    """The schedules directly inside this one."""
    if isinstance(schedule, SumOf):
        return schedule.parts
    return (schedule.inner,) if isinstance(schedule, ProRataPayers | KnockIn) else ()


def references(schedule: Schedule) -> tuple[str, ...]:
    """The claims of other agreements that the schedule hangs on, as written, each once."""
    found: list[str] = [schedule.on] if isinstance(schedule, Call) else []
    if isinstance(schedule, Waterfall):
        found += schedule.backed_by
    for inner in inner_schedules(schedule):
        found += references(inner)
    return tuple(dict.fromkeys(found))


def several_claims(schedule: Schedule) -> tuple[str, ...]:
    """The names of its claims if it pays several classes or tranches; else none."""
    if isinstance(schedule, TranchesMaturity):
        return tuple(one.name for one in schedule.classes)
    if isinstance(schedule, Waterfall):
        return (*(one.name for one in schedule.tranches), schedule.residual)
    return ()
