// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Impact instruments: money that follows outcomes
/// @notice One concept for agreements and derivatives:
///
///     instrument = legs --SUM | MIN | MAX--> score --one payoff curve per claim--> amounts per `face`
///
/// Collateral is one ERC-20 token. A set, one unit of every claim, costs one unit of it and is worth one unit: minting N
/// sets pulls N, merging gives N back. `settle` fixes what a `face` of each claim pays; a holder then redeems.
/// Claims are paid in order, each at most what is left of `face`; the last claim, the residual, gets the rest.
/// Every truncation is against the claimant and the residual takes what is left, so that nothing stays behind.
/// There is no owner and no clock. An instrument without token is a formula: settled, read by others, never minted.
///
/// Positions are ERC-6909; `positionId = instrumentId | claim`.
/// Warning: rebasing tokens are unsupported; a token that moves another amount than asked reverts.
interface IImpactInstruments {
    /// @notice State of an instrument. NONE: nobody opened it. OPEN: minted and merged. SETTLED: payoffs are fixed.
    enum Status {
        NONE,
        OPEN,
        SETTLED
    }

    /// @notice How leg values become the score.
    enum Combine {
        SUM,
        MIN,
        MAX
    }

    /// @notice What minting needs of the terms. `token` 0 is a formula. `face` [token] is what the claims share, below
    /// 2^112, of a formula below 2^247. `body` is the hash of the rest: see `libraries/Terms.sol`.
    struct Terms {
        address token;
        uint256 face;
        bytes32 body;
    }

    /// @notice `receiver` gets `units` [token] of each claim in `claims` (bit i = claim i).
    struct Allocation {
        address receiver;
        uint16 claims;
        uint256 units;
    }

    /// @notice One slot: sets outstanding (N, fixed by settling), units of the residual redeemed, number of claims with the
    /// residual, decimals of the collateral.
    struct State {
        Status status;
        uint8 claims;
        uint8 decimals;
        bool formula;
        uint112 sets;
        uint112 residualRedeemed;
    }

    event Opened(uint256 indexed instrumentId, bytes32 indexed mission, address token, uint256 face, bytes body);
    event Settled(uint256 indexed instrumentId, int256 score, uint256[] payoffs);
    event Redeemed(uint256 indexed positionId, address indexed holder, address to, uint256 units, uint256 payout);

    error ImpactInstruments_UnknownInstrument(uint256 instrumentId);
    error ImpactInstruments_AlreadySettled(uint256 instrumentId);
    error ImpactInstruments_NotSettled(uint256 instrumentId);
    error ImpactInstruments_BodyMismatch(bytes32 given, bytes32 expected);
    error ImpactInstruments_FaceOutOfRange(uint256 given, uint256 max);
    error ImpactInstruments_NoLegs();
    error ImpactInstruments_NoClaims();
    error ImpactInstruments_UnknownCombine(uint256 given, uint256 max);
    error ImpactInstruments_UnknownLegKind(uint256 given, uint256 max);
    error ImpactInstruments_UnknownClaim(uint256 given, uint256 claims);
    error ImpactInstruments_FormulaHoldsNoToken(uint256 instrumentId);
    error ImpactInstruments_ZeroAmount();
    /// @dev `max` is how many more are possible, or left to redeem.
    error ImpactInstruments_TooManySets(uint256 given, uint256 max);
    error ImpactInstruments_UnbalancedAllocation(uint256 claim, uint256 given, uint256 expected);
    error ImpactInstruments_OutcomeNotFinal(bytes32 metricId, uint256 period);
    /// @dev What the token moved; also if it refused, reverted or is no token.
    error ImpactInstruments_InexactTransfer(uint256 given, uint256 expected);
    error ImpactInstruments_LegCount(uint256 given, uint256 expected);

    /// @notice Opens an instrument; anyone may. Validates the whole body. Opening it again changes nothing.
    /// @return instrumentId The hash of the terms, this contract and its chain, with the last byte 0.
    function open(Terms calldata terms, bytes calldata body) external returns (uint256 instrumentId);

    /// @notice Pulls `sets` [token] from the sender and gives out `sets` of each claim; the allocations' units of each
    /// claim add up to `sets`. Ends at settlement.
    function mint(Terms calldata terms, uint256 sets, Allocation[] calldata allocations) external;

    /// @notice Gives up `sets` of every claim and pays `sets` [token] to `to`. Ends at settlement.
    function merge(Terms calldata terms, uint256 sets, address to) external;

    /// @notice Fixes the score and what a `face` of each claim pays; anyone may, once. Reverts unless every metric leg's
    /// round is FINAL or UNRESOLVED (then the leg's fallback counts) and every claim leg's source is settled.
    function settle(Terms calldata terms, bytes calldata body) external;

    /// @notice Gives up `units` of the sender's position in `claim` and pays its payout to `to`. With N sets and a payoff
    /// y, the claim gets T = floor(N * y / face) in all and the residual the rest; after r units were redeemed, the next
    /// a units pay floor((r + a) * T / N) - floor(r * T / N) [token].
    function redeem(Terms calldata terms, uint256 claim, uint256 units, address to) external returns (uint256 payout);

    /// @notice What `redeem` would pay now for `units` [token].
    function payoutOf(Terms calldata terms, uint256 claim, uint256 units) external view returns (uint256 payout);

    /// @notice What an instrument that was opened would pay per `face` for given leg inputs: a metric's value [metric] or a claim's
    /// payoff, in the order of legs. The last payoff is the residual's.
    function payoffs(
        Terms calldata terms,
        bytes calldata body,
        int256[] calldata inputs
    ) external view returns (int256 score, uint256[] memory amounts);

    /// @notice What a `face` of an ordered claim pays; reverts until it is settled. The residual has no such number.
    function payoffOf(uint256 positionId) external view returns (uint256);

    /// @notice The instrument's state slot.
    function stateOf(uint256 instrumentId) external view returns (State memory);

    /// @notice The id that an instrument has or would have.
    function instrumentIdOf(Terms calldata terms) external view returns (uint256);
}
