// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";

/// @title A cursor over the body of an instrument's terms
/// @notice A body is a stream of integers: a header byte (bit 7 the sign, the rest the number of bytes that follow),
/// then the magnitude, big-endian, without leading zeros. So equal terms have one encoding, and a knot costs a few bytes.
///
///     body  = mission document combine legs claims
///     legs  = n (kind source which [fallback] curve) * n      kind 0: metric and period, 1: instrument and claim
///     claims= n (text curve) * n text                         the last text labels the residual
///     curve = n (x y) * n                                     none = the identity, for legs only
///     text  = n, then n bytes of UTF-8
struct Cursor {
    uint256 position;
}

error Terms_BadInteger(uint256 position);
error Terms_Length(uint256 given, uint256 expected);
error Terms_TooMany(uint256 given, uint256 max);
error Terms_KnotsNotIncreasing(int256 x, int256 next);
error Terms_SlopeNotInteger(int256 rise, int256 run);
error Terms_PayoffOutOfRange(int256 given, uint256 face);
error Terms_EmptyCurve();

using Terms for Cursor global;

/// @dev Reads never check the end: every count is bounded, and `finish` refuses a body that was read past its end.
library Terms {
    uint256 internal constant MAX_LEGS = 64;
    uint256 internal constant MAX_CLAIMS = 15; // and the residual
    uint256 internal constant MAX_KNOTS = 32;
    uint256 internal constant MAX_TEXT = 255;

    function start(bytes calldata body) internal pure returns (Cursor memory cursor) {
        uint256 position;
        assembly ("memory-safe") {
            position := body.offset
        }
        cursor.position = position;
    }

    function finish(Cursor memory cursor, bytes calldata body) internal pure {
        uint256 offset;
        assembly ("memory-safe") {
            offset := body.offset
        }
        uint256 given = cursor.position - offset;
        if (given != body.length) revert Terms_Length(body.length, given);
    }

    /// @notice The next integer, between -2^248 and 2^248.
    function integer(Cursor memory cursor) internal pure returns (int256 value) {
        return int256(_read(cursor, 31));
    }

    /// @notice The next word: a hash or an id.
    function word(Cursor memory cursor) internal pure returns (bytes32) {
        return bytes32(_read(cursor, 32));
    }

    /// @notice The next integer, which is a count of at most `max`.
    function count(Cursor memory cursor, uint256 max) internal pure returns (uint256 value) {
        value = _read(cursor, 31);
        if (value > max) revert Terms_TooMany(value, max);
    }

    function skipText(Cursor memory cursor) internal pure {
        uint256 length = cursor.count(MAX_TEXT);
        cursor.position += length;
    }

    /// @notice Checks a leg's curve: x increases and every slope is an integer.
    function checkLegCurve(Cursor memory cursor) internal pure {
        _checkCurve(cursor, cursor.count(MAX_KNOTS), true);
    }

    /// @notice Checks a claim's curve: x increases and y is between 0 and face; of a formula, slopes are integers.
    function checkClaimCurve(Cursor memory cursor, uint256 face, bool formula) internal pure {
        uint256 knots = cursor.count(MAX_KNOTS);
        if (knots == 0) revert Terms_EmptyCurve();
        uint256 position = cursor.position;
        for (uint256 i; i < knots; ++i) {
            cursor.integer();
            int256 y = cursor.integer();
            if (y < 0 || uint256(y) > face) revert Terms_PayoffOutOfRange(y, face);
        }
        cursor.position = position;
        _checkCurve(cursor, knots, formula);
    }

    function _checkCurve(Cursor memory cursor, uint256 knots, bool exact) private pure {
        if (knots == 0) return;
        int256 x = cursor.integer();
        int256 y = cursor.integer();
        for (uint256 i = 1; i < knots; ++i) {
            int256 nextX = cursor.integer();
            int256 nextY = cursor.integer();
            if (nextX <= x) revert Terms_KnotsNotIncreasing(x, nextX);
            if (exact && (nextY - y) % (nextX - x) != 0) revert Terms_SlopeNotInteger(nextY - y, nextX - x);
            (x, y) = (nextX, nextY);
        }
    }

    /// @notice The curve's value at `input`, rounded down (toward minus infinity); x itself if the curve has no knots.
    function valueDown(Cursor memory cursor, int256 input) internal pure returns (int256 value) {
        uint256 knots = cursor.count(MAX_KNOTS);
        if (knots == 0) return input;
        int256 x = cursor.integer();
        int256 y = cursor.integer();
        value = y;
        for (uint256 i = 1; i < knots; ++i) {
            int256 nextX = cursor.integer();
            int256 nextY = cursor.integer();
            if (input > x) value = input < nextX ? _between(x, y, nextX, nextY, input) : nextY;
            (x, y) = (nextX, nextY);
        }
    }

    function _between(int256 x, int256 y, int256 nextX, int256 nextY, int256 input) private pure returns (int256) {
        uint256 run = uint256(nextX - x);
        uint256 part = uint256(input - x);
        if (nextY >= y) return y + int256(FixedPointMathLib.fullMulDiv(uint256(nextY - y), part, run));
        return y - int256(FixedPointMathLib.fullMulDivUp(uint256(y - nextY), part, run));
    }

    function _read(Cursor memory cursor, uint256 max) private pure returns (uint256 value) {
        uint256 position = cursor.position;
        uint256 length;
        uint256 negative;
        assembly ("memory-safe") {
            let header := byte(0, calldataload(position))
            negative := shr(7, header)
            length := and(header, 0x7f)
            value := shr(sub(256, shl(3, length)), calldataload(add(position, 1)))
        }
        if (length > max || (length == 0 ? negative != 0 : value >> (8 * (length - 1)) == 0)) {
            revert Terms_BadInteger(position);
        }
        cursor.position = position + 1 + length;
        unchecked {
            if (negative != 0) value = 0 - value;
        }
    }
}
