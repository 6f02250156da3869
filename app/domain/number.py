"""Exact numbers as people write them in JSON: whole numbers, decimal strings, ratios. Never floats."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction

from app.errors import NumberError

RULE = 'a whole number, a decimal string such as "0.085", or a ratio such as "13/155"'
MAX_DIGITS = 80

_WRITTEN = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d+)(?:\.(?P<part>\d+)|/(?P<below>\d+))?")


@dataclass(frozen=True)
class FloatLiteral:
    """A number that stood in JSON without quotes and with a point or an exponent: kept as it was written."""

    text: str


@dataclass(frozen=True)
class TwiceGiven:
    """A JSON object that gives a key twice; `value` is what the last one says."""

    key: str
    value: dict[str, object]


def parse_number(given: object) -> Fraction:
    """The exact number that was written.

    Raises: NumberError naming what was given and what is expected.
    """
    if isinstance(given, FloatLiteral):
        raise NumberError(f'{given.text} is a floating-point number: write it as a string, "{given.text}"')
    if isinstance(given, float):
        raise NumberError(f"{given!r} is a floating-point number: write it as a string")
    if isinstance(given, Fraction):
        return given
    if isinstance(given, int) and not isinstance(given, bool):
        return Fraction(_short(str(given)))
    if not isinstance(given, str):
        raise NumberError(f"{_shown(given)} is not a number: expected {RULE}")
    return _parse_text(given)


def parse_whole(given: object) -> int:
    """A whole number, written as one.

    Raises: NumberError naming what was given and what is expected.
    """
    value = parse_number(given)
    if value.denominator != 1:
        raise NumberError(f"{_shown(given)} is not a whole number")
    return value.numerator


def to_units(value: Fraction, decimals: int) -> int:
    """The value counted in smallest units of `decimals`. Rounds toward zero."""
    scaled = value * 10**decimals
    return truncated(scaled)


def truncated(value: Fraction) -> int:
    """The whole part. Rounds toward zero."""
    whole = abs(value.numerator) // value.denominator
    return whole if value >= 0 else -whole


def parse_json(text: str) -> object:
    """JSON in which no number loses a digit: floats stay as written, keys given twice are marked.

    Raises: NumberError if the text is not JSON, with line and column.
    """
    try:
        return json.loads(text, parse_float=FloatLiteral, parse_constant=FloatLiteral, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise NumberError(f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise NumberError("not readable JSON: nested too deeply") from None
    except ValueError:
        raise NumberError(f"a number has more than {MAX_DIGITS} digits") from None


def _parse_text(given: str) -> Fraction:
    match = _WRITTEN.fullmatch(_short(given.strip()))
    if not match or not given.isascii():
        raise NumberError(f"{_shown(given)} is not a number: expected {RULE}")
    if match["below"] is not None and int(match["below"]) == 0:
        raise NumberError(f"{_shown(given)} divides by zero")
    return Fraction(match[0])


def _short(digits: str) -> str:
    if len(digits) > MAX_DIGITS:
        raise NumberError(f"{digits[:12]}… has {len(digits)} characters: at most {MAX_DIGITS} can be held")
    return digits


def _shown(given: object) -> str:
    shown = {None: "null", True: "true", False: "false"}.get(given) if isinstance(given, bool | None) else None
    text = shown or json.dumps(given, ensure_ascii=False, default=lambda other: getattr(other, "text", "…"))
    return text if len(text) <= 60 else text[:57] + "…"


def _object(pairs: list[tuple[str, object]]) -> dict[str, object] | TwiceGiven:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    keys = [key for key, _ in pairs]
    return TwiceGiven(next(key for key in keys if keys.count(key) > 1), value)
