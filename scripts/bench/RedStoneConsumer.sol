// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RedstoneConsumerNumericBase} from "@redstone-finance/evm-connector/contracts/core/RedstoneConsumerNumericBase.sol";

/// @title The least a consumer of RedStone can do: check the signed values and keep their median
/// @dev Only the gas bench compiles it, from RedStone's own npm package.
contract RedStoneConsumer is RedstoneConsumerNumericBase {
    uint256 private constant MANY = 10;
    uint8 private immutable _threshold;
    address private immutable _signer0;
    address private immutable _signer1;
    address private immutable _signer2;
    address private immutable _signer3;
    address private immutable _signer4;
    address private immutable _signer5;
    address private immutable _signer6;
    address private immutable _signer7;
    address private immutable _signer8;

    mapping(uint256 feed => uint256) public lives;
    mapping(uint256 period => mapping(uint256 feed => uint256)) public rounds;

    constructor(uint8 threshold, address[9] memory signers) {
        _threshold = threshold;
        _signer0 = signers[0];
        _signer1 = signers[1];
        _signer2 = signers[2];
        _signer3 = signers[3];
        _signer4 = signers[4];
        _signer5 = signers[5];
        _signer6 = signers[6];
        _signer7 = signers[7];
        _signer8 = signers[8];
    }

    function liveOne() external {
        lives[0] = getOracleNumericValueFromTxMsg(0);
    }

    function reportOne(uint256 period) external {
        rounds[period][0] = getOracleNumericValueFromTxMsg(0);
    }

    function liveMany() external {
        uint256[] memory values = getOracleNumericValuesFromTxMsg(_feeds());
        for (uint256 i; i < MANY; ++i) lives[i] = values[i];
    }

    function reportMany(uint256 period) external {
        uint256[] memory values = getOracleNumericValuesFromTxMsg(_feeds());
        for (uint256 i; i < MANY; ++i) rounds[period][i] = values[i];
    }

    function getUniqueSignersThreshold() public view override returns (uint8) {
        return _threshold;
    }

    function getAuthorisedSignerIndex(address signer) public view override returns (uint8) {
        if (signer == _signer0) return 0;
        if (signer == _signer1) return 1;
        if (signer == _signer2) return 2;
        if (signer == _signer3) return 3;
        if (signer == _signer4) return 4;
        if (signer == _signer5) return 5;
        if (signer == _signer6) return 6;
        if (signer == _signer7) return 7;
        if (signer == _signer8) return 8;
        revert SignerNotAuthorised(signer);
    }

    function _feeds() private pure returns (bytes32[] memory feeds) {
        feeds = new bytes32[](MANY);
        for (uint256 i; i < MANY; ++i) feeds[i] = bytes32(i);
    }
}
