"""What happened to the instruments of a deployment, read from its events alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from web3.contract import Contract
from web3.types import EventData

from app.chain.client import NO_ADDRESS
from app.chain.instruments import Instruments

_CLAIM_BITS = 0xFF


@dataclass
class InstrumentHistory:
    """One instrument; amounts in the token's smallest unit. `payoffs` are per face, the residual's last."""

    instrument_id: int
    token: str
    face: int
    opened_in_block: int
    score: int | None = None
    payoffs: list[int] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    @property
    def is_formula(self) -> bool:
        """Whether it holds no tokens."""
        return self.token == NO_ADDRESS


@dataclass(frozen=True)
class Payment:
    """Tokens paid for a position that was given up [token]."""

    claim: int
    holder: str
    to: str
    units: int
    payout: int
    block: int


def history(instruments: Instruments, from_block: int) -> list[InstrumentHistory]:
    """All instruments opened since a block, in order, with their settlement and payments."""
    found: dict[int, InstrumentHistory] = {}
    for log in _logs(instruments.contract, "Opened", from_block):
        opened = log["args"]
        key = opened["instrumentId"]
        found[key] = InstrumentHistory(key, opened["token"], opened["face"], log["blockNumber"])
    for log in _logs(instruments.contract, "Settled", from_block):
        one = found[log["args"]["instrumentId"]]
        one.score, one.payoffs = log["args"]["score"], list(log["args"]["payoffs"])
    for log in _logs(instruments.contract, "Redeemed", from_block):
        given = log["args"]
        claim = given["positionId"] & _CLAIM_BITS
        payment = Payment(claim, given["holder"], given["to"], given["units"], given["payout"], log["blockNumber"])
        found[given["positionId"] & ~_CLAIM_BITS].payments.append(payment)
    return list(found.values())


def _logs(contract: Contract, event: str, from_block: int) -> Iterator[EventData]:
    events: Any = contract.events
    yield from events[event]().get_logs(from_block=from_block)
