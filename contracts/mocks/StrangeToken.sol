// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token that lies, moves other amounts, refuses people or calls back, for tests; anyone may change its mood
/// @notice It asks for no allowance. A callback is made once, by the token itself, in the middle of a transfer.
// solhint-disable avoid-low-level-calls
contract StrangeToken is ERC20 {
    enum Mood {
        EXACT,
        NO_RETURN,
        RETURNS_FALSE,
        RETURNS_TWO,
        MOVES_LESS,
        MOVES_MORE,
        MOVES_NOTHING,
        TAKES_FEE,
        REVERTS,
        HIDES_BALANCE,
        CLAIMS_BALANCE
    }

    error StrangeToken_Refuses();
    error StrangeToken_CallbackFailed(bytes answer);

    Mood public mood;
    bytes public answer;
    uint256 private _decimals;
    mapping(address account => bool) public blocked;
    mapping(address account => uint256) private _claimed;
    address private _target;
    bytes private _callback;

    constructor(uint256 decimals_) ERC20("Strange", "STRANGE") {
        _decimals = decimals_;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function setBlocked(address account, bool blocked_) external {
        blocked[account] = blocked_;
    }

    function setCallback(address target, bytes calldata data) external {
        (_target, _callback) = (target, data);
    }

    /// @notice The token acts for itself, so that it can hold positions; it passes errors on.
    function act(address target, bytes calldata data) external {
        (bool ok, bytes memory said) = target.call(data);
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(said, 0x20), mload(said))
        }
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _strangely(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return _strangely(from, to, amount);
    }

    function balanceOf(address account) public view override returns (uint256) {
        return mood == Mood.HIDES_BALANCE ? 0 : super.balanceOf(account) + _claimed[account];
    }

    /// @notice More than a byte holds, if it was deployed so; the largest number means that it has no decimals.
    function decimals() public view override returns (uint8) {
        uint256 given = _decimals;
        if (given == type(uint256).max) revert StrangeToken_Refuses();
        assembly ("memory-safe") {
            mstore(0x00, given)
            return(0x00, 0x20)
        }
    }

    function _strangely(address from, address to, uint256 amount) private returns (bool) {
        Mood now_ = mood;
        if (now_ == Mood.REVERTS || blocked[from] || blocked[to]) revert StrangeToken_Refuses();
        if (now_ == Mood.MOVES_LESS) amount -= 1;
        if (now_ == Mood.MOVES_MORE) amount += 1;
        if (now_ == Mood.CLAIMS_BALANCE) _claimed[to] += amount;
        else if (now_ != Mood.MOVES_NOTHING) _transfer(from, to, amount);
        if (now_ == Mood.TAKES_FEE) _burn(to, 1);
        _callBack();
        if (now_ == Mood.NO_RETURN || now_ == Mood.RETURNS_TWO) _answer(now_ == Mood.NO_RETURN ? 0 : 32);
        return now_ != Mood.RETURNS_FALSE;
    }

    function _callBack() private {
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        (bool ok, bytes memory said) = target.call(_callback);
        if (!ok) revert StrangeToken_CallbackFailed(said);
        answer = said;
    }

    function _answer(uint256 size) private pure {
        assembly ("memory-safe") {
            mstore(0x00, 2)
            return(0x00, size)
        }
    }
}
