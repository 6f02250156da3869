"""Brownie starts its Anvil on a port of its own: on a taken one it would use whatever chain runs there."""

from __future__ import annotations

from brownie._config import CONFIG

from app.chain.local import free_port

CONFIG.networks["development"]["cmd_settings"]["port"] = free_port()
