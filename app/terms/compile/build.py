"""The expression of any schedule: one entry a type."""

from __future__ import annotations

from app.domain.schedule import (
    AllTargets,
    Call,
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
    Schedule,
    SignedBands,
    Steps,
    SumOf,
    TranchesMaturity,
    Waterfall,
    WeightedBasket,
)
from app.errors import TermsError
from app.terms.compile import rates, tables
from app.terms.compile.expression import Expression, Gated, Total
from app.terms.measured import people_metric

NO_WATERFALL = "waterfalls are not compiled yet: they need an instrument that is backed by other claims"


def build(schedule: Schedule, place: str, root: Schedule | None = None) -> Expression:
    """What the schedule computes. `root` is the schedule that it stands in.

    Raises: TermsError with place where the terms make no sense, or hold a waterfall.
    """
    root = root or schedule
    match schedule:
        case SumOf(parts, cap):
            built = (build(part, f"{place}.parts[{index}]", root) for index, part in enumerate(parts))
            return rates.capped(Total(tuple(built)), cap)
        case KnockIn(condition, inner):
            return Gated(condition, build(inner, f"{place}.inner", root))
        case ProRataPayers(inner):
            return build(inner, f"{place}.inner", root)
        case PerPersonRateCard():
            return rates.per_person_rate_card(schedule, place, people_metric(root, schedule))
        case Waterfall():
            raise TermsError(place, NO_WATERFALL)
        case RateCard():
            return rates.rate_card(schedule, place)
        case MarginalBrackets():
            return rates.marginal_brackets(schedule, place)
        case PiecewiseLinear():
            return rates.piecewise_linear(schedule, place)
        case Guarantee():
            return rates.guarantee(schedule, place)
        case WeightedBasket():
            return rates.weighted_basket(schedule, place)
        case Call():
            return rates.call(schedule, place)
        case _:
            return _by_thresholds(schedule, place)


def _by_thresholds(
    schedule: Steps | PerThousandSteps | SignedBands | AllTargets | GateAnyPooled | KOfN | TranchesMaturity, place: str
) -> Expression:
    match schedule:
        case Steps():
            return tables.steps(schedule, place)
        case PerThousandSteps():
            return tables.per_thousand_steps(schedule, place)
        case SignedBands():
            return tables.signed_bands(schedule, place)
        case AllTargets():
            return tables.all_targets(schedule, place)
        case GateAnyPooled():
            return tables.gate_any_pooled(schedule, place)
        case KOfN():
            return tables.k_of_n(schedule, place)
        case TranchesMaturity():
            return tables.tranches_maturity(schedule, place)
