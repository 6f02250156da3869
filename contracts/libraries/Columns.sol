// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Columns: the arithmetic of a matrix of reported values, and of slots that hold two metrics each
/// @notice A transmission is a matrix: one row a reporter, one column a metric, row after row.
/// A slot holds two lanes of 128 bits, for metrics 2k and 2k + 1: the value in the low 96 bits, a tag above it
/// (the number of reporters of a round, the time of a live value).
library Columns {
    /// @notice The EIP-712 hash of one row as `int96[]`.
    function hashRow(int96[] calldata values, uint256 row, uint256 columns) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let size := shl(5, columns)
            let free := mload(0x40)
            calldatacopy(free, add(values.offset, mul(row, size)), size)
            hash := keccak256(free, size)
        }
    }

    /// @notice Lower median, least and greatest of one column. Insertion sort: a panel has at most 64 reporters.
    function summary(
        int96[] calldata values,
        uint256 column,
        uint256 columns,
        uint256 rows
    ) internal pure returns (int256 median, int256 least, int256 greatest) {
        int256[] memory sorted = new int256[](rows);
        for (uint256 i; i < rows; ++i) {
            int256 value = values[i * columns + column];
            uint256 j = i;
            for (; j > 0 && sorted[j - 1] > value; --j) sorted[j] = sorted[j - 1];
            sorted[j] = value;
        }
        return (sorted[(rows - 1) / 2], sorted[0], sorted[rows - 1]);
    }

    /// @notice The slot with the metric's lane replaced by `value` and `tag`.
    function put(uint256 slot, uint256 metric, int256 value, uint256 tag) internal pure returns (uint256) {
        uint256 shift = (metric & 1) << 7;
        // casting is safe: the low 96 bits are the two's complement that `get` reads back
        uint256 lane = (tag << 96) | uint96(uint256(value));
        return (slot & (uint256(type(uint128).max) << (128 - shift))) | (lane << shift);
    }

    /// @notice Value and tag of the metric's lane.
    function get(uint256 slot, uint256 metric) internal pure returns (int256 value, uint256 tag) {
        uint256 lane = uint128(slot >> ((metric & 1) << 7));
        return (int96(uint96(lane)), lane >> 96);
    }
}
