// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ECDSA} from "solady/utils/ECDSA.sol";

/// @title An ERC-1271 wallet of several owners, for tests
/// @notice A signature is one of 65 bytes of each owner, in order, then any padding; its length must be the one given at
/// deployment, so that a signature cut short is refused. Without owners, the length alone decides.
contract SharedWallet {
    bytes4 private constant VALID = 0x1626ba7e;

    address[] private _owners;
    uint256 private immutable _length;

    constructor(address[] memory owners, uint256 length) {
        _owners = owners;
        _length = length;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (signature.length != _length) return 0;
        for (uint256 i; i < _owners.length; ++i) {
            bytes calldata part = signature[65 * i:65 * (i + 1)];
            if (ECDSA.tryRecoverCalldata(hash, part) != _owners[i]) return 0;
        }
        return VALID;
    }
}
