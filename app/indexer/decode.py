"""A node's log entries become events with named values; what strangers wrote never breaks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_utils.abi import abi_to_signature, collapse_if_tuple
from eth_utils.crypto import keccak
from faster_eth_abi import decode

from app.chain.artifacts import artifact
from app.chain.stream import readable

CONTRACTS = ("OutcomeOracle", "ImpactInstruments")
Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Ids, addresses and bytes are `0x` and lower-case digits, structs are dicts, numbers whole."""

    block_number: int
    block_hash: str
    log_index: int
    transaction_hash: str
    contract: str
    name: str
    values: dict[str, Any]


@dataclass(frozen=True)
class EventType:
    """An event as its contract declares it. `words` are the values that take a word each, topics first.

    `rest` is what comes in the data instead, if that holds anything longer.
    """

    name: str
    words: tuple[tuple[str, Read], ...]
    rest: tuple[tuple[str, str, Read], ...]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> EventType:
        """The type that an ABI entry declares."""
        inputs = sorted(entry["inputs"], key=lambda one: not one["indexed"])
        if all(one["indexed"] or _is_word(one["type"]) for one in inputs):
            return cls(entry["name"], tuple((one["name"], _word_reader(one["type"])) for one in inputs), ())
        words = tuple((one["name"], _word_reader(one["type"])) for one in inputs if one["indexed"])
        rest = tuple((one["name"], _abi_type(one), _reader(one)) for one in inputs if not one["indexed"])
        return cls(entry["name"], words, rest)

    def values(self, topics: Sequence[str], data: str) -> dict[str, Any]:
        """The values by name; the first topic is the event itself."""
        words = [topic[2:] for topic in topics[1:]]
        if not self.rest:
            words += [data[start : start + 64] for start in range(2, len(data), 64)]
        found = {name: read(word) for (name, read), word in zip(self.words, words, strict=True)}
        if self.rest:
            decoded = decode([kind for _, kind, _ in self.rest], bytes.fromhex(data[2:]))
            found.update((name, read(value)) for (name, _, read), value in zip(self.rest, decoded, strict=True))
        return found


@cache
def event_types() -> dict[str, EventType]:
    """All events of all contracts, by topic."""
    entries = [entry for name in CONTRACTS for entry in artifact(name).abi if entry["type"] == "event"]
    return {f"0x{keccak(text=abi_to_signature(entry)).hex()}": EventType.of(entry) for entry in entries}  # type: ignore[arg-type]


def decode_log(log: Mapping[str, Any]) -> Event | None:
    """The event that a node's log entry tells, or None for one that no interface declares."""
    kind = event_types().get(log["topics"][0]) if log["topics"] else None
    if kind is None:
        return None
    place = (int(log["blockNumber"], 16), log["blockHash"], int(log["logIndex"], 16), log["transactionHash"])
    return Event(*place, log["address"].lower(), kind.name, kind.values(log["topics"], log["data"]))


def _is_word(kind: str) -> bool:
    return kind in ("address", "bool", "bytes32") or (kind.lstrip("u").startswith("int") and kind[-1] != "]")


def _word_reader(kind: str) -> Read:
    """How a value of one word becomes a plain one: nearly all of a log is these, and text is quicker than bytes."""
    if kind == "address":
        return lambda word: f"0x{word[24:]}"
    if kind == "bytes32":
        return lambda word: f"0x{word}"
    if kind == "bool":
        return lambda word: word[-1] == "1"
    return _signed if kind.startswith("int") else _unsigned


def _unsigned(word: str) -> int:
    return int(word, 16)


def _signed(word: str) -> int:
    value = int(word, 16)
    return value - 2**256 if value >> 255 else value


def _abi_type(entry: Mapping[str, Any]) -> str:
    """Text is taken as bytes, since a contract stores any."""
    return collapse_if_tuple(dict(entry)).replace("string", "bytes")


def _reader(entry: Mapping[str, Any]) -> Read:
    """How a decoded value becomes a plain one."""
    kind = entry["type"]
    if kind.endswith("[]"):
        one = _reader({**entry, "type": kind[:-2]})
        return lambda values: [one(value) for value in values]
    if kind == "tuple":
        fields = [(part["name"], _reader(part)) for part in entry["components"]]
        return lambda values: {name: read(value) for (name, read), value in zip(fields, values, strict=True)}
    if kind == "string":
        return readable
    if kind.startswith("bytes"):
        return lambda value: f"0x{value.hex()}"
    return str.lower if kind == "address" else _same


def _same(value: Any) -> Any:
    return value
