// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MerkleProofLib} from "solady/utils/MerkleProofLib.sol";
import {IPactActs} from "../interfaces/IPactActs.sol";
import {Roots} from "../libraries/Roots.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Milestones} from "./Milestones.sol";

/// @title Offers: time, skill, data and things, from the signature to the confirmed delivery
/// @dev A recorded offer is one bit by its member's index and a leaf under its batch's root; it has storage of its own
/// only when it is delivered.
abstract contract Offers is Milestones {
    /// @dev Where the bits of all who contribute anything are.
    uint256 private constant ANY = type(uint256).max;
    bytes32 private immutable _offerType = keccak256(
        "Offer(bytes32 pact,address pledger,uint256 kind,uint64 units,uint8 credit,uint40 deadline)"
    );
    bytes32 private immutable _deliverType = keccak256("Deliver(bytes32 offer,bytes32 content,uint40 deadline)");

    /// @dev What a batch has in common and adds up to.
    struct Batch {
        bytes32 id;
        bytes32 domain;
        uint256 kind;
        uint256 number;
        uint256 room;
        uint256 capPerActor;
        uint256 capInAll;
        uint256 count;
        uint256 newcomers;
        bytes32[] leaves;
    }

    /// @inheritdoc IPactActs
    function offer(Pact calldata pact, bytes calldata body, uint256 kind, uint64 units, Credit credit) external {
        Batch memory batch = _batch(pact, body, kind, 1);
        uint256 index = registry.indexOf(pact.mission, msg.sender);
        Refusal reason = _refusal(batch, index, units);
        if (reason != Refusal.NONE) revert PledgeBook_OfferRefused(reason);
        _record(batch, index, msg.sender, units, credit);
        _close(batch);
    }

    /// @inheritdoc IPactActs
    function offerSigned(
        Pact calldata pact,
        bytes calldata body,
        uint256 kind,
        SignedOffer[] calldata offers
    ) external {
        Batch memory batch = _batch(pact, body, kind, offers.length);
        uint256[] memory indexes = registry.indexesOf(pact.mission, _pledgers(offers));
        for (uint256 i; i < offers.length; ++i) {
            SignedOffer calldata item = offers[i];
            Refusal reason =
                block.timestamp > item.deadline ? Refusal.EXPIRED : _refusal(batch, indexes[i], item.units);
            if (reason == Refusal.NONE && !_isSigned(batch, item)) reason = Refusal.BAD_SIGNATURE;
            if (reason == Refusal.NONE) _record(batch, indexes[i], item.pledger, item.units, item.credit);
            else emit OfferRefused(batch.id, item.pledger, kind, reason);
        }
        _close(batch);
    }

    /// @inheritdoc IPactActs
    function voidOffer(Pact calldata pact, uint256 kind) external {
        bytes32 id = _checkPledging(pact);
        uint256 index = registry.memberOf(pact.mission, msg.sender).index;
        if (index == 0) revert PledgeBook_NotMember(msg.sender);
        if (!_setBit(id, kind, index)) revert PledgeBook_OfferRefused(Refusal.ALREADY_RECORDED);
        emit OfferVoided(id, msg.sender, kind);
    }

    /// @inheritdoc IPactActs
    function deliver(
        Pact calldata pact,
        bytes calldata body,
        Offer calldata one,
        bytes32 content,
        uint40 deadline,
        bytes calldata signature
    ) external {
        (bytes32 id, bytes32 offerId, ) = _inTime(pact, body, one);
        if (!MerkleProofLib.verifyCalldata(one.proof, _roots[id][one.kind][one.batch], offerId)) {
            revert PledgeBook_UnknownOffer(offerId);
        }
        if (msg.sender != one.pledger) {
            if (block.timestamp > deadline) revert PledgeBook_TooLate(block.timestamp, deadline);
            bytes32 act = keccak256(abi.encode(_deliverType, offerId, content, deadline));
            if (!Signatures.isValid(one.pledger, _domainSeparator(), act, signature)) {
                revert PledgeBook_BadSignature(one.pledger);
            }
        }
        if (content == 0) revert PledgeBook_ZeroContent();
        if (_contents[offerId] != 0) revert PledgeBook_WrongDelivery(_deliveryOf(offerId), Delivery.NONE);
        _contents[offerId] = content;
        emit Delivered(id, one.pledger, offerId, content);
    }

    /// @inheritdoc IPactActs
    function confirmDelivery(
        Pact calldata pact,
        bytes calldata body,
        Offer calldata one,
        address[] calldata accounts,
        bytes32[][] calldata proofs
    ) external {
        (bytes32 id, bytes32 offerId, Body memory terms) = _inTime(pact, body, one);
        Delivery given = _deliveryOf(offerId);
        if (given != Delivery.DELIVERED) revert PledgeBook_WrongDelivery(given, Delivery.DELIVERED);
        for (uint256 i; i < accounts.length; ++i) {
            if (accounts[i] == one.pledger) revert PledgeBook_NotConfirmer(one.pledger);
        }
        bytes32 subject = _deliveryId(offerId, _contents[offerId]);
        _checkConfirmers(pact.mission, id, terms.confirmers, subject, accounts, proofs);
        _confirmed[offerId] = true;
        uint256 points = uint256(one.units) * terms.kinds[one.kind].pointsPerUnit;
        _others[id].points += uint112(points); // all units fit under the caps
        _points[id][one.pledger] += points;
        emit DeliveryConfirmed(id, one.pledger, offerId, points);
    }

    function _batch(
        Pact calldata pact,
        bytes calldata body,
        uint256 kind,
        uint256 size
    ) private view returns (Batch memory batch) {
        batch.id = _checkPledging(pact);
        KindTerms memory terms = _kind(_body(pact, body), kind);
        KindState storage state = _kinds[batch.id][kind];
        (batch.domain, batch.kind, batch.number) = (_domainSeparator(), kind, state.batches);
        (batch.capPerActor, batch.capInAll) = (terms.capPerActor, terms.capInAll);
        batch.room = terms.capInAll - state.units;
        batch.leaves = new bytes32[](size);
    }

    function _refusal(Batch memory batch, uint256 index, uint256 units) private view returns (Refusal) {
        if (index == 0) return Refusal.NOT_MEMBER;
        if ((_recorded[batch.id][batch.kind][index >> 8] >> (index & 0xff)) & 1 == 1) return Refusal.ALREADY_RECORDED;
        if (units == 0 || units > batch.capPerActor) return Refusal.CAP_PER_ACTOR;
        return units > batch.room ? Refusal.CAP_IN_ALL : Refusal.NONE;
    }

    function _record(Batch memory batch, uint256 index, address pledger, uint64 units, Credit credit) private {
        _setBit(batch.id, batch.kind, index);
        if (_setBit(batch.id, ANY, index)) ++batch.newcomers;
        batch.leaves[batch.count++] = _offerId(batch.id, batch.kind, pledger, units);
        batch.room -= units;
        emit Offered(batch.id, pledger, batch.number, batch.kind, units, credit);
    }

    function _close(Batch memory batch) private {
        if (batch.count == 0) return;
        KindState storage state = _kinds[batch.id][batch.kind];
        _roots[batch.id][batch.kind][batch.number] = Roots.rootOf(batch.leaves, batch.count);
        state.batches = uint32(batch.number + 1);
        state.units = uint64(batch.capInAll - batch.room);
        if (batch.newcomers != 0) _others[batch.id].contributors += uint24(batch.newcomers);
    }

    /// @dev False if it was set already.
    function _setBit(bytes32 id, uint256 kind, uint256 index) private returns (bool) {
        mapping(uint256 => uint256) storage words = _recorded[id][kind];
        uint256 word = words[index >> 8];
        uint256 bit = 1 << (index & 0xff);
        if (word & bit != 0) return false;
        words[index >> 8] = word | bit;
        return true;
    }

    function _isSigned(Batch memory batch, SignedOffer calldata item) private view returns (bool) {
        bytes32 act = keccak256(
            abi.encode(_offerType, batch.id, item.pledger, batch.kind, item.units, item.credit, item.deadline)
        );
        return Signatures.isValid(item.pledger, batch.domain, act, item.signature);
    }

    function _pledgers(SignedOffer[] calldata items) private pure returns (address[] memory accounts) {
        accounts = new address[](items.length);
        for (uint256 i; i < items.length; ++i) accounts[i] = items[i].pledger;
    }

    /// @dev The pact is BOUND and the kind's date has not come.
    function _inTime(
        Pact calldata pact,
        bytes calldata body,
        Offer calldata one
    ) private view returns (bytes32 id, bytes32 offerId, Body memory terms) {
        id = _checkState(pact, State.BOUND);
        terms = _body(pact, body);
        uint256 until = _kind(terms, one.kind).until;
        if (block.timestamp >= until) revert PledgeBook_TooLate(block.timestamp, until);
        offerId = _offerId(id, one.kind, one.pledger, one.units);
    }

    function _kind(Body memory terms, uint256 kind) private pure returns (KindTerms memory) {
        if (kind >= terms.kinds.length) revert PledgeBook_UnknownKind(kind, terms.kinds.length);
        return terms.kinds[kind];
    }
}
