// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOutcomeOracle} from "../interfaces/IOutcomeOracle.sol";

/// @title What the oracle keeps of an open scorecard, in one word
/// @notice From the lowest bit: start (40 bits), length, count, reportWindow, challengeWindow (32 each) of the calendar,
/// the number of metrics (8; 0 = not open), and a bit for each seat that was ever handed over (64).
type Timetable is uint256;

using Calendars for Timetable global;

/// @title The oracle's clock: when periods open and close, and the state of a round
/// @notice All windows are half-open. Every moment of an open calendar is below 2^40 [s], so nothing here overflows.
library Calendars {
    /// @notice Refuses a calendar that never opens a window, or that ends after 2^40 seconds.
    function check(IOutcomeOracle.Calendar calldata calendar) internal pure {
        if (calendar.length == 0 || calendar.count == 0 || calendar.reportWindow == 0) {
            revert IOutcomeOracle.OutcomeOracle_EmptyCalendar(calendar.length, calendar.count, calendar.reportWindow);
        }
        uint256 end =
            uint256(calendar.start) +
                uint256(calendar.count) * calendar.length +
                uint256(calendar.reportWindow) +
                calendar.challengeWindow;
        if (end > type(uint40).max) revert IOutcomeOracle.OutcomeOracle_CalendarTooLong(end, type(uint40).max);
    }

    /// @notice The timetable of a scorecard that opens.
    function pack(IOutcomeOracle.Calendar calldata calendar, uint256 metrics_) internal pure returns (Timetable) {
        return
            Timetable.wrap(
                calendar.start |
                    (uint256(calendar.length) << 40) |
                    (uint256(calendar.count) << 72) |
                    (uint256(calendar.reportWindow) << 104) |
                    (uint256(calendar.challengeWindow) << 136) |
                    (metrics_ << 168)
            );
    }

    /// @notice The timetable with a seat marked as handed over.
    function markHandedOver(Timetable timetable, uint256 seat) internal pure returns (Timetable) {
        return Timetable.wrap(Timetable.unwrap(timetable) | (1 << (176 + seat)));
    }

    /// @notice Bit s if seat s was ever handed over.
    function handedOver(Timetable timetable) internal pure returns (uint256) {
        return uint64(Timetable.unwrap(timetable) >> 176);
    }

    /// @notice How many metrics the scorecard has; 0 if it is not open.
    function metrics(Timetable timetable) internal pure returns (uint256) {
        return uint8(Timetable.unwrap(timetable) >> 168);
    }

    /// @notice When a period closes [s]; reverts if there is no such period.
    function close(Timetable timetable, uint256 period) internal pure returns (uint256) {
        uint256 count = uint32(Timetable.unwrap(timetable) >> 72);
        if (period >= count) revert IOutcomeOracle.OutcomeOracle_UnknownPeriod(period, count);
        unchecked {
            return _start(timetable) + (period + 1) * _length(timetable);
        }
    }

    /// @notice When a period opened [s], if `time` is in its report window; reverts if it is not.
    function openingOfReportable(Timetable timetable, uint256 period, uint256 time) internal pure returns (uint256) {
        unchecked {
            uint256 closed = close(timetable, period);
            if (time < closed) revert IOutcomeOracle.OutcomeOracle_TooEarly(time, closed);
            uint256 end = closed + _reportWindow(timetable);
            if (time >= end) revert IOutcomeOracle.OutcomeOracle_TooLate(time, end);
            return closed - _length(timetable);
        }
    }

    /// @notice When the period around `time` opened [s]; before the first one, the start.
    function openingAround(Timetable timetable, uint256 time) internal pure returns (uint256) {
        unchecked {
            uint256 start = _start(timetable);
            return time < start ? start : time - ((time - start) % _length(timetable));
        }
    }

    /// @notice The state of a period's round behind which `reporters` stand, and when it is FINAL [s].
    function stateOf(
        Timetable timetable,
        uint256 period,
        uint256 reporters,
        uint256 time
    ) internal pure returns (IOutcomeOracle.State state, uint256 finalAt) {
        unchecked {
            uint256 end = close(timetable, period) + _reportWindow(timetable);
            finalAt = end + uint32(Timetable.unwrap(timetable) >> 136);
            if (reporters == 0) {
                state = time < end ? IOutcomeOracle.State.OPEN : IOutcomeOracle.State.UNRESOLVED;
            } else {
                state = time < finalAt ? IOutcomeOracle.State.REPORTED : IOutcomeOracle.State.FINAL;
            }
        }
    }

    function _start(Timetable timetable) private pure returns (uint256) {
        return uint40(Timetable.unwrap(timetable));
    }

    function _length(Timetable timetable) private pure returns (uint256) {
        return uint32(Timetable.unwrap(timetable) >> 40);
    }

    function _reportWindow(Timetable timetable) private pure returns (uint256) {
        return uint32(Timetable.unwrap(timetable) >> 104);
    }
}
