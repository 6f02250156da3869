from __future__ import annotations

import pytest

from app.domain.instrument import Metric
from app.web.curves import NARROW, WIDE, Size
from app.web.timeline import Moment, timeline

DAY = 86_400
SHARE = Metric("share", "unit", 2, 0, 10_000)
MOMENTS = [Moment(3 * DAY, 90, "final"), Moment(DAY, 40), Moment(2 * DAY, 80)]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_moments_lie_in_the_order_of_time_and_outcomes_are_points(size: Size) -> None:
    picture = timeline(SHARE, MOMENTS, size)
    assert picture is not None
    assert [sample[1:] for sample in picture.samples] == [
        ("2 Jan 1970, 00:00 UTC", "0.4"),
        ("3 Jan 1970, 00:00 UTC", "0.8"),
        ("4 Jan 1970, 00:00 UTC", "0.9"),
    ]
    assert [float(sample[0]) for sample in picture.samples] == [
        size.left,
        (size.left + size.width - size.right) / 2,
        size.width - size.right,
    ]
    assert [(mark.kind, mark.x) for mark in picture.marks] == [("final", str(size.width - size.right))]
    assert float(picture.marks[0].y) < float(picture.paths[0].split()[-1])


def test_one_moment_makes_no_line() -> None:
    assert timeline(SHARE, MOMENTS[:1], WIDE) is None
    assert timeline(SHARE, [], WIDE) is None


def test_over_a_long_time_only_days_are_said_and_each_once() -> None:
    moments = [Moment(0, 1), Moment(10 * DAY, 2)]
    picture = timeline(SHARE, moments, WIDE)
    assert picture is not None
    assert [place.text for place in picture.across] == ["2 Jan 1970", "6 Jan 1970", "9 Jan 1970"]
