"""From an expression to one score: legs that read metrics and claims, with formulas where an inner sum is bent.

A score stays exact: its legs are multiplied by their common denominator, the scale, and only the claim that reads it
divides again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from app.domain.instrument import (
    MAX_LEGS,
    MAX_SCALE,
    MAX_SCORE,
    Claim,
    ClaimLeg,
    Combine,
    Curve,
    Instrument,
    Leg,
    Metric,
    MetricLeg,
)
from app.domain.schedule import Condition
from app.errors import ScaleError, TermsError
from app.terms.compile.curve import ExactCurve, added, bent, denominator, least_at, on_grid, pieces, scaled
from app.terms.compile.expression import (
    Bent,
    ClaimSource,
    Expression,
    Gated,
    MetricSource,
    Reading,
    Source,
    Total,
    met,
)
from app.terms.compile.shape import IDENTITY, ZERO, Jumps, Shape, clip


@dataclass(frozen=True)
class Formula:
    """The claim of a formula made on the way."""

    name: str


@dataclass(frozen=True)
class SourceClaim:
    """A claim of another agreement, found: its y is at most `most`, and its payout is y less `offset` [token]."""

    instrument: str
    claim: int
    offset: int
    most: int


Key = str | Formula | SourceClaim  # what a leg reads: a metric by its name, or a claim


@dataclass(frozen=True)
class Score:
    """The sum of its legs, and a constant."""

    legs: dict[Key, ExactCurve]
    plus: Fraction = ZERO

    @property
    def low(self) -> Fraction:
        """The least it can be."""
        return self.plus + sum((min(y for _, y in curve) for curve in self.legs.values()), ZERO)

    @property
    def high(self) -> Fraction:
        """The most it can be."""
        return self.plus + sum((max(y for _, y in curve) for curve in self.legs.values()), ZERO)

    @property
    def scale(self) -> int:
        """The common denominator: times this, every leg's values and slopes are whole."""
        return lcm(self.plus.denominator, *(denominator(curve) for curve in self.legs.values()))


@dataclass
class Lowering:
    """Lowers the expression of one entry; collects the formulas that it takes, in dependency order."""

    key: str
    place: str
    metrics: Mapping[str, Metric]
    claims: Mapping[str, SourceClaim]
    signed: bool = False
    formulas: list[Instrument] = field(default_factory=list)

    def split(self, expression: Expression) -> tuple[Score, Shape]:
        """A score, and the last bend to put on it: IDENTITY if there is none."""
        match expression:
            case Reading(source, form):
                return self._read(source, form), IDENTITY
            case Total(parts, plus):
                return summed([*(self.score(part) for part in parts), Score({}, plus)]), IDENTITY
            case Bent(of, shape):
                return self.score(of), shape
            case Gated():
                return self._gated(expression)

    def score(self, expression: Expression) -> Score:
        """The expression as one score."""
        score, shape = self.split(expression)
        return score if shape is IDENTITY else self.bend(score, shape)

    def bend(self, score: Score, shape: Shape) -> Score:
        """The shape of a score, as a score: a sum of several legs becomes a formula first."""
        if not score.legs:
            raise TermsError(self.place, "nothing is measured: expected at least one metric")
        if len(score.legs) > 1:
            score = self.formula(score)
        return Score({key: bent(curve, shape, score.plus) for key, curve in score.legs.items()})

    def formula(self, score: Score) -> Score:
        """A formula that gives the score, counted from its least value; as a score of one leg that reads it."""
        narrow = self.narrowed(score)
        scale = self.checked_scale(narrow)
        low, high = int(score.low * scale), int(score.high * scale)
        curve: Curve = ((low, 0), (high, high - low)) if high > low else ((low, 0),)
        name = f"{self.key}#{len(self.formulas) + 1}"
        face = max(1, high - low)
        legs = self.legs(narrow, scale)
        claims = (Claim("amount", curve),)
        self.formulas.append(Instrument(name, name, face, Combine.SUM, legs, claims, "rest", formula=True))
        reading = ((0, score.low), (high - low, score.high)) if high > low else ((0, score.low),)
        return Score({Formula(name): reading})

    def narrowed(self, score: Score) -> Score:
        """The same score with at most 64 legs: what is more becomes formulas."""
        parts = [Score({key: part}) for key, curve in score.legs.items() for part in pieces(curve)]
        if len(parts) <= MAX_LEGS:
            return score
        groups = (summed(parts[start : start + MAX_LEGS]) for start in range(0, len(parts), MAX_LEGS))
        return self.narrowed(summed([*(self.formula(group) for group in groups), Score({}, score.plus)]))

    def legs(self, score: Score, scale: int) -> tuple[Leg, ...]:
        """The score's legs in whole numbers; the constant goes with the first."""
        found: list[Leg] = []
        for index, (key, curve) in enumerate(score.legs.items()):
            plus = score.plus if index == 0 else ZERO
            fallback = self.fallback(key, curve)
            for part in pieces(tuple((x, y + plus) for x, y in curve)):
                found.append(self.leg(key, self._checked(scaled(part, scale)), fallback))
        return tuple(found)

    def leg(self, key: Key, curve: Curve, fallback: int) -> Leg:
        """The leg that reads one source."""
        if isinstance(key, str):
            return MetricLeg(key, curve, fallback)
        return ClaimLeg(key.name, 0, curve) if isinstance(key, Formula) else ClaimLeg(key.instrument, key.claim, curve)

    def checked_scale(self, score: Score) -> int:
        """The score's scale.

        Raises: ScaleError if it, or the score that is multiplied by it, is too large for the chain.
        """
        if not score.legs:
            raise TermsError(self.place, "nothing is measured: expected at least one metric")
        scale = score.scale
        if scale > MAX_SCALE:
            raise ScaleError(self.place, f"the common denominator is {_power(scale)}: expected at most 2^200")
        most = int(max(abs(score.low), abs(score.high), score.high - score.low) * scale)
        if most >= MAX_SCORE // 2:
            raise ScaleError(self.place, f"the score reaches {_power(most)}: expected less than 2^247")
        return scale

    def fallback(self, key: Key, curve: ExactCurve) -> int:
        """What stands in for a round without outcome: the x at which the leg adds least.

        Where the taker may have to pay, it is the x at which the leg adds what is nearest to nothing. Of several the
        one nearest to 0.
        """
        if not isinstance(key, str):
            return 0
        metric = self.metrics[key]
        return least_at(curve, self.signed, metric.lower, metric.upper)

    def _read(self, source: Source, form: Shape | Jumps) -> Score:
        if isinstance(source, ClaimSource):
            claim = self.claims[source.reference]
            curve = on_grid(form, 0, -claim.offset, claim.most - claim.offset)
            return Score({claim: tuple((x + claim.offset, y) for x, y in curve)})
        metric = self.metrics[source.name]
        return Score({metric.name: on_grid(form, metric.decimals, metric.lower, metric.upper)})

    def _gated(self, expression: Gated) -> tuple[Score, Shape]:
        """Of a value v between 0 and h: max(0, v - h (1 - met)); what is below 0 likewise from the other side."""
        inner = self.score(expression.of)
        high, low = max(inner.high, ZERO), min(inner.low, ZERO)
        gained = summed([inner, self._gate(expression.condition, high)])
        if low == 0:
            return gained, clip(ZERO, None)
        owed = self.bend(summed([inner, self._gate(expression.condition, low)]), clip(None, ZERO))
        return (summed([self.bend(gained, clip(ZERO, None)), owed]) if high else owed), IDENTITY

    def _gate(self, condition: Condition, amount: Fraction) -> Score:
        """Nothing if the condition holds, else the amount taken away."""
        return summed([self.score(Reading(MetricSource(condition.metric), met(condition, amount))), Score({}, -amount)])

    def _checked(self, curve: Curve) -> Curve:
        if any(abs(y) >= MAX_SCORE for _, y in curve):
            raise ScaleError(self.place, f"a leg reaches {_power(max(abs(y) for _, y in curve))}: expected below 2^248")
        return curve


def summed(scores: Iterable[Score]) -> Score:
    """The sum of scores; legs of the same source become one."""
    curves: dict[Key, list[ExactCurve]] = {}
    plus = ZERO
    for score in scores:
        plus += score.plus
        for key, curve in score.legs.items():
            curves.setdefault(key, []).append(curve)
    return Score({key: added(found) for key, found in curves.items()}, plus)


def _power(number: int) -> str:
    return f"about 2^{number.bit_length() - 1}"
