// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBit} from "solady/utils/LibBit.sol";
import {IOutcomeOracle} from "../interfaces/IOutcomeOracle.sol";

/// @title What reporters said, as bytes: the cheapest calldata for the oracle's most frequent transactions
/// @notice Big-endian and without padding; the number in brackets is a field's length in bytes:
///
///     terms        = details(32) quorum(1) seats(1) metrics(1) reporter(20)*seats bounds(24)*metrics
///     bounds       = lower(12) upper(12)
///     transmission = terms when(4) chosen(8) signing(8) [evidence(32)] row*signing wallet signature*
///     row          = value(12)*chosen r(32) vs(32)
///
/// `details` is `keccak256(abi.encode(calendar, details))`. `when` is the period of a report, and `observedAt` of a live
/// transmission, which has no evidence. Bit i of `chosen` stands for metric i, bit s of `signing` for seat s; rows come
/// in the order of seats, values in the order of metrics. `(r, vs)` is an EIP-2098 signature; or, where `vs` is 0, `r` is
/// the length of the signature of an ERC-1271 wallet, and these follow at the end, in the order of rows.
struct Transmission {
    uint256 quorum;
    uint256 seats;
    uint256 metrics;
    uint256 reporters; // where they begin in calldata; so do the next three
    uint256 bounds;
    uint256 rows;
    uint256 wallets;
    uint256 end;
    uint256 when;
    uint256 chosen;
    uint256 signing;
    uint256 rowCount;
    uint256 columns;
}

using Transmissions for Transmission global;

/// @dev Reads never check the end: `check` compares the length first, and terms are those of an open scorecard only if
/// their hash is. Lengths are at most 64 rows of 64 values, so that nothing overflows.
library Transmissions {
    /// @notice Reads all but the rows.
    /// @return hash Of `home` and the terms.
    function read(Transmission memory t, bytes32 home, bytes calldata data) internal pure returns (bytes32 hash) {
        unchecked {
            uint256 start;
            assembly ("memory-safe") {
                start := data.offset
            }
            t.end = start + data.length;
            uint256 counts = load(start + 32, 3);
            (t.quorum, t.seats, t.metrics) = (counts >> 16, (counts >> 8) & 0xff, counts & 0xff);
            t.reporters = start + 35;
            t.bounds = t.reporters + 20 * t.seats;
            uint256 head = t.bounds + 24 * t.metrics;
            assembly ("memory-safe") {
                let free := mload(0x40)
                mstore(free, home)
                calldatacopy(add(free, 0x20), start, sub(head, start))
                hash := keccak256(free, add(sub(head, start), 0x20))
            }
            uint256 fields = load(head, 20);
            (t.when, t.chosen, t.signing) = (fields >> 128, uint64(fields >> 64), uint64(fields));
            t.rows = head + 20;
        }
    }

    /// @notice Reads the evidence of a report.
    function readEvidence(Transmission memory t) internal pure returns (bytes32 evidence) {
        unchecked {
            evidence = bytes32(load(t.rows, 32));
            t.rows += 32;
        }
    }

    /// @notice Counts rows and columns. The seats and metrics must exist, a quorum must sign, and all rows must be there;
    /// wallet signatures are looked for where they are read.
    function check(Transmission memory t) internal pure {
        unchecked {
            (uint256 chosen, uint256 signing) = (t.chosen, t.signing);
            if (signing >> t.seats != 0) revert IOutcomeOracle.OutcomeOracle_UnknownSeats(uint64(signing), t.seats);
            if (chosen == 0 || chosen >> t.metrics != 0) {
                revert IOutcomeOracle.OutcomeOracle_UnknownMetrics(uint64(chosen), t.metrics);
            }
            (uint256 rows, uint256 columns) = (LibBit.popCount(signing), LibBit.popCount(chosen));
            if (rows < t.quorum) revert IOutcomeOracle.OutcomeOracle_BelowQuorum(rows, t.quorum);
            uint256 wallets = t.rows + rows * (12 * columns + 64);
            if (wallets > t.end) t.revertLength(wallets);
            (t.rowCount, t.columns, t.wallets) = (rows, columns, wallets);
        }
    }

    /// @notice Refuses a transmission that ends elsewhere than at `end`, in terms of lengths.
    function revertLength(Transmission memory t, uint256 end) internal pure {
        uint256 start = t.reporters - 35;
        revert IOutcomeOracle.OutcomeOracle_TransmissionLength(t.end - start, end - start);
    }

    /// @notice The reporter who got a seat when the panel was opened.
    function reporter(Transmission memory t, uint256 seat) internal pure returns (address) {
        return loadAddress(t.reporters + 20 * seat);
    }

    /// @notice Room for the values of all rows.
    function matrix(Transmission memory t) internal pure returns (int256[] memory values) {
        unchecked {
            uint256 cells = t.rowCount * t.columns;
            assembly ("memory-safe") {
                values := mload(0x40)
                mstore(values, cells)
                mstore(0x40, add(values, shl(5, add(cells, 1))))
            }
        }
    }

    /// @notice What a row's reporter signed, but for the row: a memory region that `readRow` fills in and hashes.
    /// @dev Bytes 0-66: the EIP-712 message, in which the hash of the struct is left open. From byte 96: the struct's
    /// length, then its `words`: type, scorecard, when, chosen, the hash of the row, left open, and a report's evidence.
    function form(
        Transmission memory t,
        bytes32 domain,
        bytes32 type_,
        bytes32 scorecardId,
        uint256 words,
        bytes32 evidence
    ) internal pure returns (uint256 position) {
        (uint256 when, uint256 chosen) = (t.when, t.chosen);
        assembly ("memory-safe") {
            position := mload(0x40)
            mstore(0x40, add(position, 0x140))
            mstore(position, shl(240, 0x1901))
            mstore(add(position, 0x02), domain)
            mstore(add(position, 0x60), shl(5, words))
            mstore(add(position, 0x80), type_)
            mstore(add(position, 0xa0), scorecardId)
            mstore(add(position, 0xc0), when)
            mstore(add(position, 0xe0), chosen)
            mstore(add(position, 0x120), evidence)
        }
    }

    /// @notice The seat whose reporter begins at a position in calldata.
    function seatAt(Transmission memory t, uint256 position) internal pure returns (uint256) {
        return (position - t.reporters) / 20;
    }

    /// @notice Copies the row at `position` into `values` from `cell` on, and tells who signed it: 0 if no account did.
    /// @return signer The account.
    /// @return digest What it signed.
    /// @return next Where the row ends.
    function readRow(
        Transmission memory t,
        uint256 position,
        int256[] memory values,
        uint256 cell,
        uint256 form_
    ) internal view returns (address signer, bytes32 digest, uint256 next) {
        uint256 columns = t.columns;
        assembly ("memory-safe") {
            let size := shl(5, columns)
            let to := add(add(values, 0x20), shl(5, cell))
            for {} columns {
                columns := sub(columns, 1)
            } {
                mstore(to, sar(160, calldataload(position)))
                position := add(position, 12)
                to := add(to, 0x20)
            }
            mstore(add(form_, 0x100), keccak256(sub(to, size), size))
            mstore(add(form_, 0x22), keccak256(add(form_, 0x80), mload(add(form_, 0x60))))
            digest := keccak256(form_, 0x42)

            let vs := calldataload(add(position, 0x20))
            let free := mload(0x40)
            mstore(free, digest)
            mstore(add(free, 0x20), add(shr(255, vs), 27))
            mstore(add(free, 0x40), calldataload(position))
            mstore(add(free, 0x60), shr(1, shl(1, vs))) // s: next to no high one fits, and none gains
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, free, 0x80, 0x00, 0x20))
            signer := mload(0x00)
            next := add(position, 0x40)
        }
    }

    /// @notice The signature of a wallet, if the row that ends at `rowEnd` says so: it follows those of the rows before.
    function nextWalletSignature(
        Transmission memory t,
        uint256 rowEnd
    ) internal pure returns (bool given, bytes calldata signature) {
        unchecked {
            uint256 size = load(rowEnd - 64, 32);
            uint256 position = t.wallets;
            given = load(rowEnd - 32, 32) == 0 && size <= t.end - position;
            if (given) t.wallets = position + size;
            assembly ("memory-safe") {
                signature.offset := position
                signature.length := size
            }
        }
    }

    /// @notice Lower median, least and greatest of a metric's column; all must lie in the metric's bounds.
    function summary(
        Transmission memory t,
        int256[] memory values,
        uint256 metric,
        uint256 column
    ) internal pure returns (int256 median, int256 least, int256 greatest) {
        (median, least, greatest) = sorted(values, column, t.columns);
        int256 lower;
        int256 upper;
        unchecked {
            (lower, upper) = (loadValue(t.bounds + 24 * metric), loadValue(t.bounds + 24 * metric + 12));
        }
        if (least < lower) revert IOutcomeOracle.OutcomeOracle_OutOfBounds(metric, least, lower, upper);
        if (greatest > upper) revert IOutcomeOracle.OutcomeOracle_OutOfBounds(metric, greatest, lower, upper);
    }

    /// @notice The number of `size` bytes (at most 32) at a position in calldata.
    function load(uint256 position, uint256 size) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, size)), calldataload(position))
        }
    }

    /// @notice The address at a position in calldata.
    function loadAddress(uint256 position) internal pure returns (address value) {
        assembly ("memory-safe") {
            value := shr(96, calldataload(position))
        }
    }

    /// @notice The int96 at a position in calldata.
    function loadValue(uint256 position) internal pure returns (int256 value) {
        assembly ("memory-safe") {
            value := sar(160, calldataload(position))
        }
    }

    /// @notice Lower median, least and greatest of one column. Insertion sort: a panel has at most 64 reporters.
    function sorted(
        int256[] memory values,
        uint256 column,
        uint256 columns
    ) internal pure returns (int256 median, int256 least, int256 greatest) {
        assembly ("memory-safe") {
            let start := mload(0x40)
            let end := start
            let step := shl(5, columns)
            let next := add(add(values, 0x20), shl(5, column))
            for {
                let left := div(mload(values), columns)
            } left {
                left := sub(left, 1)
            } {
                let value := mload(next)
                let place := end
                for {} gt(place, start) {} {
                    let below := mload(sub(place, 0x20))
                    if iszero(sgt(below, value)) {
                        break
                    }
                    mstore(place, below)
                    place := sub(place, 0x20)
                }
                mstore(place, value)
                end := add(end, 0x20)
                next := add(next, step)
            }
            least := mload(start)
            greatest := mload(sub(end, 0x20))
            median := mload(add(start, shl(5, shr(6, sub(sub(end, start), 0x20)))))
        }
    }
}
