"""Each type of schedule as clauses of a contract that anyone can read."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from app.domain.schedule import (
    AllTargets,
    Band,
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
    TrancheClass,
    TranchesMaturity,
    Waterfall,
    WeightedBasket,
)
from app.terms.breakpoints import ANY_COHORT
from app.terms.figures import percent, shown
from app.terms.voice import COMPARED, Voice

BEYOND = {Compare.GTE: "below", Compare.GT: "at or below", Compare.LTE: "above", Compare.LT: "at or above"}


def clauses(schedule: Schedule, voice: Voice) -> list[str]:
    """What the schedule says, a clause a line; inner lines are indented."""
    match schedule:
        case Steps():
            return _steps(schedule, voice)
        case PiecewiseLinear():
            return _piecewise_linear(schedule, voice)
        case RateCard():
            return [*_items(schedule.items, voice), *_share(schedule.share), *_cap(schedule.cap, voice)]
        case PerPersonRateCard():
            return _per_person(schedule, voice)
        case MarginalBrackets():
            return [_bracket(one, schedule.metric, voice) for one in schedule.brackets]
        case PerThousandSteps():
            return _per_thousand(schedule, voice)
        case AllTargets():
            reached = " and ".join(voice.condition(one) for one in schedule.targets)
            return [f"If {reached}, {voice.money(schedule.amount)} is paid; otherwise nothing."]
        case GateAnyPooled():
            return [_gate(schedule, voice)]
        case SignedBands():
            return [_band(band, schedule.metric, voice) for band in schedule.bands]
        case TranchesMaturity():
            return [line for one in schedule.classes for line in _class(one, schedule, voice)]
        case Guarantee():
            most = voice.money(schedule.guarantee)
            return [f"What the outcome payment leaves of the loan is paid, at most {most}."]
        case _:
            return _clauses_of_several(schedule, voice)


def _clauses_of_several(schedule: Schedule, voice: Voice) -> list[str]:
    match schedule:
        case SumOf():
            parts = [line for part in schedule.parts for line in _indented(clauses(part, voice))]
            return ["All of these are added up:", *parts, *_cap(schedule.cap, voice)]
        case ProRataPayers():
            payers = (f"{payer.name} up to {voice.money(payer.maximum)}" for payer in schedule.payers)
            return [*clauses(schedule.inner, voice), f"The payers share it in proportion: {', '.join(payers)}."]
        case WeightedBasket():
            return _basket(schedule, voice)
        case KOfN():
            return _k_of_n(schedule, voice)
        case KnockIn():
            return [
                f"Only if {voice.condition(schedule.condition)}:",
                *_indented(clauses(schedule.inner, voice)),
                "Otherwise nothing is paid.",
            ]
        case Call():
            part = "All" if schedule.participation == 1 else str(schedule.participation)
            return [
                f"{part} of what {schedule.on} pays above {voice.money(schedule.strike)} is paid.",
                *_cap(schedule.cap, voice),
            ]
        case Waterfall():
            lines = [f"Then {one.name} gets up to {voice.money(one.amount)}." for one in schedule.tranches]
            return [f"First{lines[0][4:]}", *lines[1:], f"{schedule.residual} gets the rest."]
    raise TypeError(f"no words for {type(schedule).__name__}")


def _steps(steps: Steps, voice: Voice) -> list[str]:
    word = COMPARED[steps.compare]
    lines = [
        f"if it is {word} {voice.outcome(steps.metric, threshold)}, {voice.money(amount)};"
        for threshold, amount in steps.rows[1:]
    ]
    (threshold, amount), below = steps.rows[0], voice.money(steps.below)
    first = voice.outcome(steps.metric, threshold)
    return [
        f"If {steps.metric} is {word} {first}, {voice.money(amount)} is paid;",
        *lines,
        f"{BEYOND[steps.compare]} {first}, {below}{' is paid' if steps.below else ''}.",
    ]


def _piecewise_linear(line: PiecewiseLinear, voice: Voice) -> list[str]:
    def said(row: Row) -> str:
        return f"{voice.money(row[1] * line.scale)} at {voice.outcome(line.metric, row[0])}"

    lines = [f"{line.metric} pays {said(line.points[0])},"]
    lines += [
        f"rising evenly to {said(row)}," if row[1] >= before[1] else f"falling evenly to {said(row)},"
        for before, row in zip(line.points, line.points[1:], strict=False)
    ]
    lines[-1] = lines[-1].rstrip(",") + "; outside these, as at the nearest of them."
    floor = [] if line.floor_y is None else [f"At least {voice.money(line.floor_y * line.scale)} is paid."]
    return lines + floor


def _items(items: Iterable[RateItem], voice: Voice) -> list[str]:
    return [f"{_each(item)} pays {voice.money(item.rate)}{_limits(item, voice)}." for item in items]


def _each(item: RateItem) -> str:
    unit = item.unit or "unit"
    return f'Each {unit} "{item.label}" ({item.metric})' if item.label else f"Each {unit} of {item.metric}"


def _limits(item: RateItem, voice: Voice) -> str:
    units = [] if item.cap_units is None else [f"for at most {shown(item.cap_units)}"]
    cap = [] if item.cap is None else [f"at most {voice.money(item.cap)}"]
    return "".join(f", {limit}" for limit in units + cap)


def _share(share: Fraction) -> list[str]:
    return [] if share == 1 else [f"Of this, {percent(share)} is paid."]


def _cap(cap: Fraction | None, voice: Voice) -> list[str]:
    return [] if cap is None else [f"In all at most {voice.money(cap)} is paid."]


def _per_person(card: PerPersonRateCard, voice: Voice) -> list[str]:
    person = [] if card.per_person_cap is None else [f"At most {voice.money(card.per_person_cap)} a person."]
    lines = [*_items(card.items, voice), *_share(card.share), *person]
    return ["For each person:", *_indented(lines), "All people are added up.", *_cap(card.cap, voice)]


def _bracket(one: Bracket, metric: str, voice: Voice) -> str:
    start = shown(one.from_units)
    units = f"above {start}" if one.to_units is None else f"from {start} to {shown(one.to_units)}"
    limit = "" if one.cap is None else f", at most {voice.money(one.cap)}"
    return f"Each unit of {metric} {units} pays {voice.money(one.rate)}{limit}."


def _per_thousand(steps: PerThousandSteps, voice: Voice) -> list[str]:
    lines = []
    for index, (threshold, rate) in enumerate(steps.rows):
        subject = "if it" if index else f"If {steps.metric}"
        amount = voice.money(rate * steps.face / 1000)
        each = f"{voice.money(rate)} for each {voice.money(1000)} of {voice.money(steps.face)}"
        said = f"{subject} is above {voice.outcome(steps.metric, threshold)}, {amount}"
        lines.append(f"{said} ({each});" if index else f"{said} is paid ({each});")
    return [*lines, "otherwise nothing."]


def _gate(gate: GateAnyPooled, voice: Voice) -> str:
    any_cohort = f"any cohort is at least {voice.outcome(ANY_COHORT, gate.any_cohort_gte or Fraction(0))}"
    pooled = f"all pooled are at least {voice.outcome('pooled', gate.pooled_gte or Fraction(0))}"
    ways = [any_cohort] * (gate.any_cohort_gte is not None) + [pooled] * (gate.pooled_gte is not None)
    return f"If {' or '.join(ways)}, payment is triggered (1 minor unit); otherwise not."


def _band(band: Band, metric: str, voice: Voice) -> str:
    low = "" if band.low is None else f"{'at least' if band.low_incl else 'above'} {voice.outcome(metric, band.low)}"
    high = "" if band.high is None else f"{'at most' if band.high_incl else 'below'} {voice.outcome(metric, band.high)}"
    where = " and ".join(end for end in (low, high) if end) or "anything"
    amount = voice.money(abs(band.amount))
    who = f"the taker pays {amount}" if band.amount < 0 else f"the taker gets {amount}"
    return f"If {metric} is {where}, {who}."


def _class(one: TrancheClass, schedule: TranchesMaturity, voice: Voice) -> list[str]:
    rates = [
        f"{_rate(rate)} if {schedule.metric} is at least {voice.outcome(schedule.metric, threshold)};"
        for threshold, rate in one.rows
    ]
    head = f"{one.name}: {voice.money(one.principal)}, paid after {schedule.years} years with a yearly"
    return [head, *_indented([*rates, f"otherwise {_rate(one.below_rate)}."])]


def _rate(rate: Fraction) -> str:
    return "nothing is paid, not even the principal" if rate == -1 else percent(rate)


def _basket(basket: WeightedBasket, voice: Voice) -> list[str]:
    kept = _kept(basket.low, basket.high)
    whole = [f"The index is kept {kept}."] if kept else []
    lines = _indented([_basket_item(item) for item in basket.items])
    return ["An index is added up:", *lines, *whole, f"An index of 1 pays {voice.money(basket.scale)}."]


def _basket_item(item: BasketItem) -> str:
    ratio = item.metric if item.divisor == 1 else f"{item.metric} / {shown(item.divisor)}"
    kept = _kept(item.low, item.high)
    return f"{shown(item.weight)} times {ratio}" + (f", the ratio kept {kept};" if kept else ";")


def _kept(low: Fraction | None, high: Fraction | None) -> str:
    if low is not None and high is not None:
        return f"between {shown(low)} and {shown(high)}"
    return f"at least {shown(low)}" if low is not None else f"at most {shown(high)}" if high is not None else ""


def _k_of_n(goals: KOfN, voice: Voice) -> list[str]:
    rows = [f"{count} met: {voice.money(amount)} is paid;" for count, amount in goals.rows]
    listed = _indented([voice.condition(goal) for goal in goals.goals])
    return ["Of these goals:", *listed, *rows, "fewer: nothing."]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
