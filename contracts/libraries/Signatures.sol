// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "solady/utils/ECDSA.sol";
import {Calls} from "./Calls.sol";

/// @title Signatures of accounts and wallets
/// @notice An account's key signs in 64 (EIP-2098) or 65 bytes, s in the lower half. Whatever does not recover to the signer
/// is asked of its code by ERC-1271, whole and at any length.
library Signatures {
    uint256 private constant HALF_N = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant COMPACT_S = type(uint256).max >> 1;

    /// @notice Whether `signer` signed `digest`. Reverts if too little gas is left to ask a wallet.
    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
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

    /// @dev Whether it has an account's form with s in the lower half.
    function _isLow(bytes calldata signature) private pure returns (bool) {
        if (signature.length == 65) return uint256(bytes32(signature[32:64])) <= HALF_N;
        return signature.length == 64 && uint256(bytes32(signature[32:64])) & COMPACT_S <= HALF_N;
    }
}
