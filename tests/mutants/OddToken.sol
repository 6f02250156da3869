// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token that moves another amount than asked, or answers false, from the moment it is told to
contract OddToken is ERC20("Odd", "ODD") {
    int256 private _more;
    bool private _answer = true;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function turn(int256 more, bool answer) external {
        (_more, _answer) = (more, answer);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        _transfer(msg.sender, to, uint256(int256(amount) + _more));
        return _answer;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _transfer(from, to, uint256(int256(amount) + _more));
        return _answer;
    }
}
