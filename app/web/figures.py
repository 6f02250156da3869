"""Numbers, times and ids as the page shows them: exact, never rounded unless the name says so."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from app.domain.instrument import Metric
from app.terms.figures import counted, shown

SHORT_ID = 6  # hexadecimal digits shown at each end
BARE = ("", "unit", "units", "1")  # units that say nothing
MINOR = "minor unit"


def short_id(full: str) -> str:
    """An id or address by its two ends: 0x12345678…9abcde."""
    digits = full.removeprefix("0x")
    return full if len(digits) <= 2 * SHORT_ID + 4 else f"0x{digits[:SHORT_ID]}…{digits[-SHORT_ID:]}"


def spoken(name: str) -> str:
    """A metric's or claim's name as people say it: recidivism_reduction is "recidivism reduction"."""
    return name.replace("_", " ").strip() or "(no name)"


def reading(value: int, metric: Metric) -> str:
    """A metric's value with its unit [metric smallest units]."""
    number = shown(Fraction(value, 10**metric.decimals))
    if metric.unit in BARE:
        return number
    return f"{number} {metric.unit}" if number in ("1", "-1") else f"{number} {_several(metric.unit)}"


def counting(value: int, decimals: int) -> str:
    """A number of smallest units as a plain decimal without thousands marks, as a form takes it."""
    return shown(Fraction(value, 10**decimals)).replace(",", "")


def short_reading(value: int, metric: Metric) -> str:
    """A metric's value in few figures, for the axis of a chart. Rounds to the nearest."""
    number = Fraction(value, 10**metric.decimals)
    size = abs(number)
    for unit, name in ((10**9, "bn"), (10**6, "M"), (10**4, "k")):
        if size >= unit:
            scale = unit if name != "k" else 10**3
            return shown(_to_places(number / scale, 2)) + name
    return shown(_to_places(number, 4 if size < 1 else 2))


def time_said(seconds: int) -> str:
    """A moment [s since 1970] in universal time: 24 Nov 2026, 10:05 UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def date_said(seconds: int) -> str:
    """A day [s since 1970] in universal time, short: 24 Nov 2026."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%b %Y}"


def time_for_machines(seconds: int) -> str:
    """A moment [s since 1970] as the attribute of a time element."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def duration_said(seconds: int) -> str:
    """A length of time in its largest whole unit: 90 days, 12 hours."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return counted(seconds // size, name)
    return counted(seconds, "second")


def _several(unit: str) -> str:
    return unit if unit.endswith(("s", "%")) or not unit.replace(" ", "").isalpha() else f"{unit}s"


def _to_places(value: Fraction, places: int) -> Fraction:
    return Fraction(round(value * 10**places), 10**places)
