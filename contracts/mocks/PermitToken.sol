// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20, ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title A token with ERC-2612 permits, for tests: anyone may mint it
contract PermitToken is ERC20Permit {
    constructor() ERC20("Permitted", "PMT") ERC20Permit("Permitted") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
