// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title ERC-6909 whose balances of ids 2k and 2k + 1 share one slot
/// @notice The two claims of a plain instrument are ids 2k and 2k + 1: minting both writes one slot instead of two.
/// A balance is below 2^128. Libraries keep one slot an id, which is why this is our own.
abstract contract PackedERC6909 {
    event Transfer(
        address caller,
        address indexed sender,
        address indexed receiver,
        uint256 indexed id,
        uint256 amount
    );
    event OperatorSet(address indexed owner, address indexed spender, bool approved);
    event Approval(address indexed owner, address indexed spender, uint256 indexed id, uint256 amount);

    error PackedERC6909_InsufficientBalance(address owner, uint256 id, uint256 given, uint256 balance);
    error PackedERC6909_InsufficientAllowance(address spender, uint256 id, uint256 given, uint256 allowance);
    error PackedERC6909_ZeroReceiver();

    mapping(address owner => mapping(uint256 pair => uint256)) private _balances;
    mapping(address owner => mapping(address spender => bool)) public isOperator;
    mapping(address owner => mapping(address spender => mapping(uint256 id => uint256))) public allowance;

    /// @notice Units of a position [token].
    function balanceOf(address owner, uint256 id) public view returns (uint256) {
        return uint128(_balances[owner][id >> 1] >> _shift(id));
    }

    function transfer(address receiver, uint256 id, uint256 amount) external returns (bool) {
        _move(msg.sender, receiver, id, amount);
        return true;
    }

    function transferFrom(address sender, address receiver, uint256 id, uint256 amount) external returns (bool) {
        if (sender != msg.sender && !isOperator[sender][msg.sender]) {
            uint256 allowed = allowance[sender][msg.sender][id];
            if (allowed < amount) revert PackedERC6909_InsufficientAllowance(msg.sender, id, amount, allowed);
            if (allowed != type(uint256).max) allowance[sender][msg.sender][id] = allowed - amount;
        }
        _move(sender, receiver, id, amount);
        return true;
    }

    function approve(address spender, uint256 id, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender][id] = amount;
        emit Approval(msg.sender, spender, id, amount);
        return true;
    }

    function setOperator(address spender, bool approved) external returns (bool) {
        isOperator[msg.sender][spender] = approved;
        emit OperatorSet(msg.sender, spender, approved);
        return true;
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == 0x01ffc9a7 || interfaceId == 0x0f632fb3; // ERC-165, ERC-6909
    }

    /// @dev Adds `amount` to each of the 16 ids from `first` (a multiple of 256) whose bit is set in `mask`.
    function _mintMany(address receiver, uint256 first, uint256 mask, uint256 amount) internal {
        if (receiver == address(0)) revert PackedERC6909_ZeroReceiver();
        mapping(uint256 pair => uint256) storage balances = _balances[receiver];
        for (uint256 id = first; mask != 0; (mask >>= 2, id += 2)) {
            if (mask & 3 == 0) continue;
            uint256 pair = balances[id >> 1];
            if (mask & 1 != 0) pair = _increased(pair, receiver, id, amount);
            if (mask & 2 != 0) pair = _increased(pair, receiver, id + 1, amount);
            balances[id >> 1] = pair;
        }
    }

    /// @dev Takes `amount` from each of the `count` ids from `first`, an even number.
    function _burnMany(address owner, uint256 first, uint256 count, uint256 amount) internal {
        mapping(uint256 pair => uint256) storage balances = _balances[owner];
        for (uint256 id = first; id < first + count; id += 2) {
            uint256 pair = _decreased(balances[id >> 1], owner, id, amount);
            if (id + 1 < first + count) pair = _decreased(pair, owner, id + 1, amount);
            balances[id >> 1] = pair;
        }
    }

    function _burn(address owner, uint256 id, uint256 amount) internal {
        mapping(uint256 pair => uint256) storage balances = _balances[owner];
        balances[id >> 1] = _decreased(balances[id >> 1], owner, id, amount);
    }

    function _move(address sender, address receiver, uint256 id, uint256 amount) private {
        if (receiver == address(0)) revert PackedERC6909_ZeroReceiver();
        uint256 held = balanceOf(sender, id);
        if (held < amount) revert PackedERC6909_InsufficientBalance(sender, id, amount, held);
        _balances[sender][id >> 1] -= amount << _shift(id);
        _balances[receiver][id >> 1] += amount << _shift(id); // the sum over all owners is below 2^128
        emit Transfer(msg.sender, sender, receiver, id, amount);
    }

    function _increased(uint256 pair, address receiver, uint256 id, uint256 amount) private returns (uint256) {
        emit Transfer(msg.sender, address(0), receiver, id, amount);
        return pair + (amount << _shift(id)); // the caller keeps the sum over all owners below 2^112
    }

    function _decreased(uint256 pair, address owner, uint256 id, uint256 amount) private returns (uint256) {
        uint256 held = uint128(pair >> _shift(id));
        if (held < amount) revert PackedERC6909_InsufficientBalance(owner, id, amount, held);
        emit Transfer(msg.sender, owner, address(0), id, amount);
        return pair - (amount << _shift(id));
    }

    function _shift(uint256 id) private pure returns (uint256) {
        return (id & 1) << 7;
    }
}
