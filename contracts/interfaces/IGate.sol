// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title A gate: screens who joins the missions that name it
/// @notice It is asked at joining and never again. It gets at most 300,000 gas and changes nothing.
interface IGate {
    /// @notice Whether `account` may join `mission`. `inviter` is the member who invited it, or 0; `data` is whatever
    /// the one who sends the joining brings along.
    function admits(
        bytes32 mission,
        address account,
        address inviter,
        bytes calldata data
    ) external view returns (bool);
}
