// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPledgeTypes} from "./IPledgeTypes.sol";

/// @title What happens in a pact by the terms of its body: milestones, holds, offers, deliveries
/// @notice `body` is the ABI-encoded `Body` of the terms. IPledgeBook is the manual.
interface IPactActs is IPledgeTypes {
    /// @notice Pays a payee's share of a PAYABLE milestone: to any address for the payee, to the payee for anyone.
    /// `place`: the payee's in the milestone.
    function release(Pact calldata pact, bytes calldata body, uint256 milestone, uint256 place, address to) external;

    /// @notice The sender takes its part of a FAILED milestone back [token].
    function refundMilestone(Pact calldata pact, bytes calldata body, uint256 milestone, address to) external;

    /// @notice Counts the confirmers of a CONFIRMED milestone, whose CONFIRM about `milestoneIdOf` stands; anyone may.
    /// All that are needed at once, in rising order; `proofs` only with a Merkle root.
    function confirmMilestone(
        Pact calldata pact,
        bytes calldata body,
        uint256 milestone,
        address[] calldata accounts,
        bytes32[][] calldata proofs
    ) external;

    /// @notice Counts pledgers whose QUESTION about `milestoneIdOf` stands; anyone may, in any portions. Others are
    /// passed over. With enough of them the milestone is HELD.
    /// Warning: a question that was counted and is retracted later stays counted.
    function countQuestions(
        Pact calldata pact,
        bytes calldata body,
        uint256 milestone,
        address[] calldata pledgers
    ) external;

    /// @notice The arbiter lifts a hold, or refuses the milestone.
    function answerHold(Pact calldata pact, bytes calldata body, uint256 milestone, bool lift) external;

    /// @notice The sender, a member, offers `units` of a kind (its place in the terms), once.
    function offer(Pact calldata pact, bytes calldata body, uint256 kind, uint64 units, Credit credit) external;

    /// @notice Records signed offers of one kind; anyone may.
    function offerSigned(Pact calldata pact, bytes calldata body, uint256 kind, SignedOffer[] calldata offers) external;

    /// @notice The sender voids what it signed for a kind and nobody recorded: it never offers of it to this pact.
    function voidOffer(Pact calldata pact, uint256 kind) external;

    /// @notice Names the content by which an offer is delivered: by its pledger, or with its signature over
    /// `Deliver(bytes32 offer,bytes32 content,uint40 deadline)`.
    function deliver(
        Pact calldata pact,
        bytes calldata body,
        Offer calldata one,
        bytes32 content,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice Counts the confirmers of a delivery, whose CONFIRM about `deliveryIdOf` stands; anyone may. The proof
    /// of `one` is not needed any more.
    function confirmDelivery(
        Pact calldata pact,
        bytes calldata body,
        Offer calldata one,
        address[] calldata accounts,
        bytes32[][] calldata proofs
    ) external;

    /// @notice A milestone's progress now; the pact is BOUND.
    function progressOf(Pact calldata pact, bytes calldata body, uint256 milestone) external view returns (Progress);
}
