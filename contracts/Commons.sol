// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "solady/utils/EIP712.sol";
import {ICommons} from "./interfaces/ICommons.sol";
import {IMissionRegistry} from "./interfaces/IMissionRegistry.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title The commons: see ICommons, which is its manual
/// @dev Attestations are bits by the members' indexes, so that a hundred members on one subject share a slot.
contract Commons is ICommons, EIP712 {
    uint256 private constant MAX_PARENTS = 16;

    IMissionRegistry public immutable registry;

    /// @dev Immutable, since the compiler would hash constants anew at each use.
    bytes32 private immutable _anchorType = keccak256(
        "Anchor(bytes32 mission,address author,uint8 kind,bytes32 content,bytes32[] parents,uint40 deadline)"
    );
    bytes32 private immutable _attestType = keccak256(
        "Attest(bytes32 mission,bytes32 subject,uint8 kind,address attester,bytes32 note,uint40 deadline)"
    );
    bytes32 private immutable _retractType = keccak256(
        "Retract(bytes32 mission,bytes32 subject,uint8 kind,address attester,uint40 deadline)"
    );
    /// @dev Chain and address of the deployment, so that equal entries elsewhere have other ids.
    bytes32 private immutable _home = keccak256(abi.encode("Entry", block.chainid, address(this)));

    mapping(bytes32 entry => Entry) private _entries;
    /// @dev A topic is the hash of mission, subject and kind; bit i of word w is the member with index 256 w + i.
    mapping(bytes32 topic => mapping(uint256 word => uint256)) private _given;
    mapping(bytes32 topic => mapping(uint256 word => uint256)) private _retracted;
    mapping(bytes32 topic => uint256) private _counts;

    constructor(IMissionRegistry registry_) {
        registry = registry_;
    }

    /// @inheritdoc ICommons
    function anchor(
        bytes32 mission,
        EntryKind kind,
        bytes32 content,
        bytes32[] calldata parents
    ) external returns (bytes32 entry) {
        entry = entryIdOf(mission, msg.sender, kind, content, parents);
        Refusal reason = _anchorRefusal(mission, entry, msg.sender, parents);
        if (reason == Refusal.ALREADY_ANCHORED) return entry;
        if (reason != Refusal.NONE) revert Commons_Refused(reason);
        _anchor(mission, entry, msg.sender, kind, content, parents);
    }

    /// @inheritdoc ICommons
    function anchorSigned(bytes32 mission, SignedAnchor[] calldata anchors) external {
        for (uint256 i; i < anchors.length; ++i) {
            SignedAnchor calldata item = anchors[i];
            bytes32 entry = entryIdOf(mission, item.author, item.kind, item.content, item.parents);
            Refusal reason =
                block.timestamp > item.deadline
                    ? Refusal.EXPIRED
                    : _anchorRefusal(mission, entry, item.author, item.parents);
            if (reason == Refusal.NONE && !_isSignedAnchor(mission, item)) reason = Refusal.BAD_SIGNATURE;
            if (reason == Refusal.NONE) {
                _anchor(mission, entry, item.author, item.kind, item.content, item.parents);
            } else {
                emit AnchorRefused(mission, item.author, item.content, reason);
            }
        }
    }

    /// @inheritdoc ICommons
    function attest(bytes32 mission, bytes32 subject, AttestationKind kind, bytes32 note) external {
        bytes32 topic = _topic(mission, subject, kind);
        uint256 index = registry.indexOf(mission, msg.sender);
        if (index == 0) revert Commons_Refused(Refusal.NOT_MEMBER);
        if (_isOneself(subject, _entries[subject].author, msg.sender)) revert Commons_Refused(Refusal.ONESELF);
        (uint256 word, uint256 bit) = _place(index);
        if (_given[topic][word] & bit != 0) revert Commons_Refused(Refusal.ALREADY_GIVEN);
        _given[topic][word] |= bit;
        _counts[topic] += 1;
        emit Attested(mission, subject, msg.sender, kind, note);
    }

    /// @inheritdoc ICommons
    function attestSigned(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        SignedAttestation[] calldata attestations
    ) external {
        bytes32 topic = _topic(mission, subject, kind);
        uint256[] memory indexes = registry.indexesOf(mission, _attesters(attestations));
        address author = _entries[subject].author;
        uint256 count;
        for (uint256 i; i < attestations.length; ++i) {
            SignedAttestation calldata item = attestations[i];
            (uint256 word, uint256 bit) = _place(indexes[i]);
            Refusal reason = _attestRefusal(topic, item, word, bit);
            if (_isOneself(subject, author, item.attester)) reason = Refusal.ONESELF;
            if (reason == Refusal.NONE && !_isSignedAttestation(mission, subject, kind, item)) {
                reason = Refusal.BAD_SIGNATURE;
            }
            if (reason == Refusal.NONE) {
                _given[topic][word] |= bit;
                ++count;
                emit Attested(mission, subject, item.attester, kind, item.note);
            } else {
                emit AttestationRefused(mission, subject, item.attester, kind, reason);
            }
        }
        if (count != 0) _counts[topic] += count;
    }

    /// @inheritdoc ICommons
    function retract(bytes32 mission, bytes32 subject, AttestationKind kind) external {
        uint256 index = registry.memberOf(mission, msg.sender).index;
        if (index == 0) revert Commons_Refused(Refusal.NOT_MEMBER);
        _retract(mission, subject, kind, msg.sender, index);
    }

    /// @inheritdoc ICommons
    function retractSigned(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        SignedRetraction[] calldata retractions
    ) external {
        for (uint256 i; i < retractions.length; ++i) {
            SignedRetraction calldata item = retractions[i];
            uint256 index = registry.memberOf(mission, item.attester).index;
            Refusal reason = _retractRefusal(mission, subject, kind, item, index);
            if (reason == Refusal.NONE) _retract(mission, subject, kind, item.attester, index);
            else emit AttestationRefused(mission, subject, item.attester, kind, reason);
        }
    }

    /// @inheritdoc ICommons
    function countOf(bytes32 mission, bytes32 subject, AttestationKind kind) public view returns (uint256) {
        return _counts[_topic(mission, subject, kind)];
    }

    /// @inheritdoc ICommons
    function isGiven(bytes32 mission, bytes32 subject, AttestationKind kind, uint256 index) public view returns (bool) {
        (uint256 word, uint256 bit) = _place(index);
        return _given[_topic(mission, subject, kind)][word] & bit != 0;
    }

    /// @inheritdoc ICommons
    function areGiven(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        address[] calldata accounts
    ) external view returns (bool[] memory given) {
        given = new bool[](accounts.length);
        for (uint256 i; i < accounts.length; ++i) {
            given[i] = isGiven(mission, subject, kind, registry.memberOf(mission, accounts[i]).index);
        }
    }

    /// @inheritdoc ICommons
    function isReady(bytes32 mission, bytes32 entry) external view returns (bool) {
        if (_entries[entry].author == address(0)) return false;
        IMissionRegistry.State memory state = registry.stateOf(mission);
        return state.nextIndex != 0 && countOf(mission, entry, AttestationKind.SIGN_ON) >= state.signOns;
    }

    /// @inheritdoc ICommons
    function entryOf(bytes32 entry) external view returns (Entry memory) {
        return _entries[entry];
    }

    /// @inheritdoc ICommons
    function entryIdOf(
        bytes32 mission,
        address author,
        EntryKind kind,
        bytes32 content,
        bytes32[] calldata parents
    ) public view returns (bytes32) {
        return keccak256(abi.encode(_home, mission, author, kind, content, parents));
    }

    function _anchorRefusal(
        bytes32 mission,
        bytes32 entry,
        address author,
        bytes32[] calldata parents
    ) private view returns (Refusal) {
        if (_entries[entry].author != address(0)) return Refusal.ALREADY_ANCHORED;
        if (registry.indexOf(mission, author) == 0) return Refusal.NOT_MEMBER;
        if (parents.length > MAX_PARENTS) return Refusal.TOO_MANY_PARENTS;
        for (uint256 i; i < parents.length; ++i) {
            if (_entries[parents[i]].author == address(0)) return Refusal.UNKNOWN_PARENT;
        }
        return Refusal.NONE;
    }

    function _isSignedAnchor(bytes32 mission, SignedAnchor calldata item) private view returns (bool) {
        bytes32 act = keccak256(
            abi.encode(
                _anchorType,
                mission,
                item.author,
                item.kind,
                item.content,
                keccak256(abi.encodePacked(item.parents)),
                item.deadline
            )
        );
        return Signatures.isValid(item.author, _hashTypedData(act), item.signature);
    }

    function _anchor(
        bytes32 mission,
        bytes32 entry,
        address author,
        EntryKind kind,
        bytes32 content,
        bytes32[] calldata parents
    ) private {
        _entries[entry] = Entry(author, uint40(block.timestamp), kind);
        emit Anchored(mission, entry, author, kind, content, parents);
    }

    function _attesters(SignedAttestation[] calldata items) private pure returns (address[] memory accounts) {
        accounts = new address[](items.length);
        for (uint256 i; i < items.length; ++i) accounts[i] = items[i].attester;
    }

    function _attestRefusal(
        bytes32 topic,
        SignedAttestation calldata item,
        uint256 word,
        uint256 bit
    ) private view returns (Refusal) {
        if (block.timestamp > item.deadline) return Refusal.EXPIRED;
        if (bit == 1 && word == 0) return Refusal.NOT_MEMBER; // index 0
        if (_given[topic][word] & bit != 0) return Refusal.ALREADY_GIVEN;
        if (_retracted[topic][word] & bit != 0) return Refusal.RETRACTED;
        return Refusal.NONE;
    }

    function _isSignedAttestation(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        SignedAttestation calldata item
    ) private view returns (bool) {
        bytes32 act = keccak256(
            abi.encode(_attestType, mission, subject, kind, item.attester, item.note, item.deadline)
        );
        return Signatures.isValid(item.attester, _hashTypedData(act), item.signature);
    }

    function _retractRefusal(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        SignedRetraction calldata item,
        uint256 index
    ) private view returns (Refusal) {
        if (block.timestamp > item.deadline) return Refusal.EXPIRED;
        if (index == 0) return Refusal.NOT_MEMBER;
        (uint256 word, uint256 bit) = _place(index);
        if (_retracted[_topic(mission, subject, kind)][word] & bit != 0) return Refusal.RETRACTED;
        bytes32 act = keccak256(abi.encode(_retractType, mission, subject, kind, item.attester, item.deadline));
        return
            Signatures.isValid(item.attester, _hashTypedData(act), item.signature)
                ? Refusal.NONE
                : Refusal.BAD_SIGNATURE;
    }

    function _retract(bytes32 mission, bytes32 subject, AttestationKind kind, address attester, uint256 index) private {
        bytes32 topic = _topic(mission, subject, kind);
        (uint256 word, uint256 bit) = _place(index);
        bool wasGiven = _given[topic][word] & bit != 0;
        if (wasGiven) {
            _given[topic][word] ^= bit;
            _counts[topic] -= 1;
        }
        _retracted[topic][word] |= bit;
        emit Retracted(mission, subject, attester, kind, wasGiven);
    }

    function _isOneself(bytes32 subject, address author, address attester) private pure returns (bool) {
        return author == attester || subject == bytes32(uint256(uint160(attester)));
    }

    function _place(uint256 index) private pure returns (uint256 word, uint256 bit) {
        return (index >> 8, 1 << (index & 0xff));
    }

    function _topic(bytes32 mission, bytes32 subject, AttestationKind kind) private pure returns (bytes32) {
        return keccak256(abi.encode(mission, subject, kind));
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("Concord Commons", "1");
    }
}
