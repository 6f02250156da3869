"""A metric over time: its live values as a line, its rounds' outcomes as points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.instrument import Metric
from app.web.curves import Picture, Place, Size, placed, rounded, widened
from app.web.figures import date_said, reading, short_reading, time_said


@dataclass(frozen=True)
class Moment:
    """A value [metric] at a time [s]; `kind` is live or final."""

    at: int
    value: int
    kind: str = "live"


SHORT = 4 * 86_400  # [s] over which the hour counts, too


def timeline(metric: Metric, moments: Iterable[Moment], size: Size) -> Picture | None:
    """The chart of the moments; None if there are not two of them to compare."""
    shown = sorted(moments, key=lambda one: one.at)
    if len(shown) < 2 or shown[0].at == shown[-1].at:
        return None
    first, last = shown[0].at, shown[-1].at
    low, high = widened([one.value for one in shown], metric.lower, metric.upper)
    left, right, floor = size.left, size.width - size.right, size.height - size.bottom
    places = [
        Place(placed(one.at, first, last, left, right), placed(one.value, low, high, floor, size.top), "", one.kind)
        for one in shown
    ]
    live = [place for place in places if place.kind == "live"]
    return Picture(
        size,
        "time",
        (f"M{' L'.join(f'{place.x} {place.y}' for place in live)}",) if live else (),
        (),
        tuple(place for place in places if place.kind == "final" or len(live) == 1),
        tuple(Place(placed(at, first, last, left, right), "", said) for said, at in _dates(first, last, size)),
        tuple(
            Place("", placed(at, low, high, floor, size.top), short_reading(at, metric)) for at in rounded(low, high, 4)
        ),
        _samples(shown, places, metric),
    )


def _samples(shown: Sequence[Moment], places: Sequence[Place], metric: Metric) -> tuple[tuple[object, ...], ...]:
    return tuple(
        (float(place.x), time_said(one.at), reading(one.value, metric))
        for place, one in zip(places, shown, strict=True)
    )


def _dates(first: int, last: int, size: Size) -> list[tuple[str, int]]:
    """Evenly spread times between both ends, of which no two are said alike."""
    says = time_said if last - first < SHORT else date_said
    parts = 2 * (size.across // 2)
    times = {says(at): at for at in (first + (last - first) * step // parts for step in range(1, parts, 2))}
    return list(times.items())
