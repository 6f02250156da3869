// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Outcome oracle: what a panel of independent reporters measured, one period of one metric at a time
/// @notice Anyone opens panels and scorecards; their ids are hashes of all their terms and nothing is configurable
/// afterwards. Reporters sign, anybody transmits. The oracle has no owner and is the only contract with clocks.
///
///     Panel      reporters and a quorum above half, shared by many scorecards
///     Scorecard  the 1 to 64 metrics that a panel reports together on one calendar
///     Metric     `metricId = scorecardId | index`; its value is an int96 of the metric's smallest unit [metric]
///     Round      one period of one metric: OPEN -> REPORTED -> FINAL, or UNRESOLVED; DISPUTED comes with disputes
///     Live value the newest measurement; it never touches a round and settles nothing
///
/// All windows are half-open: a report for a period is accepted in `[close, close + reportWindow)`.
interface IOutcomeOracle {
    /// @notice State of a round. OPEN: no value yet, one may still come. REPORTED: a value stands, it may still be
    /// replaced or challenged. FINAL: the value never changes. UNRESOLVED: no value came in time, and that is not 0.
    enum State {
        OPEN,
        REPORTED,
        DISPUTED,
        FINAL,
        UNRESOLVED
    }

    /// @notice 1 to 64 distinct `reporters` (accounts or ERC-1271 wallets), each a seat; `quorum` is above half.
    struct Panel {
        address[] reporters;
        uint8 quorum;
    }

    /// @notice `count` periods of `length` [s] each; period p closes at `start + (p + 1) * length`. Then reports are
    /// accepted for `reportWindow` [s], and challenges for `challengeWindow` [s] after the report window's end.
    struct Calendar {
        uint40 start;
        uint32 length;
        uint32 count;
        uint32 reportWindow;
        uint32 challengeWindow;
    }

    /// @notice Bounds of a metric's values, both inclusive [metric].
    struct Bounds {
        int96 lower;
        int96 upper;
    }

    /// @notice A metric in the field's words. `decimals` <= 18: the number of decimals of its smallest unit.
    struct Metric {
        string name;
        string unit;
        string uri;
        uint8 decimals;
        string evidenceMethod;
        string evidencePolicyURI;
    }

    /// @notice Terms that reports do not need: the metrics in words, and how a value is disputed.
    /// `levels` <= 4 dispute levels, each doubling `bond` [bondToken]; lost bonds go to `lostBondReceiver`. Without
    /// an arbiter there are no levels and no bond.
    struct Details {
        Metric[] metrics;
        address arbiter;
        uint8 levels;
        address bondToken;
        uint256 bond;
        address lostBondReceiver;
    }

    event PanelOpened(bytes32 indexed panelId, Panel panel);
    event ScorecardOpened(
        bytes32 indexed scorecardId,
        bytes32 indexed panelId,
        Calendar calendar,
        Bounds[] bounds,
        Details details
    );
    event SeatHandedOver(bytes32 indexed scorecardId, uint256 indexed seat, address holder, address successor);

    /// @notice The round's value is now the lower median of what the reporters in `seats` (bit s = seat s) measured, from
    /// `least` to `greatest` [metric]. `evidence` is the content id of the bundle behind it, which they all signed.
    event OutcomeReported(
        bytes32 indexed metricId,
        uint256 period,
        int256 value,
        int256 least,
        int256 greatest,
        uint64 seats,
        bytes32 evidence
    );

    /// @notice The metric's live value is now the lower median [metric] of what its reporters observed at that time [s].
    event LiveValueReported(bytes32 indexed metricId, int256 value, uint256 observedAt);

    error OutcomeOracle_UnknownPanel(bytes32 panelId);
    error OutcomeOracle_UnknownScorecard(bytes32 scorecardId);
    error OutcomeOracle_UnknownMetric(bytes32 metricId);
    error OutcomeOracle_UnknownPeriod(uint256 given, uint256 count);
    error OutcomeOracle_PanelSize(uint256 given, uint256 max);
    error OutcomeOracle_QuorumNotAboveHalf(uint256 given, uint256 reporters);
    error OutcomeOracle_QuorumTooLarge(uint256 given, uint256 reporters);
    error OutcomeOracle_DuplicateReporter(address reporter);
    error OutcomeOracle_ZeroReporter(uint256 seat);
    error OutcomeOracle_UnknownSeat(uint256 given, uint256 reporters);
    error OutcomeOracle_UnknownSeats(uint64 given, uint256 reporters);
    error OutcomeOracle_UnknownMetrics(uint64 given, uint256 metrics);
    error OutcomeOracle_NotSeatHolder(address given, address holder);
    error OutcomeOracle_MetricCount(uint256 given, uint256 max);
    error OutcomeOracle_BoundsCount(uint256 given, uint256 metrics);
    error OutcomeOracle_BoundsReversed(uint256 metric, int256 lower, int256 upper);
    error OutcomeOracle_DecimalsTooLarge(uint256 given, uint256 max);
    error OutcomeOracle_EmptyCalendar(uint256 length, uint256 count, uint256 reportWindow);
    error OutcomeOracle_CalendarTooLong(uint256 given, uint256 max);
    error OutcomeOracle_LevelsTooMany(uint256 given, uint256 max);
    error OutcomeOracle_DisputeWithoutArbiter(uint256 levels, uint256 bond);
    error OutcomeOracle_TooEarly(uint256 given, uint256 opensAt);
    error OutcomeOracle_TooLate(uint256 given, uint256 closedAt);
    error OutcomeOracle_BelowQuorum(uint256 given, uint256 quorum);
    error OutcomeOracle_TransmissionLength(uint256 given, uint256 expected);
    error OutcomeOracle_BadSignature(uint256 seat, address holder);
    error OutcomeOracle_OutOfBounds(uint256 metric, int256 given, int256 lower, int256 upper);
    error OutcomeOracle_NotMoreReporters(uint256 given, uint256 stored);
    error OutcomeOracle_NotNewer(uint256 given, uint256 stored);
    error OutcomeOracle_FromTheFuture(uint256 given, uint256 latest);

    /// @notice Opens a panel; anyone may, and opening it again changes nothing.
    /// @return panelId The hash of the panel, this contract and its chain.
    function openPanel(Panel calldata panel) external returns (bytes32 panelId);

    /// @notice Opens a scorecard of an open panel; anyone may, at any time, and opening it again changes nothing.
    /// @return scorecardId The hash of all terms with its last byte 0, where the metric's index goes.
    function openScorecard(
        Panel calldata panel,
        Calendar calldata calendar,
        Bounds[] calldata bounds,
        Details calldata details
    ) external returns (bytes32 scorecardId);

    /// @notice Signs a seat of a scorecard over to `successor`, who reports for the periods that open after this moment.
    /// @param terms The scorecard's: see `termsOf`.
    /// @param signature Of the holder over `HandOver(bytes32 scorecard,uint256 seat,address successor,uint256 nonce)`,
    /// where nonce is how often the seat was handed over; empty when the holder is the sender.
    /// Warning: the holder stays entitled to the periods that are already open.
    function handOver(bytes calldata terms, uint256 seat, address successor, bytes calldata signature) external;

    /// @notice Transmits signed rows of values for a closed period; anyone may. Each reporter signs
    /// `Report(bytes32 scorecard,uint32 period,uint64 metrics,int96[] values,bytes32 evidence)` once for all metrics.
    /// A metric that has a value keeps it unless this transmission has strictly more reporters; reverts if none changes.
    /// @param transmission As `libraries/Transmissions.sol` lays it out.
    function report(bytes calldata transmission) external;

    /// @notice Transmits signed rows of live values; anyone may. Each reporter signs
    /// `Live(bytes32 scorecard,uint32 observedAt,uint64 metrics,int96[] values)`. `observedAt` [s] is newer than the
    /// stored one and not in the future.
    /// @param transmission As `libraries/Transmissions.sol` lays it out.
    function reportLive(bytes calldata transmission) external;

    /// @notice The round's state and value [metric]; the value is 0 and means nothing in OPEN and UNRESOLVED.
    function outcome(bytes32 metricId, uint256 period) external view returns (State state, int256 value);

    /// @notice How many reporters stand behind the round's value, and when it becomes (or became) FINAL [s].
    function round(
        bytes32 metricId,
        uint256 period
    ) external view returns (State state, int256 value, uint256 reporters, uint256 finalAt);

    /// @notice The newest live value [metric] and when it was observed [s]; 0 and 0 when there is none.
    function live(bytes32 metricId) external view returns (int256 value, uint256 observedAt);

    /// @notice When the period closes [s]. Reverts for a metric or period that does not exist.
    function periodClose(bytes32 metricId, uint256 period) external view returns (uint256);

    /// @notice Who holds a seat for periods that open at `opening` [s], and how often it was handed over in all.
    function holderOf(
        bytes calldata terms,
        uint256 seat,
        uint256 opening
    ) external view returns (address holder, uint256 handovers);

    /// @notice The id that a panel has or would have.
    function panelIdOf(Panel calldata panel) external view returns (bytes32);

    /// @notice The scorecard's terms as transmissions carry them: see `libraries/Transmissions.sol`.
    function termsOf(
        Panel calldata panel,
        Calendar calldata calendar,
        Bounds[] calldata bounds,
        Details calldata details
    ) external pure returns (bytes memory terms);

    /// @notice The id that a scorecard has or would have.
    function scorecardIdOf(
        Panel calldata panel,
        Calendar calldata calendar,
        Bounds[] calldata bounds,
        Details calldata details
    ) external view returns (bytes32);
}
