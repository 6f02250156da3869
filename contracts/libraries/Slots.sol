// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Slots that hold two metrics each
/// @notice A slot holds two lanes of 128 bits, for metrics 2k and 2k + 1: the value in the low 96 bits, a tag above it
/// (the number of reporters of a round, the time of a live value).
library Slots {
    /// @notice The slot with the metric's lane replaced by `value` and `tag`.
    function put(uint256 slot, uint256 metric, int256 value, uint256 tag) internal pure returns (uint256) {
        unchecked {
            uint256 shift = (metric & 1) << 7;
            // casting is safe: the low 96 bits are the two's complement that `get` reads back
            uint256 lane = (tag << 96) | uint96(uint256(value));
            return (slot & (uint256(type(uint128).max) << (128 - shift))) | (lane << shift);
        }
    }

    /// @notice Value and tag of the metric's lane.
    function get(uint256 slot, uint256 metric) internal pure returns (int256 value, uint256 tag) {
        uint256 lane = uint128(slot >> ((metric & 1) << 7));
        return (int96(uint96(lane)), lane >> 96);
    }
}
