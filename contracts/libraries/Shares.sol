// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Shares of a fixed total, pulled in any order
library Shares {
    /// @notice What `mine` of `all` shares get of `amount` after `before` were served: prefixes are rounded down, so
    /// that all together get exactly `amount` and nobody is off by more than one unit. All are below 2^112.
    function partDown(uint256 before, uint256 mine, uint256 all, uint256 amount) internal pure returns (uint256) {
        unchecked {
            return ((before + mine) * amount) / all - (before * amount) / all;
        }
    }
}
