// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "solady/utils/ECDSA.sol";

/// @title A wallet for local chains: its owner's signature, padded to any length, or one of many bad manners
contract DemoWallet is IERC1271 {
    enum Manner {
        HONEST,
        BURNS_GAS,
        RETURNS_A_BOMB,
        REVERTS,
        ANSWERS_SHORT,
        ANSWERS_ONE,
        SAYS_NO
    }

    address public immutable owner;
    Manner public manner;

    error DemoWallet_Failed();

    constructor(address owner_, Manner manner_) {
        (owner, manner) = (owner_, manner_);
    }

    /// @notice The wallet changes its mind.
    function become(Manner manner_) external {
        manner = manner_;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        Manner how = manner;
        if (how == Manner.REVERTS) revert DemoWallet_Failed();
        if (how == Manner.BURNS_GAS) {
            assembly {
                invalid()
            }
        }
        if (how == Manner.RETURNS_A_BOMB) {
            assembly {
                return(0, 200000)
            }
        }
        if (how == Manner.ANSWERS_SHORT) {
            assembly {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 4)
            }
        }
        if (how == Manner.ANSWERS_ONE) {
            assembly {
                mstore(0, 1)
                return(0, 32)
            }
        }
        if (how == Manner.SAYS_NO || signature.length < 65) return 0xffffffff;
        bool signed = ECDSA.tryRecoverCalldata(digest, signature[:65]) == owner;
        return signed ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
