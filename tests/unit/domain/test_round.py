"""The clock of rounds; all windows are half-open."""

from __future__ import annotations

import pytest

from app.domain.round import Calendar, State
from app.errors import InputError

CALENDAR = Calendar(start=1000, length=100, count=2, report_window=30, challenge_window=20)


def test_moments_of_a_period() -> None:
    assert (CALENDAR.close(1), CALENDAR.report_until(1), CALENDAR.final_at(1)) == (1200, 1230, 1250)


@pytest.mark.parametrize(
    ("reporters", "time", "state"),
    [
        (0, 0, State.OPEN),
        (0, 1129, State.OPEN),
        (0, 1130, State.UNRESOLVED),
        (2, 1100, State.REPORTED),
        (2, 1149, State.REPORTED),
        (2, 1150, State.FINAL),
    ],
)
def test_state_of_a_round(reporters: int, time: int, state: State) -> None:
    assert CALENDAR.state(0, reporters, time) is state


@pytest.mark.parametrize("period", [-1, 2])
def test_state_refuses_an_unknown_period(period: int) -> None:
    with pytest.raises(InputError, match=f"period {period}: the calendar has 2"):
        CALENDAR.state(period, 0, 0)
