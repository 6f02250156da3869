// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ECDSA} from "solady/utils/ECDSA.sol";
import {EIP712} from "solady/utils/EIP712.sol";
import {SignatureCheckerLib} from "solady/utils/SignatureCheckerLib.sol";
import {IOutcomeOracle} from "./interfaces/IOutcomeOracle.sol";
import {Calendars, Timetable} from "./libraries/Calendars.sol";
import {Slots} from "./libraries/Slots.sol";
import {Transmission, Transmissions} from "./libraries/Transmissions.sol";

/// @title The outcome oracle: see IOutcomeOracle, which is its manual
/// @dev Solady's ECDSA takes a signature in either form of its s. That is harmless here: a signature identifies nothing,
/// a seat counts once, and a hand-over uses its nonce up.
contract OutcomeOracle is IOutcomeOracle, EIP712 {
    uint256 private constant MAX_REPORTERS = 64;
    uint256 private constant MAX_METRICS = 64;
    uint256 private constant MAX_DECIMALS = 18;
    uint256 private constant MAX_LEVELS = 4;
    /// @dev A scorecard's id leaves the last byte to its metrics.
    bytes32 private constant _ID = ~bytes32(uint256(0xff));

    /// @dev Immutable, since the compiler would hash constants anew at each use.
    bytes32 private immutable _reportType = keccak256(
        "Report(bytes32 scorecard,uint32 period,uint64 metrics,int96[] values,bytes32 evidence)"
    );
    bytes32 private immutable _liveType = keccak256(
        "Live(bytes32 scorecard,uint32 observedAt,uint64 metrics,int96[] values)"
    );
    bytes32 private immutable _handOverType = keccak256(
        "HandOver(bytes32 scorecard,uint256 seat,address successor,uint256 nonce)"
    );

    /// @dev Chain and address of the deployment, so that equal terms elsewhere have other ids.
    bytes32 private immutable _panelHome = keccak256(abi.encode("Panel", block.chainid, address(this)));
    bytes32 private immutable _scorecardHome = keccak256(abi.encode("Scorecard", block.chainid, address(this)));

    struct HandedOver {
        address successor;
        uint96 since;
    }

    mapping(bytes32 panelId => bool) private _panels;
    mapping(bytes32 scorecardId => Timetable) private _timetables;
    mapping(bytes32 scorecardId => mapping(uint256 seat => HandedOver[])) private _handovers;
    /// @dev Two metrics a slot: see `Slots`.
    mapping(bytes32 scorecardId => mapping(uint256 pair => uint256)) private _rounds;
    mapping(bytes32 scorecardId => mapping(uint256 pair => uint256)) private _lives;

    /// @inheritdoc IOutcomeOracle
    function openPanel(Panel calldata panel) external returns (bytes32 panelId) {
        panelId = panelIdOf(panel);
        if (_panels[panelId]) return panelId;
        uint256 n = panel.reporters.length;
        if (n == 0 || n > MAX_REPORTERS) revert OutcomeOracle_PanelSize(n, MAX_REPORTERS);
        if (uint256(panel.quorum) * 2 <= n) revert OutcomeOracle_QuorumNotAboveHalf(panel.quorum, n);
        if (panel.quorum > n) revert OutcomeOracle_QuorumTooLarge(panel.quorum, n);
        for (uint256 i; i < n; ++i) {
            address reporter = panel.reporters[i];
            if (reporter == address(0)) revert OutcomeOracle_ZeroReporter(i);
            for (uint256 j; j < i; ++j) {
                if (reporter == panel.reporters[j]) revert OutcomeOracle_DuplicateReporter(reporter);
            }
        }
        _panels[panelId] = true;
        emit PanelOpened(panelId, panel);
    }

    /// @inheritdoc IOutcomeOracle
    function openScorecard(
        Panel calldata panel,
        Calendar calldata calendar,
        Bounds[] calldata bounds,
        Details calldata details
    ) external returns (bytes32 scorecardId) {
        bytes32 panelId = panelIdOf(panel);
        if (!_panels[panelId]) revert OutcomeOracle_UnknownPanel(panelId);
        Calendars.check(calendar);
        _checkDetails(details);
        _checkBounds(bounds, details.metrics.length);
        scorecardId = scorecardIdOf(panel, calendar, bounds, details);
        if (_timetables[scorecardId].metrics() != 0) return scorecardId;
        _timetables[scorecardId] = Calendars.pack(calendar, bounds.length);
        emit ScorecardOpened(scorecardId, panelId, calendar, bounds, details);
    }

    /// @inheritdoc IOutcomeOracle
    function handOver(bytes calldata terms, uint256 seat, address successor, bytes calldata signature) external {
        Transmission memory t;
        (bytes32 id, Timetable timetable) = _opened(t, terms);
        address holder = _latestHolder(id, t, seat);
        _checkHandOver(id, seat, holder, successor, signature);
        if (successor == address(0)) revert OutcomeOracle_ZeroReporter(seat);
        for (uint256 i; i < t.seats; ++i) {
            if (_latestHolder(id, t, i) == successor) revert OutcomeOracle_DuplicateReporter(successor);
        }
        _timetables[id] = timetable.markHandedOver(seat);
        _handovers[id][seat].push(HandedOver(successor, uint96(block.timestamp)));
        emit SeatHandedOver(id, seat, holder, successor);
    }

    /// @inheritdoc IOutcomeOracle
    function report(bytes calldata transmission) external {
        Transmission memory t;
        (bytes32 id, Timetable timetable) = _opened(t, transmission);
        uint256 opening = timetable.openingOfReportable(t.when, block.timestamp);
        bytes32 evidence = t.readEvidence();
        uint256 form = t.form(_domainSeparator(), _reportType, id, 6, evidence);
        _storeRounds(id, t, _checkRows(t, id, timetable, opening, form), evidence);
    }

    /// @inheritdoc IOutcomeOracle
    function reportLive(bytes calldata transmission) external {
        Transmission memory t;
        (bytes32 id, Timetable timetable) = _opened(t, transmission);
        if (t.when > block.timestamp) revert OutcomeOracle_FromTheFuture(t.when, block.timestamp);
        uint256 form = t.form(_domainSeparator(), _liveType, id, 5, 0);
        _storeLives(id, t, _checkRows(t, id, timetable, timetable.openingAround(t.when), form));
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
        (bytes32 id, uint256 metric, Timetable timetable) = _metric(metricId);
        (value, reporters) = Slots.get(_rounds[id][_roundPair(period, metric)], metric);
        (state, finalAt) = timetable.stateOf(period, reporters, block.timestamp);
    }

    /// @inheritdoc IOutcomeOracle
    function live(bytes32 metricId) external view returns (int256 value, uint256 observedAt) {
        (bytes32 id, uint256 metric, ) = _metric(metricId);
        return Slots.get(_lives[id][metric >> 1], metric);
    }

    /// @inheritdoc IOutcomeOracle
    function periodClose(bytes32 metricId, uint256 period) external view returns (uint256) {
        (, , Timetable timetable) = _metric(metricId);
        return timetable.close(period);
    }

    /// @inheritdoc IOutcomeOracle
    function holderOf(
        bytes calldata terms,
        uint256 seat,
        uint256 opening
    ) external view returns (address holder, uint256 handovers) {
        Transmission memory t;
        (bytes32 id, ) = _opened(t, terms);
        if (seat >= t.seats) revert OutcomeOracle_UnknownSeat(seat, t.seats);
        return (_successor(id, seat, opening, t.reporter(seat)), _handovers[id][seat].length);
    }

    /// @inheritdoc IOutcomeOracle
    function panelIdOf(Panel calldata panel) public view returns (bytes32) {
        return keccak256(abi.encode(_panelHome, panel));
    }

    /// @inheritdoc IOutcomeOracle
    function termsOf(
        Panel calldata panel,
        Calendar calldata calendar,
        Bounds[] calldata bounds,
        Details calldata details
    ) public pure returns (bytes memory terms) {
        if (panel.reporters.length > MAX_REPORTERS) {
            revert OutcomeOracle_PanelSize(panel.reporters.length, MAX_REPORTERS);
        }
        if (bounds.length > MAX_METRICS) revert OutcomeOracle_MetricCount(bounds.length, MAX_METRICS);
        terms = abi.encodePacked(
            keccak256(abi.encode(calendar, details)),
            panel.quorum,
            uint8(panel.reporters.length),
            uint8(bounds.length)
        );
        for (uint256 i; i < panel.reporters.length; ++i) terms = abi.encodePacked(terms, panel.reporters[i]);
        for (uint256 i; i < bounds.length; ++i) terms = abi.encodePacked(terms, bounds[i].lower, bounds[i].upper);
    }

    /// @inheritdoc IOutcomeOracle
    function scorecardIdOf(
        Panel calldata panel,
        Calendar calldata calendar,
        Bounds[] calldata bounds,
        Details calldata details
    ) public view returns (bytes32) {
        return keccak256(abi.encodePacked(_scorecardHome, termsOf(panel, calendar, bounds, details))) & _ID;
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
            (int96 lower, int96 upper) = (bounds[i].lower, bounds[i].upper);
            if (lower > upper) revert OutcomeOracle_BoundsReversed(i, lower, upper);
        }
    }

    /// @dev The holder signs, or sends the transaction and leaves the signature empty.
    function _checkHandOver(
        bytes32 id,
        uint256 seat,
        address holder,
        address successor,
        bytes calldata signature
    ) private view {
        if (signature.length == 0) {
            if (msg.sender != holder) revert OutcomeOracle_NotSeatHolder(msg.sender, holder);
            return;
        }
        uint256 nonce = _handovers[id][seat].length;
        bytes32 digest = _hashTypedData(keccak256(abi.encode(_handOverType, id, seat, successor, nonce)));
        if (ECDSA.tryRecoverCalldata(digest, signature) == holder) return;
        if (SignatureCheckerLib.isValidERC1271SignatureNowCalldata(holder, digest, signature)) return;
        revert OutcomeOracle_BadSignature(seat, holder);
    }

    /// @dev Each row is signed by the holder of its seat. Returns the matrix of values.
    function _checkRows(
        Transmission memory t,
        bytes32 id,
        Timetable timetable,
        uint256 opening,
        uint256 form
    ) private view returns (int256[] memory values) {
        t.check();
        unchecked {
            values = t.matrix();
            uint256 handedOver = timetable.handedOver();
            (uint256 position, uint256 reporter) = (t.rows, t.reporters);
            uint256 cell;
            for (uint256 seats = t.signing; seats != 0; (seats >>= 1, reporter += 20, handedOver >>= 1)) {
                if (seats & 1 == 0) continue;
                address holder = Transmissions.loadAddress(reporter);
                if (handedOver & 1 == 1) holder = _successor(id, t.seatAt(reporter), opening, holder);
                bytes32 digest;
                address signer;
                (signer, digest, position) = t.readRow(position, values, cell, form);
                if (signer != holder && !_isWalletSignature(t, position, holder, digest)) {
                    revert OutcomeOracle_BadSignature(t.seatAt(reporter), holder);
                }
                cell += t.columns;
            }
        }
        if (t.wallets != t.end) t.revertLength(t.wallets);
    }

    /// @dev Consumes the next wallet signature.
    function _isWalletSignature(
        Transmission memory t,
        uint256 position,
        address holder,
        bytes32 digest
    ) private view returns (bool) {
        (bool given, bytes calldata signature) = t.nextWalletSignature(position);
        return given && SignatureCheckerLib.isValidERC1271SignatureNowCalldata(holder, digest, signature);
    }

    /// @dev Keeps what stands behind as many reporters or more; reverts if that is everything.
    function _storeRounds(bytes32 id, Transmission memory t, int256[] memory values, bytes32 evidence) private {
        unchecked {
            mapping(uint256 => uint256) storage rounds = _rounds[id];
            (uint256 period, uint256 rows) = (t.when, t.rowCount);
            uint256 most;
            bool stored;
            uint256 column;
            uint256 left = t.chosen;
            for (uint256 metric; left != 0; (++metric, left >>= 1)) {
                if (left & 1 == 0) continue;
                (int256 value, int256 least, int256 greatest) = t.summary(values, metric, column++);
                uint256 pair = _roundPair(period, metric);
                uint256 slot = rounds[pair];
                (, uint256 reporters) = Slots.get(slot, metric);
                if (rows > reporters) {
                    stored = true;
                    rounds[pair] = Slots.put(slot, metric, value, rows);
                    emit OutcomeReported(
                        id | bytes32(metric),
                        period,
                        value,
                        least,
                        greatest,
                        uint64(t.signing),
                        evidence
                    );
                } else if (reporters > most) {
                    most = reporters;
                }
            }
            if (!stored) revert OutcomeOracle_NotMoreReporters(rows, most);
        }
    }

    function _storeLives(bytes32 id, Transmission memory t, int256[] memory values) private {
        unchecked {
            mapping(uint256 => uint256) storage lives = _lives[id];
            uint256 observedAt = t.when;
            uint256 column;
            uint256 left = t.chosen;
            for (uint256 metric; left != 0; (++metric, left >>= 1)) {
                if (left & 1 == 0) continue;
                (int256 value, , ) = t.summary(values, metric, column++);
                uint256 slot = lives[metric >> 1];
                (, uint256 newest) = Slots.get(slot, metric);
                if (observedAt <= newest) revert OutcomeOracle_NotNewer(observedAt, newest);
                lives[metric >> 1] = Slots.put(slot, metric, value, observedAt);
                emit LiveValueReported(id | bytes32(metric), value, observedAt);
            }
        }
    }

    function _latestHolder(bytes32 id, Transmission memory t, uint256 seat) private view returns (address) {
        if (seat >= t.seats) revert OutcomeOracle_UnknownSeat(seat, t.seats);
        return _successor(id, seat, type(uint256).max, t.reporter(seat));
    }

    /// @dev The seat's holder for periods that open at `opening`: the last successor from before that moment.
    function _successor(bytes32 id, uint256 seat, uint256 opening, address reporter) private view returns (address) {
        HandedOver[] storage handovers = _handovers[id][seat];
        for (uint256 i = handovers.length; i > 0; --i) {
            if (handovers[i - 1].since < opening) return handovers[i - 1].successor;
        }
        return reporter;
    }

    /// @dev Reads `data` into `t`, whose terms must be those of an open scorecard.
    function _opened(
        Transmission memory t,
        bytes calldata data
    ) private view returns (bytes32 id, Timetable timetable) {
        id = t.read(_scorecardHome, data) & _ID;
        timetable = _timetables[id];
        if (timetable.metrics() == 0) revert OutcomeOracle_UnknownScorecard(id);
    }

    function _metric(bytes32 metricId) private view returns (bytes32 id, uint256 metric, Timetable timetable) {
        metric = uint8(uint256(metricId));
        id = metricId & _ID;
        timetable = _timetables[id];
        if (metric >= timetable.metrics()) revert OutcomeOracle_UnknownMetric(metricId);
    }

    function _roundPair(uint256 period, uint256 metric) private pure returns (uint256) {
        return (period << 5) | (metric >> 1);
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("Concord OutcomeOracle", "1");
    }
}
