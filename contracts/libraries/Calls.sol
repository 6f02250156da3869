// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Questions to contracts that nobody vouches for
/// @notice The answer costs a fixed amount of gas at most, changes nothing, and one word of it is read. Whoever sends
/// the transaction cannot starve the question: with too little gas left, everything reverts instead.
library Calls {
    /// @notice What a contract may spend on an answer [gas].
    uint256 internal constant STIPEND = 300_000;
    /// @dev A call passes on at most 63/64 of what is left; the rest pays for calling.
    uint256 private constant NEEDED = STIPEND + STIPEND / 63 + 10_000;

    error Calls_TooLittleGas(uint256 given, uint256 expected);

    /// @notice Whether `target` answers `data` with `expected` as its first word.
    function answers(address target, bytes memory data, uint256 expected) internal view returns (bool same) {
        if (target.code.length == 0) return false;
        if (gasleft() < NEEDED) revert Calls_TooLittleGas(gasleft(), NEEDED);
        assembly ("memory-safe") {
            mstore(0, 0)
            let ok := staticcall(STIPEND, target, add(data, 32), mload(data), 0, 32)
            same := and(and(ok, gt(returndatasize(), 31)), eq(mload(0), expected))
        }
    }
}
