"""The schedules that read metrics and stand on nothing else."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from app.domain.schedule import (
    AllTargets,
    Band,
    BasketItem,
    Bracket,
    Condition,
    GateAnyPooled,
    Guarantee,
    KOfN,
    MarginalBrackets,
    PerPersonRateCard,
    PerThousandSteps,
    PiecewiseLinear,
    RateCard,
    RateItem,
    SignedBands,
    Steps,
    TrancheClass,
    TranchesMaturity,
    WeightedBasket,
)
from app.terms.figures import shown
from app.terms.read.node import ZERO, Node
from app.terms.read.tables import (
    distinct,
    has_length,
    in_order,
    read_clip,
    read_compare,
    read_condition,
    read_rows,
)

ONE = Fraction(1)
MAX_YEARS = 100


def read_steps(node: Node) -> Steps:
    """Rows from the easiest threshold to the strictest."""
    compare = read_compare(node.child("compare"))
    rows = read_rows(node, "table", "[threshold, amount]", money=True)
    in_order(node.child("table"), [row[0] for row in rows], rising=compare.rising)
    return Steps(node.text("metric"), compare, rows, node.money("below", ZERO))


def read_piecewise_linear(node: Node) -> PiecewiseLinear:
    """Points with x strictly ascending."""
    points = read_rows(node, "points", "[x, y]")
    in_order(node.child("points"), [point[0] for point in points])
    scale = node.number("scale_minor", ONE, least=0)
    return PiecewiseLinear(node.text("metric"), points, node.number_or_none("floor_y"), scale)


def read_rate_card(node: Node) -> RateCard:
    """Items, a share, a cap on the whole."""
    return RateCard(_rate_items(node), _share(node), node.money_or_none("cap_minor"))


def read_per_person_rate_card(node: Node) -> PerPersonRateCard:
    """A rate card for each person."""
    per_person = node.money_or_none("per_person_cap_minor")
    return PerPersonRateCard(_rate_items(node), _share(node), per_person, node.money_or_none("cap_minor"))


def read_marginal_brackets(node: Node) -> MarginalBrackets:
    """Brackets ascending, none overlapping; only the last may be open."""
    before = len(node.faults)
    members = node.items("brackets", "a list of brackets")
    brackets = tuple(_bracket(member) for member in members if member.is_object())
    if len(node.faults) == before:
        for member, one, previous in zip(members[1:], brackets[1:], brackets, strict=False):
            if previous.to_units is None or one.from_units < previous.to_units:
                member.child("from_units").fault(
                    f"{shown(one.from_units)} given: expected at least where the bracket before ends, "
                    f"{'which is never' if previous.to_units is None else shown(previous.to_units)}"
                )
    return MarginalBrackets(node.text("metric"), brackets)


def read_per_thousand_steps(node: Node) -> PerThousandSteps:
    """Thresholds ascending, each strictly to be passed."""
    rows = read_rows(node, "table", "[threshold, minor units per thousand]", least=0)
    in_order(node.child("table"), [row[0] for row in rows])
    return PerThousandSteps(node.text("metric"), node.money("face_minor"), rows)


def read_all_targets(node: Node) -> AllTargets:
    """Targets as metric → threshold, or as a list of conditions."""
    targets = node.child("targets")
    if isinstance(targets.value, dict) and targets.value:
        conditions = tuple(Condition(name, targets.number(name)) for name in targets.value)
    else:
        expected = "metrics with their thresholds, or a list of [metric, threshold, compare]"
        conditions = tuple(read_condition(member) for member in node.items("targets", expected))
    return AllTargets(conditions, node.money("amount_minor"))


def read_gate_any_pooled(node: Node) -> GateAnyPooled:
    """A threshold for any cohort, one for all pooled, or both."""
    gate = GateAnyPooled(node.number_or_none("any_cohort_gte"), node.number_or_none("pooled_gte"))
    if not node.has("any_cohort_gte") and not node.has("pooled_gte"):
        node.fault("no threshold given: expected any_cohort_gte, pooled_gte or both")
    return gate


def read_signed_bands(node: Node) -> SignedBands:
    """Bands that do not overlap, put in ascending order."""
    before = len(node.faults)
    members = node.items("bands", "a list of bands")
    bands = [(_band(member), member) for member in members if member.is_object()]
    bands.sort(key=lambda pair: (pair[0].low is not None, pair[0].low or ZERO, pair[0].high or ZERO))
    if len(node.faults) == before:
        for (previous, _), (band, member) in pairwise(bands):
            if _overlap(previous, band):
                member.fault("overlaps another band: expected every outcome in at most one band")
    return SignedBands(node.text("metric"), tuple(band for band, _ in bands))


def read_tranches_maturity(node: Node) -> TranchesMaturity:
    """Classes of principal with distinct names."""
    members = node.items("classes", "a list of classes")
    classes = tuple(_tranche_class(member) for member in members if member.is_object())
    distinct(members, [one.name for one in classes])
    years = node.child("years").as_whole(least=0, most=MAX_YEARS)
    return TranchesMaturity(node.text("metric"), years, classes)


def read_guarantee(node: Node) -> Guarantee:
    """The most the guarantor pays."""
    return Guarantee(node.money("guarantee_minor"))


def read_weighted_basket(node: Node) -> WeightedBasket:
    """Metrics with weights and divisors, each clipped, then the whole."""
    members = node.items("items", "a list of items")
    items = tuple(_basket_item(member) for member in members if member.is_object())
    low, high = read_clip(node)
    return WeightedBasket(items, low, high, node.number("scale_minor", ONE, least=0))


def read_k_of_n(node: Node) -> KOfN:
    """Goals, and amounts by how many of them are met."""
    goals = tuple(read_condition(member) for member in node.items("goals", "a list of [metric, threshold, compare]"))
    rows = []
    for member in node.items("table", "a list of [k, amount]"):
        if has_length(member, (2,), "[k, amount]"):
            rows.append((member.at(0).as_whole(least=0, most=len(goals)), member.at(1).as_money()))
    in_order(node.child("table"), [Fraction(k) for k, _ in rows])
    return KOfN(goals, tuple(rows))


def _rate_items(node: Node) -> tuple[RateItem, ...]:
    return tuple(_rate_item(member) for member in node.items("items", "a list of items") if member.is_object())


def _rate_item(node: Node) -> RateItem:
    label = node.text("label") if node.has("label") else ""
    unit = node.text("unit") if node.has("unit") else ""
    rate, cap_units = node.number("rate_minor", least=0), node.number_or_none("cap_units", least=0)
    return RateItem(node.text("metric"), rate, cap_units, node.money_or_none("cap_minor"), label, unit)


def _share(node: Node) -> Fraction:
    share = node.number("share", ONE, least=0)
    if share > 1:
        node.child("share").fault(f"{shown(share)} given: expected a part of the whole, at most 1")
    return share


def _bracket(node: Node) -> Bracket:
    low, high = node.number("from_units", least=0), node.number_or_none("to_units")
    if high is not None and high <= low:
        node.child("to_units").fault(f"{shown(high)} given: expected above from_units, {shown(low)}")
    return Bracket(low, high, node.number("rate_minor", least=0), node.money_or_none("cap_minor"))


def _band(node: Node) -> Band:
    low, high = node.number_or_none("low"), node.number_or_none("high")
    low_incl = node.flag("low_incl") if low is not None else False
    high_incl = node.flag("high_incl") if high is not None else False
    if low is not None and high is not None and (low > high or (low == high and not (low_incl and high_incl))):
        node.fault(f"low {shown(low)} and high {shown(high)} given: expected a band that holds an outcome")
    return Band(low, high, low_incl, high_incl, node.money("amount", least=None))


def _overlap(first: Band, second: Band) -> bool:
    """Whether two bands, in order of their lower ends, share an outcome."""
    if first.high is None or second.low is None:
        return True
    return second.low < first.high or (second.low == first.high and first.high_incl and second.low_incl)


def _tranche_class(node: Node) -> TrancheClass:
    rows = read_rows(node, "table", "[threshold, yearly rate]", least=-1)
    in_order(node.child("table"), [row[0] for row in rows])
    below = node.number("below_rate_pa", Fraction(-1), least=-1)
    return TrancheClass(node.text("name"), node.money("principal_minor"), rows, below)


def _basket_item(node: Node) -> BasketItem:
    divisor = node.number("divisor", ONE)
    if divisor == 0 and not any(fault.place == node.child("divisor").place for fault in node.faults):
        node.child("divisor").fault("0 given: expected a number other than 0")
    low, high = read_clip(node)
    return BasketItem(node.text("metric"), node.number("weight"), divisor, low, high)
