// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC6909} from "@openzeppelin/contracts/interfaces/draft-IERC6909.sol";
import {EIP712} from "solady/utils/EIP712.sol";
import {ICommons} from "../interfaces/ICommons.sol";
import {IMissionRegistry} from "../interfaces/IMissionRegistry.sol";
import {IOutcomeOracle} from "../interfaces/IOutcomeOracle.sol";
import {IPledgeTypes} from "../interfaces/IPledgeTypes.sol";

/// @dev What the book reads.
struct Sources {
    IMissionRegistry registry;
    ICommons commons;
    IOutcomeOracle oracle;
    IERC6909 instruments;
}

/// @title Pacts: terms, totals and states
/// @dev All storage is here. Who was paid or served is kept in the slot that is read anyway.
abstract contract Pacts is IPledgeTypes, EIP712 {
    IMissionRegistry public immutable registry;
    ICommons public immutable commons;
    IOutcomeOracle public immutable oracle;
    IERC6909 public immutable instruments;
    /// @dev Chain and address of the deployment, so that equal terms elsewhere have other ids.
    bytes32 private immutable _home;

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
        uint112 stakes;
        uint40 confirmedAt;
        uint40 heldAt;
        uint24 questions;
        Answer answer;
    }

    /// @dev Units offered of a kind, and batches recorded.
    struct KindState {
        uint64 units;
        uint32 batches;
    }

    mapping(bytes32 pact => Totals) internal _totals;
    mapping(bytes32 pact => Others) internal _others;
    mapping(bytes32 pact => Served) internal _served;
    mapping(bytes32 pact => mapping(address pledger => Stake)) internal _stakes;
    mapping(bytes32 pact => mapping(uint256 milestone => MilestoneState)) internal _milestones;
    mapping(bytes32 pact => mapping(uint256 milestone => uint256 stakes)) internal _refundedStakes;
    mapping(bytes32 pact => uint256 payees) internal _released;
    mapping(bytes32 pact => mapping(uint256 kind => KindState)) internal _kinds;
    /// @dev Bit i of word w is the member with index 256 w + i.
    mapping(bytes32 pact => mapping(uint256 kind => mapping(uint256 word => uint256))) internal _recorded;
    mapping(bytes32 pact => mapping(uint256 kind => mapping(uint256 batch => bytes32))) internal _roots;
    mapping(bytes32 offer => bytes32 content) internal _contents;
    mapping(bytes32 offer => bool) internal _confirmed;
    /// @dev Points confirmed and not collected.
    mapping(bytes32 pact => mapping(address pledger => uint256)) internal _points;
    mapping(bytes32 pact => mapping(address depositor => uint256)) internal _deposits;

    /// @param sources What all parts of the book read. `book`: the address at which all of them run.
    constructor(Sources memory sources, address book) {
        (registry, commons) = (sources.registry, sources.commons);
        (oracle, instruments) = (sources.oracle, sources.instruments);
        _home = keccak256(abi.encode("Pact", block.chainid, book));
    }

    function _pactId(Pact calldata pact) internal view returns (bytes32) {
        return keccak256(abi.encode(_home, pact));
    }

    function _milestoneId(bytes32 pact, uint256 milestone) internal pure returns (bytes32) {
        return keccak256(abi.encode(pact, "milestone", milestone));
    }

    function _offerId(bytes32 pact, uint256 kind, address pledger, uint64 units) internal pure returns (bytes32) {
        return keccak256(abi.encode(pact, kind, pledger, units));
    }

    function _deliveryId(bytes32 offerId, bytes32 content) internal pure returns (bytes32) {
        return keccak256(abi.encode(offerId, content));
    }

    function _deliveryOf(bytes32 offerId) internal view returns (Delivery) {
        if (_contents[offerId] == 0) return Delivery.NONE;
        return _confirmed[offerId] ? Delivery.CONFIRMED : Delivery.DELIVERED;
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
        id = _pactId(pact);
        State given = _stateOf(pact, id);
        if (given == State.UNKNOWN) revert PledgeBook_UnknownPact(id);
        if (given != expected) revert PledgeBook_WrongState(given, expected);
    }

    /// @dev The pact is known and not closed.
    function _checkPledging(Pact calldata pact) internal view returns (bytes32 id) {
        id = _pactId(pact);
        if (!_totals[id].opened) revert PledgeBook_UnknownPact(id);
        if (block.timestamp >= pact.closeAt) revert PledgeBook_TooLate(block.timestamp, pact.closeAt);
    }

    function _body(Pact calldata pact, bytes calldata body) internal pure returns (Body memory) {
        bytes32 given = keccak256(body);
        if (given != pact.body) revert PledgeBook_TermsMismatch(given, pact.body);
        return abi.decode(body, (Body));
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("Concord PledgeBook", "1");
    }
}
