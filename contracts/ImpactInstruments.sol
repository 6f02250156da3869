// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LibBit} from "solady/utils/LibBit.sol";
import {LibString} from "solady/utils/LibString.sol";
import {Multicallable} from "solady/utils/Multicallable.sol";
import {SafeTransferLib} from "solady/utils/SafeTransferLib.sol";
import {IImpactInstruments} from "./interfaces/IImpactInstruments.sol";
import {IOutcomeOracle} from "./interfaces/IOutcomeOracle.sol";
import {PackedERC6909} from "./libraries/PackedERC6909.sol";
import {Cursor, Terms as Body} from "./libraries/Terms.sol";

/// @title Impact instruments: see IImpactInstruments, which is its manual
/// @dev There is no reentrancy lock. State changes before tokens move, and every movement must change this contract's
/// balance by exactly its amount: a call nested in a token's callback would make the outer movement inexact.
contract ImpactInstruments is IImpactInstruments, PackedERC6909, Multicallable {
    bytes32 private constant TERMS_TYPE = keccak256("Terms(address token,uint256 face,bytes32 body)");
    uint256 private constant MAX_CASH_FACE = type(uint112).max;
    uint256 private constant MAX_FORMULA_FACE = 2 ** 247 - 1;
    uint256 private constant METRIC_LEG = 0;
    uint256 private constant CLAIM_LEG = 1;

    IOutcomeOracle public immutable oracle;
    /// @dev Chain and address of the deployment, so that equal terms elsewhere have other ids.
    bytes32 private immutable _home = keccak256(abi.encode(block.chainid, address(this)));

    mapping(uint256 instrumentId => State) private _states;
    /// @dev Of a settled ordered claim: what a face pays, and above bit 128 the units redeemed. A formula's claim is never
    /// redeemed and uses the whole word.
    mapping(uint256 positionId => uint256) private _payoffs;

    constructor(IOutcomeOracle oracle_) {
        oracle = oracle_;
    }

    /// @inheritdoc IImpactInstruments
    function open(Terms calldata terms, bytes calldata body) external returns (uint256 instrumentId) {
        instrumentId = instrumentIdOf(terms);
        if (_states[instrumentId].status != Status.NONE) return instrumentId;
        _checkBody(terms, body);
        uint256 max = terms.token == address(0) ? MAX_FORMULA_FACE : MAX_CASH_FACE;
        if (terms.face == 0 || terms.face > max) revert ImpactInstruments_FaceOutOfRange(terms.face, max);

        Cursor memory cursor = Body.start(body);
        bytes32 mission = bytes32(cursor.take(32));
        cursor.take(32); // document
        uint256 combine = cursor.take(1);
        if (combine > uint256(Combine.MAX)) revert ImpactInstruments_UnknownCombine(combine, uint256(Combine.MAX));
        _checkLegs(cursor);
        uint256 claims = cursor.count(Body.MAX_CLAIMS);
        if (claims == 0) revert ImpactInstruments_NoClaims();
        for (uint256 i; i < claims; ++i) {
            cursor.skipText();
            cursor.checkClaimCurve(terms.face, terms.token == address(0));
        }
        cursor.skipText();
        cursor.finish(body);

        State storage state = _states[instrumentId];
        // casting is safe: at most MAX_CLAIMS + 1
        (state.status, state.claims, state.formula) = (Status.OPEN, uint8(claims + 1), terms.token == address(0));
        emit Opened(instrumentId, mission, terms.token, terms.face, body);
    }

    /// @inheritdoc IImpactInstruments
    function mint(Terms calldata terms, uint256 sets, Allocation[] calldata allocations) external {
        (uint256 instrumentId, State storage state) = _openCash(terms);
        (uint256 held, uint256 claims) = (state.sets, state.claims);
        if (sets == 0) revert ImpactInstruments_ZeroAmount();
        uint256 room = type(uint112).max - held;
        if (sets > room) revert ImpactInstruments_TooManySets(sets, room);
        if (held == 0 && state.decimals == 0) state.decimals = _decimalsOf(terms.token);
        state.sets = uint112(held + sets);
        _checkAllocations(claims, sets, allocations);
        for (uint256 i; i < allocations.length; ++i) {
            Allocation calldata allocation = allocations[i];
            _mintMany(allocation.receiver, instrumentId, allocation.claims, allocation.units);
        }
        _pull(terms.token, sets);
    }

    /// @inheritdoc IImpactInstruments
    function merge(Terms calldata terms, uint256 sets, address to) external {
        (uint256 instrumentId, State storage state) = _openCash(terms);
        if (sets == 0) revert ImpactInstruments_ZeroAmount();
        _burnMany(msg.sender, instrumentId, state.claims, sets);
        state.sets -= uint112(sets); // each claim's units add up to the sets outstanding
        _pay(terms.token, to, sets);
    }

    /// @inheritdoc IImpactInstruments
    function settle(Terms calldata terms, bytes calldata body) external {
        uint256 instrumentId = instrumentIdOf(terms);
        State storage state = _states[instrumentId];
        _checkOpen(state, instrumentId);
        _checkBody(terms, body);
        Cursor memory cursor = _atCombine(body);
        int256 score = _score(cursor, new int256[](0), true);
        uint256[] memory amounts = _amounts(cursor, terms.face, score);
        state.status = Status.SETTLED;
        for (uint256 i; i < amounts.length - 1; ++i) _payoffs[instrumentId | i] = amounts[i];
        emit Settled(instrumentId, score, amounts);
    }

    /// @inheritdoc IImpactInstruments
    function redeem(Terms calldata terms, uint256 claim, uint256 units, address to) external returns (uint256 payout) {
        uint256 instrumentId = instrumentIdOf(terms);
        State memory state = _states[instrumentId];
        uint256 redeemed;
        (payout, redeemed) = _payout(terms, state, instrumentId, claim, units);
        if (units == 0) revert ImpactInstruments_ZeroAmount();
        _burn(msg.sender, instrumentId | claim, units);
        unchecked {
            // at most the sets, as `_payout` has checked
            if (claim == state.claims - 1) _states[instrumentId].residualRedeemed = uint112(redeemed + units);
            else _payoffs[instrumentId | claim] += units << 128;
        }
        emit Redeemed(instrumentId | claim, msg.sender, to, units, payout);
        _pay(terms.token, to, payout);
    }

    /// @inheritdoc IImpactInstruments
    function payoutOf(Terms calldata terms, uint256 claim, uint256 units) external view returns (uint256 payout) {
        uint256 instrumentId = instrumentIdOf(terms);
        (payout, ) = _payout(terms, _states[instrumentId], instrumentId, claim, units);
    }

    /// @inheritdoc IImpactInstruments
    function payoffs(
        Terms calldata terms,
        bytes calldata body,
        int256[] calldata inputs
    ) external view returns (int256 score, uint256[] memory amounts) {
        uint256 instrumentId = instrumentIdOf(terms);
        if (_states[instrumentId].status == Status.NONE) revert ImpactInstruments_UnknownInstrument(instrumentId);
        _checkBody(terms, body);
        Cursor memory cursor = _atCombine(body);
        score = _score(cursor, inputs, false);
        amounts = _amounts(cursor, terms.face, score);
    }

    /// @inheritdoc IImpactInstruments
    function payoffOf(uint256 positionId) public view returns (uint256) {
        (uint256 instrumentId, uint256 claim) = _split(positionId);
        State storage state = _states[instrumentId];
        _checkOrderedClaim(state, instrumentId, claim);
        if (state.status != Status.SETTLED) revert ImpactInstruments_NotSettled(instrumentId);
        uint256 word = _payoffs[positionId];
        return state.formula ? word : uint128(word);
    }

    /// @inheritdoc IImpactInstruments
    function stateOf(uint256 instrumentId) external view returns (State memory) {
        return _states[instrumentId];
    }

    /// @inheritdoc IImpactInstruments
    function instrumentIdOf(Terms calldata terms) public view returns (uint256) {
        return uint256(keccak256(abi.encode(TERMS_TYPE, _home, terms.token, terms.face, terms.body))) & ~uint256(0xff);
    }

    /// @notice ERC-6909 metadata: the position's name.
    function name(uint256 positionId) external pure returns (string memory) {
        (uint256 instrumentId, uint256 claim) = _split(positionId);
        string memory id = LibString.slice(LibString.toHexString(instrumentId, 32), 0, 10);
        return string.concat("Concord ", id, " claim ", LibString.toString(claim));
    }

    /// @notice ERC-6909 metadata: the position's symbol.
    function symbol(uint256 positionId) external pure returns (string memory) {
        (, uint256 claim) = _split(positionId);
        return string.concat("CONCORD-", LibString.toString(claim));
    }

    /// @notice ERC-6909 metadata: the collateral's decimals, known from the first mint.
    function decimals(uint256 positionId) external view returns (uint8) {
        (uint256 instrumentId, ) = _split(positionId);
        return _states[instrumentId].decimals;
    }

    function _checkLegs(Cursor memory cursor) private view {
        uint256 legs = cursor.count(Body.MAX_LEGS);
        if (legs == 0) revert ImpactInstruments_NoLegs();
        for (uint256 i; i < legs; ++i) {
            uint256 kind = cursor.take(1);
            bytes32 source = bytes32(cursor.take(32));
            uint256 which = cursor.take(4);
            if (kind == METRIC_LEG) {
                oracle.periodClose(source, which); // reverts if it does not exist
                cursor.take(12); // fallback
            } else if (kind == CLAIM_LEG) {
                _checkOrderedClaim(_states[uint256(source)], uint256(source), which);
            } else {
                revert ImpactInstruments_UnknownLegKind(kind, CLAIM_LEG);
            }
            cursor.checkLegCurve();
        }
    }

    function _atCombine(bytes calldata body) private pure returns (Cursor memory cursor) {
        cursor = Body.start(body);
        cursor.take(32); // mission
        cursor.take(32); // document
    }

    /// @dev Each |leg value| < 2^247 and there are at most 64: a sum fits.
    function _score(Cursor memory cursor, int256[] memory inputs, bool final_) private view returns (int256 score) {
        Combine combine = Combine(cursor.take(1));
        uint256 legs = cursor.count(Body.MAX_LEGS);
        if (!final_ && inputs.length != legs) revert ImpactInstruments_LegCount(inputs.length, legs);
        for (uint256 i; i < legs; ++i) {
            int256 input = _input(cursor, final_);
            int256 value = cursor.valueDown(final_ ? input : inputs[i]);
            if (i == 0) score = value;
            else if (combine == Combine.SUM) score += value;
            else if (combine == Combine.MIN) score = value < score ? value : score;
            else score = value > score ? value : score;
        }
    }

    /// @dev What a leg reads, if it is asked for; the cursor passes on to the leg's curve in any case.
    function _input(Cursor memory cursor, bool final_) private view returns (int256) {
        uint256 kind = cursor.take(1);
        bytes32 source = bytes32(cursor.take(32));
        uint256 which = cursor.take(4);
        if (kind == CLAIM_LEG) return final_ ? int256(payoffOf(uint256(source) | which)) : int256(0);
        int256 fallback_ = cursor.takeSigned(12);
        if (!final_) return 0;
        (IOutcomeOracle.State state, int256 value) = oracle.outcome(source, which);
        if (state == IOutcomeOracle.State.FINAL) return value;
        if (state == IOutcomeOracle.State.UNRESOLVED) return fallback_;
        revert ImpactInstruments_OutcomeNotFinal(source, which);
    }

    /// @dev Claims in order, each at most what is left of face; the residual last.
    function _amounts(
        Cursor memory cursor,
        uint256 face,
        int256 score
    ) private pure returns (uint256[] memory amounts) {
        uint256 claims = cursor.count(Body.MAX_CLAIMS);
        amounts = new uint256[](claims + 1);
        uint256 left = face;
        for (uint256 i; i < claims; ++i) {
            cursor.skipText();
            uint256 amount = uint256(cursor.valueDown(score));
            amounts[i] = amount < left ? amount : left;
            left -= amounts[i];
        }
        amounts[claims] = left;
    }

    /// @dev Rounds every prefix down: totals are exact in any order and any split.
    function _payout(
        Terms calldata terms,
        State memory state,
        uint256 instrumentId,
        uint256 claim,
        uint256 units
    ) private view returns (uint256 payout, uint256 redeemed) {
        if (state.status == Status.NONE) revert ImpactInstruments_UnknownInstrument(instrumentId);
        if (state.status != Status.SETTLED) revert ImpactInstruments_NotSettled(instrumentId);
        if (terms.token == address(0)) revert ImpactInstruments_FormulaHoldsNoToken(instrumentId);
        if (claim >= state.claims) revert ImpactInstruments_UnknownClaim(claim, state.claims);
        uint256 n = state.sets;
        uint256 total;
        if (claim < state.claims - 1) {
            uint256 word = _payoffs[instrumentId | claim];
            (total, redeemed) = ((n * uint128(word)) / terms.face, word >> 128);
        } else {
            (total, redeemed) = (n, state.residualRedeemed);
            for (uint256 i; i < claim; ++i) total -= (n * uint128(_payoffs[instrumentId | i])) / terms.face;
        }
        if (units > n - redeemed) revert ImpactInstruments_TooManySets(units, n - redeemed);
        if (n == 0) return (0, redeemed);
        unchecked {
            payout = ((redeemed + units) * total) / n - (redeemed * total) / n; // factors are at most 2^112
        }
    }

    function _checkAllocations(uint256 claims, uint256 sets, Allocation[] calldata allocations) private pure {
        for (uint256 claim; claim < claims; ++claim) {
            uint256 total;
            for (uint256 i; i < allocations.length; ++i) {
                if ((allocations[i].claims >> claim) & 1 == 1) total += allocations[i].units;
            }
            if (total != sets) revert ImpactInstruments_UnbalancedAllocation(claim, total, sets);
        }
        for (uint256 i; i < allocations.length; ++i) {
            if (allocations[i].claims >> claims != 0) {
                revert ImpactInstruments_UnknownClaim(LibBit.fls(allocations[i].claims), claims);
            }
        }
    }

    function _openCash(Terms calldata terms) private view returns (uint256 instrumentId, State storage state) {
        instrumentId = instrumentIdOf(terms);
        state = _states[instrumentId];
        _checkOpen(state, instrumentId);
        if (terms.token == address(0)) revert ImpactInstruments_FormulaHoldsNoToken(instrumentId);
    }

    function _checkOpen(State storage state, uint256 instrumentId) private view {
        Status status = state.status;
        if (status == Status.NONE) revert ImpactInstruments_UnknownInstrument(instrumentId);
        if (status == Status.SETTLED) revert ImpactInstruments_AlreadySettled(instrumentId);
    }

    /// @dev The residual is no source: a curve on the ordered claims says the same.
    function _checkOrderedClaim(State storage state, uint256 instrumentId, uint256 claim) private view {
        if (state.status == Status.NONE) revert ImpactInstruments_UnknownInstrument(instrumentId);
        if (claim + 1 >= state.claims) revert ImpactInstruments_UnknownClaim(claim, state.claims - 1);
    }

    function _checkBody(Terms calldata terms, bytes calldata body) private pure {
        bytes32 given = keccak256(body);
        if (given != terms.body) revert ImpactInstruments_BodyMismatch(given, terms.body);
    }

    function _split(uint256 positionId) private pure returns (uint256 instrumentId, uint256 claim) {
        return (positionId & ~uint256(0xff), uint8(positionId));
    }

    function _decimalsOf(address token) private view returns (uint8) {
        (bool ok, bytes memory answer) = token.staticcall{gas: 50_000}(abi.encodeWithSignature("decimals()"));
        if (!ok || answer.length != 32) return 0;
        uint256 given = abi.decode(answer, (uint256));
        return given > type(uint8).max ? 0 : uint8(given);
    }

    function _pull(address token, uint256 amount) private {
        uint256 before = SafeTransferLib.balanceOf(token, address(this));
        bool ok = SafeERC20.trySafeTransferFrom(IERC20(token), msg.sender, address(this), amount);
        uint256 moved = _difference(SafeTransferLib.balanceOf(token, address(this)), before);
        if (!ok || moved != amount) revert ImpactInstruments_InexactTransfer(moved, amount);
    }

    function _pay(address token, address to, uint256 amount) private {
        if (amount == 0) return;
        uint256 before = SafeTransferLib.balanceOf(token, address(this));
        bool ok = SafeERC20.trySafeTransfer(IERC20(token), to, amount);
        uint256 moved = _difference(before, SafeTransferLib.balanceOf(token, address(this)));
        if (!ok || moved != amount) revert ImpactInstruments_InexactTransfer(moved, amount);
    }

    /// @dev How much the balance moved the right way: 0 if it moved the other way.
    function _difference(uint256 more, uint256 less) private pure returns (uint256) {
        return more > less ? more - less : 0;
    }
}
