"""Schedules that pay by rates; every amount was worked by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.domain.inputs import Inputs
from app.domain.schedule import (
    BasketItem,
    Bracket,
    Compare,
    Guarantee,
    MarginalBrackets,
    PerPersonRateCard,
    PiecewiseLinear,
    RateCard,
    RateItem,
    Steps,
    SumOf,
    WeightedBasket,
)
from app.errors import InputError, ScaleError, TermsError
from app.terms.compile import compile_sheet
from app.terms.measured import measured
from app.terms.sheet import Sheet
from tests.unit.terms.compiling import compiled, entry, outcomes, paid, rows, settled


def test_a_rate_card_caps_items_then_takes_the_share_then_caps_the_whole() -> None:
    items = (
        RateItem("starts", Fraction(24_000), cap=Fraction(14_400_000)),
        RateItem("jobs", Fraction(100_000), cap_units=Fraction(450)),
    )
    card = RateCard(items, Fraction("0.95"), Fraction(50_000_000))
    assert paid(card, outcomes(starts=832, jobs=31)) == 16_625_000  # 0.95 x (14,400,000 + 3,100,000)
    assert paid(card, outcomes(starts=832, jobs=451)) == 50_000_000  # 0.95 x 59,400,000 = 56,430,000
    assert paid(card, outcomes(starts=-5, jobs=2)) == 190_000


def test_fractional_rates_are_truncated_once_for_the_whole() -> None:
    """C-01, C-02: two halves are one."""
    card = RateCard((RateItem("a", Fraction("0.5")), RateItem("b", Fraction("0.5"))), cap=Fraction(1000))
    assert paid(card, outcomes(a=1, b=1)) == 1
    assert paid(card, outcomes(a=1, b=0)) == 0


def test_a_cap_between_two_reportable_outcomes_is_still_exact() -> None:
    card = RateCard((RateItem("x", Fraction(7), cap=Fraction(10)),))  # the cap is reached at 10/7
    assert paid(card, outcomes(x="1.428571428571428571")) == 9
    assert paid(card, outcomes(x="1.428571428571428572")) == 10


def test_without_any_cap_twice_the_largest_outcome_of_the_tests_bounds_the_metric() -> None:
    """C-05: upward; downward all that the chain holds."""
    card = RateCard((RateItem("days", Fraction(1512), unit="day"),))
    one = compiled(card, outcomes(days=258_858), outcomes(days=41_070), outcomes())
    assert one.main.face == 2 * 258_858 * 1512
    assert one.metrics["days"].upper == 2 * 258_858 * 10**18
    assert one.metrics["days"].lower == -(2**95)
    assert one.metrics["days"].unit == "day"
    with pytest.raises(InputError, match=r"days: 517717 was measured; expected .* to 517716"):
        settled(one, outcomes(days=517_717))


def test_without_tests_a_metric_reaches_at_least_one_unit() -> None:
    """C-05: one unit of 1512."""
    assert compiled(RateCard((RateItem("days", Fraction(1512)),))).main.face == 1512


def test_a_cap_bounds_the_payoff_without_any_test() -> None:
    """C-05: the metric may be anything."""
    one = compiled(RateCard((RateItem("days", Fraction(7500)),), cap=Fraction(500_000_000)))
    assert (one.main.face, one.metrics["days"].upper) == (500_000_000, 2**95 - 1)


def test_tests_change_nothing_but_bounds_that_the_terms_leave_open() -> None:
    """C-06: neither what was measured, where a cap bounds it, nor what is expected."""
    capped = RateCard((RateItem("days", Fraction(7500)),), cap=Fraction(500_000_000))
    assert compiled(capped, outcomes(days=999_999)) == compiled(capped)
    plain = entry(RateCard((RateItem("days", Fraction(7500)),)), outcomes(days=9))
    surprised = replace(plain, tests=tuple(replace(one, expected=10**9) for one in plain.tests))
    one, other = (compile_sheet(Sheet((made,)))["case.main"] for made in (plain, surprised))
    assert one == other
    assert one.main.face == 2 * 9 * 7500


def test_large_metrics_are_reported_with_fewer_decimals() -> None:
    """C-04: a thousandfold margin."""
    steps = Steps("cents", Compare.GTE, rows((10**12, 5)))
    assert compiled(steps).metrics["cents"].decimals == 13  # 1000 times 10^12 is below 2^95 at 13 decimals
    assert paid(steps, outcomes(cents=10**12)) == 5


def test_thresholds_get_the_decimals_that_they_need_or_an_error() -> None:
    """C-04: a twofold margin where thresholds need the decimals."""
    fine = Steps("x", Compare.GTE, rows((f"{10**9}.{'0' * 17}1", 5)))
    assert compiled(fine).metrics["x"].decimals == 18
    with pytest.raises(TermsError, match="metric x needs 18 decimals and reaches 1e\\+12: 16 fit into 96 bits"):
        compiled(Steps("x", Compare.GTE, rows((f"{10**12}.{'0' * 17}1", 5))))
    with pytest.raises(TermsError, match="metric x needs 19 decimals"):
        compiled(Steps("x", Compare.GTE, rows((f"0.{'0' * 18}1", 5))))


@pytest.mark.parametrize(("jobs", "amount"), [(-3, 0), (370, 40_700_000), (390, 42_700_000), (500, 56_850_000)])
def test_marginal_brackets_pay_each_unit_at_its_own_rate(jobs: int, amount: int) -> None:
    brackets = MarginalBrackets(
        "jobs",
        (
            Bracket(Fraction(0), Fraction(370), Fraction(110_000), Fraction(40_700_000)),
            Bracket(Fraction(370), Fraction(410), Fraction(100_000), Fraction(4_000_000)),
            Bracket(Fraction(410), None, Fraction(135_000), Fraction(18_500_000)),
        ),
    )
    assert paid(brackets, outcomes(jobs=jobs)) == amount
    assert compiled(brackets).main.face == 63_200_000


@pytest.mark.parametrize(
    ("rate", "floored", "plain"), [("0.50", 35_000_000, 21_000_000), ("0.6158", 62_454_000, 62_454_000)]
)
def test_lines_are_flat_outside_and_have_a_floor(rate: str, floored: int, plain: int) -> None:
    points = rows(("0.55", "0.03"), ("0.60", "0.075"), ("0.65", "0.12"), ("0.70", "0.15"))
    scale = Fraction(700_000_000)
    assert paid(PiecewiseLinear("rate", points, Fraction("0.05"), scale), outcomes(rate=rate)) == floored
    assert paid(PiecewiseLinear("rate", points, None, scale), outcomes(rate=rate)) == plain


def test_a_line_below_zero_is_truncated_toward_zero_and_paid_by_the_taker() -> None:
    """C-01, C-08: both ways toward zero."""
    swap = PiecewiseLinear("x", rows((-2, -5), (2, 5)))
    assert [paid(swap, outcomes(x=x)) for x in (-3, "-1.99", "-0.3", "0.3", "1.99", 3)] == [-5, -4, 0, 0, 4, 5]
    assert compiled(swap).taker_deposit == 5


def test_people_are_data_and_their_sum_is_the_metric() -> None:
    items = (RateItem("m1", Fraction(130), cap_units=Fraction(1)), RateItem("m8", Fraction(260)))
    card = PerPersonRateCard(items, per_person_cap=Fraction(300), cap=Fraction(550))
    people = ({"m1": Fraction(2)}, {"m1": Fraction(1), "m8": Fraction(1)}, {"m8": Fraction(1)})
    inputs = Inputs(people=people)
    assert measured(card, inputs) == {"people_due": Fraction(690)}  # 130 + 300 + 260
    assert paid(card, inputs) == 550
    assert paid(card, Inputs(people=people[:2])) == 430
    assert compiled(card).metrics["people_due"].unit == "minor unit"


@pytest.mark.parametrize(
    ("loan", "payment", "amount"), [(720, 0, 600), (720, 480, 240), (720, 720, 0), (720, 1171, 0), (0, 0, 0)]
)
def test_a_guarantee_pays_what_the_outcome_payment_left_open(loan: int, payment: int, amount: int) -> None:
    guarantee = Guarantee(Fraction(600))
    assert paid(guarantee, outcomes(loan=loan, outcome_payment=payment)) == amount
    assert {metric.decimals for metric in compiled(guarantee).metrics.values()} == {0}


def test_a_basket_clips_each_metric_and_then_the_index() -> None:
    clip = (Fraction(0), Fraction("1.5"))
    items = (
        BasketItem("learning", Fraction("0.5"), Fraction(5592), *clip),
        BasketItem("sanitation", Fraction("0.3"), Fraction(1600), *clip),
        BasketItem("reoffending", Fraction("0.2"), Fraction("0.075"), *clip),
    )
    basket = WeightedBasket(items, Fraction("0.25"), Fraction("1.2"), Fraction(2_500_000_000_000))
    assert paid(basket, outcomes(learning=5592, sanitation=1600, reoffending="0.075")) == 2_500_000_000_000
    assert paid(basket, outcomes(learning=8940, sanitation=500, reoffending="0.09")) == 2_709_375_000_000
    assert paid(basket, outcomes()) == 625_000_000_000
    assert paid(basket, outcomes(learning=10**6, sanitation=10**6, reoffending=1)) == 3_000_000_000_000
    one = compiled(basket)
    thirteen = Inputs({"learning": Fraction(8940), "sanitation": Fraction(500), "reoffending": Fraction(13, 155)})
    assert settled(one, thirteen).amounts[0] == 2_668_514_784_946


def test_an_open_basket_of_a_difference_lets_the_taker_pay() -> None:
    items = (BasketItem("a", Fraction(1), Fraction(1)), BasketItem("b", Fraction(-1), Fraction(1)))
    one = compiled(WeightedBasket(items, None, None, Fraction(10)), outcomes(a=3, b=7))
    assert (one.main.face, one.taker_deposit) == (60 + 140, 140)
    assert settled(one, outcomes(a=3, b=7)).amounts[0] - one.taker_deposit == -40


def test_negative_rates_and_backward_clips_are_told_with_their_place() -> None:
    with pytest.raises(TermsError, match=r"main\.items\[0\]\.rate_minor: -1 given: expected at least 0"):
        compiled(RateCard((RateItem("x", Fraction(-1)),)))
    with pytest.raises(TermsError, match=r"main\.brackets\[0\]: ends at 1: expected no end below 2"):
        compiled(MarginalBrackets("x", (Bracket(Fraction(2), Fraction(1), Fraction(1)),)))
    with pytest.raises(TermsError, match=r"main\.clip: low 2 and high 1 given"):
        compiled(WeightedBasket((BasketItem("x", Fraction(1), Fraction(1)),), Fraction(2), Fraction(1)))
    with pytest.raises(TermsError, match=r"main\.items\[0\]\.divisor: 0 given"):
        compiled(WeightedBasket((BasketItem("x", Fraction(1), Fraction(0)),), None, None))
    with pytest.raises(TermsError, match=r"main\.points: 1 given after 1"):
        compiled(PiecewiseLinear("x", rows((1, 1), (1, 2))))


def test_a_common_denominator_beyond_2_to_the_200_is_an_error() -> None:
    """C-02: told with its place."""
    items = tuple(RateItem(name, Fraction(10**25, 10**25 + odd)) for name, odd in (("a", 13), ("b", 23), ("c", 41)))
    with pytest.raises(ScaleError, match=r"the common denominator is about 2\^2\d\d: expected at most 2"):
        compiled(RateCard(items, cap=Fraction(100)))


def test_more_than_a_cash_instrument_holds_is_an_error() -> None:
    with pytest.raises(TermsError, match="it can pay 5192296858534827628530496329220096 smallest units"):
        compiled(Steps("x", Compare.GTE, ((Fraction(1), Fraction(2**112)),)))
    assert compiled(Steps("x", Compare.GTE, ((Fraction(1), Fraction(2**112 - 1)),))).main.face == 2**112 - 1


def test_a_metric_carries_what_people_call_it() -> None:
    """C-01: the label of a rate card's item travels with its metric; one without keeps its name alone."""
    items = (RateItem("m01", Fraction(5), label="First job"), RateItem("m02", Fraction(5)))
    one = compiled(SumOf((RateCard(items),)), outcomes(m01=3, m02=3))
    assert {name: metric.label for name, metric in one.metrics.items()} == {"m01": "First job", "m02": ""}
