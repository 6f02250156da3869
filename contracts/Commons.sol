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
    /// @dev By the hash of mission, subject and kind.
    mapping(bytes32 => Topic) private _topics;

    /// @dev Bit i of word w is the member with index 256 w + i.
    struct Topic {
        uint256 count;
        mapping(uint256 word => uint256) given;
        mapping(uint256 word => uint256) retracted;
    }

    /// @dev A batch's copy of a word of a topic. Members come mostly in the order of their indexes.
    struct Page {
        uint256 word;
        uint256 given;
        uint256 retracted;
    }

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
        Topic storage topic = _topic(mission, subject, kind);
        uint256 index = registry.indexOf(mission, msg.sender);
        if (index == 0) revert Commons_Refused(Refusal.NOT_MEMBER);
        if (_isOneself(subject, _entries[subject].author, msg.sender)) revert Commons_Refused(Refusal.ONESELF);
        (uint256 word, uint256 bit) = _place(index);
        if (topic.given[word] & bit != 0) revert Commons_Refused(Refusal.ALREADY_GIVEN);
        topic.given[word] |= bit;
        topic.count += 1;
        emit Attested(mission, subject, msg.sender, kind, note);
    }

    /// @inheritdoc ICommons
    function attestSigned(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        SignedAttestation[] calldata attestations
    ) external {
        Topic storage topic = _topic(mission, subject, kind);
        uint256[] memory indexes = registry.indexesOf(mission, _attesters(attestations));
        address author = _entries[subject].author;
        bytes32 domain = _domainSeparator();
        Page memory page = _open(topic, 0);
        uint256 count;
        for (uint256 i; i < attestations.length; ++i) {
            SignedAttestation calldata item = attestations[i];
            (uint256 word, uint256 bit) = _place(indexes[i]);
            if (word != page.word) {
                topic.given[page.word] = page.given;
                page = _open(topic, word);
            }
            Refusal reason = _attestRefusal(page, item.deadline, bit);
            if (_isOneself(subject, author, item.attester)) reason = Refusal.ONESELF;
            if (reason == Refusal.NONE && !_isSignedAttestation(domain, mission, subject, kind, item)) {
                reason = Refusal.BAD_SIGNATURE;
            }
            if (reason == Refusal.NONE) {
                page.given |= bit;
                ++count;
                emit Attested(mission, subject, item.attester, kind, item.note);
            } else {
                emit AttestationRefused(mission, subject, item.attester, kind, reason);
            }
        }
        if (count == 0) return;
        topic.given[page.word] = page.given;
        topic.count += count;
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
        return _topic(mission, subject, kind).count;
    }

    /// @inheritdoc ICommons
    function isGiven(bytes32 mission, bytes32 subject, AttestationKind kind, uint256 index) public view returns (bool) {
        (uint256 word, uint256 bit) = _place(index);
        return _topic(mission, subject, kind).given[word] & bit != 0;
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
        return Signatures.isValid(item.author, _domainSeparator(), act, item.signature);
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

    function _attestRefusal(Page memory page, uint256 deadline, uint256 bit) private view returns (Refusal) {
        if (block.timestamp > deadline) return Refusal.EXPIRED;
        if (bit == 1 && page.word == 0) return Refusal.NOT_MEMBER; // index 0
        if (page.given & bit != 0) return Refusal.ALREADY_GIVEN;
        if (page.retracted & bit != 0) return Refusal.RETRACTED;
        return Refusal.NONE;
    }

    function _open(Topic storage topic, uint256 word) private view returns (Page memory) {
        return Page(word, topic.given[word], topic.retracted[word]);
    }

    function _isSignedAttestation(
        bytes32 domain,
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        SignedAttestation calldata item
    ) private view returns (bool) {
        bytes32 act = keccak256(
            abi.encode(_attestType, mission, subject, kind, item.attester, item.note, item.deadline)
        );
        return Signatures.isValid(item.attester, domain, act, item.signature);
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
        if (_topic(mission, subject, kind).retracted[word] & bit != 0) return Refusal.RETRACTED;
        bytes32 act = keccak256(abi.encode(_retractType, mission, subject, kind, item.attester, item.deadline));
        return
            Signatures.isValid(item.attester, _domainSeparator(), act, item.signature)
                ? Refusal.NONE
                : Refusal.BAD_SIGNATURE;
    }

    function _retract(bytes32 mission, bytes32 subject, AttestationKind kind, address attester, uint256 index) private {
        Topic storage topic = _topic(mission, subject, kind);
        (uint256 word, uint256 bit) = _place(index);
        bool wasGiven = topic.given[word] & bit != 0;
        if (wasGiven) {
            topic.given[word] ^= bit;
            topic.count -= 1;
        }
        topic.retracted[word] |= bit;
        emit Retracted(mission, subject, attester, kind, wasGiven);
    }

    function _isOneself(bytes32 subject, address author, address attester) private pure returns (bool) {
        return author == attester || subject == bytes32(uint256(uint160(attester)));
    }

    function _place(uint256 index) private pure returns (uint256 word, uint256 bit) {
        return (index >> 8, 1 << (index & 0xff));
    }

    function _topic(bytes32 mission, bytes32 subject, AttestationKind kind) private view returns (Topic storage) {
        return _topics[keccak256(abi.encode(mission, subject, kind))];
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("Concord Commons", "1");
    }
}
