// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title ERC-1271 wallets that answer wrongly, for tests
contract HostileWallet {
    enum Mood {
        WRONG_ANSWER,
        SHORT_ANSWER,
        EMPTY_ANSWER,
        REVERTS,
        BURNS_GAS,
        RETURN_BOMB,
        REVERT_BOMB
    }

    error HostileWallet_Refuses();

    Mood private immutable _mood;

    constructor(Mood mood) {
        _mood = mood;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes32) {
        Mood mood = _mood;
        if (mood == Mood.WRONG_ANSWER) return bytes32(uint256(1));
        if (mood == Mood.REVERTS) revert HostileWallet_Refuses();
        uint256 size =
            mood == Mood.SHORT_ANSWER
                ? 4
                : mood == Mood.EMPTY_ANSWER
                    ? 0
                    : 1_000_000;
        while (mood == Mood.BURNS_GAS) {
            size += 1;
        }
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, shl(224, 0x1626ba7e))
            if eq(mood, 5) {
                mstore(free, 0)
            }
            if eq(mood, 6) {
                revert(free, size)
            }
            return(free, size)
        }
    }
}
