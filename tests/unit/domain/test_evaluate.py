"""Instruments in integers: curves round down, claims are paid in order, the residual gets the rest."""

from __future__ import annotations

import pytest

from app.domain.evaluate import Settled, evaluate, settle_all, value_down
from app.domain.instrument import Claim, ClaimLeg, Combine, Instrument, MetricLeg
from app.errors import InputError

DOWN = ((0, 10), (3, 0))


@pytest.mark.parametrize(
    ("curve", "at", "value"),
    [
        ((), -7, -7),
        (((5, 2),), 99, 2),
        (((0, 0), (3, 10)), 1, 3),
        (((0, 0), (3, 10)), 2, 6),
        (DOWN, 1, 6),  # 6.67, down
        (DOWN, 2, 3),
        (DOWN, -1, 10),
        (DOWN, 3, 0),
        (((-3, -10), (0, 0)), -1, -4),  # -3.33, down
    ],
)
def test_a_curve_is_linear_between_flat_outside_and_rounds_down(
    curve: tuple[tuple[int, int], ...], at: int, value: int
) -> None:
    """T-05: both ways."""
    assert value_down(curve, at) == value


@pytest.mark.parametrize(("combine", "score"), [(Combine.SUM, 12), (Combine.MIN, 5), (Combine.MAX, 7)])
def test_legs_combine_to_one_score(combine: Combine, score: int) -> None:
    assert evaluate(_instrument(combine), (5, 7)).score == score


def test_claims_are_paid_in_order_and_each_gets_at_most_what_is_left() -> None:
    """I-05: the residual gets the rest."""
    assert evaluate(_instrument(Combine.SUM), (4, 4)).amounts == (8, 2, 0)
    assert evaluate(_instrument(Combine.SUM), (1, 1)).amounts == (2, 4, 4)
    with pytest.raises(InputError, match="one: 1 inputs were given for 2 legs"):
        evaluate(_instrument(Combine.SUM), (4,))


def test_an_unresolved_metric_takes_its_fallback_and_claims_are_read_once_settled() -> None:
    reader = Instrument("two", "two", 9, Combine.SUM, (ClaimLeg("one", 1, ()),), (Claim("a", ((0, 0), (9, 9))),))
    settled = settle_all((_instrument(Combine.SUM), reader), {"x": 1})
    assert settled == {"one": Settled(4, (4, 6, 0)), "two": Settled(6, (6, 3))}
    assert settle_all((reader,), {}, {"one": Settled(0, (0, 2, 8))})["two"].amounts == (2, 7)
    with pytest.raises(InputError, match="one is not settled"):
        settle_all((reader,), {})


def _instrument(combine: Combine) -> Instrument:
    """Two legs with fallback 3; the second claim pays twice the score."""
    legs = (MetricLeg("x", (), 3), MetricLeg("y", (), 3))
    claims = (Claim("a", ((0, 0), (10, 10))), Claim("b", ((0, 0), (5, 10))))
    return Instrument("one", "one", 10, combine, legs, claims)
