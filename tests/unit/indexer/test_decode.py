"""Log entries are decoded as the ABI library decodes them, whatever strangers wrote."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.abi import abi_to_signature
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from app.chain.artifacts import artifact
from app.indexer.decode import decode_log, event_types

ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda data: f"0x{data.hex()}")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "address": ADDRESSES,
    "bool": st.booleans(),
    "bytes32": st.binary(min_size=32, max_size=32),
    "bytes": st.binary(max_size=70),
    "uint64": st.integers(0, 2**64 - 1),
    "uint256": st.integers(0, 2**256 - 1),
    "int256": st.integers(-(2**255), 2**255 - 1),
    "uint256[]": st.lists(st.integers(0, 2**256 - 1), max_size=4),
}
ENTRIES = {
    entry["name"]: entry
    for name in ("OutcomeOracle", "ImpactInstruments")
    for entry in artifact(name).abi
    if entry["type"] == "event"
}
PLAIN = sorted(name for name, entry in ENTRIES.items() if all(one["type"] in VALUES for one in entry["inputs"]))


def entry_of(name: str, data: st.DataObject) -> tuple[dict[str, Any], dict[str, Any]]:
    """A log entry with any values, and these values as they should be read."""
    inputs = ENTRIES[name]["inputs"]
    given_ = {one["name"]: data.draw(VALUES[one["type"]]) for one in inputs}
    topics = [encode([one["type"]], [given_[one["name"]]]) for one in inputs if one["indexed"]]
    rest = [one for one in inputs if not one["indexed"]]
    log = {
        "topics": [f"0x{one.hex()}" for one in (keccak(text=abi_to_signature(ENTRIES[name])), *topics)],
        "data": f"0x{encode([one['type'] for one in rest], [given_[one['name']] for one in rest]).hex()}",
        "blockNumber": "0x10",
        "blockHash": "0x0b",
        "logIndex": "0x2",
        "transactionHash": "0x0a",
        "address": "0xABCDEF",
    }
    return log, {key: f"0x{value.hex()}" if isinstance(value, bytes) else value for key, value in given_.items()}


def test_nearly_all_events_are_plain() -> None:
    assert set(ENTRIES) - set(PLAIN) == {"PanelOpened", "ScorecardOpened"}
    assert len(event_types()) == len(ENTRIES) == 11


@pytest.mark.parametrize("name", PLAIN)
@given(data=st.data())
def test_values_are_read_as_they_were_written(name: str, data: st.DataObject) -> None:
    log, values = entry_of(name, data)
    event = decode_log(log)
    assert event is not None
    assert (event.block_number, event.log_index, event.contract, event.name) == (16, 2, "0xabcdef", name)
    assert event.values == values


def test_an_event_that_no_interface_declares_is_passed_by() -> None:
    assert decode_log({"topics": ["0x" + "12" * 32]}) is None
    assert decode_log({"topics": []}) is None
