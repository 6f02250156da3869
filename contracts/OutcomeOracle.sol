// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "solady/utils/EIP712.sol";
import {LibBit} from "solady/utils/LibBit.sol";
import {SignatureCheckerLib} from "solady/utils/SignatureCheckerLib.sol";
import {IOutcomeOracle} from "./interfaces/IOutcomeOracle.sol";
import {Columns} from "./libraries/Columns.sol";

/// @title The outcome oracle: see IOutcomeOracle, which is its manual
contract OutcomeOracle is IOutcomeOracle, EIP712 {
    bytes32 private constant PANEL_TYPE = keccak256("Panel(address[] reporters,uint8 quorum)");
    bytes32 private constant SCORECARD_TYPE = keccak256("Scorecard(bytes32 panel,Calendar calendar,bytes32 details,Bounds[] bounds)");
    bytes32 private constant REPORT_TYPE = keccak256("Report(bytes32 scorecard,uint32 period,uint64 metrics,int96[] values,bytes32 evidence)");
    bytes32 private constant LIVE_TYPE = keccak256("Live(bytes32 scorecard,uint32 observedAt,uint64 metrics,int96[] values)");
    bytes32 private constant HAND_OVER_TYPE = keccak256("HandOver(bytes32 panel,uint256 seat,address successor,uint256 nonce)");
    uint256 private constant MAX_REPORTERS = 64;
    uint256 private constant MAX_METRICS = 64;
    uint256 private constant MAX_DECIMALS = 18;
    uint256 private constant MAX_LEVELS = 4;
    uint256 private constant OPENED = 1 << 255;

    struct HandedOver {
        address successor;
        uint96 since;
    }

    /// @dev Chain and address of the deployment, so that equal terms elsewhere have other ids.
    bytes32 private immutable _home = keccak256(abi.encode(block.chainid, address(this)));

    /// @dev OPENED, and bit s if seat s was ever handed over.
    mapping(bytes32 panelId => uint256) private _panels;
    mapping(bytes32 panelId => mapping(uint256 seat => HandedOver[])) private _handovers;
    /// @dev The calendar, packed with the number of metrics; 0 when the scorecard is not open.
    mapping(bytes32 scorecardId => Timetable) private _timetables;
    /// @dev Two metrics a slot, 128 bits each: see `Columns`.
    mapping(bytes32 scorecardId => mapping(uint256 pair => uint256)) private _rounds;
    mapping(bytes32 scorecardId => mapping(uint256 pair => uint256)) private _lives;

    struct Timetable {
        Calendar calendar;
        uint8 metrics;
    }

    /// @inheritdoc IOutcomeOracle
    function openPanel(Panel calldata panel) external returns (bytes32 panelId) {
        panelId = panelIdOf(panel);
        if (_panels[panelId] != 0) return panelId;
        uint256 n = panel.reporters.length;
        if (n == 0 || n > MAX_REPORTERS) revert OutcomeOracle_PanelSize(n, MAX_REPORTERS);
        if (uint256(panel.quorum) * 2 <= n) revert OutcomeOracle_QuorumNotAboveHalf(panel.quorum, n);
        if (panel.quorum > n) revert OutcomeOracle_QuorumTooLarge(panel.quorum, n);
        for (uint256 i; i < n; ++i) {
            if (panel.reporters[i] == address(0)) revert OutcomeOracle_ZeroReporter(i);
            for (uint256 j; j < i; ++j) {
                if (panel.reporters[i] == panel.reporters[j]) {
                    revert OutcomeOracle_DuplicateReporter(panel.reporters[i]);
                }
            }
        }
        _panels[panelId] = OPENED;
        emit PanelOpened(panelId, panel);
    }

    /// @inheritdoc IOutcomeOracle
    function openScorecard(
        bytes32 panelId,
        Calendar calldata calendar,
        Bounds[] calldata bounds,
        Details calldata details
    ) external returns (bytes32 scorecardId) {
        if (_panels[panelId] == 0) revert OutcomeOracle_UnknownPanel(panelId);
        scorecardId = _scorecardId(panelId, calendar, keccak256(abi.encode(details)), bounds);
        if (_timetables[scorecardId].metrics != 0) return scorecardId;
        _checkCalendar(calendar);
        _checkDetails(details);
        _checkBounds(bounds, details.metrics.length);
        // casting is safe: at most MAX_METRICS
        _timetables[scorecardId] = Timetable(calendar, uint8(bounds.length));
        emit ScorecardOpened(scorecardId, panelId, calendar, bounds, details);
    }

    /// @inheritdoc IOutcomeOracle
    function handOver(Panel calldata panel, uint256 seat, address successor, bytes calldata signature) external {
        bytes32 panelId = panelIdOf(panel);
        uint256 state = _panels[panelId];
        if (state == 0) revert OutcomeOracle_UnknownPanel(panelId);
        (address holder, uint256 nonce) = holderOf(panel, seat, type(uint96).max);
        if (signature.length == 0) {
            if (msg.sender != holder) revert OutcomeOracle_NotSeatHolder(msg.sender, holder);
        } else {
            bytes32 digest = _hashTypedData(keccak256(abi.encode(HAND_OVER_TYPE, panelId, seat, successor, nonce)));
            if (!SignatureCheckerLib.isValidSignatureNowCalldata(holder, digest, signature)) {
                revert OutcomeOracle_BadSignature(seat, holder);
            }
        }
        if (successor == address(0)) revert OutcomeOracle_ZeroReporter(seat);
        for (uint256 i; i < panel.reporters.length; ++i) {
            (address other, ) = holderOf(panel, i, type(uint96).max);
            if (other == successor) revert OutcomeOracle_DuplicateReporter(successor);
        }
        _panels[panelId] = state | (1 << seat);
        _handovers[panelId][seat].push(HandedOver(successor, uint96(block.timestamp)));
        emit SeatHandedOver(panelId, seat, holder, successor);
    }

    /// @inheritdoc IOutcomeOracle
    function report(
        Scorecard calldata scorecard,
        Panel calldata panel,
        uint32 period,
        Vectors calldata vectors,
        bytes32[] calldata evidence
    ) external {
        bytes32 panelId = panelIdOf(panel);
        bytes32 id = scorecardIdOf(panelId, scorecard);
        uint256 opening = _openingOfReportable(scorecard.calendar, period);
        uint256 rows = _checkShape(scorecard.bounds.length, panel, vectors);
        if (evidence.length != rows) revert OutcomeOracle_ShapeMismatch(evidence.length, rows);
        _checkSignatures(panel, panelId, opening, vectors, abi.encode(REPORT_TYPE, id, period, vectors.metrics, 0, 0), evidence);
        uint64 stored = _storeRounds(_rounds[id], scorecard.bounds, period, vectors, rows);
        emit OutcomesReported(id, period, vectors.metrics, stored, vectors.seats, vectors.values, evidence);
    }

    /// @inheritdoc IOutcomeOracle
    function reportLive(
        Scorecard calldata scorecard,
        Panel calldata panel,
        uint32 observedAt,
        Vectors calldata vectors
    ) external {
        bytes32 panelId = panelIdOf(panel);
        bytes32 id = scorecardIdOf(panelId, scorecard);
        if (observedAt > block.timestamp) revert OutcomeOracle_FromTheFuture(observedAt, block.timestamp);
        uint256 opening = _openingAround(scorecard.calendar, observedAt);
        uint256 rows = _checkShape(scorecard.bounds.length, panel, vectors);
        bytes32[] calldata none;
        assembly ("memory-safe") {
            none.offset := 0
            none.length := 0
        }
        _checkSignatures(panel, panelId, opening, vectors, abi.encode(LIVE_TYPE, id, observedAt, vectors.metrics, 0), none);
        _storeLives(_lives[id], scorecard.bounds, observedAt, vectors, rows);
        emit LiveValuesReported(id, vectors.metrics, vectors.seats, observedAt, vectors.values);
    }

    /// @inheritdoc IOutcomeOracle
    function outcome(bytes32 metricId, uint256 period) external view returns (State state, int256 value) {
        (state, value, , ) = round(metricId, period);
    }

    /// @inheritdoc IOutcomeOracle
    function round(
        bytes32 metricId,
        uint256 period
    ) public view returns (State state, int256 value, uint256 reporters, uint256 finalAt) {
        (bytes32 id, uint256 metric, Calendar memory calendar) = _metric(metricId, period);
        uint256 windowEnd = _close(calendar, period) + calendar.reportWindow;
        finalAt = windowEnd + calendar.challengeWindow;
        (value, reporters) = Columns.get(_rounds[id][_roundPair(period, metric)], metric);
        if (reporters == 0) {
            state = block.timestamp < windowEnd ? State.OPEN : State.UNRESOLVED;
        } else {
            state = block.timestamp < finalAt ? State.REPORTED : State.FINAL;
        }
    }

    /// @inheritdoc IOutcomeOracle
    function live(bytes32 metricId) external view returns (int256 value, uint256 observedAt) {
        (bytes32 id, uint256 metric, ) = _metric(metricId, 0);
        return Columns.get(_lives[id][metric >> 1], metric);
    }

    /// @inheritdoc IOutcomeOracle
    function periodClose(bytes32 metricId, uint256 period) external view returns (uint256) {
        (, , Calendar memory calendar) = _metric(metricId, period);
        return _close(calendar, period);
    }

    /// @inheritdoc IOutcomeOracle
    function holderOf(
        Panel calldata panel,
        uint256 seat,
        uint256 opening
    ) public view returns (address holder, uint256 handovers) {
        if (seat >= panel.reporters.length) revert OutcomeOracle_UnknownSeat(seat, panel.reporters.length);
        bytes32 panelId = panelIdOf(panel);
        return (_holder(panel, panelId, seat, opening), _handovers[panelId][seat].length);
    }

    /// @inheritdoc IOutcomeOracle
    function panelIdOf(Panel calldata panel) public view returns (bytes32) {
        return keccak256(abi.encode(PANEL_TYPE, _home, panel.reporters, panel.quorum));
    }

    /// @inheritdoc IOutcomeOracle
    function scorecardIdOf(bytes32 panelId, Scorecard calldata scorecard) public view returns (bytes32) {
        return _scorecardId(panelId, scorecard.calendar, scorecard.details, scorecard.bounds);
    }

    function _scorecardId(
        bytes32 panelId,
        Calendar calldata calendar,
        bytes32 details,
        Bounds[] calldata bounds
    ) private view returns (bytes32) {
        bytes32 hash = keccak256(abi.encode(SCORECARD_TYPE, _home, panelId, calendar, details, bounds));
        return hash & ~bytes32(uint256(0xff));
    }

    function _checkCalendar(Calendar calldata calendar) private pure {
        if (calendar.length == 0 || calendar.count == 0 || calendar.reportWindow == 0) {
            revert OutcomeOracle_EmptyCalendar(calendar.length, calendar.count, calendar.reportWindow);
        }
        uint256 end = _close(calendar, calendar.count - 1) + calendar.reportWindow + calendar.challengeWindow;
        if (end > type(uint40).max) revert OutcomeOracle_CalendarTooLong(end, type(uint40).max);
    }

    function _checkDetails(Details calldata details) private pure {
        uint256 n = details.metrics.length;
        if (n == 0 || n > MAX_METRICS) revert OutcomeOracle_MetricCount(n, MAX_METRICS);
        for (uint256 i; i < n; ++i) {
            uint256 decimals = details.metrics[i].decimals;
            if (decimals > MAX_DECIMALS) revert OutcomeOracle_DecimalsTooLarge(decimals, MAX_DECIMALS);
        }
        if (details.levels > MAX_LEVELS) revert OutcomeOracle_LevelsTooMany(details.levels, MAX_LEVELS);
        if (details.arbiter == address(0) && (details.levels != 0 || details.bond != 0)) {
            revert OutcomeOracle_DisputeWithoutArbiter(details.levels, details.bond);
        }
    }

    function _checkBounds(Bounds[] calldata bounds, uint256 metrics) private pure {
        if (bounds.length != metrics) revert OutcomeOracle_BoundsCount(bounds.length, metrics);
        for (uint256 i; i < metrics; ++i) {
            if (bounds[i].lower > bounds[i].upper) {
                revert OutcomeOracle_BoundsReversed(i, bounds[i].lower, bounds[i].upper);
            }
        }
    }

    /// @dev Rows and columns agree with the seats and metrics named, which exist; at least a quorum of rows.
    function _checkShape(
        uint256 metrics,
        Panel calldata panel,
        Vectors calldata vectors
    ) private pure returns (uint256 rows) {
        uint256 seats = panel.reporters.length;
        if (uint256(vectors.seats) >> seats != 0) revert OutcomeOracle_UnknownSeat(_highestBit(vectors.seats), seats);
        if (uint256(vectors.metrics) >> metrics != 0) {
            revert OutcomeOracle_MetricCount(_highestBit(vectors.metrics) + 1, metrics);
        }
        if (vectors.metrics == 0) revert OutcomeOracle_NoMetrics();
        rows = LibBit.popCount(vectors.seats);
        if (rows < panel.quorum) revert OutcomeOracle_BelowQuorum(rows, panel.quorum);
        uint256 cells = rows * LibBit.popCount(vectors.metrics);
        if (vectors.values.length != cells) revert OutcomeOracle_ShapeMismatch(vectors.values.length, cells);
        if (vectors.signatures.length != rows) revert OutcomeOracle_ShapeMismatch(vectors.signatures.length, rows);
    }

    /// @dev Each row is signed by the holder of its seat. `message` is the encoded struct with the hash of the values,
    /// and of the evidence if there is any, left open: the words at byte 128 and 160.
    function _checkSignatures(
        Panel calldata panel,
        bytes32 panelId,
        uint256 opening,
        Vectors calldata vectors,
        bytes memory message,
        bytes32[] calldata evidence
    ) private view {
        uint256 columns = LibBit.popCount(vectors.metrics);
        uint256 row;
        for (uint256 seats = vectors.seats; seats != 0; seats &= seats - 1) {
            uint256 seat = LibBit.ffs(seats);
            bytes32 values = Columns.hashRow(vectors.values, row, columns);
            bytes32 content = evidence.length == 0 ? bytes32(0) : evidence[row];
            bytes32 hash;
            assembly ("memory-safe") {
                mstore(add(message, 0xa0), values)
                if gt(mload(message), 0xa0) { mstore(add(message, 0xc0), content) }
                hash := keccak256(add(message, 0x20), mload(message))
            }
            _checkSignature(_hashTypedData(hash), seat, _holder(panel, panelId, seat, opening), vectors, row);
            ++row;
        }
    }

    function _checkSignature(
        bytes32 digest,
        uint256 seat,
        address holder,
        Vectors calldata vectors,
        uint256 row
    ) private view {
        Signature calldata signature = vectors.signatures[row];
        if (signature.vs != 0) {
            (address signer, , ) = ECDSA.tryRecover(digest, signature.r, signature.vs);
            if (signer == holder) return;
        } else {
            uint256 i = uint256(signature.r);
            if (
                i < vectors.walletSignatures.length
                    && SignatureCheckerLib.isValidERC1271SignatureNow(holder, digest, vectors.walletSignatures[i])
            ) return;
        }
        revert OutcomeOracle_BadSignature(seat, holder);
    }

    /// @dev Keeps what stands behind as many reporters or more; reverts if that is everything.
    function _storeRounds(
        mapping(uint256 => uint256) storage rounds,
        Bounds[] calldata bounds,
        uint256 period,
        Vectors calldata vectors,
        uint256 rows
    ) private returns (uint64 stored) {
        uint256 columns = LibBit.popCount(vectors.metrics);
        uint256 most;
        uint256 column;
        for (uint256 left = vectors.metrics; left != 0; left &= left - 1) {
            uint256 metric = LibBit.ffs(left);
            int256 median = _median(bounds[metric], metric, vectors.values, column++, columns, rows);
            uint256 pair = _roundPair(period, metric);
            (, uint256 reporters) = Columns.get(rounds[pair], metric);
            if (rows > reporters) {
                rounds[pair] = Columns.put(rounds[pair], metric, median, rows);
                stored |= uint64(1 << metric);
            } else if (reporters > most) {
                most = reporters;
            }
        }
        if (stored == 0) revert OutcomeOracle_NotMoreReporters(rows, most);
    }

    function _storeLives(
        mapping(uint256 => uint256) storage lives,
        Bounds[] calldata bounds,
        uint256 observedAt,
        Vectors calldata vectors,
        uint256 rows
    ) private {
        uint256 columns = LibBit.popCount(vectors.metrics);
        uint256 column;
        for (uint256 left = vectors.metrics; left != 0; left &= left - 1) {
            uint256 metric = LibBit.ffs(left);
            int256 median = _median(bounds[metric], metric, vectors.values, column++, columns, rows);
            (, uint256 newest) = Columns.get(lives[metric >> 1], metric);
            if (observedAt <= newest) revert OutcomeOracle_NotNewer(observedAt, newest);
            lives[metric >> 1] = Columns.put(lives[metric >> 1], metric, median, observedAt);
        }
    }

    function _median(
        Bounds calldata bounds,
        uint256 metric,
        int96[] calldata values,
        uint256 column,
        uint256 columns,
        uint256 rows
    ) private pure returns (int256) {
        (int256 median, int256 least, int256 greatest) = Columns.summary(values, column, columns, rows);
        if (least < bounds.lower) revert OutcomeOracle_OutOfBounds(metric, least, bounds.lower, bounds.upper);
        if (greatest > bounds.upper) revert OutcomeOracle_OutOfBounds(metric, greatest, bounds.lower, bounds.upper);
        return median;
    }

    /// @dev The seat's holder for periods that open at `opening`: the last successor from before that moment.
    function _holder(
        Panel calldata panel,
        bytes32 panelId,
        uint256 seat,
        uint256 opening
    ) private view returns (address) {
        uint256 state = _panels[panelId];
        if (state == 0) revert OutcomeOracle_UnknownPanel(panelId);
        if ((state >> seat) & 1 == 1) {
            HandedOver[] storage handovers = _handovers[panelId][seat];
            for (uint256 i = handovers.length; i > 0; --i) {
                if (handovers[i - 1].since < opening) return handovers[i - 1].successor;
            }
        }
        return panel.reporters[seat];
    }

    function _metric(
        bytes32 metricId,
        uint256 period
    ) private view returns (bytes32 id, uint256 metric, Calendar memory calendar) {
        metric = uint8(uint256(metricId));
        id = metricId & ~bytes32(uint256(0xff));
        Timetable memory timetable = _timetables[id];
        if (metric >= timetable.metrics) revert OutcomeOracle_UnknownMetric(metricId);
        calendar = timetable.calendar;
        if (period >= calendar.count) revert OutcomeOracle_UnknownPeriod(period, calendar.count);
    }

    /// @dev When the period opened, if now is in its report window.
    function _openingOfReportable(Calendar calldata calendar, uint256 period) private view returns (uint256) {
        if (period >= calendar.count) revert OutcomeOracle_UnknownPeriod(period, calendar.count);
        uint256 close = _close(calendar, period);
        uint256 windowEnd = close + calendar.reportWindow;
        if (block.timestamp < close) revert OutcomeOracle_TooEarly(block.timestamp, close);
        if (block.timestamp >= windowEnd) revert OutcomeOracle_TooLate(block.timestamp, windowEnd);
        return close - calendar.length;
    }

    /// @dev When the period around `time` opened; before the first one, the start.
    function _openingAround(Calendar calldata calendar, uint256 time) private pure returns (uint256) {
        if (time < calendar.start) return calendar.start;
        return time - (time - calendar.start) % calendar.length;
    }

    function _close(Calendar memory calendar, uint256 period) private pure returns (uint256) {
        return uint256(calendar.start) + (period + 1) * calendar.length;
    }

    function _roundPair(uint256 period, uint256 metric) private pure returns (uint256) {
        return (period << 5) | (metric >> 1);
    }

    function _highestBit(uint256 mask) private pure returns (uint256) {
        return LibBit.fls(mask);
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("Concord OutcomeOracle", "1");
    }
}
