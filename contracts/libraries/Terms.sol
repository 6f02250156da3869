// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";

/// @title A cursor over the body of an instrument's terms
/// @notice A body is a stream of big-endian numbers; how many bytes each takes stands behind it here. A curve says how
/// wide its knots are, as narrow as they can be, so that equal terms have one encoding and a knot costs a few bytes.
///
///     body  = mission(32) document(32) combine(1) legs claims
///     legs  = n(1) (kind(1) source(32) which curve) * n       which: period(4) fallback(12) if kind is 0, a metric;
///                                                             claim(4) if kind is 1, an instrument's claim
///     claims= n(1) (text curve) * n text                      the last text labels the residual
///     curve = n(1) [width(1) (x(width) y(width)) * n]         none = the identity, for legs only; signed
///     text  = n(1), then n bytes of UTF-8
struct Cursor {
    uint256 position;
}

error Terms_Length(uint256 given, uint256 expected);
error Terms_TooMany(uint256 given, uint256 max);
error Terms_KnotWidth(uint256 given, uint256 expected);
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
    uint256 internal constant MAX_WIDTH = 31; // so that no difference of two knots overflows

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

    /// @notice The next `width` bytes, at most 32, as a number.
    function take(Cursor memory cursor, uint256 width) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            let position := mload(cursor)
            value := shr(sub(256, shl(3, width)), calldataload(position))
            mstore(cursor, add(position, width))
        }
    }

    /// @notice The next `width` bytes, at most 32, as a signed number.
    function takeSigned(Cursor memory cursor, uint256 width) internal pure returns (int256 value) {
        assembly ("memory-safe") {
            let position := mload(cursor)
            value := sar(sub(256, shl(3, width)), calldataload(position))
            mstore(cursor, add(position, width))
        }
    }

    /// @notice The next byte, a count of at most `max`.
    function count(Cursor memory cursor, uint256 max) internal pure returns (uint256 value) {
        value = cursor.take(1);
        if (value > max) revert Terms_TooMany(value, max);
    }

    function skipText(Cursor memory cursor) internal pure {
        uint256 length = cursor.take(1);
        unchecked {
            cursor.position += length;
        }
    }

    /// @notice Checks a leg's curve: x increases and every slope is an integer.
    function checkLegCurve(Cursor memory cursor) internal pure {
        _checkCurve(cursor, cursor.count(MAX_KNOTS), type(int256).min, type(int256).max, true);
    }

    /// @notice Checks a claim's curve: x increases and y is between 0 and face; of a formula, slopes are integers.
    function checkClaimCurve(Cursor memory cursor, uint256 face, bool formula) internal pure {
        uint256 knots = cursor.count(MAX_KNOTS);
        if (knots == 0) revert Terms_EmptyCurve();
        _checkCurve(cursor, knots, 0, int256(face), formula);
    }

    function _checkCurve(Cursor memory cursor, uint256 knots, int256 least, int256 most, bool exact) private pure {
        if (knots == 0) return;
        uint256 width = cursor.take(1);
        int256 x = type(int256).min;
        int256 y;
        uint256 used; // all bits that differ from the sign
        unchecked {
            for (uint256 i; i < knots; ++i) {
                int256 nextX = cursor.takeSigned(width);
                int256 nextY = cursor.takeSigned(width);
                if (nextY < least || nextY > most) revert Terms_PayoffOutOfRange(nextY, uint256(most));
                if (nextX <= x) revert Terms_KnotsNotIncreasing(x, nextX);
                if (exact && i != 0 && (nextY - y) % (nextX - x) != 0) {
                    revert Terms_SlopeNotInteger(nextY - y, nextX - x);
                }
                used |= uint256((nextX ^ (nextX >> 255)) | (nextY ^ (nextY >> 255)));
                (x, y) = (nextX, nextY);
            }
        }
        if (width == 0 || width > MAX_WIDTH || (width > 1 && used >> (8 * width - 9) == 0)) {
            revert Terms_KnotWidth(width, MAX_WIDTH);
        }
    }

    /// @notice The curve's value at `input`, rounded down (toward minus infinity); x itself if the curve has no knots.
    function valueDown(Cursor memory cursor, int256 input) internal pure returns (int256 value) {
        uint256 knots = cursor.count(MAX_KNOTS);
        if (knots == 0) return input;
        uint256 width = cursor.take(1);
        int256 x = cursor.takeSigned(width);
        int256 y = cursor.takeSigned(width);
        value = y;
        unchecked {
            for (uint256 i = 1; i < knots; ++i) {
                int256 nextX = cursor.takeSigned(width);
                int256 nextY = cursor.takeSigned(width);
                if (input > x) value = input < nextX ? _between(x, y, nextX, nextY, input) : nextY;
                (x, y) = (nextX, nextY);
            }
        }
    }

    function _between(int256 x, int256 y, int256 nextX, int256 nextY, int256 input) private pure returns (int256) {
        uint256 run = uint256(nextX - x);
        uint256 part = uint256(input - x);
        if (nextY >= y) return y + int256(FixedPointMathLib.fullMulDiv(uint256(nextY - y), part, run));
        return y - int256(FixedPointMathLib.fullMulDivUp(uint256(y - nextY), part, run));
    }
}
