// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGate} from "../interfaces/IGate.sol";

/// @title A gate for local chains: admits whoever was invited, or has one of many bad manners
contract DemoGate is IGate {
    enum Manner {
        ADMITS_INVITED,
        BURNS_GAS,
        REVERTS,
        ANSWERS_TWO
    }

    Manner public immutable manner;

    error DemoGate_Refused();

    constructor(Manner manner_) {
        manner = manner_;
    }

    /// @inheritdoc IGate
    function admits(bytes32, address, address inviter, bytes calldata) external view returns (bool) {
        if (manner == Manner.REVERTS) revert DemoGate_Refused();
        if (manner == Manner.BURNS_GAS) {
            assembly {
                invalid()
            }
        }
        if (manner == Manner.ANSWERS_TWO) {
            assembly {
                mstore(0, 2)
                return(0, 32)
            }
        }
        return inviter != address(0);
    }
}
