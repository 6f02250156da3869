"""A world on a local chain: the singletons, a token, a panel of reporters, and actors by role."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.types import TxReceipt

from app.chain.artifacts import Artifact
from app.chain.client import Chain
from app.chain.deploy import Deployment, deploy
from app.chain.instruments import Allocation, Instruments, Opened
from app.chain.local import MNEMONIC, LocalChain, local_chain
from app.chain.oracle import Oracle, Panel, Round, Scorecard, Transmission, metric_id
from app.chain.token import Token
from app.domain.instrument import Instrument, Metric
from app.domain.round import Calendar
from app.oracle.quorum import transmission
from app.oracle.report import LiveReport, Report, SignedReport, bits, local_reporters, sign_report

ROLES = ("deployer", "outcome_payer", "investor", "guarantor", "provider", "relayer", "stranger", "outcome_payer_2")
DAY = 86_400
EVIDENCE = bytes(31) + b"\x01"
BUILD = Path(__file__).parents[2] / "build" / "contracts"
TAKER, PAYER = 0, 1


@dataclass
class World:
    """Everything that a test of the chain needs; `fresh` worlds share one node."""

    node: LocalChain
    deployment: Deployment
    token: Token
    reporters: tuple[LocalAccount, ...] = field(default_factory=lambda: local_reporters(9))

    @property
    def chain(self) -> Chain:
        return self.node.chain

    @cached_property
    def oracle(self) -> Oracle:
        return self.deployment.oracle(self.chain)

    @cached_property
    def instruments(self) -> Instruments:
        return self.deployment.instruments(self.chain)

    @cached_property
    def accounts(self) -> list[ChecksumAddress]:
        """All accounts that the node signs for: first those with roles."""
        return self.chain.accounts

    def role(self, name: str) -> ChecksumAddress:
        """The account of an actor."""
        return self.accounts[ROLES.index(name)]

    def holder(self, number: int) -> ChecksumAddress:
        """One of many accounts without a role."""
        return self.accounts[len(ROLES) + number]

    def key(self, account: ChecksumAddress) -> LocalAccount:
        """The key of an account that the node signs for, so that it can sign as well as send."""
        Account.enable_unaudited_hdwallet_features()
        path = f"m/44'/60'/0'/0/{self.accounts.index(account)}"
        derived: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=path)
        return derived

    def send(self, function: ContractFunction, sender: str) -> TxReceipt:
        """Sends a transaction from the account of a role."""
        return self.chain.send(function, self.role(sender))

    def call(self, function: ContractFunction) -> Any:
        """What a function returns."""
        return self.chain.call(function)

    def deploy(self, name: str, *arguments: object) -> Contract:
        """Deploys a mock from the compiler's output."""
        return self.chain.deploy(Artifact.read(BUILD / f"{name}.json"), self.role("deployer"), *arguments)

    def fund(self, token: Token, account: ChecksumAddress, amount: int) -> None:
        """Gives an account tokens [token] and lets the instruments pull them."""
        token.mint(account, amount, self.role("deployer"))
        token.approve(self.instruments.address, 2**255, account)

    def panel(self, seats: int = 3, quorum: int = 2) -> Panel:
        """A panel of the first reporters; open it with `open_scorecard` or by hand."""
        return Panel(tuple(reporter.address for reporter in self.reporters[:seats]), quorum)

    def open_scorecard(
        self, metrics: Sequence[Metric], panel: Panel | None = None, periods: int = 1, challenge_window: int = DAY
    ) -> OpenScorecard:
        """Opens a scorecard that starts now, with periods and report windows of a day."""
        panel = panel or self.panel()
        calendar = Calendar(self.chain.now, DAY, periods, DAY, challenge_window)
        scorecard = Scorecard(panel, calendar, tuple(metrics), "counted", "ipfs://policy")
        self.oracle.open_panel(panel, self.role("stranger"))
        return OpenScorecard(self, scorecard, self.oracle.open_scorecard(scorecard, self.role("stranger")))

    def open(self, instrument: Instrument, card: OpenScorecard, others: Mapping[str, Opened] | None = None) -> Opened:
        """Opens an instrument on a scorecard's metrics and on other open instruments."""
        ids = {name: one.instrument_id for name, one in (others or {}).items()}
        return self.instruments.open(instrument, self.token.address, card.metric_ids(), ids, self.role("stranger"))

    def mint(self, opened: Opened, sets: int, taker: ChecksumAddress, payer: ChecksumAddress) -> None:
        """The payer funds complete sets: the ordered claims go to the taker, the residual stays with the payer."""
        self.fund(self.token, payer, sets)
        ordered = len(opened.instrument.claims)
        given = [Allocation(taker, (1 << ordered) - 1, sets), Allocation(payer, 1 << ordered, sets)]
        self.instruments.mint(opened, sets, given, payer)


@dataclass(frozen=True)
class OpenScorecard:
    """A scorecard on chain, and the reporters who can report for it."""

    world: World
    scorecard: Scorecard
    scorecard_id: bytes

    def metric_id(self, index: int = 0) -> bytes:
        """The id of a metric."""
        return metric_id(self.scorecard_id, index)

    def metric_ids(self) -> dict[str, bytes]:
        """The ids of all metrics by name."""
        return {metric.name: self.metric_id(index) for index, metric in enumerate(self.scorecard.metrics)}

    def terms(self) -> bytes:
        """The terms that every transmission carries."""
        return self.scorecard.terms()

    def signed(
        self,
        seat: int,
        values: Sequence[int],
        period: int = 0,
        metrics: Sequence[int] | None = None,
        by: LocalAccount | None = None,
    ) -> SignedReport:
        """What a seat says of `metrics` (indexes; all without it) in order; `by` whose key, if not its reporter's."""
        report = Report(self.scorecard_id, period, self._chosen(metrics), tuple(values), EVIDENCE)
        return sign_report(report, self.world.oracle.domain(), seat, by or self.world.reporters[seat])

    def signed_live(
        self,
        seat: int,
        values: Sequence[int],
        observed_at: int,
        metrics: Sequence[int] | None = None,
        by: LocalAccount | None = None,
    ) -> SignedReport:
        """What a seat observed at a moment [s]."""
        report = LiveReport(self.scorecard_id, observed_at, self._chosen(metrics), tuple(values))
        return sign_report(report, self.world.oracle.domain(), seat, by or self.world.reporters[seat])

    def rows(
        self, rows: Mapping[int, Sequence[int]], period: int = 0, metrics: Sequence[int] | None = None
    ) -> Transmission:
        """A transmission of what the seats say: seat → values of `metrics` (indexes; all without it) in order."""
        return transmission([self.signed(seat, values, period, metrics) for seat, values in rows.items()], 1)

    def alike(
        self, seats: Iterable[int], *values: int, period: int = 0, metrics: Sequence[int] | None = None
    ) -> Transmission:
        """A transmission of seats that all say the same."""
        return self.rows(dict.fromkeys(seats, values), period, metrics)

    def live_rows(
        self, rows: Mapping[int, Sequence[int]], observed_at: int, metrics: Sequence[int] | None = None
    ) -> Transmission:
        """A live transmission of what the seats observed at a moment [s]."""
        return transmission([self.signed_live(seat, values, observed_at, metrics) for seat, values in rows.items()], 1)

    def send(self, transmission: Transmission) -> TxReceipt:
        """Somebody transmits a report."""
        return self.world.oracle.report(self.scorecard, transmission, self.world.role("relayer"))

    def send_live(self, transmission: Transmission) -> TxReceipt:
        """Somebody transmits live values."""
        return self.world.oracle.report_live(self.scorecard, transmission, self.world.role("relayer"))

    def round(self, metric: int = 0, period: int = 0) -> Round:
        """A metric's round as it stands now."""
        return self.world.oracle.round(self.metric_id(metric), period)

    def live(self, metric: int = 0) -> tuple[int, int]:
        """A metric's live value and when it was observed."""
        return self.world.oracle.live(self.metric_id(metric))

    def report(self, *values: int, period: int = 0, seats: int = 3) -> None:
        """All seats report the same values in the report window, which the clock moves to if need be."""
        self.go_to_close(period)
        self.send(self.alike(range(seats), *values, period=period))

    def go_to_close(self, period: int = 0) -> None:
        """Moves the clock to the second in which reports are accepted first."""
        self.world.node.advance_to(self.scorecard.calendar.close(period))

    def go_to_final(self, period: int = 0) -> None:
        """Moves the clock to the second in which the round is FINAL."""
        self.world.node.advance_to(self.scorecard.calendar.final_at(period))

    def finish(self, *values: int, period: int = 0) -> None:
        """The outcome is reported and becomes FINAL."""
        self.report(*values, period=period)
        self.go_to_final(period)

    def _chosen(self, metrics: Sequence[int] | None) -> int:
        return bits(range(len(self.scorecard.metrics)) if metrics is None else metrics)


@contextmanager
def running_world(kind: str | None = None, decimals: int = 2) -> Iterator[World]:
    """A world on a node of its own; CHAIN=ganache in the environment asks for Ganache."""
    with local_chain(kind or os.environ.get("CHAIN", "anvil")) as node:
        yield new_world(node, decimals)


def new_world(node: LocalChain, decimals: int = 2) -> World:
    """Deploys everything anew on a node."""
    deployer = node.chain.accounts[0]
    return World(node, deploy(node.chain, deployer), Token.deploy_demo(node.chain, "USD", decimals, deployer))
