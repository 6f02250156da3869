"""The instrument that holds the tokens: its claims divide the score by its scale, the one truncation of all."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import lcm

from app.domain.instrument import (
    MAX_CASH_FACE,
    MAX_CLAIMS,
    MAX_KNOTS,
    Claim,
    Combine,
    Curve,
    Instrument,
    Leg,
    MetricLeg,
)
from app.domain.number import truncated
from app.domain.schedule import (
    PAYER,
    TAKER,
    Compare,
    KnockIn,
    Payer,
    ProRataPayers,
    Schedule,
    TranchesMaturity,
    inner_schedules,
)
from app.errors import TermsError
from app.terms.compile.curve import pruned, scaled
from app.terms.compile.expression import Expression, MetricSource, Reading
from app.terms.compile.score import Lowering, Score
from app.terms.compile.shape import IDENTITY, ONE, Jumps, Shape
from app.terms.compile.tables import one_class
from app.terms.compiled import Deposit


def single_claim(lowering: Lowering, expression: Expression, payers: tuple[Payer, ...]) -> tuple[Instrument, int]:
    """The instrument whose one ordered claim pays what the expression comes to, and the taker's own deposit [token].

    y is the payout, truncated toward zero, plus the taker's deposit. Both parts of the face can be shared by the
    payers without rest, so that none is off by more than the one unit of its redemption.
    """
    score, shape = lowering.split(expression)
    legs, curve = _plain(lowering, score, shape) or _scaled(lowering, score, shape)
    measure = _measure(payers, lowering.place)
    owed = _rounded_up(max(0, -min(y for _, y in curve)), measure)
    won = _rounded_up(max(0, *(y for _, y in curve)), measure)
    face = _checked_face(max(measure, won + owed), lowering.place)
    claims = (Claim(TAKER, tuple((x, y + owed) for x, y in curve)),)
    return Instrument(lowering.key, lowering.key, face, Combine.SUM, legs, claims, PAYER), owed


def several_classes(lowering: Lowering, terms: TranchesMaturity, whole: Expression) -> Instrument:
    """The instrument with one claim a class; its score is the number of thresholds reached, of all classes."""
    classes = [one_class(terms, one, lowering.place) for one in terms.classes]
    marks = sorted({mark for one in classes for mark in one.form.marks})
    form = Jumps(tuple((Compare.GTE, mark, ONE) for mark in marks))
    score = lowering.narrowed(lowering.score(Reading(MetricSource(terms.metric), form)))
    levels = [min(marks, default=Fraction(0)) - 1, *marks]
    claims = tuple(
        Claim(label.name, _checked_knots(_stairs([truncated(one.form.at(level)) for level in levels]), lowering.place))
        for label, one in zip(terms.classes, classes, strict=True)
    )
    if not 0 < len(claims) < MAX_CLAIMS:
        raise TermsError(lowering.place, f"{len(claims)} classes given: expected 1 to {MAX_CLAIMS - 1}")
    face = _checked_face(max(1, sum(max(y for _, y in claim.curve) for claim in claims)), lowering.place)
    ((metric, paid),) = lowering.score(whole).legs.items()
    worst = lowering.fallback(metric, paid)
    legs = tuple(replace(leg, fallback=worst) for leg in lowering.legs(score, 1) if isinstance(leg, MetricLeg))
    return Instrument(lowering.key, lowering.key, face, Combine.SUM, legs, claims, PAYER)


def payers_of(schedule: Schedule, place: str) -> tuple[Payer, ...]:
    """The several payers of a schedule, if it has any.

    Raises: TermsError if only a part of what it pays is theirs.
    """
    match schedule:
        case ProRataPayers(inner, payers):
            _refuse_payers(inner, place)
            return payers
        case KnockIn(_, inner):
            return payers_of(inner, place)
        case _:
            _refuse_payers(schedule, place)
            return ()


def deposits(
    instrument: Instrument, owed: int, payers: tuple[Payer, ...], takers: tuple[str, ...]
) -> tuple[Deposit, ...]:
    """Who pays for how many sets: payers by their maxima, each the residual of its share; the taker what it may owe."""
    weights = payers or (Payer(PAYER, ONE),)
    total = sum((one.maximum for one in weights), Fraction(0))
    found = []
    for party, amount in ((None, instrument.face - owed), (TAKER, owed)):
        for payer in weights:
            sets = int(amount * payer.maximum / total)
            found.append(Deposit(party or payer.name, sets, (*takers, payer.name)))
    return tuple(one for one in found if one.sets)


def _refuse_payers(schedule: Schedule, place: str) -> None:
    for inner in (schedule, *inner_schedules(schedule)):
        if isinstance(inner, ProRataPayers):
            raise TermsError(place, "several payers of a part given: expected pro_rata_payers around the whole")
        if inner is not schedule:
            _refuse_payers(inner, place)


def _measure(payers: tuple[Payer, ...], place: str) -> int:
    """The least amount of which every payer's share is a whole number."""
    total = sum((one.maximum for one in payers), Fraction(0))
    if payers and (total <= 0 or any(one.maximum < 0 for one in payers)):
        raise TermsError(f"{place}.payers", f"maxima of {total} in all given: expected none below 0 and some above")
    return lcm(*((one.maximum / total).denominator for one in payers))


def _plain(lowering: Lowering, score: Score, shape: Shape) -> tuple[tuple[Leg, ...], Curve] | None:
    """If one source is read and amounts at knots are whole: its value is the score, the claim's curve the payoff."""
    if len(score.legs) != 1:
        return None
    ((key, curve),) = lowering.bend(score, shape).legs.items()
    whole = len(curve) <= MAX_KNOTS and all(y.denominator == 1 for _, y in curve)
    if not whole or any(
        min(y, next_y) < 0 and next_y != y and next_x - x > 1 for (x, y), (next_x, next_y) in pairwise(curve)
    ):
        return None
    return (lowering.leg(key, (), lowering.fallback(key, curve)),), scaled(curve, 1)


def _scaled(lowering: Lowering, score: Score, shape: Shape) -> tuple[tuple[Leg, ...], Curve]:
    """Legs in money times their common denominator, which the claim's curve divides by."""
    if not shape.is_clip and not _is_table(score, shape):
        score, shape = lowering.bend(score, shape), IDENTITY
    narrow = lowering.narrowed(score)
    scale = lowering.checked_scale(narrow)
    curve = _clip_curve(score, shape, scale) if shape.is_clip else _table_curve(score, shape)
    return lowering.legs(narrow, scale), curve


def _clip_curve(score: Score, shape: Shape, scale: int) -> Curve:
    """The score divided by its scale, toward zero: a claim rounds down, so below 0 the line is led one unit up."""
    low, high = truncated(shape.at(score.low)), truncated(shape.at(score.high))
    knots = {(scale * y, y) for y in (max(low, 0), high) if high >= 0}
    if low < 0:
        knots |= {(scale * y - (scale - 1), y) for y in (low, min(high, 0))}
    return tuple(sorted(knots))


def _is_table(score: Score, shape: Shape) -> bool:
    """Whether the shape is a table over a whole number that one claim can hold."""
    whole = score.scale == 1 and all(mark.denominator == 1 for mark in shape.marks)
    stairs = all(y == next_y or next_x - x == 1 for (x, y), (next_x, next_y) in pairwise(shape.points))
    return whole and stairs and len(shape.points) <= MAX_KNOTS and not shape.lead and not shape.tail


def _table_curve(score: Score, shape: Shape) -> Curve:
    """The table's amounts, each truncated toward zero, as far as the score can come."""
    xs = {int(min(max(mark, score.low), score.high)) for mark in shape.marks}
    return tuple((x, truncated(shape.at(Fraction(x)))) for x in sorted(xs))


def _stairs(amounts: list[int]) -> Curve:
    """The amounts at 0, 1, 2 and so on."""
    return scaled(pruned((level, Fraction(amount)) for level, amount in enumerate(amounts)), 1)


def _checked_knots(curve: Curve, place: str) -> Curve:
    if len(curve) > MAX_KNOTS:
        raise TermsError(f"{place}.classes", f"{len(curve)} steps of one class given: expected at most {MAX_KNOTS}")
    return curve


def _checked_face(face: int, place: str) -> int:
    if face >= MAX_CASH_FACE:
        raise TermsError(place, f"it can pay {face} smallest units: expected less than 2^112")
    return face


def _rounded_up(amount: int, measure: int) -> int:
    return -(-amount // measure) * measure
