// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPledgeBook} from "../interfaces/IPledgeBook.sol";
import {Shares} from "../libraries/Shares.sol";
import {Money} from "./Money.sol";

/// @title Backings: the positions behind a pact, and who collects them
/// @dev ImpactInstruments calls nobody when it moves positions, and moves exactly what it is asked for.
abstract contract Backings is Money {
    /// @inheritdoc IPledgeBook
    function depositBacking(Pact calldata pact, Backing calldata backing, uint112 units) external {
        bytes32 id = _checkPledging(pact);
        _checkBacking(pact, backing);
        Others storage others = _others[id];
        uint256 all = uint256(backing.moneyUnits) + backing.pointUnits;
        uint256 room = all - others.backing;
        if (units == 0) revert PledgeBook_BelowMinimum(0, 1);
        if (units > room) revert PledgeBook_AboveMaximum(units, room);
        others.backing += units;
        if (units == room) others.backed = true;
        _deposits[id][msg.sender] += units;
        emit BackingDeposited(id, msg.sender, units);
        bool ok = instruments.transferFrom(msg.sender, address(this), backing.positionId, units);
        if (!ok) revert PledgeBook_PositionNotMoved(backing.positionId, units);
    }

    /// @inheritdoc IPledgeBook
    function returnBacking(Pact calldata pact, Backing calldata backing, address to) external {
        bytes32 id = _checkState(pact, State.FAILED);
        _checkBacking(pact, backing);
        uint256 units = _deposits[id][msg.sender];
        if (units == 0) revert PledgeBook_NothingLeft(msg.sender);
        delete _deposits[id][msg.sender];
        emit BackingReturned(id, msg.sender, to, units);
        _give(backing, to, units);
    }

    /// @inheritdoc IPledgeBook
    function collect(Pact calldata pact, Backing calldata backing, address to) external {
        bytes32 id = _checkState(pact, State.BOUND);
        _checkBacking(pact, backing);
        Stake storage stake = _stakes[id][msg.sender];
        (uint256 mine, bool done) = (stake.amount, stake.collected);
        if (mine == 0 || done) revert PledgeBook_NothingLeft(msg.sender);
        stake.collected = true;
        Totals storage totals = _totals[id];
        uint256 before = totals.collected;
        totals.collected = uint112(before + mine); // at most the money
        uint256 units = Shares.partDown(before, mine, totals.money, backing.moneyUnits);
        emit Collected(id, msg.sender, to, units);
        _give(backing, to, units);
    }

    /// @inheritdoc IPledgeBook
    function collectPoints(Pact calldata pact, Backing calldata backing, address to) external {
        bytes32 id = _checkState(pact, State.BOUND);
        _checkBacking(pact, backing);
        uint256 points = _points[id][msg.sender];
        if (points == 0) revert PledgeBook_NothingLeft(msg.sender);
        delete _points[id][msg.sender];
        Served storage served = _served[id];
        uint256 before = served.points;
        served.points = uint112(before + points); // at most maxPoints
        uint256 units = Shares.partDown(before, points, backing.maxPoints, backing.pointUnits);
        emit PointsCollected(id, msg.sender, to, points, units);
        _give(backing, to, units);
    }

    /// @inheritdoc IPledgeBook
    function collectRest(Pact calldata pact, Backing calldata backing, address to) external {
        bytes32 id = _checkState(pact, State.BOUND);
        _checkBacking(pact, backing);
        if (block.timestamp < backing.pointsUntil) revert PledgeBook_TooEarly(block.timestamp, backing.pointsUntil);
        Stake storage stake = _stakes[id][msg.sender];
        (uint256 mine, bool done) = (stake.amount, stake.collectedRest);
        if (mine == 0 || done) revert PledgeBook_NothingLeft(msg.sender);
        stake.collectedRest = true;
        Served storage served = _served[id];
        uint256 before = served.stakes;
        served.stakes = uint112(before + mine); // at most the money
        uint256 rest = backing.pointUnits;
        if (rest != 0) rest -= (uint256(_others[id].points) * rest) / backing.maxPoints;
        uint256 units = Shares.partDown(before, mine, _totals[id].money, rest);
        emit RestCollected(id, msg.sender, to, units);
        _give(backing, to, units);
    }

    function _checkBacking(Pact calldata pact, Backing calldata backing) private pure {
        bytes32 given = keccak256(abi.encode(backing));
        if (given != pact.backing) revert PledgeBook_TermsMismatch(given, pact.backing);
    }

    function _give(Backing calldata backing, address to, uint256 units) private {
        if (units == 0) return;
        if (!instruments.transfer(to, backing.positionId, units)) {
            revert PledgeBook_PositionNotMoved(backing.positionId, units);
        }
    }
}
