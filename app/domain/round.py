"""The clock of rounds: when periods close, and the state of a round at a moment (SPEC: O-rules).

`contracts/libraries/Calendars.sol` has the same rules; a test holds one against the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from app.errors import InputError


class State(IntEnum):
    """OPEN: no value yet, one may still come. REPORTED: a value stands, it may still be replaced or challenged.

    FINAL: the value never changes. UNRESOLVED: no value came in time, and that is not 0.
    """

    OPEN = 0
    REPORTED = 1
    DISPUTED = 2
    FINAL = 3
    UNRESOLVED = 4


@dataclass(frozen=True)
class Calendar:
    """`count` periods of `length` [s]; reports in `report_window` [s] after a close, then `challenge_window` [s]."""

    start: int
    length: int
    count: int
    report_window: int
    challenge_window: int

    def close(self, period: int) -> int:
        """When a period closes, and reports for it are accepted from [s]."""
        return self.start + (period + 1) * self.length

    def report_until(self, period: int) -> int:
        """When reports for a period are no longer accepted [s]."""
        return self.close(period) + self.report_window

    def final_at(self, period: int) -> int:
        """When a reported period becomes FINAL [s]."""
        return self.report_until(period) + self.challenge_window

    def state(self, period: int, reporters: int, time: int) -> State:
        """The state of a period's round at `time` [s], where `reporters` stand behind its value; 0: it has none.

        Raises: InputError if there is no such period.
        """
        if not 0 <= period < self.count:
            raise InputError(f"period {period}: the calendar has {self.count}, counted from 0")
        if reporters:
            return State.REPORTED if time < self.final_at(period) else State.FINAL
        return State.OPEN if time < self.report_until(period) else State.UNRESOLVED
