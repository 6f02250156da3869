// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPactActs} from "./interfaces/IPactActs.sol";
import {IPledgeBook} from "./interfaces/IPledgeBook.sol";
import {PactTerms} from "./libraries/PactTerms.sol";
import {Backings} from "./pledges/Backings.sol";
import {PactActs} from "./pledges/PactActs.sol";
import {Pacts, Sources} from "./pledges/Pacts.sol";

/// @title The pledge book: see IPledgeBook, which is its manual
/// @dev Its parts are in `pledges/`, each upon the one before. Here: Pacts (storage, states), Money (escrow), Backings
/// (positions). In PactActs, whose code this contract runs as its own: Confirming, Milestones, Offers (what is no
/// money).
contract PledgeBook is Backings {
    /// @notice The rest of this contract's code, fixed at deployment.
    address public immutable acts;

    constructor(Sources memory sources) Pacts(sources, address(this)) {
        acts = address(new PactActs(sources, address(this)));
    }

    /// @inheritdoc IPledgeBook
    function open(Pact calldata pact, bytes calldata backing, bytes calldata body) external returns (bytes32 id) {
        id = _pactId(pact);
        if (_totals[id].opened) return id;
        Body memory rest = _body(pact, body);
        PactTerms.check(pact, rest);
        for (uint256 i; i < rest.milestones.length; ++i) _checkSource(pact.mission, rest.milestones[i]);
        if (!commons.isReady(pact.mission, rest.entry)) revert PledgeBook_EntryNotReady(rest.entry);
        if (pact.backing != 0 || backing.length != 0) {
            bytes32 given = keccak256(backing);
            if (given != pact.backing) revert PledgeBook_TermsMismatch(given, pact.backing);
            bool gated = registry.stateOf(pact.mission).gate != address(0);
            PactTerms.checkBacking(pact, rest, abi.decode(backing, (Backing)), gated);
        }
        _totals[id].opened = true;
        emit PactOpened(id, pact.mission, rest.entry, pact, backing, body);
    }

    /// @inheritdoc IPactActs
    function release(Pact calldata, bytes calldata, uint256, uint256, address) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function refundMilestone(Pact calldata, bytes calldata, uint256, address) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function confirmMilestone(
        Pact calldata,
        bytes calldata,
        uint256,
        address[] calldata,
        bytes32[][] calldata
    ) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function countQuestions(Pact calldata, bytes calldata, uint256, address[] calldata) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function answerHold(Pact calldata, bytes calldata, uint256, bool) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function offer(Pact calldata, bytes calldata, uint256, uint64, Credit) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function offerSigned(Pact calldata, bytes calldata, uint256, SignedOffer[] calldata) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function voidOffer(Pact calldata, uint256) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function deliver(Pact calldata, bytes calldata, Offer calldata, bytes32, uint40, bytes calldata) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function confirmDelivery(
        Pact calldata,
        bytes calldata,
        Offer calldata,
        address[] calldata,
        bytes32[][] calldata
    ) external {
        _act();
    }

    /// @inheritdoc IPactActs
    function progressOf(Pact calldata, bytes calldata, uint256) external view returns (Progress progress) {
        function() internal act = _act;
        function() internal view look;
        assembly ("memory-safe") {
            look := act // its code changes nothing: it is a view, too
        }
        look();
        return progress; // never reached
    }

    /// @inheritdoc IPledgeBook
    function stateOf(Pact calldata pact) external view returns (State) {
        return _stateOf(pact, _pactId(pact));
    }

    /// @inheritdoc IPledgeBook
    function totalsOf(
        bytes32 pact
    ) external view returns (uint256 money, uint256 pledgers, uint256 contributors, uint256 points, uint256 backing) {
        Totals storage totals = _totals[pact];
        Others storage others = _others[pact];
        return (totals.money, totals.pledgers, others.contributors, others.points, others.backing);
    }

    /// @inheritdoc IPledgeBook
    function stakeOf(bytes32 pact, address pledger) external view returns (uint256) {
        return _stakes[pact][pledger].amount;
    }

    /// @inheritdoc IPledgeBook
    function pointsOf(bytes32 pact, address pledger) external view returns (uint256) {
        return _points[pact][pledger];
    }

    /// @inheritdoc IPledgeBook
    function offersOf(
        bytes32 pact,
        uint256 kind,
        uint256 batch
    ) external view returns (uint256 units, uint256 batches, bytes32 root) {
        KindState storage state = _kinds[pact][kind];
        return (state.units, state.batches, _roots[pact][kind][batch]);
    }

    /// @inheritdoc IPledgeBook
    function deliveryOf(bytes32 offerId) external view returns (Delivery) {
        return _deliveryOf(offerId);
    }

    /// @inheritdoc IPledgeBook
    function milestoneIdOf(bytes32 pact, uint256 milestone) external pure returns (bytes32) {
        return _milestoneId(pact, milestone);
    }

    /// @inheritdoc IPledgeBook
    function offerIdOf(bytes32 pact, uint256 kind, address pledger, uint64 units) external pure returns (bytes32) {
        return _offerId(pact, kind, pledger, units);
    }

    /// @inheritdoc IPledgeBook
    function deliveryIdOf(bytes32 offerId, bytes32 content) external pure returns (bytes32) {
        return _deliveryId(offerId, content);
    }

    /// @inheritdoc IPledgeBook
    function pactIdOf(Pact calldata pact) external view returns (bytes32) {
        return _pactId(pact);
    }

    /// @dev Runs the same call by the code of PactActs, and ends it.
    function _act() private {
        address code = acts;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if ok {
                return(0, returndatasize())
            }
            revert(0, returndatasize())
        }
    }

    /// @dev Reverts if there is no such report or round.
    function _checkSource(bytes32 mission, Milestone memory milestone) private view {
        if (milestone.condition == Condition.REPORT) registry.annualReport(mission, milestone.number);
        if (milestone.condition == Condition.VALUE) oracle.periodClose(milestone.metricId, milestone.number);
    }
}
