"""The stage that agreements are played on: a local chain with the singletons, tokens, reporters, and accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak

from app.chain.deploy import Deployment, deploy
from app.chain.instruments import Instruments
from app.chain.local import LocalChain
from app.chain.oracle import MAX_METRICS, Oracle, Panel, Scorecard, metric_id
from app.chain.token import Token
from app.domain.instrument import Metric
from app.domain.round import Calendar
from app.errors import InputError
from app.oracle.quorum import transmission
from app.oracle.report import LiveReport, Report, bits, local_reporters, sign_report

DAY = 86_400  # [s]
REPORTERS = 3
QUORUM = 2
EVIDENCE_METHOD = "the outcome as published, truncated to the metric's decimals"


@dataclass(frozen=True)
class OpenScorecard:
    """A scorecard on chain."""

    scorecard: Scorecard
    scorecard_id: bytes

    def metric_ids(self) -> dict[str, bytes]:
        """The ids of its metrics by name."""
        return {one.name: metric_id(self.scorecard_id, index) for index, one in enumerate(self.scorecard.metrics)}


@dataclass
class Stage:
    """A local chain on which agreements are played. Parties get accounts in the order in which they first appear."""

    node: LocalChain
    deployment: Deployment
    reporters: tuple[LocalAccount, ...]
    _tokens: dict[tuple[str, int], Token] = field(default_factory=dict)
    _panel: Panel | None = None

    @classmethod
    def build(cls, node: LocalChain, deployment: Deployment | None = None) -> Stage:
        """Deploys the singletons, unless they are there already."""
        deployment = deployment or deploy(node.chain, node.chain.accounts[0])
        return cls(node, deployment, local_reporters(REPORTERS))

    @property
    def oracle(self) -> Oracle:
        """The oracle."""
        return self.deployment.oracle(self.node.chain)

    @property
    def instruments(self) -> Instruments:
        """The instruments."""
        return self.deployment.instruments(self.node.chain)

    @property
    def helper(self) -> ChecksumAddress:
        """Whoever sends what anyone may send."""
        return self.node.chain.accounts[0]

    def cast(self, parties: Sequence[str], first: int = 1) -> dict[str, ChecksumAddress]:
        """An account for each party, from the node's account number `first` on.

        Raises: InputError if there are more parties than accounts.
        """
        accounts = self.node.chain.accounts[first:]
        if len(parties) > len(accounts):
            raise InputError(f"{len(parties)} parties, and the local chain has {len(accounts)} accounts for them")
        return dict(zip(parties, accounts, strict=False))

    def token(self, currency: str, decimals: int) -> Token:
        """The demo token of a currency, deployed when it is first asked for."""
        if (currency, decimals) not in self._tokens:
            token = Token.deploy_demo(self.node.chain, currency or "TOKEN", decimals, self.helper)
            self._tokens[currency, decimals] = token
        return self._tokens[currency, decimals]

    def panel(self) -> Panel:
        """The panel of three reporters, two of whom are a quorum."""
        if self._panel is None:
            self._panel = Panel(tuple(one.address for one in self.reporters), QUORUM)
            self.oracle.open_panel(self._panel, self.helper)
        return self._panel

    def open_scorecards(self, metrics: Sequence[Metric], subject: str) -> list[OpenScorecard]:
        """Opens scorecards of one period of a day that starts now, 64 metrics each.

        `subject` says whose metrics they are, so that equal metrics of two agreements are not one.
        """
        panel = self.panel()
        calendar = Calendar(self.node.chain.now, DAY, 1, DAY, DAY)
        opened = []
        for first in range(0, len(metrics), MAX_METRICS):
            chosen = tuple(metrics[first : first + MAX_METRICS])
            scorecard = Scorecard(panel, calendar, chosen, EVIDENCE_METHOD, f"urn:concord:{subject}")
            opened.append(OpenScorecard(scorecard, self.oracle.open_scorecard(scorecard, self.helper)))
        return opened

    def report(self, opened: OpenScorecard, rows: Sequence[Sequence[int]]) -> None:
        """Once the period has closed, each reporter signs its own row of values [metric]; all rows are transmitted."""
        metrics = bits(range(len(opened.scorecard.metrics)))
        evidence = evidence_of(rows)
        self.node.advance_to(opened.scorecard.calendar.close(0))
        signed = [
            sign_report(
                Report(opened.scorecard_id, 0, metrics, tuple(row), evidence),
                self.oracle.domain(),
                seat,
                self.reporters[seat],
            )
            for seat, row in enumerate(rows)
        ]
        self.oracle.report(opened.scorecard, transmission(signed, QUORUM), self.helper)

    def report_live(self, opened: OpenScorecard, rows: Sequence[Sequence[int]]) -> None:
        """Each reporter signs what it observes now [metric]; that shows where things stand and settles nothing."""
        metrics = bits(range(len(opened.scorecard.metrics)))
        domain, now = self.oracle.domain(), self.node.chain.now
        signed = [
            sign_report(LiveReport(opened.scorecard_id, now, metrics, tuple(row)), domain, seat, self.reporters[seat])
            for seat, row in enumerate(rows)
        ]
        self.oracle.report_live(opened.scorecard, transmission(signed, QUORUM), self.helper)

    def wait_until_final(self, opened: OpenScorecard) -> None:
        """Lets the challenge window pass."""
        self.node.advance_to(opened.scorecard.calendar.final_at(0))


def evidence_of(rows: Sequence[Sequence[int]]) -> bytes:
    """The content id of what the reporters keep as evidence: here what each of them measured."""
    return bytes(keccak(text=";".join(",".join(str(value) for value in row) for row in rows)))
