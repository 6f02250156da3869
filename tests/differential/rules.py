"""What the contract refuses, said once more: a compiled instrument must break none of it."""

from __future__ import annotations

from itertools import pairwise

from app.domain.instrument import (
    MAX_CASH_FACE,
    MAX_CLAIMS,
    MAX_KNOTS,
    MAX_LEGS,
    MAX_METRIC,
    MAX_SCORE,
    Curve,
    Instrument,
    MetricLeg,
)
from app.terms.compiled import CompiledSchedule


def check_compiled(compiled: CompiledSchedule) -> None:
    """Everything that opening and minting check."""
    for metric in compiled.metrics.values():
        assert -MAX_METRIC <= metric.lower <= metric.upper < MAX_METRIC
        assert 0 <= metric.decimals <= 18
    assert [one.formula for one in compiled.instruments] == [True] * (len(compiled.instruments) - 1) + [False]
    for instrument in compiled.instruments:
        check_instrument(instrument, compiled)
    assert sum(deposit.sets for deposit in compiled.deposits) == compiled.main.face
    assert all(deposit.sets > 0 for deposit in compiled.deposits)
    assert {len(deposit.receivers) for deposit in compiled.deposits} == {len(compiled.main.claims) + 1}
    taken = sum(deposit.sets for deposit in compiled.deposits if deposit.party == "taker")
    assert taken == compiled.taker_deposit


def check_instrument(instrument: Instrument, compiled: CompiledSchedule) -> None:
    """Limits, knots, whole slopes, and amounts within the face."""
    assert 0 < instrument.face < (MAX_SCORE if instrument.formula else MAX_CASH_FACE)
    assert 0 < len(instrument.legs) <= MAX_LEGS
    for leg in instrument.legs:
        _check_curve(leg.curve, whole_slopes=True)
        if isinstance(leg, MetricLeg):
            metric = compiled.metrics[leg.metric]
            assert metric.lower <= leg.fallback <= metric.upper
    assert 0 < len(instrument.claims) < MAX_CLAIMS
    for claim in instrument.claims:
        assert claim.curve
        _check_curve(claim.curve, whole_slopes=instrument.formula)
        assert all(0 <= y <= instrument.face for _, y in claim.curve)


def _check_curve(curve: Curve, whole_slopes: bool) -> None:
    assert len(curve) <= MAX_KNOTS
    assert all(abs(number) < MAX_SCORE for knot in curve for number in knot)
    for (x, y), (next_x, next_y) in pairwise(curve):
        assert x < next_x
        assert not whole_slopes or (next_y - y) % (next_x - x) == 0
