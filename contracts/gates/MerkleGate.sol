// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MerkleProofLib} from "solady/utils/MerkleProofLib.sol";
import {IGate} from "../interfaces/IGate.sol";

/// @title A gate that admits the accounts on a list, kept as its Merkle root
/// @notice Leaves are `keccak256(keccak256(abi.encode(account)))`, pairs are sorted before they are hashed. `data` is
/// the proof, `abi.encode(bytes32[])`; other bytes admit nobody.
contract MerkleGate is IGate {
    bytes32 public immutable root;

    constructor(bytes32 root_) {
        root = root_;
    }

    /// @inheritdoc IGate
    function admits(bytes32, address account, address, bytes calldata data) external view returns (bool) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account))));
        return MerkleProofLib.verify(abi.decode(data, (bytes32[])), root, leaf);
    }
}
