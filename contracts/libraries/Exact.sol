// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeTransferLib} from "solady/utils/SafeTransferLib.sol";

/// @title Transfers that move exactly what they are asked for
/// @notice Each changes this contract's balance by its amount, or reverts: a call nested in a token's callback makes
/// the outer one inexact.
library Exact {
    error Exact_InexactTransfer(uint256 given, uint256 expected);

    /// @notice Pulls `amount` [token] from an account that approved it.
    function pull(address token, address from, uint256 amount) internal {
        uint256 before = balance(token);
        bool ok = SafeERC20.trySafeTransferFrom(IERC20(token), from, address(this), amount);
        checkPulled(token, ok, before, amount);
    }

    /// @notice Pays `amount` [token]; nothing moves for 0.
    function pay(address token, address to, uint256 amount) internal {
        if (amount == 0) return;
        uint256 before = balance(token);
        bool ok = SafeERC20.trySafeTransfer(IERC20(token), to, amount);
        uint256 left = balance(token);
        uint256 moved = before > left ? before - left : 0;
        if (!ok || moved != amount) revert Exact_InexactTransfer(moved, amount);
    }

    /// @notice Reverts unless the balance rose from `before` by exactly `amount`.
    function checkPulled(address token, bool ok, uint256 before, uint256 amount) internal view {
        uint256 held = balance(token);
        uint256 moved = held > before ? held - before : 0;
        if (!ok || moved != amount) revert Exact_InexactTransfer(moved, amount);
    }

    /// @notice What this contract has of a token; 0 if it is no token.
    function balance(address token) internal view returns (uint256) {
        return SafeTransferLib.balanceOf(token, address(this));
    }
}
