"""What contracts told: the events of a receipt as plain values."""

from __future__ import annotations

from typing import Any

from web3.contract import Contract
from web3.logs import DISCARD
from web3.types import TxReceipt

Events = list[dict[str, Any]]


def events(contract: Contract, name: str, receipt: TxReceipt) -> Events:
    """The contract's events of this name in the receipt, in order."""
    declared: Any = contract.events
    logs = declared[name]().process_receipt(receipt, errors=DISCARD)
    return [dict(log["args"]) for log in logs if log["address"] == contract.address]
