"""Plays term sheets through the deployed contracts on a local chain, from opening to the last redemption."""
