// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "solady/utils/EIP712.sol";
import {IGate} from "./interfaces/IGate.sol";
import {IMissionRegistry} from "./interfaces/IMissionRegistry.sol";
import {Calls} from "./libraries/Calls.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title The mission registry: see IMissionRegistry, which is its manual
/// @dev Others' code (wallets, gates) is asked by static calls only, so that nothing can come in between.
contract MissionRegistry is IMissionRegistry, EIP712 {
    uint256 private constant MAX_HASHTAG = 64;
    uint256 private constant MAX_GOALS = 32;
    uint256 private constant MAX_ANNUAL_REPORTS = 64;

    /// @dev Immutable, since the compiler would hash constants anew at each use.
    bytes32 private immutable _joinType = keccak256(
        "Join(bytes32 mission,address member,uint32 epoch,bytes32 invitation,uint40 deadline)"
    );
    bytes32 private immutable _leaveType = keccak256(
        "Leave(bytes32 mission,address member,uint32 epoch,uint40 deadline)"
    );
    bytes32 private immutable _invitationType = keccak256(
        "Invitation(bytes32 mission,address inviter,address invitee,uint40 expires,uint256 salt)"
    );
    /// @dev Chain and address of the deployment, so that equal terms elsewhere have other ids.
    bytes32 private immutable _home = keccak256(abi.encode("Mission", block.chainid, address(this)));

    mapping(bytes32 mission => State) private _states;
    /// @dev A `Member` in one word: see `_pack`.
    mapping(bytes32 mission => mapping(address account => uint256)) private _members;
    mapping(bytes32 mission => uint40[]) private _annualReportsDue;
    mapping(bytes32 mission => mapping(uint256 number => uint256)) private _publishedAt;
    mapping(bytes32 mission => mapping(address member => bytes32)) private _articles;
    mapping(address inviter => mapping(bytes32 invitation => bool)) private _revoked;

    /// @dev What a batch of joinings has in common.
    struct Batch {
        bytes32 mission;
        bytes32 domain;
        address gate;
        uint256 nextIndex;
        /// @dev Of each invitation its id, and whether it is good for whom it is addressed to.
        bytes32[] ids;
        bool[] good;
    }

    /// @inheritdoc IMissionRegistry
    function open(Mission calldata terms) external returns (bytes32 mission) {
        mission = missionIdOf(terms);
        State storage state = _states[mission];
        if (state.nextIndex != 0) return mission;
        _checkTerms(terms);
        (state.gate, state.nextIndex, state.signOns) = (terms.gate, 1, terms.signOns);
        if (terms.annualReportsDue.length != 0) _annualReportsDue[mission] = terms.annualReportsDue;
        emit MissionOpened(mission, terms.parent, terms);
    }

    /// @inheritdoc IMissionRegistry
    function joinMission(bytes32 mission, Invitation[] calldata invitations, bytes calldata gateData) external {
        Batch memory batch = _batch(mission, invitations);
        uint256 member = _members[mission][msg.sender];
        if (_isMember(member)) revert MissionRegistry_Refused(Refusal.ALREADY_MEMBER);
        uint256 invitation = invitations.length == 0 ? 0 : 1;
        Refusal reason = _admission(batch, invitations, invitation, msg.sender, gateData);
        if (reason != Refusal.NONE) revert MissionRegistry_Refused(reason);
        _enter(batch, member, msg.sender, invitation == 0 ? address(0) : invitations[0].inviter);
        _close(batch, 1);
    }

    /// @inheritdoc IMissionRegistry
    function joinSigned(
        bytes32 mission,
        Invitation[] calldata invitations,
        SignedJoin[] calldata joins,
        bytes[] calldata gateData
    ) external {
        Batch memory batch = _batch(mission, invitations);
        mapping(address => uint256) storage members = _members[mission];
        uint256 entered;
        for (uint256 i; i < joins.length; ++i) {
            SignedJoin calldata item = joins[i];
            uint256 member = members[item.member];
            Refusal reason = _refusal(batch, invitations, item, member, _dataOf(gateData, i));
            if (reason == Refusal.NONE) {
                uint256 invitation = item.invitation;
                address inviter = invitation == 0 ? address(0) : invitations[invitation - 1].inviter;
                _enter(batch, member, item.member, inviter);
                ++entered;
            } else {
                emit JoinRefused(mission, item.member, reason);
            }
        }
        _close(batch, entered);
    }

    /// @inheritdoc IMissionRegistry
    function leaveMission(bytes32 mission) external {
        _checkOpen(mission);
        _leave(mission, msg.sender);
    }

    /// @inheritdoc IMissionRegistry
    function leaveSigned(bytes32 mission, SignedLeave[] calldata leaves) external {
        _checkOpen(mission);
        bytes32 domain = _domainSeparator();
        for (uint256 i; i < leaves.length; ++i) {
            SignedLeave calldata item = leaves[i];
            uint256 epoch = memberOf(mission, item.member).epoch;
            bytes32 act = keccak256(abi.encode(_leaveType, mission, item.member, epoch, item.deadline));
            if (block.timestamp > item.deadline) {
                emit LeaveRefused(mission, item.member, Refusal.EXPIRED);
            } else if (!Signatures.isValid(item.member, domain, act, item.signature)) {
                emit LeaveRefused(mission, item.member, Refusal.BAD_SIGNATURE);
            } else {
                _leave(mission, item.member);
            }
        }
    }

    /// @inheritdoc IMissionRegistry
    function revokeInvitation(bytes32 mission, bytes32 invitation) external {
        _checkOpen(mission);
        if (_revoked[msg.sender][invitation]) return;
        _revoked[msg.sender][invitation] = true;
        emit InvitationRevoked(mission, msg.sender, invitation);
    }

    /// @inheritdoc IMissionRegistry
    function hardwire(bytes32 mission, bytes32 articles, uint256 goalVersion, string calldata uri) external {
        _checkMember(mission);
        if (articles == 0) revert MissionRegistry_ZeroArticles();
        _articles[mission][msg.sender] = articles;
        emit Hardwired(mission, msg.sender, articles, goalVersion, uri);
    }

    /// @inheritdoc IMissionRegistry
    function unhardwire(bytes32 mission) external {
        _checkOpen(mission);
        bytes32 articles = _articles[mission][msg.sender];
        if (articles == 0) revert MissionRegistry_NotHardwired(msg.sender);
        delete _articles[mission][msg.sender];
        emit Unhardwired(mission, msg.sender, articles);
    }

    /// @inheritdoc IMissionRegistry
    function publishAnnualReport(bytes32 mission, uint256 number, bytes32 content, string calldata uri) external {
        _checkMember(mission);
        _dueAt(mission, number);
        if (_publishedAt[mission][number] == 0) _publishedAt[mission][number] = block.timestamp;
        emit AnnualReportPublished(mission, number, msg.sender, content, uri);
    }

    /// @inheritdoc IMissionRegistry
    function lapsed(bytes32 mission, uint256 number) external view returns (bool) {
        return block.timestamp >= _dueAt(mission, number) && _publishedAt[mission][number] == 0;
    }

    /// @inheritdoc IMissionRegistry
    function annualReport(bytes32 mission, uint256 number) external view returns (uint256 dueAt, uint256 publishedAt) {
        return (_dueAt(mission, number), _publishedAt[mission][number]);
    }

    /// @inheritdoc IMissionRegistry
    function memberOf(bytes32 mission, address account) public view returns (Member memory) {
        uint256 word = _members[mission][account];
        return Member(uint32(word), uint32(_epoch(word)), uint40(word >> 64));
    }

    /// @inheritdoc IMissionRegistry
    function indexesOf(bytes32 mission, address[] calldata accounts) external view returns (uint256[] memory indexes) {
        indexes = new uint256[](accounts.length);
        for (uint256 i; i < accounts.length; ++i) indexes[i] = indexOf(mission, accounts[i]);
    }

    /// @inheritdoc IMissionRegistry
    function indexOf(bytes32 mission, address account) public view returns (uint256) {
        uint256 word = _members[mission][account];
        return _isMember(word) ? uint32(word) : 0;
    }

    /// @inheritdoc IMissionRegistry
    function stateOf(bytes32 mission) external view returns (State memory) {
        return _states[mission];
    }

    /// @inheritdoc IMissionRegistry
    function articlesOf(bytes32 mission, address member) external view returns (bytes32) {
        return _articles[mission][member];
    }

    /// @inheritdoc IMissionRegistry
    function isRevoked(address inviter, bytes32 invitation) external view returns (bool) {
        return _revoked[inviter][invitation];
    }

    /// @inheritdoc IMissionRegistry
    function invitationIdOf(bytes32 mission, Invitation calldata one) external view returns (bytes32) {
        return Signatures.digestOf(_domainSeparator(), _invitationAct(mission, one));
    }

    /// @inheritdoc IMissionRegistry
    function missionIdOf(Mission calldata terms) public view returns (bytes32) {
        return keccak256(abi.encode(_home, terms));
    }

    function _checkTerms(Mission calldata terms) private view {
        uint256 length = bytes(terms.hashtag).length;
        if (length == 0 || length > MAX_HASHTAG) revert MissionRegistry_HashtagLength(length, MAX_HASHTAG);
        uint256 goals = terms.goals.length;
        if (goals == 0 || goals > MAX_GOALS) revert MissionRegistry_GoalCount(goals, MAX_GOALS);
        for (uint256 i; i < goals; ++i) {
            Goal calldata goal = terms.goals[i];
            bool beyond = goal.direction == Direction.UP ? goal.target > goal.baseline : goal.target < goal.baseline;
            if (!beyond) revert MissionRegistry_TargetNotBeyondBaseline(i, goal.target, goal.baseline);
        }
        if (terms.parent != 0) _checkOpen(terms.parent);
        uint256 reports = terms.annualReportsDue.length;
        if (reports > MAX_ANNUAL_REPORTS) revert MissionRegistry_AnnualReportCount(reports, MAX_ANNUAL_REPORTS);
        uint256 before;
        for (uint256 i; i < reports; ++i) {
            uint256 dueAt = terms.annualReportsDue[i];
            if (dueAt <= before) revert MissionRegistry_DueDatesNotRising(dueAt, before);
            before = dueAt;
        }
    }

    /// @dev Checks the mission and, once for all items, the invitations.
    function _batch(bytes32 mission, Invitation[] calldata invitations) private view returns (Batch memory batch) {
        _checkOpen(mission);
        State storage state = _states[mission];
        (batch.mission, batch.domain) = (mission, _domainSeparator());
        (batch.gate, batch.nextIndex) = (state.gate, state.nextIndex);
        uint256 n = invitations.length;
        (batch.ids, batch.good) = (new bytes32[](n), new bool[](n));
        for (uint256 i; i < n; ++i) {
            Invitation calldata one = invitations[i];
            bytes32 act = _invitationAct(mission, one);
            bytes32 id = Signatures.digestOf(batch.domain, act);
            batch.ids[i] = id;
            batch.good[i] =
                block.timestamp <= one.expires &&
                indexOf(mission, one.inviter) != 0 &&
                !_revoked[one.inviter][id] &&
                Signatures.isValid(one.inviter, batch.domain, act, one.signature);
        }
    }

    function _dataOf(bytes[] calldata gateData, uint256 item) private pure returns (bytes calldata data) {
        return gateData.length == 0 ? msg.data[:0] : gateData[item];
    }

    function _invitationAct(bytes32 mission, Invitation calldata one) private view returns (bytes32) {
        return keccak256(abi.encode(_invitationType, mission, one.inviter, one.invitee, one.expires, one.salt));
    }

    function _refusal(
        Batch memory batch,
        Invitation[] calldata invitations,
        SignedJoin calldata item,
        uint256 member,
        bytes calldata gateData
    ) private view returns (Refusal) {
        uint256 invitation = item.invitation;
        if (invitation > invitations.length) {
            revert MissionRegistry_UnknownInvitation(invitation, invitations.length);
        }
        if (block.timestamp > item.deadline) return Refusal.EXPIRED;
        if (_isMember(member)) return Refusal.ALREADY_MEMBER;
        bytes32 id = invitation == 0 ? bytes32(0) : batch.ids[invitation - 1];
        bytes32 act = keccak256(abi.encode(_joinType, batch.mission, item.member, _epoch(member), id, item.deadline));
        if (!Signatures.isValid(item.member, batch.domain, act, item.signature)) return Refusal.BAD_SIGNATURE;
        return _admission(batch, invitations, invitation, item.member, gateData);
    }

    /// @dev Whether the invitation counts for this account, and what the gate says.
    function _admission(
        Batch memory batch,
        Invitation[] calldata invitations,
        uint256 invitation,
        address account,
        bytes calldata gateData
    ) private view returns (Refusal) {
        address inviter;
        if (invitation != 0) {
            Invitation calldata one = invitations[invitation - 1];
            if (!batch.good[invitation - 1]) return Refusal.UNINVITED;
            if (one.invitee != address(0) && one.invitee != account) return Refusal.UNINVITED;
            inviter = one.inviter;
        }
        if (batch.gate == address(0)) return Refusal.NONE;
        bytes memory question = abi.encodeCall(IGate.admits, (batch.mission, account, inviter, gateData));
        return Calls.answers(batch.gate, question, 1) ? Refusal.NONE : Refusal.NOT_ADMITTED;
    }

    function _enter(Batch memory batch, uint256 member, address account, address inviter) private {
        uint256 index = uint32(member);
        if (index == 0) index = batch.nextIndex++; // `_close` keeps it below 2^32
        _members[batch.mission][account] = _pack(index, _epoch(member), block.timestamp);
        emit Joined(batch.mission, account, inviter, index);
    }

    /// @dev The counter is checked here: 2^32 joinings do not fit in one batch.
    function _close(Batch memory batch, uint256 entered) private {
        if (entered == 0) return;
        State storage state = _states[batch.mission];
        if (batch.nextIndex > type(uint32).max) revert MissionRegistry_TooManyMembers(batch.nextIndex);
        (state.nextIndex, state.members) = (uint32(batch.nextIndex), uint32(state.members + entered));
    }

    function _leave(bytes32 mission, address account) private {
        uint256 member = _members[mission][account];
        bool wasMember = _isMember(member);
        uint256 epoch = _epoch(member) + 1;
        _members[mission][account] = _pack(uint32(member), epoch, 0);
        if (wasMember) _states[mission].members -= 1;
        emit Left(mission, account, epoch, wasMember);
    }

    function _pack(uint256 index, uint256 epoch, uint256 since) private pure returns (uint256) {
        return index | (epoch << 32) | (since << 64);
    }

    function _epoch(uint256 member) private pure returns (uint256) {
        return uint32(member >> 32);
    }

    function _isMember(uint256 member) private pure returns (bool) {
        return member >> 64 != 0;
    }

    function _checkOpen(bytes32 mission) private view {
        if (_states[mission].nextIndex == 0) revert MissionRegistry_UnknownMission(mission);
    }

    function _checkMember(bytes32 mission) private view {
        _checkOpen(mission);
        if (indexOf(mission, msg.sender) == 0) revert MissionRegistry_NotMember(msg.sender);
    }

    function _dueAt(bytes32 mission, uint256 number) private view returns (uint256) {
        _checkOpen(mission);
        uint40[] storage due = _annualReportsDue[mission];
        if (number >= due.length) revert MissionRegistry_UnknownAnnualReport(number, due.length);
        return due[number];
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("Concord MissionRegistry", "1");
    }
}
