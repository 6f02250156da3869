"""Schedules that pay by thresholds; every amount was worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.domain.inputs import Inputs
from app.domain.schedule import (
    AllTargets,
    Band,
    Compare,
    Condition,
    GateAnyPooled,
    KOfN,
    PerThousandSteps,
    SignedBands,
    Steps,
    TrancheClass,
    TranchesMaturity,
)
from app.errors import TermsError
from app.terms.measured import measured_units
from tests.unit.terms.compiling import compiled, entry, outcomes, paid, rows, settled

RIKERS = Steps(
    "reduction",
    Compare.GTE,
    rows(("0.085", 480_000_000), ("0.10", 960_000_000), ("0.16", 1_094_400_000), ("0.20", 1_171_200_000)),
)
WAITING_DAYS = Steps("days", Compare.LTE, rows((30, 100), (20, 200), (10, 500)), Fraction(7))
THREE_YEARS = TranchesMaturity(
    "x",
    3,
    (
        TrancheClass("A", Fraction(1_000_000), rows((0, "0.02"), ("0.1", "0.05"))),
        TrancheClass("B", Fraction(500_000), rows(("0.1", "0.10"))),
    ),
)


@pytest.mark.parametrize(
    ("outcome", "amount"),
    [
        ("-0.05", 0),
        ("0.084999999999999999", 0),
        ("0.085", 480_000_000),
        ("0.0999", 480_000_000),
        ("0.10", 960_000_000),
        ("0.35", 1_171_200_000),
    ],
)
def test_steps_pay_the_last_row_reached(outcome: str, amount: int) -> None:
    """T-08: met at the threshold itself, not one unit below."""
    assert paid(RIKERS, outcomes(reduction=outcome)) == amount


def test_the_score_of_one_metric_is_the_outcome_itself() -> None:
    """C-09: the deposit is the face."""
    one = compiled(RIKERS)
    assert settled(one, outcomes(reduction="0.10")).score == 10**17
    assert one.main.face == 1_171_200_000
    assert [(deposit.party, deposit.sets) for deposit in one.deposits] == [("payer", 1_171_200_000)]


@pytest.mark.parametrize(("days", "amount"), [(31, 7), (30, 100), (15, 200), (10, 500), (-4, 500)])
def test_steps_that_fall_pay_for_less(days: int, amount: int) -> None:
    assert paid(WAITING_DAYS, outcomes(days=days)) == amount


@pytest.mark.parametrize(("outcome", "amount"), [("0.55", 350), ("0.5501", 700), ("0.550000000000000001", 700)])
def test_a_strict_threshold_must_be_passed(outcome: str, amount: int) -> None:
    """T-08: not met at the threshold itself, but one unit above."""
    bond = Steps("rate", Compare.GT, rows(("0.55", 700)), Fraction(350))
    assert paid(bond, outcomes(rate=outcome)) == amount


def test_amounts_may_fall_with_the_threshold() -> None:
    hump = Steps("x", Compare.GTE, rows((1, 100), (2, 30), (3, 60)), Fraction(10))
    assert [paid(hump, outcomes(x=x)) for x in (0, 1, 2, 3)] == [10, 100, 30, 60]


@pytest.mark.parametrize(
    ("compare", "below", "above"),
    [(Compare.GTE, 0, 1), (Compare.GT, 0, 1), (Compare.LTE, 1, 0), (Compare.LT, 1, 0)],
)
def test_a_third_is_no_decimal_and_each_reported_outcome_is_judged_as_it_stands(
    compare: Compare, below: int, above: int
) -> None:
    """C-03: the first outcome beyond the threshold meets it."""
    for sign in (1, -1):
        third = Steps("x", compare, ((Fraction(sign, 3), Fraction(1)),))
        near = Fraction(sign * 333_333_333_333_333_333, 10**18)  # toward zero from a third
        beyond = Fraction(sign * 333_333_333_333_333_334, 10**18)
        low, high = sorted((near, beyond))
        assert paid(third, Inputs({"x": low})) == below
        assert paid(third, Inputs({"x": high})) == above


def test_tables_longer_than_a_curve_are_split_over_legs_of_the_same_metric() -> None:
    table = rows(*((threshold, 3 * threshold + threshold % 2) for threshold in range(1, 101)))
    one = compiled(Steps("x", Compare.GTE, table))
    assert {leg.metric for leg in one.main.legs} == {"x"}  # type: ignore[union-attr]
    assert len(one.main.legs) == 7  # 200 knots in pieces of 32 that share their ends
    assert [paid(one.terms, outcomes(x=x)) for x in (0, 1, 50, 99, "99.5", 100, 900)] == [0, 4, 150, 298, 298, 300, 300]


def test_a_table_of_more_than_64_legs_is_fed_by_formulas() -> None:
    """C-10: in the order in which they are settled."""
    table = rows(*((threshold, threshold % 7) for threshold in range(1, 1502)))
    one = compiled(Steps("x", Compare.GTE, table))
    assert (len(one.instruments), one.taker_deposit) == (3, 0)  # 97 legs: two formulas, and what adds them
    amounts = [settled(one, outcomes(x=x)).amounts[0] for x in (-1, 1, 700, 1000, 1500, 1501, 9999)]
    assert amounts == [0, 1, 0, 6, 2, 3, 3]


@pytest.mark.parametrize(("growth", "amount"), [(0, 0), ("0.0001", 550_350_000), ("0.03", 1_100_700_000)])
def test_per_thousand_steps_pay_by_the_face(growth: str, amount: int) -> None:
    bond = PerThousandSteps("growth", Fraction(15_000_000_000), rows((0, "36.69"), ("0.02", "73.38")))
    assert paid(bond, outcomes(growth=growth)) == amount


def test_fractional_amounts_are_truncated_once() -> None:
    assert paid(PerThousandSteps("x", Fraction(999), rows((0, "0.5"), (1, "1.5"))), outcomes(x=2)) == 1  # 1.4985


@pytest.mark.parametrize(("outcome", "amount"), [("0.0999", -500), ("0.1", 0), ("0.3", 0), ("0.3001", 500)])
def test_signed_bands_let_the_taker_pay_too(outcome: str, amount: int) -> None:
    """C-08: less than nothing is what the taker pays."""
    swap = SignedBands("x", _bands("0.1", "0.3", -500, 500))
    assert paid(swap, outcomes(x=outcome)) == amount
    one = compiled(swap)
    assert (one.main.face, one.taker_deposit) == (1000, 500)
    assert [(deposit.party, deposit.sets) for deposit in one.deposits] == [("payer", 500), ("taker", 500)]


def test_negative_amounts_are_truncated_toward_zero() -> None:
    swap = SignedBands("x", _bands("0.1", "0.3", Fraction(-7, 2), Fraction(7, 2)))
    assert [paid(swap, outcomes(x=x)) for x in (0, 1)] == [-3, 3]


def test_bands_that_hold_nothing_or_overlap_are_told() -> None:
    """C-12: with their place."""
    empty = Band(Fraction(1), Fraction(1), False, True, Fraction(5))
    with pytest.raises(TermsError, match=r"main\.bands: 1 to 1 given: expected a band that holds"):
        compiled(SignedBands("x", (empty,)))
    touching = (Band(None, Fraction(1), False, True, Fraction(5)), Band(Fraction(1), None, True, False, Fraction(6)))
    with pytest.raises(TermsError, match="an outcome of 1 lies in two bands"):
        compiled(SignedBands("x", touching))


def test_all_targets_must_be_reached() -> None:
    targets = AllTargets(
        (Condition("learning", Fraction(5592)), Condition("enrolment", Fraction("0.79"))), Fraction(422)
    )
    assert paid(targets, outcomes(learning=8940, enrolment="0.92")) == 422
    assert paid(targets, outcomes(learning=5592, enrolment="0.79")) == 422
    assert paid(targets, outcomes(learning=5591, enrolment="0.92")) == 0
    assert paid(targets, outcomes(learning=8940)) == 0


@pytest.mark.parametrize(
    ("cohorts", "pooled", "amount"),
    [(["13/155"], None, 0), (["13/155"], "0.09", 1), ([0, "0.1"], None, 1), ([0] * 8, "0.0749", 0), ([], None, 0)],
)
def test_a_gate_opens_for_any_cohort_or_for_all_pooled(cohorts: list[str], pooled: str | None, amount: int) -> None:
    gate = GateAnyPooled(Fraction("0.10"), Fraction("0.075"))
    values = {"pooled": Fraction(pooled)} if pooled else {}
    assert paid(gate, Inputs(values, tuple(map(Fraction, cohorts)))) == amount


def test_an_absent_cohort_meets_no_threshold_not_even_a_negative_one() -> None:
    gate = GateAnyPooled(Fraction("-0.5"), Fraction(-3))
    assert paid(gate, Inputs()) == 0
    assert paid(gate, Inputs({}, (Fraction(0),))) == 1
    one = compiled(gate)
    assert measured_units(one, entry(gate), Inputs({"pooled": Fraction(-3)}))["cohort_8"] == -4 * 10**18


def test_k_of_n_counts_goals_and_not_every_count_needs_a_row() -> None:
    goals = (
        Condition("enrolment", Fraction("0.79")),
        Condition("learning", Fraction(5592)),
        Condition("mortality", Fraction(50), Compare.LTE),
    )
    bonus = KOfN(goals, ((1, Fraction("0.5")), (3, Fraction(1_000))))
    assert paid(bonus, outcomes(enrolment=1, learning=8940, mortality=35)) == 1_000
    assert paid(bonus, outcomes(enrolment=1, learning=8940, mortality=183)) == 0  # half a unit is not paid
    assert paid(bonus, outcomes(mortality=183)) == 0
    assert len(compiled(bonus).main.legs) == 3


@pytest.mark.parametrize(
    ("x", "first", "second"), [("0.1", 1_157_625, 665_500), ("0.05", 1_061_208, 0), ("-0.01", 0, 0)]
)
def test_every_class_is_a_claim_of_one_instrument(x: str, first: int, second: int) -> None:
    """C-13: in the order of the classes, the payer last."""
    one = compiled(THREE_YEARS)
    assert settled(one, outcomes(x=x)).amounts == (first, second, 1_823_125 - first - second)
    assert [claim.label for claim in one.main.claims] == ["A", "B"]
    assert one.deposits[0].receivers == ("A", "B", "payer")


def test_a_round_without_outcome_pays_classes_least() -> None:
    """C-07: of all classes together."""
    hump = TranchesMaturity(
        "x", 1, (TrancheClass("A", Fraction(100), rows((0, "0.5"), (1, -1), (2, "0.2")), Fraction(1)),)
    )
    (leg,) = compiled(hump).main.legs
    assert leg.fallback == 10**18  # type: ignore[union-attr]


def test_tables_out_of_order_are_told_and_never_misjudged() -> None:
    """C-12: with their place."""
    with pytest.raises(TermsError, match=r"main\.table: 1 given after 2: expected each above the one before"):
        compiled(Steps("x", Compare.GTE, rows((2, 5), (1, 9))))
    with pytest.raises(TermsError, match="expected each below the one before"):
        compiled(Steps("x", Compare.LT, rows((1, 5), (2, 9))))
    with pytest.raises(TermsError, match=r"main\.classes: 0 given after 1"):
        compiled(TranchesMaturity("x", 1, (TrancheClass("A", Fraction(1), rows((1, 0), (0, 0))),)))
    with pytest.raises(TermsError, match=r"main\.table: 1 given after 2"):
        compiled(KOfN((Condition("x", Fraction(1)),) * 2, ((2, Fraction(5)), (1, Fraction(3)))))


def _bands(low: str, high: str, loss: Fraction | int, gain: Fraction | int) -> tuple[Band, ...]:
    return (
        Band(None, Fraction(low), False, False, Fraction(loss)),
        Band(Fraction(low), Fraction(high), True, True, Fraction(0)),
        Band(Fraction(high), None, False, False, Fraction(gain)),
    )
