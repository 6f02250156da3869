"""Broken variants of the contracts: each breaks one rule, and a scenario tells it from the right one."""
