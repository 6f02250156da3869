// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Merkle roots over leaves in memory
library Roots {
    /// @notice The root over the first `count` leaves, at least one: pairs are sorted before they are hashed, and one
    /// left over moves up as it is. Overwrites `leaves`.
    function rootOf(bytes32[] memory leaves, uint256 count) internal pure returns (bytes32 root) {
        assembly ("memory-safe") {
            let start := add(leaves, 32)
            for {} gt(count, 1) {} {
                let to := start
                let end := add(start, shl(5, and(count, not(1))))
                for {
                    let from := start
                } lt(from, end) {
                    from := add(from, 64)
                } {
                    let a := mload(from)
                    let b := mload(add(from, 32))
                    let swap := shl(5, gt(a, b))
                    mstore(swap, a)
                    mstore(xor(swap, 32), b)
                    mstore(to, keccak256(0, 64))
                    to := add(to, 32)
                }
                if and(count, 1) {
                    mstore(to, mload(end))
                }
                count := shr(1, add(count, 1))
            }
            root := mload(start)
        }
    }
}
