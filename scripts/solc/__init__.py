"""The pinned Solidity compiler, where py-solc-x and Brownie look for it."""
