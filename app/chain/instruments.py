"""ImpactInstruments from Python (the interface `IImpactInstruments.sol` is the manual)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.types import TxReceipt

from app.chain.body import encode_body
from app.chain.client import NO_ADDRESS, Chain
from app.domain.instrument import Instrument


@dataclass(frozen=True)
class Terms:
    """The few words that minting needs; `token` 0 is a formula, `face` [token]."""

    token: ChecksumAddress
    face: int
    body_hash: bytes

    def abi(self) -> tuple[object, ...]:
        """As the contract takes them."""
        return (self.token, self.face, self.body_hash)


@dataclass(frozen=True)
class Allocation:
    """`receiver` gets `units` [token] of each claim in `claims` (bit i = claim i)."""

    receiver: ChecksumAddress
    claims: int
    units: int

    def abi(self) -> tuple[object, ...]:
        """As the contract takes it."""
        return (self.receiver, self.claims, self.units)


@dataclass(frozen=True)
class Opened:
    """An instrument on chain: what all its functions need again."""

    instrument_id: int
    terms: Terms
    body: bytes
    instrument: Instrument

    def position_id(self, claim: int) -> int:
        """The ERC-6909 id of a claim."""
        return self.instrument_id | claim


@dataclass(frozen=True)
class Instruments:
    """The instruments at their address."""

    chain: Chain
    contract: Contract

    @property
    def address(self) -> ChecksumAddress:
        """Where collateral is approved to, and held."""
        return self.contract.address

    @property
    def _functions(self) -> Any:
        return self.contract.functions

    def open(
        self,
        instrument: Instrument,
        token: ChecksumAddress,
        metric_ids: Mapping[str, bytes],
        instrument_ids: Mapping[str, int],
        sender: ChecksumAddress,
    ) -> Opened:
        """Opens an instrument; a formula holds no `token`."""
        body = encode_body(instrument, metric_ids, instrument_ids)
        terms = Terms(NO_ADDRESS if instrument.formula else token, instrument.face, bytes(keccak(body)))
        function = self._functions.open(terms.abi(), body)
        instrument_id = self.chain.call(function, sender)
        self.chain.send(function, sender)
        return Opened(instrument_id, terms, body, instrument)

    def mint(self, opened: Opened, sets: int, allocations: Sequence[Allocation], sender: ChecksumAddress) -> TxReceipt:
        """Pays `sets` [token] for that many complete sets and hands them out; approve the token first."""
        given = [allocation.abi() for allocation in allocations]
        return self.chain.send(self._functions.mint(opened.terms.abi(), sets, given), sender)

    def merge(self, opened: Opened, sets: int, to: ChecksumAddress, sender: ChecksumAddress) -> TxReceipt:
        """Gives up complete sets for their collateral."""
        return self.chain.send(self._functions.merge(opened.terms.abi(), sets, to), sender)

    def settle(self, opened: Opened, sender: ChecksumAddress) -> tuple[int, list[int]]:
        """Fixes the payoffs; returns the score and what a `face` of each claim pays, the residual last [token]."""
        receipt = self.chain.send(self._functions.settle(opened.terms.abi(), opened.body), sender)
        events: Any = self.contract.events
        (event,) = events.Settled().process_receipt(receipt)
        return event["args"]["score"], list(event["args"]["payoffs"])

    def redeem(self, opened: Opened, claim: int, units: int, to: ChecksumAddress, sender: ChecksumAddress) -> TxReceipt:
        """Gives up units of a position for their payout."""
        return self.chain.send(self._functions.redeem(opened.terms.abi(), claim, units, to), sender)

    def payoffs(self, opened: Opened, inputs: Sequence[int]) -> tuple[int, list[int]]:
        """What the instrument would pay per face for leg inputs: the score and each claim's amount [token]."""
        function = self._functions.payoffs(opened.terms.abi(), opened.body, list(inputs))
        score, amounts = self.chain.call(function)
        return score, list(amounts)

    def payout(self, opened: Opened, claim: int, units: int) -> int:
        """What redeeming `units` would pay now [token]."""
        return int(self.chain.call(self._functions.payoutOf(opened.terms.abi(), claim, units)))

    def units(self, opened: Opened, claim: int, owner: ChecksumAddress) -> int:
        """How many units of a claim an account holds."""
        return int(self.chain.call(self._functions.balanceOf(owner, opened.position_id(claim))))
