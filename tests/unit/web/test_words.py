from __future__ import annotations

import pytest

from app.domain.evaluate import value_down
from app.web.words import terms_in_words, through
from tests.unit.web.chains import FAIR_CHANCE, RIKERS, chain_of, voice_of


def said(key: str) -> list[str]:
    paragraphs = terms_in_words(chain_of(key).main, voice_of(key))
    return [line for one in paragraphs for line in (one.says, *(f"{c.when}: {c.pays}" for c in one.clauses))]


def test_steps_are_said_from_low_to_high() -> None:
    assert said(RIKERS) == [
        "Taker is paid for the recidivism reduction, out of $11,712,000.00:",
        "below 0.085: nothing",
        "from 0.085 to below 0.1: $4,800,000.00",
        "from 0.1 to below 0.11: $9,600,000.00",
        "from 0.11 to below 0.12: $10,080,000.00",
        "from 0.12 to below 0.125: $10,176,000.00",
        "from 0.125 to below 0.13: $10,272,000.00",
        "from 0.13 to below 0.16: $10,368,000.00",
        "from 0.16 to below 0.2: $10,944,000.00",
        "from 0.2: $11,712,000.00",
        "Payer gets what is left of $11,712,000.00.",
    ]


def test_a_step_above_a_round_number_is_said_so() -> None:
    assert said("au-newpin-sbb.principal_at_maturity")[1:3] == [
        "up to 0.55: A$3,500,000.00",
        "above 0.55: A$7,000,000.00",
    ]


def test_a_price_list_says_each_price_and_the_cap() -> None:
    lines = said(FAIR_CHANCE)
    assert lines[:4] == ["Each of these counts for:", "m01: £500.00", "m02: £500.00", "m03: £200.00"]
    assert len(lines) == 1 + 21 + 3
    assert lines[-3:] == [
        "Together they are worth their sum.",
        "Taker gets what that is worth, at most £2,513,800.00.",
        "Payer gets what is left of £2,513,800.00.",
    ]


def test_few_prices_are_told_in_sentences() -> None:
    assert said("us-denver-supportive-housing.total")[:2] == [
        "Each day of adjusted housing days is worth $15.12.",
        "Each cent of jail component cents is worth $0.01.",
    ]


def test_a_slope_is_said_with_both_ends() -> None:
    assert said("au-newpin-sbb.coupon_interpolated")[1:5] == [
        "below 0.55: A$210,000.00",
        "from 0.55 to 0.65: rises evenly from A$210,000.00 to A$840,000.00",
        "from 0.65 to 0.7: rises evenly from A$840,000.00 to A$1,050,000.00",
        "from 0.7: A$1,050,000.00",
    ]


def test_minor_units_count_as_money() -> None:
    assert said("us-nyc-able-rikers.guarantee")[:2] == ["Loan counts in full.", "Outcome payment counts against it."]


@pytest.mark.parametrize("key", [RIKERS, "us-cuyahoga-pfs.main", "us-denver-supportive-housing.housing"])
def test_the_curve_through_a_leg_is_what_the_claim_pays_at_its_knots(key: str) -> None:
    instrument = chain_of(key).main
    leg, claim = instrument.legs[0].curve, instrument.claims[0].curve
    for x, y in through(leg, claim):
        assert y == value_down(claim, value_down(leg, x))
