// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICommons} from "../interfaces/ICommons.sol";
import {IOutcomeOracle} from "../interfaces/IOutcomeOracle.sol";
import {IPactActs} from "../interfaces/IPactActs.sol";
import {Exact} from "../libraries/Exact.sol";
import {PactTerms} from "../libraries/PactTerms.sol";
import {Shares} from "../libraries/Shares.sol";
import {Confirming} from "./Confirming.sol";

/// @title Milestones: conditions, holds, and where the money of each goes
abstract contract Milestones is IPactActs, Confirming {
    /// @inheritdoc IPactActs
    function release(Pact calldata pact, bytes calldata body, uint256 milestone, uint256 place, address to) external {
        (bytes32 id, Body memory terms) = _in(pact, body, milestone, Progress.PAYABLE);
        uint256 total = _totals[id].money;
        (address payee, uint256 amount, uint256 number) = PactTerms.payeeOf(terms, milestone, place, total);
        if (to != payee && msg.sender != payee) revert PledgeBook_NotPayee(msg.sender, payee);
        if ((_released[id] >> number) & 1 == 1) revert PledgeBook_AlreadyReleased(milestone, place);
        _released[id] |= 1 << number;
        emit Released(id, milestone, payee, place, to, amount);
        Exact.pay(pact.token, to, amount);
    }

    /// @inheritdoc IPactActs
    function refundMilestone(Pact calldata pact, bytes calldata body, uint256 milestone, address to) external {
        (bytes32 id, Body memory terms) = _in(pact, body, milestone, Progress.FAILED);
        Stake storage stake = _stakes[id][msg.sender];
        uint256 mine = stake.amount;
        uint32 bit = uint32(1 << milestone);
        if (mine == 0 || stake.refunded & bit != 0) revert PledgeBook_NothingLeft(msg.sender);
        stake.refunded |= bit;
        uint256 total = _totals[id].money;
        uint256 before = _refundedStakes[id][milestone];
        _refundedStakes[id][milestone] = before + mine;
        uint256 amount = Shares.partDown(before, mine, total, PactTerms.amountOf(terms, milestone, total));
        emit MilestoneRefunded(id, milestone, msg.sender, to, amount);
        Exact.pay(pact.token, to, amount);
    }

    /// @inheritdoc IPactActs
    function confirmMilestone(
        Pact calldata pact,
        bytes calldata body,
        uint256 milestone,
        address[] calldata accounts,
        bytes32[][] calldata proofs
    ) external {
        bytes32 id = _checkState(pact, State.BOUND);
        Body memory terms = _body(pact, body);
        Milestone memory one = _milestone(terms, milestone);
        if (one.condition != Condition.CONFIRMED) revert PledgeBook_WrongMilestone(milestone);
        if (block.timestamp >= one.dueAt) revert PledgeBook_TooLate(block.timestamp, one.dueAt);
        MilestoneState storage state = _milestones[id][milestone];
        if (state.confirmedAt != 0) revert PledgeBook_WrongMilestone(milestone);
        for (uint256 i; i < accounts.length; ++i) {
            for (uint256 j; j < one.payees.length; ++j) {
                if (accounts[i] == one.payees[j].account) revert PledgeBook_NotConfirmer(accounts[i]);
            }
        }
        _checkConfirmers(pact.mission, id, terms.confirmers, _milestoneId(id, milestone), accounts, proofs);
        state.confirmedAt = uint40(block.timestamp);
        emit MilestoneConfirmed(id, milestone);
    }

    /// @inheritdoc IPactActs
    function countQuestions(
        Pact calldata pact,
        bytes calldata body,
        uint256 milestone,
        address[] calldata pledgers
    ) external {
        (bytes32 id, Body memory terms) = _in(pact, body, milestone, Progress.PENDING);
        HoldRule memory rule = terms.holdRule;
        MilestoneState memory state = _milestones[id][milestone];
        if (rule.arbiter == address(0) || state.answer != Answer.NONE) revert PledgeBook_NoHold(milestone);
        bytes32 subject = _milestoneId(id, milestone);
        bool[] memory asked = commons.areGiven(pact.mission, subject, ICommons.AttestationKind.QUESTION, pledgers);
        for (uint256 i; i < pledgers.length; ++i) {
            if (asked[i]) _count(id, milestone, pledgers[i], state);
        }
        bool share = uint256(state.stakes) * PactTerms.MILLION >= uint256(rule.share) * _totals[id].money;
        if (share && state.questions >= rule.pledgers) {
            state.heldAt = uint40(block.timestamp);
            emit Held(id, milestone, block.timestamp + rule.answerWithin);
        }
        _milestones[id][milestone] = state;
    }

    /// @inheritdoc IPactActs
    function answerHold(Pact calldata pact, bytes calldata body, uint256 milestone, bool lift) external {
        (bytes32 id, Body memory terms) = _in(pact, body, milestone, Progress.HELD);
        address arbiter = terms.holdRule.arbiter;
        if (msg.sender != arbiter) revert PledgeBook_NotArbiter(msg.sender, arbiter);
        Answer answer = lift ? Answer.LIFTED : Answer.REFUSED;
        _milestones[id][milestone].answer = answer;
        emit HoldAnswered(id, milestone, answer);
    }

    /// @inheritdoc IPactActs
    function progressOf(Pact calldata pact, bytes calldata body, uint256 milestone) external view returns (Progress) {
        bytes32 id = _checkState(pact, State.BOUND);
        return _progress(pact, id, _body(pact, body), milestone);
    }

    /// @dev The pact is BOUND and its milestone in this progress.
    function _in(
        Pact calldata pact,
        bytes calldata body,
        uint256 milestone,
        Progress expected
    ) private view returns (bytes32 id, Body memory terms) {
        id = _checkState(pact, State.BOUND);
        terms = _body(pact, body);
        Progress given = _progress(pact, id, terms, milestone);
        if (given != expected) revert PledgeBook_WrongProgress(given, expected);
    }

    function _milestone(Body memory terms, uint256 milestone) private pure returns (Milestone memory) {
        uint256 n = terms.milestones.length;
        if (milestone >= n) revert PledgeBook_UnknownMilestone(milestone, n);
        return terms.milestones[milestone];
    }

    /// @dev Counts a pledger's question once.
    function _count(bytes32 id, uint256 milestone, address pledger, MilestoneState memory state) private {
        Stake storage stake = _stakes[id][pledger];
        uint112 amount = stake.amount;
        uint32 bit = uint32(1 << milestone);
        if (amount == 0 || stake.counted & bit != 0) return;
        stake.counted |= bit;
        (state.stakes, state.questions) = (state.stakes + amount, state.questions + 1);
        emit QuestionCounted(id, milestone, pledger, amount);
    }

    function _progress(
        Pact calldata pact,
        bytes32 id,
        Body memory terms,
        uint256 milestone
    ) private view returns (Progress) {
        Milestone memory one = _milestone(terms, milestone);
        MilestoneState memory state = _milestones[id][milestone];
        // What was refunded once stays so, whatever the source says later.
        if (state.answer == Answer.REFUSED || _refundedStakes[id][milestone] != 0) return Progress.FAILED;
        if (state.heldAt != 0 && state.answer == Answer.NONE) {
            return block.timestamp < state.heldAt + terms.holdRule.answerWithin ? Progress.HELD : Progress.FAILED;
        }
        (uint256 metAt, bool missed) = _condition(pact.mission, one, state.confirmedAt);
        if (metAt == 0) return missed || block.timestamp >= one.dueAt ? Progress.FAILED : Progress.PENDING;
        bool holdable = one.condition != Condition.VALUE && state.answer == Answer.NONE;
        if (holdable && terms.holdRule.arbiter != address(0)) {
            if (metAt < pact.closeAt) metAt = pact.closeAt; // nobody could hold before
            metAt += terms.holdRule.window;
        }
        return block.timestamp >= metAt ? Progress.PAYABLE : Progress.PENDING;
    }

    /// @dev When the condition was met by its date, or 0; `missed` if it never can be any more.
    function _condition(
        bytes32 mission,
        Milestone memory one,
        uint256 confirmedAt
    ) private view returns (uint256 metAt, bool missed) {
        if (one.condition == Condition.TIMED) return (one.dueAt, false);
        if (one.condition == Condition.CONFIRMED) return (confirmedAt, false);
        if (one.condition == Condition.REPORT) {
            (, uint256 publishedAt) = registry.annualReport(mission, one.number);
            return publishedAt < one.dueAt ? (publishedAt, false) : (0, true);
        }
        (IOutcomeOracle.State round, int256 value, , uint256 finalAt) = oracle.round(one.metricId, one.number);
        if (round == IOutcomeOracle.State.UNRESOLVED) return (0, true);
        if (round != IOutcomeOracle.State.FINAL) return (0, false);
        bool met = (one.up ? value >= one.target : value <= one.target) && finalAt <= one.dueAt;
        return met ? (finalAt, false) : (0, true);
    }
}
