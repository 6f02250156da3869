"""Numbers as people write them are read exactly, or refused with a sentence that helps."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.number import (
    MAX_DIGITS,
    FloatLiteral,
    TwiceGiven,
    parse_json,
    parse_number,
    parse_whole,
    to_units,
    truncated,
)
from app.errors import NumberError


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (0, Fraction(0)),
        (-7, Fraction(-7)),
        ("0.085", Fraction(17, 200)),
        ("-0.05", Fraction(-1, 20)),
        ("+5", Fraction(5)),
        (" 13/155 ", Fraction(13, 155)),
        ("-3/6", Fraction(-1, 2)),
        ("007.50", Fraction(15, 2)),
        ("9" * MAX_DIGITS, Fraction(10**MAX_DIGITS - 1)),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_numbers_are_read_exactly(written: object, value: Fraction) -> None:
    assert parse_number(written) == value


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (None, "null is not a number"),
        (True, "true is not a number"),
        ("", '"" is not a number'),
        ("abc", '"abc" is not a number: expected a whole number, a decimal string such as "0.085"'),
        ("1e3", '"1e3" is not a number'),
        ("1.", '"1." is not a number'),
        (".5", '".5" is not a number'),
        ("1_000", '"1_000" is not a number'),
        ("1,000", '"1,000" is not a number'),
        ("NaN", '"NaN" is not a number'),
        ("0x10", '"0x10" is not a number'),
        ("\u0661", "is not a number"),
        ("1/2/3", '"1/2/3" is not a number'),
        ("1/-2", '"1/-2" is not a number'),
        ("1/0", '"1/0" divides by zero'),
        ([], "[] is not a number"),
        (0.5, "0.5 is a floating-point number: write it as a string"),
        (FloatLiteral("8.5e-2"), '8.5e-2 is a floating-point number: write it as a string, "8.5e-2"'),
        (10**MAX_DIGITS, f"at most {MAX_DIGITS} can be held"),
        ("1" * (MAX_DIGITS + 1), f"has {MAX_DIGITS + 1} characters: at most {MAX_DIGITS} can be held"),
    ],
)
def test_what_is_no_exact_number_is_refused(written: object, problem: str) -> None:
    """C-12: floats, NaN, what is malformed or endless."""
    with pytest.raises(NumberError) as caught:
        parse_number(written)
    assert problem in str(caught.value)


def test_whole_numbers_are_whole() -> None:
    assert parse_whole("100.0") == 100
    with pytest.raises(NumberError, match=r'"1/2" is not a whole number'):
        parse_whole("1/2")


@given(st.fractions())
def test_a_ratio_is_read_as_it_was_written(value: Fraction) -> None:
    assert parse_number(f"{value.numerator}/{value.denominator}") == value


@given(st.fractions(), st.integers(0, 18))
def test_units_are_cut_toward_zero(value: Fraction, decimals: int) -> None:
    units = to_units(value, decimals)
    rest = value * 10**decimals - units
    assert abs(rest) < 1
    assert rest == 0 or (rest > 0) == (value > 0)


@pytest.mark.parametrize(("value", "whole"), [("7/2", 3), ("-7/2", -3), ("-1/2", 0), ("4", 4)])
def test_truncation_is_toward_zero(value: str, whole: int) -> None:
    assert truncated(Fraction(value)) == whole


def test_json_loses_no_digit() -> None:
    read = parse_json('{"a": 0.10, "b": 1E5, "c": NaN, "d": 123456789012345678901234567890}')
    assert read == {
        "a": FloatLiteral("0.10"),
        "b": FloatLiteral("1E5"),
        "c": FloatLiteral("NaN"),
        "d": 123456789012345678901234567890,
    }


def test_a_key_given_twice_is_marked() -> None:
    assert parse_json('{"a": {"b": 1, "b": 2}}') == {"a": TwiceGiven("b", {"b": 2})}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON at line 1, column 2"),
        ('{"a":\n 1,}', "not JSON at line 2, column 4"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5000, "more than 80 digits"),
    ],
)
def test_what_is_no_json_is_refused(text: str, problem: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_json(text)
    assert problem in str(caught.value)


def test_plain_json_is_read_as_json_reads_it() -> None:
    value = {"a": [1, "x", None, True, {"b": []}]}
    assert parse_json(json.dumps(value)) == value
