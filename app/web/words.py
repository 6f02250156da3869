"""An instrument's terms in words, made from what stands on the chain: its legs and its curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from app.domain.evaluate import value_down
from app.domain.instrument import MAX_METRIC, ClaimLeg, Combine, Curve, Instrument, Knot, Leg, Metric, MetricLeg
from app.terms.figures import shown
from app.web.figures import BARE, MINOR, reading, short_id, spoken

Says = Callable[[int], str]
MANY = 4  # prices that are listed rather than told
MUCH_SHORTER = 4  # characters by which a rounder number is shorter
TOGETHER = {
    Combine.SUM: "Together they are worth their sum.",
    Combine.MIN: "The lowest of them counts.",
    Combine.MAX: "The highest of them counts.",
}


@dataclass(frozen=True)
class Clause:
    """One line of terms: if the number lies there, this is paid."""

    when: str
    pays: str


@dataclass(frozen=True)
class Paragraph:
    """A sentence, and the lines that follow from it."""

    says: str
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True)
class Price(Paragraph):
    """A sentence that says one price; its only clause says the same."""


@dataclass(frozen=True)
class Voice:
    """How numbers of one instrument are said: its money, its metrics by id, the names of its legs' instruments."""

    money: Callable[[Fraction], str]
    metrics: Mapping[str, Metric]

    def metric(self, leg: MetricLeg) -> Metric:
        """The metric that a leg reads."""
        return self.metrics[leg.metric]

    def reading(self, metric: Metric) -> Says:
        """How a metric's values are said; minor units are money."""
        if metric.unit == MINOR:
            return lambda value: self.money(Fraction(value, 10**metric.decimals))
        return lambda value: reading(value, metric)


def terms_in_words(instrument: Instrument, voice: Voice) -> list[Paragraph]:
    """Who gets what, for which outcome; amounts are per `face`."""
    legs = instrument.legs
    if len(legs) == 1 and isinstance(legs[0], MetricLeg):
        said = [_by_metric(instrument, legs[0], claim.label, claim.curve, voice) for claim in instrument.claims]
    else:
        scale = scale_of(instrument)
        said = _gathered([_leg(leg, voice, scale) for leg in legs])
        said += [Paragraph(TOGETHER[instrument.combine])] if len(legs) > 1 else []
        said += [_by_score(claim.label, claim.curve, voice, scale) for claim in instrument.claims]
    rest = f"{_capital(spoken(instrument.residual))} gets what is left of {voice.money(Fraction(instrument.face))}."
    return [*said, Paragraph(rest)]


def scale_of(instrument: Instrument) -> Fraction | None:
    """How much score a smallest unit of money is, if all claims' curves rise alike; None if the score is no money."""
    slopes = {
        Fraction(next_x - x, next_y - y)
        for claim in instrument.claims
        for (x, y), (next_x, next_y) in pairwise(claim.curve)
        if next_y > y and next_x > x + 1
    }
    return slopes.pop() if len(slopes) == 1 else None


def through(leg: Curve, claim: Curve) -> Curve:
    """The knots of a claim's curve over a leg's own number: where one of the two curves bends."""
    if not leg:
        return claim
    places = {x for x, _ in leg}
    for (x, y), (next_x, next_y) in pairwise(leg):
        rise = (next_y - y) // (next_x - x)
        for knot, _ in claim if rise else ():
            place = ceil(Fraction(knot - y, rise) + x)
            places |= {place} if x <= place <= next_x else set()
    return _bends([(x, value_down(claim, value_down(leg, x))) for x in sorted(places)])


def clauses(curve: Curve, says: Says, pays: Says, metric: Metric | None = None) -> tuple[Clause, ...]:
    """A curve in lines from low to high: below, between, from there on."""
    lines: list[Clause] = []
    start, amount = None, curve[0][1]
    for (x, y), (next_x, next_y) in pairwise(curve):
        if next_y == y:
            continue
        if next_x == x + 1:
            lines.append(Clause(_span(start, next_x, says), pays(amount)))
        else:
            if start is None or start != x:
                lines += [Clause(_span(start, x, says), pays(amount))] if not _outside(x, metric) else []
            lines.append(
                Clause(
                    _slope(x, next_x, says, metric),
                    f"rises evenly from {pays(y)} to {pays(next_y)}"
                    if next_y > y
                    else f"falls evenly from {pays(y)} to {pays(next_y)}",
                )
            )
        start, amount = next_x, next_y
    return (*lines, Clause("always" if start is None else _from(start, says), pays(amount)))


def _gathered(said: list[Paragraph]) -> list[Paragraph]:
    """Few prices stand each in a sentence, many in one list."""
    prices = [one for one in said if isinstance(one, Price)]
    if len(prices) < MANY:
        return [Paragraph(one.says) if isinstance(one, Price) else one for one in said]
    listed = Paragraph("Each of these counts for:", tuple(clause for one in prices for clause in one.clauses))
    return [listed, *(one for one in said if not isinstance(one, Price))]


def _by_metric(instrument: Instrument, leg: MetricLeg, label: str, curve: Curve, voice: Voice) -> Paragraph:
    metric = voice.metric(leg)
    pays = _money_of(voice)
    lines = clauses(through(leg.curve, curve), voice.reading(metric), pays, metric)
    face = voice.money(Fraction(instrument.face))
    return Paragraph(f"{_capital(spoken(label))} is paid for the {spoken(metric.name)}, out of {face}:", lines)


def _by_score(label: str, curve: Curve, voice: Voice, scale: Fraction | None) -> Paragraph:
    name, pays = _capital(spoken(label)), _money_of(voice)
    if scale and len(curve) == 2 and Fraction(curve[0][0]) == curve[0][1] * scale:
        least = "" if curve[0][1] == 0 else f", at least {pays(curve[0][1])}"
        return Paragraph(f"{name} gets what that is worth{least}, at most {pays(curve[1][1])}.")
    worth = _worth(voice, scale)
    return Paragraph(f"{name} is paid by {'that worth' if scale else 'that score'}:", clauses(curve, worth, pays))


def _leg(leg: Leg, voice: Voice, scale: Fraction | None) -> Paragraph:
    if isinstance(leg, ClaimLeg):
        return _counted(f"what claim {leg.claim} of {short_id(leg.instrument)} pays", leg.curve, voice, scale, None)
    metric = voice.metric(leg)
    if metric.unit == MINOR or len(leg.curve) != 2:
        return _counted(f"{spoken(metric.name)}", leg.curve, voice, scale, metric)
    (x, y), (next_x, next_y) = leg.curve
    each = Fraction(next_y - y, next_x - x) * 10**metric.decimals
    unit = "whole" if metric.unit in BARE else metric.unit
    worth = voice.money(each / scale) if scale else shown(each)
    if (x, y) == (0, 0) and _outside(next_x, metric):
        return Price(f"Each {unit} of {spoken(metric.name)} is worth {worth}.", (Clause(spoken(metric.name), worth),))
    return _counted(f"{spoken(metric.name)}", leg.curve, voice, scale, metric)


def _counted(name: str, curve: Curve, voice: Voice, scale: Fraction | None, metric: Metric | None) -> Paragraph:
    """A leg that is no simple price: in full, against the others, or by its curve."""
    slope = _one_slope(curve)
    whole = (scale or Fraction(1)) * (1 if metric is None else Fraction(1, 10**metric.decimals))
    if slope is not None and abs(slope) == whole:
        return Paragraph(f"{_capital(name)} {'counts in full' if slope > 0 else 'counts against it'}.")
    says = voice.reading(metric) if metric else _money_of(voice)
    return Paragraph(f"{_capital(name)} counts:", clauses(curve, says, _worth(voice, scale), metric) if curve else ())


def _one_slope(curve: Curve) -> Fraction | None:
    if not curve:
        return Fraction(1)
    slopes = {Fraction(b - a, y - x) for (x, a), (y, b) in pairwise(curve)}
    return slopes.pop() if len(slopes) == 1 else None


def _money_of(voice: Voice) -> Says:
    return lambda amount: voice.money(Fraction(amount)) if amount else "nothing"


def _worth(voice: Voice, scale: Fraction | None) -> Says:
    return lambda score: voice.money(score / scale) if scale else shown(Fraction(score))


def _span(start: int | None, end: int, says: Says) -> str:
    return _below(end, says) if start is None else f"{_from(start, says)} {_to(end, says)}"


def _slope(start: int, end: int, says: Says, metric: Metric | None) -> str:
    return _from(start, says) if _outside(end, metric) else f"{_from(start, says)} to {says(end)}"


def _from(x: int, says: Says) -> str:
    """At least x; where a smallest unit less is the rounder number, above that."""
    return f"above {says(x - 1)}" if _rounder(x, says) else f"from {says(x)}"


def _below(x: int, says: Says) -> str:
    return f"up to {says(x - 1)}" if _rounder(x, says) else f"below {says(x)}"


def _to(x: int, says: Says) -> str:
    return f"to {says(x - 1)}" if _rounder(x, says) else f"to below {says(x)}"


def _rounder(x: int, says: Says) -> bool:
    return len(says(x - 1)) + MUCH_SHORTER <= len(says(x))


def _outside(x: int, metric: Metric | None) -> bool:
    return metric is not None and not -MAX_METRIC < x < MAX_METRIC - 1


def _bends(knots: Sequence[Knot]) -> Curve:
    """The knots without those that lie on a straight line between their neighbours."""
    kept: list[Knot] = []
    for index, (x, y) in enumerate(knots):
        if kept and index + 1 < len(knots):
            (left, low), (right, high) = kept[-1], knots[index + 1]
            if (y - low) * (right - left) == (high - low) * (x - left):
                continue
        kept.append((x, y))
    return tuple(kept)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
