// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Mission registry: shared goals, who joined them, and what institutions made of them
/// @notice A mission is its terms: the id is their hash, nobody owns it, and opening it gives no power. Members join
/// by their own transaction or by a signature that anybody sends; leaving is always possible. Other goals are another
/// mission.
///
///     STRANGER --join--> MEMBER --leave--> STRANGER      the index stays, the epoch rises
///
/// Batches skip what cannot be carried out and say why in an event; see `Refusal`.
/// Warning: without a gate anyone joins with any number of addresses; what counts heads must ask for more.
interface IMissionRegistry {
    /// @notice Where the target lies, seen from the baseline.
    enum Direction {
        UP,
        DOWN
    }

    /// @notice Why a joining or leaving is refused. A signature for another epoch is a BAD_SIGNATURE. UNINVITED: the
    /// invitation it names does not count. NOT_ADMITTED: the gate did not say yes.
    enum Refusal {
        NONE,
        EXPIRED,
        ALREADY_MEMBER,
        BAD_SIGNATURE,
        UNINVITED,
        NOT_ADMITTED
    }

    /// @notice From `baseline` to `target` [metric] by `dueAt` [s], as OutcomeOracle measures `metricId`. `uri` says
    /// what it is in the field's words (SDG, IRIS+).
    struct Goal {
        bytes32 metricId;
        int96 baseline;
        int96 target;
        uint40 dueAt;
        Direction direction;
        string uri;
    }

    /// @notice A mission's terms. `hashtag`: 1 to 64 bytes. `charter`: the hash of what is at `charterURI`. `parent`:
    /// the mission it forks, or 0. `annualReportsDue` [s]: strictly rising. `signOns`: how many an entry of the
    /// whiteboard needs to become the terms of a pact. `gate`: screens joinings, or 0.
    struct Mission {
        string hashtag;
        bytes32 charter;
        string charterURI;
        Goal[] goals;
        bytes32 parent;
        uint40[] annualReportsDue;
        uint32 signOns;
        address gate;
    }

    /// @notice What a member signs to invite: `invitee` 0 is whoever bears it; `expires` [s] inclusive; `salt` tells
    /// equal invitations apart. Signed as `Invitation(bytes32 mission,address inviter,address invitee,uint40
    /// expires,uint256 salt)`.
    struct Invitation {
        address inviter;
        address invitee;
        uint40 expires;
        uint256 salt;
        bytes signature;
    }

    /// @notice A signed joining: `Join(bytes32 mission,address member,uint32 epoch,bytes32 invitation,uint40
    /// deadline)`. `invitation` is 0 for none, or 1 + its place in the batch; its id is what is signed.
    struct SignedJoin {
        address member;
        uint40 deadline;
        uint32 invitation;
        bytes signature;
    }

    /// @notice A signed leaving: `Leave(bytes32 mission,address member,uint32 epoch,uint40 deadline)`.
    struct SignedLeave {
        address member;
        uint40 deadline;
        bytes signature;
    }

    /// @notice One slot: `index` 0 if never a member, else from 1 on; `epoch` counts leavings; `since` [s] is 0 while
    /// away.
    struct Member {
        uint32 index;
        uint32 epoch;
        uint40 since;
    }

    /// @notice One slot: the gate, the next index (0 if nobody opened the mission), members now, sign-ons an entry
    /// needs.
    struct State {
        address gate;
        uint32 nextIndex;
        uint32 members;
        uint32 signOns;
    }

    event MissionOpened(bytes32 indexed mission, bytes32 indexed parent, Mission terms);
    event Joined(bytes32 indexed mission, address indexed member, address indexed inviter, uint256 index);
    event JoinRefused(bytes32 indexed mission, address indexed member, Refusal reason);
    /// @notice The member left, or, with `wasMember` false, voided its signatures; `epoch` is the one from now on.
    event Left(bytes32 indexed mission, address indexed member, uint256 epoch, bool wasMember);
    event LeaveRefused(bytes32 indexed mission, address indexed member, Refusal reason);
    event InvitationRevoked(bytes32 indexed mission, address indexed inviter, bytes32 indexed invitation);
    event Hardwired(bytes32 indexed mission, address indexed member, bytes32 articles, uint256 goalVersion, string uri);
    event Unhardwired(bytes32 indexed mission, address indexed member, bytes32 articles);
    event AnnualReportPublished(
        bytes32 indexed mission,
        uint256 indexed number,
        address indexed member,
        bytes32 content,
        string uri
    );

    error MissionRegistry_UnknownMission(bytes32 mission);
    error MissionRegistry_HashtagLength(uint256 given, uint256 max);
    error MissionRegistry_GoalCount(uint256 given, uint256 max);
    error MissionRegistry_TargetNotBeyondBaseline(uint256 goal, int256 target, int256 baseline);
    error MissionRegistry_AnnualReportCount(uint256 given, uint256 max);
    error MissionRegistry_DueDatesNotRising(uint256 given, uint256 before);
    error MissionRegistry_Refused(Refusal reason);
    error MissionRegistry_TooManyMembers(uint256 given);
    error MissionRegistry_NotMember(address given);
    error MissionRegistry_UnknownInvitation(uint256 given, uint256 count);
    error MissionRegistry_ZeroArticles();
    error MissionRegistry_NotHardwired(address given);
    error MissionRegistry_UnknownAnnualReport(uint256 given, uint256 count);

    /// @notice Opens a mission; anyone may, and opening it again changes nothing.
    /// @return mission The hash of the terms, this contract and its chain.
    function open(Mission calldata terms) external returns (bytes32 mission);

    /// @notice The sender joins. `invitations` holds the invitation it uses, or nothing.
    function joinMission(bytes32 mission, Invitation[] calldata invitations, bytes calldata gateData) external;

    /// @notice Carries out signed joinings; anyone may. `gateData` is empty, or what each of them brings along for the
    /// gate.
    function joinSigned(
        bytes32 mission,
        Invitation[] calldata invitations,
        SignedJoin[] calldata joins,
        bytes[] calldata gateData
    ) external;

    /// @notice The sender leaves; without being a member, it only voids what it signed.
    function leaveMission(bytes32 mission) external;

    /// @notice Carries out signed leavings; anyone may.
    function leaveSigned(bytes32 mission, SignedLeave[] calldata leaves) external;

    /// @notice The sender takes an invitation of its own back: see `invitationIdOf`.
    function revokeInvitation(bytes32 mission, bytes32 invitation) external;

    /// @notice The sender, a member, writes the mission into its articles, whose hash is `articles`. Replaces an
    /// earlier one.
    function hardwire(bytes32 mission, bytes32 articles, uint256 goalVersion, string calldata uri) external;

    /// @notice The sender takes the mission out of its articles again.
    function unhardwire(bytes32 mission) external;

    /// @notice The sender, a member, publishes annual report `number` (0 first), whose hash is `content`.
    function publishAnnualReport(bytes32 mission, uint256 number, bytes32 content, string calldata uri) external;

    /// @notice Whether the report's due date has come and nobody has published it.
    function lapsed(bytes32 mission, uint256 number) external view returns (bool);

    /// @notice When an annual report is due and when it was published first [s], or 0.
    function annualReport(bytes32 mission, uint256 number) external view returns (uint256 dueAt, uint256 publishedAt);

    /// @notice A member's slot.
    function memberOf(bytes32 mission, address account) external view returns (Member memory);

    /// @notice The indexes of accounts that are members now; 0 for the others.
    function indexesOf(bytes32 mission, address[] calldata accounts) external view returns (uint256[] memory);

    /// @notice The index of an account that is a member now; 0 for others.
    function indexOf(bytes32 mission, address account) external view returns (uint256);

    /// @notice The mission's slot.
    function stateOf(bytes32 mission) external view returns (State memory);

    /// @notice The hash of the articles into which the member wrote the mission, or 0.
    function articlesOf(bytes32 mission, address member) external view returns (bytes32);

    /// @notice Whether the inviter took the invitation back.
    function isRevoked(address inviter, bytes32 invitation) external view returns (bool);

    /// @notice The id of an invitation: the hash of what its inviter signs, of the domain, too.
    function invitationIdOf(bytes32 mission, Invitation calldata invitation) external view returns (bytes32);

    /// @notice The id that a mission has or would have.
    function missionIdOf(Mission calldata terms) external view returns (bytes32);
}
