"""Numbers as people read them: exact, never rounded unless the name says so."""

from __future__ import annotations

from fractions import Fraction

MAX_DIGITS = 18
SIGNS = {
    "USD": "$",
    "GBP": "£",
    "EUR": "€",
    "AUD": "A$",
    "CAD": "C$",
    "NZD": "NZ$",
    "INR": "₹",
    "JPY": "¥",
    "BRL": "R$",
}
SHORT = ((10**9, "bn"), (10**6, "M"), (10**3, "k"))


def shown(value: Fraction | int) -> str:
    """The number as a decimal where it ends, else as a ratio."""
    return _decimal(Fraction(value)) or str(value)


def percent(value: Fraction) -> str:
    """The share in percent: 8.5 %; as a ratio if its decimals never end."""
    written = _decimal(value * 100)
    return f"{written} %" if written else str(value)


def money(amount: Fraction | int, currency: str, decimals: int) -> str:
    """An amount in minor units [token] as money: $4,800,000.00. Trailing zeros beyond two decimals are left out."""
    value = Fraction(amount) / 10**decimals
    written = _decimal(abs(value), least=min(decimals, 2)) or f"{abs(value)}"
    return _signed(written, currency, value < 0)


def money_short(amount: Fraction | int, currency: str, decimals: int) -> str:
    """The amount in at most four figures, for the axis of a chart: $4.8M. Rounds to the nearest."""
    value = abs(Fraction(amount)) / 10**decimals
    unit, name = next(((unit, name) for unit, name in SHORT if value >= unit), (1, ""))
    figures = 0 if value >= 100 * unit else 1 if value >= 10 * unit else 2
    return _signed(_decimal(round(value / unit, figures)) + name, currency, amount < 0)


def cut(text: str, width: int) -> str:
    """The text, or as much of it as fits."""
    return text if len(text) <= width else text[: width - 1] + "…"


def counted(count: int, noun: str) -> str:
    """So many of a thing: 1 test, 2 tests."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _signed(written: str, currency: str, negative: bool) -> str:
    sign = SIGNS.get(currency)
    return ("-" if negative else "") + (f"{sign}{written}" if sign else f"{written} {currency}")


def _decimal(value: Fraction, least: int = 0) -> str:
    """The decimal with thousands marked and at least so many places; empty if it never ends."""
    places = next((n for n in range(least, MAX_DIGITS + 1) if (value * 10**n).denominator == 1), None)
    if places is None:
        return ""
    whole, part = divmod(abs(value * 10**places).numerator, 10**places)
    written = f"{whole:,}.{part:0{places}d}" if places else f"{whole:,}"
    return f"-{written}" if value < 0 else written
