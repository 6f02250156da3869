"""Turns what a node says about a refused call into the contract's own error, by name and arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import abi_to_signature, collapse_if_tuple
from eth_utils.crypto import keccak

from app.chain.artifacts import artifact, contract_names
from app.errors import Reverted

_HEX = re.compile(r"0x[0-9a-fA-F]{8,}")
_STANDARD: list[dict[str, Any]] = [
    {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
]


class Registry:
    """All custom errors that calls may meet, by selector."""

    def __init__(self, abis: Iterable[list[dict[str, Any]]]) -> None:
        entries = [entry for abi in (_STANDARD, *abis) for entry in abi if entry["type"] == "error"]
        self._errors = {keccak(text=abi_to_signature(entry))[:4]: entry for entry in entries}  # type: ignore[arg-type]

    def decoded(self, data: bytes, said: str = "") -> Reverted:
        """The contract's error in return data; `said` is the node's own message, for data that says nothing."""
        entry = self._errors.get(data[:4])
        if entry is None:
            return Reverted("unknown", (f"0x{data.hex()}" if data else said,))
        types = [collapse_if_tuple(one) for one in entry["inputs"]]
        try:
            values = decode(types, data[4:])
        except DecodingError:
            return Reverted(entry["name"], (f"0x{data[4:].hex()}",))
        return Reverted(entry["name"], tuple(_shown(kind, value) for kind, value in zip(types, values, strict=True)))

    def from_node(self, error: object) -> Reverted | None:
        """The error in a node's JSON-RPC error, or None if the node did not say that a contract refused."""
        said = str(error.get("message", "")) if isinstance(error, Mapping) else str(error)
        data = _return_data(error)
        if data is None and "revert" not in said.lower():
            return None
        return self.decoded(data or b"", said)


@cache
def committed_errors() -> Registry:
    """The errors of all committed contracts."""
    return Registry([artifact(name).abi for name in contract_names()])


def _return_data(error: object) -> bytes | None:
    """Nodes put return data in different places: the first hex string in `data`, or in one of its fields."""
    data = error.get("data") if isinstance(error, Mapping) else error
    if isinstance(data, Mapping):
        found = [_return_data({"data": data.get(key)}) for key in ("data", "result", "return")]
        return next((one for one in found if one is not None), None)
    if not isinstance(data, str):
        return None
    match = _HEX.search(data)
    if match:
        return bytes.fromhex(match[0][2:])
    return b"" if data == "0x" else None


def _shown(kind: str, value: object) -> object:
    return f"0x{value.hex()}" if kind.startswith("bytes") and isinstance(value, bytes) else value
