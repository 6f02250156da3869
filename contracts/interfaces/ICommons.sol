// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Commons: a mission's open whiteboard, and what its members say about it and about each other
/// @notice Members anchor entries by the hash of their content, fork and merge them, and attest about entries, persons
/// and whatever else has an id. All of it by own transaction or by signatures that anybody sends in batches.
///
///     NONE --attest--> GIVEN --retract--> RETRACTED --attest, own transaction only--> GIVEN
///
/// Batches skip what cannot be carried out and say why in an event; see `Refusal`.
interface ICommons {
    /// @notice What an entry is.
    enum EntryKind {
        IDEA,
        PLAN,
        PROTOTYPE,
        LEARNING,
        DATASET,
        RETROSPECTIVE
    }

    /// @notice What an attestation says. An open QUESTION of a pledger weighs in a hold.
    enum AttestationKind {
        SIGN_ON,
        CONFIRM,
        QUESTION,
        ENDORSE
    }

    /// @notice Why an act is refused. ONESELF: about the own address or entry. RETRACTED: no signature
    /// counts any more. TOO_MANY_PARENTS, UNKNOWN_PARENT: of entries only.
    enum Refusal {
        NONE,
        EXPIRED,
        NOT_MEMBER,
        ONESELF,
        ALREADY_GIVEN,
        RETRACTED,
        BAD_SIGNATURE,
        ALREADY_ANCHORED,
        TOO_MANY_PARENTS,
        UNKNOWN_PARENT
    }

    /// @notice A signed entry: `Anchor(bytes32 mission,address author,uint8 kind,bytes32 content,bytes32[]
    /// parents,uint40 deadline)`, written without the line break.
    struct SignedAnchor {
        address author;
        uint40 deadline;
        EntryKind kind;
        bytes32 content;
        bytes32[] parents;
        bytes signature;
    }

    /// @notice A signed attestation: `Attest(bytes32 mission,bytes32 subject,uint8 kind,address attester,bytes32
    /// note,uint40 deadline)`, without the line break. `note` is the hash of its text, or 0.
    struct SignedAttestation {
        address attester;
        uint40 deadline;
        bytes32 note;
        bytes signature;
    }

    /// @notice A signed retraction: `Retract(bytes32 mission,bytes32 subject,uint8 kind,address attester,uint40
    /// deadline)`.
    struct SignedRetraction {
        address attester;
        uint40 deadline;
        bytes signature;
    }

    /// @notice One slot. `author` is 0 if nobody anchored it.
    struct Entry {
        address author;
        uint40 anchoredAt;
        EntryKind kind;
    }

    event Anchored(
        bytes32 indexed mission,
        bytes32 indexed entry,
        address indexed author,
        EntryKind kind,
        bytes32 content,
        bytes32[] parents
    );
    event AnchorRefused(bytes32 indexed mission, address indexed author, bytes32 content, Refusal reason);
    event Attested(
        bytes32 indexed mission,
        bytes32 indexed subject,
        address indexed attester,
        AttestationKind kind,
        bytes32 note
    );
    /// @notice The attestation ended, or, with `wasGiven` false, the attester voided what it signed.
    event Retracted(
        bytes32 indexed mission,
        bytes32 indexed subject,
        address indexed attester,
        AttestationKind kind,
        bool wasGiven
    );
    event AttestationRefused(
        bytes32 indexed mission,
        bytes32 indexed subject,
        address indexed attester,
        AttestationKind kind,
        Refusal reason
    );

    error Commons_Refused(Refusal reason);

    /// @notice The sender, a member, anchors an entry by the hash of its content. Anchoring it again changes nothing.
    /// @return entry The hash of mission, author, kind, content, parents, contract and chain.
    function anchor(
        bytes32 mission,
        EntryKind kind,
        bytes32 content,
        bytes32[] calldata parents
    ) external returns (bytes32 entry);

    /// @notice Carries out signed anchorings; anyone may.
    function anchorSigned(bytes32 mission, SignedAnchor[] calldata anchors) external;

    /// @notice The sender, a member, attests about a subject: an entry's id, an address, or any other id.
    function attest(bytes32 mission, bytes32 subject, AttestationKind kind, bytes32 note) external;

    /// @notice Carries out signed attestations about one subject; anyone may.
    function attestSigned(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        SignedAttestation[] calldata attestations
    ) external;

    /// @notice The sender takes its attestation back; without one, it only voids what it signed. Needs an index of the
    /// mission, not membership.
    function retract(bytes32 mission, bytes32 subject, AttestationKind kind) external;

    /// @notice Carries out signed retractions about one subject; anyone may.
    function retractSigned(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        SignedRetraction[] calldata retractions
    ) external;

    /// @notice How many attestations of a kind stand.
    function countOf(bytes32 mission, bytes32 subject, AttestationKind kind) external view returns (uint256);

    /// @notice Whether the attestation of the account with this index in the mission stands.
    function isGiven(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        uint256 index
    ) external view returns (bool);

    /// @notice Whether each account's attestation stands.
    function areGiven(
        bytes32 mission,
        bytes32 subject,
        AttestationKind kind,
        address[] calldata accounts
    ) external view returns (bool[] memory);

    /// @notice Whether an entry, of whichever mission, has the sign-ons that this mission asks for, given in this
    /// mission.
    function isReady(bytes32 mission, bytes32 entry) external view returns (bool);

    /// @notice An entry's slot.
    function entryOf(bytes32 entry) external view returns (Entry memory);

    /// @notice The id that an entry has or would have.
    function entryIdOf(
        bytes32 mission,
        address author,
        EntryKind kind,
        bytes32 content,
        bytes32[] calldata parents
    ) external view returns (bytes32);
}
