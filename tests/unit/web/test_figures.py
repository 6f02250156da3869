from __future__ import annotations

import pytest

from app.domain.instrument import Metric
from app.store.queries.tokens import Token
from app.web import figures
from app.web.views.context import Purse

SHARE = Metric("recidivism_reduction", "unit", 18, -(10**18), 10**18)
DAYS = Metric("days", "day", 0, 0, 10**9)


@pytest.mark.parametrize(
    ("value", "metric", "said"),
    [
        (85 * 10**15, SHARE, "0.085"),
        (-(10**17), SHARE, "-0.1"),
        (1, DAYS, "1 day"),
        (1_250_000, DAYS, "1,250,000 days"),
    ],
)
def test_a_reading_is_exact_and_has_its_unit(value: int, metric: Metric, said: str) -> None:
    assert figures.reading(value, metric) == said


@pytest.mark.parametrize(
    ("value", "metric", "said"),
    [(123_456 * 10**12, SHARE, "0.1235"), (1_250_000, DAYS, "1.25M"), (83_333, DAYS, "83.33k"), (999, DAYS, "999")],
)
def test_an_axis_rounds(value: int, metric: Metric, said: str) -> None:
    assert figures.short_reading(value, metric) == said


def test_ids_keep_both_ends_and_short_ones_stay() -> None:
    assert figures.short_id("0x" + "12" * 20) == "0x121212…121212"
    assert figures.short_id("0x1234") == "0x1234"


def test_times_are_universal() -> None:
    assert figures.time_said(1_795_516_800) == "24 Nov 2026, 10:40 UTC"
    assert figures.time_for_machines(1_795_516_800) == "2026-11-24T10:40:00Z"


@pytest.mark.parametrize(
    ("seconds", "said"), [(86_400, "1 day"), (7_776_000, "90 days"), (5_400, "90 minutes"), (61, "61 seconds")]
)
def test_lengths_of_time(seconds: int, said: str) -> None:
    assert figures.duration_said(seconds) == said


def test_a_form_takes_plain_decimals() -> None:
    assert figures.counting(1234567 * 10**15, 18) == "1234.567"


def test_amounts_of_a_token_without_name_are_plain_numbers() -> None:
    assert Purse(None).money(1_234_567) == "1,234,567"
    assert Purse(Token("0x", "", 2)).money(1_234_567) == "12,345.67"
    assert Purse(Token("0x", "USD", 2)).money(1_234_567) == "$12,345.67"
    assert Purse(Token("0x", "DAI", 18)).short(3 * 10**21) == "3k DAI"
