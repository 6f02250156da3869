"""OutcomeOracle from Python: panels, scorecards, rounds (the interface `IOutcomeOracle.sol` is the manual)."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

from eth_abi.abi import encode
from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.types import TxReceipt

from app.chain.client import NO_ADDRESS, Chain
from app.chain.stream import Stream
from app.domain.instrument import Metric
from app.domain.round import Calendar, State

MAX_METRICS = 64
CALENDAR_TYPE = "(uint40,uint32,uint32,uint32,uint32)"
DETAILS_TYPE = "((string,string,string,uint8,string,string)[],address,uint8,address,uint256,address)"


@dataclass(frozen=True)
class Panel:
    """Reporters in the order of their seats, and how many of them a value needs."""

    reporters: tuple[ChecksumAddress, ...]
    quorum: int

    def abi(self) -> tuple[object, ...]:
        """As the contract takes it."""
        return (list(self.reporters), self.quorum)


@dataclass(frozen=True)
class Scorecard:
    """Metrics that one panel reports together on one calendar; what a metric's evidence is stands in its terms."""

    panel: Panel
    calendar: Calendar
    metrics: tuple[Metric, ...]
    evidence_method: str = ""
    evidence_policy: str = ""

    def abi(self) -> tuple[object, ...]:
        """As the contract takes it to open it: panel, calendar, bounds, and the metrics in words; no disputes."""
        bounds = [(metric.lower, metric.upper) for metric in self.metrics]
        return (self.panel.abi(), astuple(self.calendar), bounds, self._details())

    def terms(self) -> bytes:
        """The terms as every transmission carries them: see `contracts/libraries/Transmissions.sol`."""
        details = keccak(encode([CALENDAR_TYPE, DETAILS_TYPE], [astuple(self.calendar), self._details()]))
        counts = bytes([self.panel.quorum, len(self.panel.reporters), len(self.metrics)])
        reporters = b"".join(bytes.fromhex(reporter[2:]) for reporter in self.panel.reporters)
        bounds = b"".join(_int96(metric.lower) + _int96(metric.upper) for metric in self.metrics)
        return bytes(details) + counts + reporters + bounds

    def _details(self) -> tuple[object, ...]:
        words = [
            (metric.label or metric.name, metric.unit, "", metric.decimals, self.evidence_method, self.evidence_policy)
            for metric in self.metrics
        ]
        return (words, NO_ADDRESS, 0, NO_ADDRESS, 0, NO_ADDRESS)


@dataclass(frozen=True)
class Row:
    """What one reporter signed: its values [metric], and its EIP-2098 signature (r, vs) or a wallet's signature."""

    values: tuple[int, ...]
    signature: tuple[bytes, bytes] | bytes

    def encoded(self) -> bytes:
        """As the contract reads it; the wallet's signature itself follows at the end of the transmission."""
        if isinstance(self.signature, bytes):
            signature = len(self.signature).to_bytes(32, "big") + bytes(32)
        else:
            signature = b"".join(self.signature)
        return b"".join(_int96(value) for value in self.values) + signature


@dataclass(frozen=True)
class Transmission:
    """Signed rows in the order of seats: bit s of `seats` = seat s, bit i of `metrics` = metric i.

    `when` is the period of a report, or the moment a live value was observed [s]. Only a report has `evidence`.
    """

    when: int
    metrics: int
    seats: int
    rows: tuple[Row, ...]
    evidence: bytes = b""

    def encoded(self, terms: bytes) -> bytes:
        """As the contract reads it, behind the scorecard's terms."""
        head = self.when.to_bytes(4, "big") + self.metrics.to_bytes(8, "big") + self.seats.to_bytes(8, "big")
        wallets = b"".join(row.signature for row in self.rows if isinstance(row.signature, bytes))
        return terms + head + self.evidence + b"".join(row.encoded() for row in self.rows) + wallets

    @classmethod
    def decode(cls, data: bytes, live: bool = False) -> Transmission:
        """What `encoded` wrote, behind the scorecard's terms; a `live` one has no evidence.

        Raises: InputError if bytes are missing or left over.
        """
        stream = Stream(data, "the transmission")
        stream.take(32)  # the hash of calendar and details
        _, seats, metrics = stream.take(3)
        stream.take(20 * seats + 24 * metrics)
        when, chosen, signing = stream.number(4), stream.number(8), stream.number(8)
        evidence = b"" if live else stream.take(32)
        rows = [_row(stream, chosen.bit_count()) for _ in range(signing.bit_count())]
        signed = [Row(values, stream.take(sign) if isinstance(sign, int) else sign) for values, sign in rows]
        stream.finish()
        return cls(when, chosen, signing, tuple(signed), evidence)


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
        self.chain.send(self._functions.openScorecard(*scorecard.abi()), sender)
        return self.scorecard_id(scorecard)

    def scorecard_id(self, scorecard: Scorecard) -> bytes:
        """The id that a scorecard has or would have."""
        return bytes(self.chain.call(self._functions.scorecardIdOf(*scorecard.abi())))

    def report(self, scorecard: Scorecard, transmission: Transmission, sender: ChecksumAddress) -> TxReceipt:
        """Transmits signed rows for a closed period."""
        return self.chain.send(self._functions.report(transmission.encoded(scorecard.terms())), sender)

    def report_live(self, scorecard: Scorecard, transmission: Transmission, sender: ChecksumAddress) -> TxReceipt:
        """Transmits signed rows of live values."""
        return self.chain.send(self._functions.reportLive(transmission.encoded(scorecard.terms())), sender)

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


def _row(stream: Stream, columns: int) -> tuple[tuple[int, ...], tuple[bytes, bytes] | int]:
    """A row's values, and its signature, or the length of its wallet's signature."""
    values = tuple(stream.signed(12) for _ in range(columns))
    r, vs = stream.take(32), stream.take(32)
    return values, (r, vs) if any(vs) else int.from_bytes(r, "big")


def _int96(value: int) -> bytes:
    return value.to_bytes(12, "big", signed=True)
