"""OutcomeOracle from Python: panels, scorecards, rounds (the interface `IOutcomeOracle.sol` is the manual)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from eth_abi.abi import encode
from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.types import TxReceipt

from app.chain.client import NO_ADDRESS, Chain
from app.domain.instrument import Metric

MAX_METRICS = 64
DETAILS_TYPE = "((string,string,string,uint8,string,string)[],address,uint8,address,uint256,address)"


class State(IntEnum):
    """State of a round."""

    OPEN = 0
    REPORTED = 1
    DISPUTED = 2
    FINAL = 3
    UNRESOLVED = 4


@dataclass(frozen=True)
class Panel:
    """Reporters in the order of their seats, and how many of them a value needs."""

    reporters: tuple[ChecksumAddress, ...]
    quorum: int

    def abi(self) -> tuple[object, ...]:
        """As the contract takes it."""
        return (list(self.reporters), self.quorum)


@dataclass(frozen=True)
class Calendar:
    """`count` periods of `length` [s]; reports in `report_window` [s] after a close, then `challenge_window` [s]."""

    start: int
    length: int
    count: int
    report_window: int
    challenge_window: int

    def close(self, period: int) -> int:
        """When a period closes [s]."""
        return self.start + (period + 1) * self.length

    def final_at(self, period: int) -> int:
        """When a reported period becomes FINAL [s]."""
        return self.close(period) + self.report_window + self.challenge_window

    def abi(self) -> tuple[object, ...]:
        """As the contract takes it."""
        return (self.start, self.length, self.count, self.report_window, self.challenge_window)


@dataclass(frozen=True)
class Scorecard:
    """Metrics that one panel reports together on one calendar; what a metric's evidence is stands in its terms."""

    panel: Panel
    calendar: Calendar
    metrics: tuple[Metric, ...]
    evidence_method: str = ""
    evidence_policy: str = ""

    def bounds(self) -> list[tuple[int, int]]:
        """As the contract takes them."""
        return [(metric.lower, metric.upper) for metric in self.metrics]

    def details(self) -> tuple[object, ...]:
        """As the contract takes them: the metrics in words, and no disputes."""
        words = [
            (metric.name, metric.unit, "", metric.decimals, self.evidence_method, self.evidence_policy)
            for metric in self.metrics
        ]
        return (words, NO_ADDRESS, 0, NO_ADDRESS, 0, NO_ADDRESS)


@dataclass(frozen=True)
class Transmission:
    """Signed rows of values: bit s of `seats` = seat s, bit i of `metrics` = metric i, rows in the order of seats."""

    metrics: int
    seats: int
    values: tuple[int, ...]
    signatures: tuple[tuple[bytes, bytes], ...]
    evidence: tuple[bytes, ...] = ()
    wallet_signatures: tuple[bytes, ...] = field(default=())

    def vectors(self) -> tuple[object, ...]:
        """As the contract takes them."""
        return (self.metrics, self.seats, list(self.values), list(self.signatures), list(self.wallet_signatures))


@dataclass(frozen=True)
class Round:
    """One period of one metric; `value` [metric] means nothing in OPEN and UNRESOLVED."""

    state: State
    value: int
    reporters: int
    final_at: int


def metric_id(scorecard_id: bytes, index: int) -> bytes:
    """The id of a scorecard's metric: the index goes into the last byte."""
    return scorecard_id[:-1] + bytes([index])


@dataclass(frozen=True)
class Oracle:
    """The oracle at its address."""

    chain: Chain
    contract: Contract

    @property
    def _functions(self) -> Any:
        return self.contract.functions

    def open_panel(self, panel: Panel, sender: ChecksumAddress) -> bytes:
        """Opens a panel if it is not open yet; returns its id."""
        self.chain.send(self._functions.openPanel(panel.abi()), sender)
        return self.panel_id(panel)

    def panel_id(self, panel: Panel) -> bytes:
        """The id that a panel has or would have."""
        return bytes(self.chain.call(self._functions.panelIdOf(panel.abi())))

    def open_scorecard(self, scorecard: Scorecard, sender: ChecksumAddress) -> bytes:
        """Opens a scorecard of an open panel; returns its id."""
        function = self._functions.openScorecard(
            self.panel_id(scorecard.panel), scorecard.calendar.abi(), scorecard.bounds(), scorecard.details()
        )
        scorecard_id = bytes(self.chain.call(function, sender))
        self.chain.send(function, sender)
        return scorecard_id

    def report(
        self, scorecard: Scorecard, period: int, transmission: Transmission, sender: ChecksumAddress
    ) -> TxReceipt:
        """Transmits signed vectors for a closed period."""
        function = self._functions.report(
            self._terms(scorecard),
            scorecard.panel.abi(),
            period,
            transmission.vectors(),
            list(transmission.evidence),
        )
        return self.chain.send(function, sender)

    def report_live(
        self, scorecard: Scorecard, observed_at: int, transmission: Transmission, sender: ChecksumAddress
    ) -> TxReceipt:
        """Transmits signed live vectors."""
        function = self._functions.reportLive(
            self._terms(scorecard), scorecard.panel.abi(), observed_at, transmission.vectors()
        )
        return self.chain.send(function, sender)

    def round(self, metric: bytes, period: int) -> Round:
        """The round of a metric as it stands now."""
        state, value, reporters, final_at = self.chain.call(self._functions.round(metric, period))
        return Round(State(state), value, reporters, final_at)

    def live(self, metric: bytes) -> tuple[int, int]:
        """The newest live value [metric] and when it was observed [s]."""
        value, observed_at = self.chain.call(self._functions.live(metric))
        return value, observed_at

    def domain(self) -> dict[str, object]:
        """The EIP-712 domain that reports are signed in; signatures use the chain's id of now."""
        return {
            "name": "Concord OutcomeOracle",
            "version": "1",
            "chainId": self.chain.w3.eth.chain_id,
            "verifyingContract": self.contract.address,
        }

    def _terms(self, scorecard: Scorecard) -> tuple[object, ...]:
        return (scorecard.calendar.abi(), details_hash(scorecard.details()), scorecard.bounds())


def details_hash(details: Sequence[object]) -> bytes:
    """The hash of a scorecard's details: of their ABI encoding."""
    return bytes(keccak(encode([DETAILS_TYPE], [tuple(details)])))
