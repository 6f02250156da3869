// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPledgeTypes} from "../interfaces/IPledgeTypes.sol";

/// @title What the terms of a pact must be, and the amounts that follow from them
library PactTerms {
    uint256 internal constant MILLION = 1_000_000;
    uint256 private constant MAX_MILESTONES = 32;
    uint256 private constant MAX_PAYEES = 256;
    uint256 private constant MAX_KINDS = 16;

    /// @notice Reverts unless pact and body are consistent.
    function check(IPledgeTypes.Pact calldata pact, IPledgeTypes.Body memory body) internal view {
        if (pact.lockAt <= block.timestamp || pact.closeAt <= pact.lockAt) {
            revert IPledgeTypes.PledgeBook_WrongTimes(block.timestamp, pact.lockAt, pact.closeAt);
        }
        bool money = pact.token != address(0);
        bool right =
            money
                ? pact.minTotal != 0 && pact.minTotal <= pact.maxTotal
                : pact.maxTotal == 0 && pact.minTotal == 0 && pact.minPledgers == 0 && pact.minPerActor == 0;
        if (!right) revert IPledgeTypes.PledgeBook_WrongTotals(pact.minTotal, pact.maxTotal);
        _checkMilestones(pact, body, money ? MILLION : 0);
        _checkHoldRule(body.holdRule);
        uint256 kinds = body.kinds.length;
        if (kinds > MAX_KINDS) revert IPledgeTypes.PledgeBook_TooMany(kinds, MAX_KINDS);
        for (uint256 i; i < kinds; ++i) {
            IPledgeTypes.KindTerms memory kind = body.kinds[i];
            bool capped = kind.capPerActor != 0 && kind.capPerActor <= kind.capInAll;
            if (!capped || kind.until <= pact.closeAt) revert IPledgeTypes.PledgeBook_WrongKind(i);
        }
    }

    /// @notice Reverts unless the backing fits the pact: the points are all that the kinds can earn, before
    /// `pointsUntil`, and someone whom addresses cannot multiply stands between points and positions.
    function checkBacking(
        IPledgeTypes.Pact calldata pact,
        IPledgeTypes.Body memory body,
        IPledgeTypes.Backing memory backing,
        bool gated
    ) internal pure {
        uint256 points;
        bool late;
        for (uint256 i; i < body.kinds.length; ++i) {
            points += uint256(body.kinds[i].capInAll) * body.kinds[i].pointsPerUnit;
            if (body.kinds[i].until > backing.pointsUntil) late = true;
        }
        bool nothing = uint256(backing.moneyUnits) + backing.pointUnits == 0;
        bool tooMuch = uint256(backing.moneyUnits) + backing.pointUnits > type(uint112).max;
        bool idle = backing.pointUnits != 0 && points == 0;
        if (points != backing.maxPoints || late || nothing || tooMuch || idle || pact.token == address(0)) {
            revert IPledgeTypes.PledgeBook_WrongBacking(backing.maxPoints, points);
        }
        bool fixed_ = body.confirmers.root != 0 || body.confirmers.minStake != 0;
        if (backing.pointUnits != 0 && !fixed_ && !gated) revert IPledgeTypes.PledgeBook_NoFixedConfirmers();
    }

    /// @notice What a milestone's payees get together of `total`: the difference of two rounded prefixes.
    function amountOf(IPledgeTypes.Body memory body, uint256 milestone, uint256 total) internal pure returns (uint256) {
        uint256 before;
        for (uint256 i; i < milestone; ++i) before += _sharesOf(body.milestones[i].payees);
        uint256 shares = before + _sharesOf(body.milestones[milestone].payees);
        return (total * shares) / MILLION - (total * before) / MILLION;
    }

    /// @notice What one payee gets of `total`, and its place among all payees of the pact.
    function payeeOf(
        IPledgeTypes.Body memory body,
        uint256 milestone,
        uint256 place,
        uint256 total
    ) internal pure returns (address account, uint256 amount, uint256 number) {
        IPledgeTypes.Payee[] memory payees = body.milestones[milestone].payees;
        if (place >= payees.length) revert IPledgeTypes.PledgeBook_UnknownPayee(place, payees.length);
        uint256 before;
        for (uint256 i; i < milestone; ++i) {
            before += _sharesOf(body.milestones[i].payees);
            number += body.milestones[i].payees.length;
        }
        for (uint256 i; i < place; ++i) before += payees[i].share;
        account = payees[place].account;
        amount = (total * (before + payees[place].share)) / MILLION - (total * before) / MILLION;
        number += place;
    }

    function _checkMilestones(
        IPledgeTypes.Pact calldata pact,
        IPledgeTypes.Body memory body,
        uint256 expected
    ) private pure {
        uint256 n = body.milestones.length;
        if (n > MAX_MILESTONES) revert IPledgeTypes.PledgeBook_TooMany(n, MAX_MILESTONES);
        uint256 payees;
        uint256 shares;
        for (uint256 i; i < n; ++i) {
            IPledgeTypes.Milestone memory milestone = body.milestones[i];
            bool unconfirmed = milestone.condition == IPledgeTypes.Condition.CONFIRMED && body.confirmers.needed == 0;
            if (milestone.dueAt <= pact.closeAt || unconfirmed) revert IPledgeTypes.PledgeBook_WrongMilestone(i);
            if (milestone.condition == IPledgeTypes.Condition.CONFIRMED && !_fixed(body.confirmers)) {
                revert IPledgeTypes.PledgeBook_NoFixedConfirmers();
            }
            payees += milestone.payees.length;
            shares += _sharesOf(milestone.payees);
        }
        if (payees > MAX_PAYEES) revert IPledgeTypes.PledgeBook_TooMany(payees, MAX_PAYEES);
        if (shares != expected) revert IPledgeTypes.PledgeBook_WrongShares(shares, expected);
    }

    /// @dev A pledger without stake is anybody.
    function _fixed(IPledgeTypes.Confirmers memory confirmers) private pure returns (bool) {
        return confirmers.root != 0 || confirmers.minStake != 0;
    }

    function _checkHoldRule(IPledgeTypes.HoldRule memory rule) private pure {
        if (rule.arbiter == address(0)) return;
        bool right = rule.share != 0 && rule.share <= MILLION && rule.pledgers != 0 && rule.answerWithin != 0;
        if (!right) revert IPledgeTypes.PledgeBook_WrongHoldRule(rule.share, rule.pledgers);
    }

    function _sharesOf(IPledgeTypes.Payee[] memory payees) private pure returns (uint256 shares) {
        for (uint256 i; i < payees.length; ++i) shares += payees[i].share;
    }
}
