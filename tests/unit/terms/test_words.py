"""The real contracts, in words that a newcomer can check against their sources."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app.terms.figures import money, money_short, percent, shown
from app.terms.load import read_files
from app.terms.read.schedule import READERS
from app.terms.sheet import Entry
from app.terms.words import explain, title
from tests.unit.terms.sheets import everything, read, with_schedule

SHEET = read_files(sorted((Path(__file__).parents[3] / "cases").glob("*.json")))


def entry(key: str) -> Entry:
    found = SHEET.entry(key)
    assert found is not None
    return found


def test_rikers_in_words() -> None:
    assert title(entry("us-nyc-able-rikers.main")) == (
        "NYC ABLE (Rikers Island) Social Impact Bond · us-nyc-able-rikers.main"
    )
    assert explain(entry("us-nyc-able-rikers.main")) == [
        "City of New York, Department of Correction (outcome payer) pays Goldman Sachs (lender).",
        "Measured: relative reduction in recidivism bed days vs adjusted historical comparison group "
        "(12 and 24 months).",
        "If recidivism_reduction is at least 8.5 %, $4,800,000.00 is paid;",
        "if it is at least 10 %, $9,600,000.00;",
        "if it is at least 11 %, $10,080,000.00;",
        "if it is at least 12 %, $10,176,000.00;",
        "if it is at least 12.5 %, $10,272,000.00;",
        "if it is at least 13 %, $10,368,000.00;",
        "if it is at least 16 %, $10,944,000.00;",
        "if it is at least 20 %, $11,712,000.00;",
        "below 8.5 %, nothing.",
        "What happened: recidivism_reduction 0 % → nothing (programme failed: City pays nothing).",
    ]


SAID = [
    ("us-nyc-able-rikers.guarantee", "Bloomberg Philanthropies (guarantor) covers Goldman Sachs (lender)."),
    ("us-nyc-able-rikers.guarantee", "What the outcome payment leaves of the loan is paid, at most $6,000,000.00."),
    ("uk-fair-chance-fusion.main", 'Each outcome "Move into Accommodation" (m04) pays £500.00.'),
    ("uk-fair-chance-fusion.main", "In all at most £2,513,800.00 is paid."),
    (
        "uk-fair-chance-fusion.main",
        "What happened: m01 345, m02 295, m03 271, m04 293 and 17 more → £2,513,800.00 "
        "(cap binds; equals the real payment).",
    ),
    ("kh-sanitation-dib.main", "Each village of odf_villages pays $6,250.00, for at most 1,600."),
    ("us-denver-supportive-housing.total", "All of these are added up:"),
    ("us-denver-supportive-housing.total", "  Each day of adjusted_housing_days pays $15.12."),
    ("au-newpin-sbb.coupon_interpolated", "rising evenly to A$525,000.00 at 60 %,"),
    ("au-newpin-sbb.coupon_years_1_to_3", "At least A$350,000.00 is paid."),
    ("au-newpin-sbb.principal_at_maturity", "If restoration_rate is above 55 %, A$7,000,000.00 is paid;"),
    ("au-newpin-sbb.principal_at_maturity", "at or below 55 %, A$3,500,000.00 is paid."),
    (
        "za-wildlife-conservation-bond.success",
        "if it is above 4 %, $13,759,500.00 ($0.9173 for each $10.00 of $150,000,000.00);",
    ),
    (
        "uk-hmp-peterborough.trigger",
        "If any cohort is at least 10 % or all pooled are at least 7.5 %, payment is triggered (1 minor unit); "
        "otherwise not.",
    ),
    (
        "in-educate-girls-dib.at_or_above_targets",
        "If learning_gain_levels is at least 5,592 and enrolment_rate is at least 79 %, $422,000.00 is paid; "
        "otherwise nothing.",
    ),
    (
        "tr-istanbul-kodluyor.sustained",
        "Each unit of sustained_jobs from 370 to 410 pays $1,000.00, at most $40,000.00.",
    ),
    ("tr-istanbul-kodluyor.sustained", "Each unit of sustained_jobs above 410 pays $1,350.00, at most $185,000.00."),
    ("uk-dwp-innovation-fund-r2.main", "  At most £11,700.00 a person."),
    ("us-utah-preschool.main", "Of this, 95 % is paid."),
    ("C0-call-on-case", "1/2 of what uk-fair-chance-fusion.main pays above £2,000,000.00 is paid."),
    ("W1-fair-chance-waterfall", "First senior gets up to £2,600,000.00."),
    ("W1-fair-chance-waterfall", "Then mezzanine gets up to £872,000.00."),
    ("W1-fair-chance-waterfall", "junior gets the rest."),
    ("K-k-of-n", "  child_health_u5_mortality is at most 50"),
    ("K-k-of-n", "2 met: $600,000.00 is paid;"),
    ("B1-weighted-basket", "  0.2 times reoffending / 0.075, the ratio kept between 0 and 1.5;"),
    ("B1-weighted-basket", "The index is kept between 0.25 and 1.2."),
    ("N1-education-and-healthy-ageing", "Only if education_effect_ci_low is at least 5:"),
    ("example-signed-bands.main", "If x is below 10 %, the taker pays $5.00."),
    ("example-signed-bands.main", "If x is at least 10 % and at most 30 %, the taker gets nothing."),
    ("example-tranches.main", "A: $10,000.00, paid after 3 years with a yearly"),
    ("example-tranches.main", "  otherwise nothing is paid, not even the principal."),
    (
        "example-pro-rata.main",
        "The payers share it in proportion: city up to $1.00, county up to $1.00, state up to $1.00.",
    ),
    ("example-waiting-days.main", "If waiting_days is at most 30, $1.00 is paid;"),
    ("example-waiting-days.main", "above 30, nothing."),
]


@pytest.mark.parametrize(("key", "line"), SAID)
def test_the_terms_are_said(key: str, line: str) -> None:
    assert line in explain(entry(key))


def test_outcomes_that_reach_beyond_one_are_not_percents() -> None:
    lines = explain(entry("uk-ways-to-wellness.outcome_a_factor_ppm"))
    assert "star_points pays nothing at 0.5," in lines


def test_every_type_has_words() -> None:
    entries = read(everything()).entries
    assert {one.kind for one in entries} == set(READERS)
    assert all(len(explain(one)) > 1 for one in entries)


def test_a_sheet_without_names_is_said_by_role() -> None:
    lines = explain(read(with_schedule({"type": "steps", "metric": "x", "table": [[1, 5]], "below": 2})).entries[0])
    assert lines == [
        "The outcome payer pays the investor.",
        "If x is at least 1, $0.05 is paid;",
        "below 1, $0.02 is paid.",
    ]


@pytest.mark.parametrize(
    ("amount", "currency", "decimals", "said"),
    [
        (480000000, "USD", 2, "$4,800,000.00"),
        (-5, "USD", 2, "-$0.05"),
        (1000000000000, "USD", 6, "$1,000,000.00"),
        (1, "EUR", 6, "€0.000001"),
        (1234, "JPY", 0, "¥1,234"),
        (1234, "CHF", 2, "12.34 CHF"),
        (Fraction(3669, 100), "USD", 2, "$0.3669"),
        (Fraction(1, 3), "USD", 2, "$1/300"),
    ],
)
def test_money_is_exact(amount: Fraction | int, currency: str, decimals: int, said: str) -> None:
    assert money(amount, currency, decimals) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "$0"), (480000000, "$4.8M"), (123456, "$1.23k"), (99999, "$1,000"), (15000000000, "$150M"), (-250, "-$2.5")],
)
def test_axis_money_is_short(amount: int, said: str) -> None:
    assert money_short(amount, "USD", 2) == said


def test_numbers_are_shown_exactly() -> None:
    assert [shown(Fraction(text)) for text in ("0.085", "13/155", "-7/2", "5592")] == [
        "0.085",
        "13/155",
        "-3.5",
        "5,592",
    ]
    assert [percent(Fraction(text)) for text in ("0.085", "13/155", "1")] == ["8.5 %", "13/155", "100 %"]
