// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPactActs} from "./IPactActs.sol";

/// @title Pledge book: what many pledge to together, and what becomes of it
/// @notice A pact is its terms; nobody owns it. Money waits in escrow until `closeAt`; then the pact is BOUND or
/// FAILED by its totals alone, money goes to payees milestone by milestone or back to its pledgers, and whoever
/// pledged collects its part of the positions that back the pact. Everything is pulled by whom it belongs to, to any
/// address.
///
///     OPEN --lockAt--> LOCKED --closeAt--> BOUND | FAILED
///
/// Warning: rebasing tokens are unsupported; a token that moves another amount than asked reverts.
/// Warning: POOLED credit is presentation, not secrecy: events show who pledged.
interface IPledgeBook is IPactActs {
    /// @notice Opens a pact; anyone may, and opening it again changes nothing.
    /// @param backing The ABI-encoded `Backing`, or nothing. `body`: the ABI-encoded `Body`.
    /// @return id The hash of the terms, this contract and its chain.
    function open(Pact calldata pact, bytes calldata backing, bytes calldata body) external returns (bytes32 id);

    /// @notice The sender, a member, pledges money that it approved, until `closeAt`.
    function pledge(Pact calldata pact, uint112 amount, Credit credit) external;

    /// @notice The same with an ERC-2612 permit of the sender; whoever sent the permit before does no harm.
    function pledgeWithPermit(
        Pact calldata pact,
        uint112 amount,
        Credit credit,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Carries out a pledge signed for Permit2; anyone may.
    function pledgePermitted(Pact calldata pact, PermittedPledge calldata item) external;

    /// @notice Carries out many of them. One that fails is skipped; the event has the first bytes of its reason.
    function pledgeManyPermitted(Pact calldata pact, PermittedPledge[] calldata items) external;

    /// @notice The sender takes all its money back, before `lockAt`.
    function withdraw(Pact calldata pact, address to) external;

    /// @notice The sender takes all its money back from a FAILED pact.
    function refund(Pact calldata pact, address to) external;

    /// @notice Deposits positions of the sender, who made this contract an operator or approved it, until `closeAt`.
    function depositBacking(Pact calldata pact, Backing calldata backing, uint112 units) external;

    /// @notice The sender takes its deposit back from a FAILED pact.
    function returnBacking(Pact calldata pact, Backing calldata backing, address to) external;

    /// @notice The sender collects its money's part of the positions of a BOUND pact, once.
    function collect(Pact calldata pact, Backing calldata backing, address to) external;

    /// @notice The sender collects the positions of its confirmed points, at any time.
    function collectPoints(Pact calldata pact, Backing calldata backing, address to) external;

    /// @notice The sender collects its money's part of what unconfirmed points left, from `pointsUntil` on, once.
    function collectRest(Pact calldata pact, Backing calldata backing, address to) external;

    /// @notice The pact's state now.
    function stateOf(Pact calldata pact) external view returns (State);

    /// @notice What was pledged and deposited: money [token], pledgers of money, contributors of other kinds,
    /// confirmed points, positions.
    function totalsOf(
        bytes32 pact
    ) external view returns (uint256 money, uint256 pledgers, uint256 contributors, uint256 points, uint256 backing);

    /// @notice What an account pledged and did not take back as a whole [token].
    function stakeOf(bytes32 pact, address pledger) external view returns (uint256);

    /// @notice An account's points that are confirmed and not collected.
    function pointsOf(bytes32 pact, address pledger) external view returns (uint256);

    /// @notice Units of a kind offered in all, its batches, and the root of one of them.
    function offersOf(
        bytes32 pact,
        uint256 kind,
        uint256 batch
    ) external view returns (uint256 units, uint256 batches, bytes32 root);

    /// @notice State of an offer after its recording.
    function deliveryOf(bytes32 offerId) external view returns (Delivery);

    /// @notice The subject of attestations about a milestone.
    function milestoneIdOf(bytes32 pact, uint256 milestone) external pure returns (bytes32);

    /// @notice The id of an offer, and its leaf under the batch's root.
    function offerIdOf(bytes32 pact, uint256 kind, address pledger, uint64 units) external pure returns (bytes32);

    /// @notice The subject of attestations about a delivery.
    function deliveryIdOf(bytes32 offerId, bytes32 content) external pure returns (bytes32);

    /// @notice The id that a pact has or would have.
    function pactIdOf(Pact calldata pact) external view returns (bytes32);
}
