// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {LibCall} from "solady/utils/LibCall.sol";
import {IPermit2} from "../interfaces/IPermit2.sol";
import {IPledgeBook} from "../interfaces/IPledgeBook.sol";
import {Calls} from "../libraries/Calls.sol";
import {Exact} from "../libraries/Exact.sol";
import {Pacts} from "./Pacts.sol";

/// @title Money: pledging, and taking it back
/// @dev State changes before tokens move, and every movement is exact: a nested call gains nothing.
abstract contract Money is IPledgeBook, Pacts {
    /// @dev The same address on every chain.
    IPermit2 private constant PERMIT2 = IPermit2(0x000000000022D473030F116dDEE9F6B43aC78BA3);
    /// @dev What one pledge of a batch may spend [gas].
    uint256 private constant ITEM_GAS = 600_000;
    string private constant WITNESS =
        "Pledge witness)Pledge(bytes32 pact,address pledger,uint256 amount,uint8 credit)"
        "TokenPermissions(address token,uint256 amount)";
    bytes32 private immutable _pledgeType = keccak256(
        "Pledge(bytes32 pact,address pledger,uint256 amount,uint8 credit)"
    );

    /// @inheritdoc IPledgeBook
    function pledge(Pact calldata pact, uint112 amount, Credit credit) public {
        _stake(pact, msg.sender, amount, credit);
        Exact.pull(pact.token, msg.sender, amount);
    }

    /// @inheritdoc IPledgeBook
    function pledgeWithPermit(
        Pact calldata pact,
        uint112 amount,
        Credit credit,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        // Whoever sent the permit before leaves the allowance, which is all that counts.
        bytes memory data = abi.encodeCall(IERC20Permit.permit, (msg.sender, address(this), amount, deadline, v, r, s));
        LibCall.tryCall(pact.token, 0, gasleft(), 0, data);
        pledge(pact, amount, credit);
    }

    /// @inheritdoc IPledgeBook
    function pledgePermitted(Pact calldata pact, PermittedPledge calldata item) external {
        bytes32 id = _stake(pact, item.pledger, item.amount, item.credit);
        uint256 before = Exact.balance(pact.token);
        PERMIT2.permitWitnessTransferFrom(
            IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(pact.token, item.amount), item.nonce, item.deadline),
            IPermit2.SignatureTransferDetails(address(this), item.amount),
            item.pledger,
            keccak256(abi.encode(_pledgeType, id, item.pledger, item.amount, item.credit)),
            WITNESS,
            item.signature
        );
        Exact.checkPulled(pact.token, true, before, item.amount);
    }

    /// @inheritdoc IPledgeBook
    function pledgeManyPermitted(Pact calldata pact, PermittedPledge[] calldata items) external {
        bytes32 id = _checkPledging(pact);
        for (uint256 i; i < items.length; ++i) {
            if (gasleft() < ITEM_GAS + ITEM_GAS / 63 + 10_000) {
                revert Calls.Calls_TooLittleGas(gasleft(), ITEM_GAS + ITEM_GAS / 63 + 10_000);
            }
            bytes memory data = abi.encodeCall(this.pledgePermitted, (pact, items[i]));
            (bool ok, , bytes memory reason) = LibCall.tryCall(address(this), 0, ITEM_GAS, 32, data);
            if (!ok) emit PledgeRefused(id, items[i].pledger, bytes4(bytes32(reason)));
        }
    }

    /// @inheritdoc IPledgeBook
    function withdraw(Pact calldata pact, address to) external {
        bytes32 id = _checkState(pact, State.OPEN);
        uint256 amount = _takeOut(id, msg.sender);
        Totals storage totals = _totals[id];
        (totals.money, totals.pledgers) = (uint112(totals.money - amount), totals.pledgers - 1);
        emit Withdrawn(id, msg.sender, to, amount);
        Exact.pay(pact.token, to, amount);
    }

    /// @inheritdoc IPledgeBook
    function refund(Pact calldata pact, address to) external {
        bytes32 id = _checkState(pact, State.FAILED);
        uint256 amount = _takeOut(id, msg.sender); // the totals stay: they are why it failed
        emit Refunded(id, msg.sender, to, amount);
        Exact.pay(pact.token, to, amount);
    }

    function _takeOut(bytes32 id, address pledger) private returns (uint256 amount) {
        amount = _stakes[id][pledger].amount;
        if (amount == 0) revert PledgeBook_NothingLeft(pledger);
        delete _stakes[id][pledger];
    }

    function _stake(Pact calldata pact, address pledger, uint112 amount, Credit credit) private returns (bytes32 id) {
        id = _checkPledging(pact);
        if (amount == 0) revert PledgeBook_BelowMinimum(0, 1);
        Totals memory totals = _totals[id];
        uint256 room = pact.maxTotal - totals.money;
        if (amount > room) revert PledgeBook_AboveMaximum(amount, room);
        uint256 before = _stakes[id][pledger].amount;
        if (before == 0) {
            if (registry.indexOf(pact.mission, pledger) == 0) revert PledgeBook_NotMember(pledger);
            totals.pledgers += 1;
        }
        uint256 stake = before + amount;
        if (stake < pact.minPerActor) revert PledgeBook_BelowMinimum(stake, pact.minPerActor);
        totals.money += amount;
        _totals[id] = totals;
        _stakes[id][pledger].amount = uint112(stake); // at most maxTotal
        emit Pledged(id, pledger, amount, stake, credit);
    }
}
