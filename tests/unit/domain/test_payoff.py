"""The second opinion, against numbers worked by hand and independently of any compiler."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.domain.inputs import Inputs
from app.domain.payoff import payoff, payoffs, payouts
from app.domain.schedule import (
    Call,
    Condition,
    GateAnyPooled,
    KnockIn,
    Payer,
    PerThousandSteps,
    ProRataPayers,
    RateCard,
    RateItem,
    Tranche,
    TrancheClass,
    TranchesMaturity,
    Waterfall,
)
from app.errors import InputError

CARD = RateCard((RateItem("x", Fraction("0.5")), RateItem("y", Fraction(1, 3))))
FALL = Waterfall(("a.main", "b.main"), (Tranche("senior", Fraction(260)), Tranche("mezzanine", Fraction(87))), "junior")


def test_payoffs_are_exact_and_payouts_are_truncated_once() -> None:
    inputs = Inputs({"x": Fraction(3), "y": Fraction(1)})
    assert payoff(CARD, inputs) == Fraction(11, 6)
    assert payoffs(CARD, inputs) == {"taker": Fraction(11, 6)}
    assert payouts(CARD, inputs) == {"taker": 1}


def test_per_thousand_steps_use_the_last_threshold_strictly_passed() -> None:
    bond = PerThousandSteps(
        "growth", Fraction(15_000_000_000), ((Fraction(0), Fraction("36.69")), (Fraction("0.02"), Fraction("73.38")))
    )
    assert payoff(bond, Inputs({"growth": Fraction("0.02")})) == 550_350_000
    assert payoff(bond, Inputs({"growth": Fraction("0.0200001")})) == 1_100_700_000


def test_each_class_is_truncated_on_its_own() -> None:
    classes = tuple(TrancheClass(name, Fraction(100), ((Fraction(0), Fraction("0.005")),)) for name in "AB")
    bond = TranchesMaturity("x", 1, classes)
    assert payoff(bond, Inputs()) == 201
    assert payouts(bond, Inputs()) == {"A": 100, "B": 100}


def test_a_negative_payoff_is_truncated_toward_zero() -> None:
    assert payouts(RateCard((RateItem("x", Fraction(-1, 2)),)), Inputs({"x": Fraction(3)})) == {"taker": -1}


@pytest.mark.parametrize(
    ("paid", "amounts"),
    [
        ((251, 165), {"senior": 260, "mezzanine": 87, "junior": 69}),
        ((0, 165), {"senior": 165, "mezzanine": 0, "junior": 0}),
        ((0, 0), {"senior": 0, "mezzanine": 0, "junior": 0}),
    ],
)
def test_a_waterfall_fills_its_tranches_in_order(paid: tuple[int, int], amounts: dict[str, int]) -> None:
    assert payouts(FALL, Inputs(), dict(zip(("a.main", "b.main"), paid, strict=True))) == amounts


def test_a_call_takes_its_share_above_the_strike_up_to_its_cap() -> None:
    call = Call("a.main", Fraction(200_000_000), Fraction(1, 2), Fraction(30_000_000))
    assert payoff(call, Inputs(), {"a.main": 251_380_000}) == 25_690_000
    assert payoff(call, Inputs(), {"a.main": 300_000_000}) == 30_000_000
    assert payoff(call, Inputs(), {"a.main": 199_999_999}) == 0
    with pytest.raises(InputError, match=r"no amount is known for a\.main"):
        payoff(call, Inputs())


def test_what_payers_share_and_conditions_let_through_is_the_inner_payoff() -> None:
    knock = KnockIn(Condition("z", Fraction(1)), ProRataPayers(CARD, (Payer("p", Fraction(1)),)))
    assert payoff(knock, Inputs({"x": Fraction(2), "z": Fraction(1)})) == 1
    assert payoff(knock, Inputs({"x": Fraction(2)})) == 0


def test_a_gate_holds_at_most_eight_cohorts() -> None:
    with pytest.raises(InputError, match="9 cohorts were given: a gate holds at most 8"):
        payoff(GateAnyPooled(Fraction(1), None), Inputs(cohorts=(Fraction(1),) * 9))
