// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC6909} from "@openzeppelin/contracts/interfaces/draft-IERC6909.sol";
import {EIP712} from "solady/utils/EIP712.sol";
import {ICommons} from "../interfaces/ICommons.sol";
import {IMissionRegistry} from "../interfaces/IMissionRegistry.sol";
import {IOutcomeOracle} from "../interfaces/IOutcomeOracle.sol";
import {IPledgeBook} from "../interfaces/IPledgeBook.sol";
import {PactTerms} from "../libraries/PactTerms.sol";

/// @title Pacts: terms, totals and states
/// @dev All storage is here. Who was paid or served is kept in the slot that is read anyway.
abstract contract Pacts is IPledgeBook, EIP712 {
    IMissionRegistry public immutable registry;
    ICommons public immutable commons;
    IOutcomeOracle public immutable oracle;
    IERC6909 public immutable instruments;
    /// @dev Chain and address of the deployment, so that equal terms elsewhere have other ids.
    bytes32 private immutable _home = keccak256(abi.encode("Pact", block.chainid, address(this)));

    /// @dev Money pledged, stakes whose positions were collected, pledgers of money.
    struct Totals {
        uint112 money;
        uint112 collected;
        uint24 pledgers;
        bool opened;
    }

    /// @dev Positions deposited and whether that is all, confirmed points, contributors of other kinds.
    struct Others {
        uint112 backing;
        uint112 points;
        uint24 contributors;
        bool backed;
    }

    /// @dev How far points, and stakes for the rest of points' positions, were served.
    struct Served {
        uint112 points;
        uint112 stakes;
    }

    /// @dev `refunded` and `counted`: bit i is milestone i, refunded to, or questioned by, this pledger.
    struct Stake {
        uint112 amount;
        uint32 refunded;
        uint32 counted;
        bool collected;
        bool collectedRest;
    }

    /// @dev When enough confirmed, when it was held, what the arbiter said, and whose questions were counted.
    struct MilestoneState {
        uint40 confirmedAt;
        uint40 heldAt;
        Answer answer;
        uint24 questions;
        uint112 stakes;
    }

    mapping(bytes32 pact => Totals) internal _totals;
    mapping(bytes32 pact => Others) internal _others;
    mapping(bytes32 pact => Served) internal _served;
    mapping(bytes32 pact => mapping(address pledger => Stake)) internal _stakes;
    mapping(bytes32 pact => mapping(uint256 milestone => MilestoneState)) internal _milestones;
    mapping(bytes32 pact => mapping(uint256 milestone => uint256 stakes)) internal _refundedStakes;
    mapping(bytes32 pact => uint256 payees) internal _released;

    constructor(IMissionRegistry registry_, ICommons commons_, IOutcomeOracle oracle_, IERC6909 instruments_) {
        (registry, commons, oracle, instruments) = (registry_, commons_, oracle_, instruments_);
    }

    /// @inheritdoc IPledgeBook
    function open(Pact calldata pact, bytes calldata backing, bytes calldata body) external returns (bytes32 id) {
        id = pactIdOf(pact);
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

    /// @inheritdoc IPledgeBook
    function pactIdOf(Pact calldata pact) public view returns (bytes32) {
        return keccak256(abi.encode(_home, pact));
    }

    /// @inheritdoc IPledgeBook
    function stateOf(Pact calldata pact) external view returns (State) {
        return _stateOf(pact, pactIdOf(pact));
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
    function milestoneIdOf(bytes32 pact, uint256 milestone) public pure returns (bytes32) {
        return keccak256(abi.encode(pact, "milestone", milestone));
    }

    /// @dev A pure function of terms, totals and time.
    function _stateOf(Pact calldata pact, bytes32 id) internal view returns (State) {
        Totals storage totals = _totals[id];
        if (!totals.opened) return State.UNKNOWN;
        if (block.timestamp < pact.lockAt) return State.OPEN;
        if (block.timestamp < pact.closeAt) return State.LOCKED;
        if (totals.money < pact.minTotal || totals.pledgers < pact.minPledgers) return State.FAILED;
        if (pact.minContributors == 0 && pact.backing == 0) return State.BOUND; // spares a read
        Others storage others = _others[id];
        if (others.contributors < pact.minContributors) return State.FAILED;
        return pact.backing == 0 || others.backed ? State.BOUND : State.FAILED;
    }

    function _checkState(Pact calldata pact, State expected) internal view returns (bytes32 id) {
        id = pactIdOf(pact);
        State given = _stateOf(pact, id);
        if (given == State.UNKNOWN) revert PledgeBook_UnknownPact(id);
        if (given != expected) revert PledgeBook_WrongState(given, expected);
    }

    /// @dev The pact is known and not closed.
    function _checkPledging(Pact calldata pact) internal view returns (bytes32 id) {
        id = pactIdOf(pact);
        if (!_totals[id].opened) revert PledgeBook_UnknownPact(id);
        if (block.timestamp >= pact.closeAt) revert PledgeBook_TooLate(block.timestamp, pact.closeAt);
    }

    function _body(Pact calldata pact, bytes calldata body) internal pure returns (Body memory) {
        bytes32 given = keccak256(body);
        if (given != pact.body) revert PledgeBook_TermsMismatch(given, pact.body);
        return abi.decode(body, (Body));
    }

    /// @dev Reverts if there is no such report or round.
    function _checkSource(bytes32 mission, Milestone memory milestone) private view {
        if (milestone.condition == Condition.REPORT) registry.annualReport(mission, milestone.number);
        if (milestone.condition == Condition.VALUE) oracle.periodClose(milestone.metricId, milestone.number);
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("Concord PledgeBook", "1");
    }
}
