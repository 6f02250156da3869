// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "solady/utils/ECDSA.sol";
import {Calls} from "./Calls.sol";

/// @title Signatures of accounts and wallets over EIP-712 acts
/// @notice An account's key signs in 64 (EIP-2098) or 65 bytes, s in the lower half. Whatever does not recover to the
/// signer is asked of its code by ERC-1271, whole and at any length.
library Signatures {
    uint256 private constant HALF_N = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant COMPACT_S = type(uint256).max >> 1;

    /// @notice Whether `signer` signed `act`, the hash of a typed struct, in `domain`, the domain's separator. Reverts
    /// if too little gas is left to ask a wallet.
    function isValid(
        address signer,
        bytes32 domain,
        bytes32 act,
        bytes calldata signature
    ) internal view returns (bool) {
        bytes32 digest = digestOf(domain, act);
        if (_isLow(signature)) {
            address recovered = ECDSA.tryRecoverCalldata(digest, signature);
            if (recovered == signer && recovered != address(0)) return true;
        }
        if (signer.code.length == 0) return false; // spares encoding the question
        return
            Calls.answers(
                signer,
                abi.encodeCall(IERC1271.isValidSignature, (digest, signature)),
                uint256(bytes32(IERC1271.isValidSignature.selector))
            );
    }

    /// @notice What is signed: `keccak256(0x1901, domain, act)`.
    function digestOf(bytes32 domain, bytes32 act) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(0, hex"1901")
            mstore(2, domain)
            mstore(34, act) // reaches into the free memory pointer
            digest := keccak256(0, 66)
            mstore(0x40, free)
        }
    }

    /// @dev Whether it has an account's form with s in the lower half.
    function _isLow(bytes calldata signature) private pure returns (bool) {
        uint256 length = signature.length;
        if (length != 64 && length != 65) return false;
        uint256 s;
        assembly ("memory-safe") {
            s := calldataload(add(signature.offset, 32))
        }
        return (length == 65 ? s : s & COMPACT_S) <= HALF_N;
    }
}
