"""One compiled schedule, played: opened, funded, reported, settled, redeemed to the last unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eth_typing import ChecksumAddress

from app.chain.instruments import Allocation, Opened
from app.chain.oracle import Round
from app.chain.token import Token
from app.errors import ChainError
from app.replay.stage import OpenScorecard, Stage
from app.terms.compiled import TAKER, CompiledSchedule, Deposit


@dataclass
class Play:
    """A compiled schedule on chain. Amounts are what tokens really moved [token]."""

    stage: Stage
    compiled: CompiledSchedule
    token: Token
    accounts: dict[str, ChecksumAddress]
    scorecards: list[OpenScorecard]
    opened: list[Opened]
    deposited: dict[str, int] = field(default_factory=dict)
    redeemed: dict[tuple[str, int], int] = field(default_factory=dict)

    @property
    def main(self) -> Opened:
        """The instrument that holds the tokens."""
        return self.opened[-1]

    @property
    def ordered(self) -> int:
        """The number of its ordered claims; also the index of the residual claim."""
        return len(self.compiled.main.claims)

    def redeemed_by(self, party: str) -> int:
        """What a party redeemed from all its claims [token]."""
        return sum(amount for (who, _), amount in self.redeemed.items() if who == party)

    def redeemed_from(self, claim: int) -> int:
        """What a claim paid to all its holders [token]."""
        return sum(amount for (_, which), amount in self.redeemed.items() if which == claim)

    def fund(self, mint_tokens: bool = True) -> None:
        """Every party pays its deposits, and the claims go to their receivers."""
        for deposit in self.compiled.deposits:
            payer = self.accounts[deposit.party]
            if mint_tokens:
                self.token.mint(payer, deposit.sets, self.stage.helper)
            self.token.approve(self.stage.instruments.address, deposit.sets, payer)
            before = self.token.balance(payer)
            self.stage.instruments.mint(self.main, deposit.sets, self._allocations(deposit), payer)
            moved = before - self.token.balance(payer)
            self.deposited[deposit.party] = self.deposited.get(deposit.party, 0) + moved

    def report(self, rows: Sequence[Mapping[str, int]]) -> None:
        """Each reporter reports its own values by metric name [metric]."""
        for scorecard in self.scorecards:
            names = [metric.name for metric in scorecard.scorecard.metrics]
            self.stage.report(scorecard, [[row[name] for name in names] for row in rows])

    def report_live(self, rows: Sequence[Mapping[str, int]]) -> None:
        """Each reporter reports what it observes now, by metric name [metric]."""
        for scorecard in self.scorecards:
            names = [metric.name for metric in scorecard.scorecard.metrics]
            self.stage.report_live(scorecard, [[row[name] for name in names] for row in rows])

    def wait_until_final(self) -> None:
        """Lets the challenge windows pass."""
        for scorecard in self.scorecards:
            self.stage.wait_until_final(scorecard)

    def rounds(self) -> dict[str, Round]:
        """The round of each metric as it stands now."""
        ids = {name: one for scorecard in self.scorecards for name, one in scorecard.metric_ids().items()}
        return {name: self.stage.oracle.round(one, 0) for name, one in ids.items()}

    def settle(self) -> list[int]:
        """Settles every instrument, formulas first; what a face of each claim of the main one pays [token]."""
        payoffs: list[int] = []
        for one in {one.instrument_id: one for one in self.opened}.values():  # equal formulas are one instrument
            _, payoffs = self.stage.instruments.settle(one, self.stage.helper)
        return payoffs

    def redeem(self) -> None:
        """Every holder redeems every position; what moves is counted at the holder's account."""
        for claim in range(self.ordered + 1):
            for party, units in self.compiled.units(claim):
                holder = self.accounts[party]
                before = self.token.balance(holder)
                self.stage.instruments.redeem(self.main, claim, units, holder, holder)
                key = (party, claim)
                self.redeemed[key] = self.redeemed.get(key, 0) + self.token.balance(holder) - before

    def _allocations(self, deposit: Deposit) -> list[Allocation]:
        claims: dict[str, int] = {}
        for claim, receiver in enumerate(deposit.receivers):
            claims[receiver] = claims.get(receiver, 0) | 1 << claim
        return [Allocation(self.accounts[receiver], mask, deposit.sets) for receiver, mask in claims.items()]


def open_play(stage: Stage, compiled: CompiledSchedule, others: Mapping[str, Play]) -> Play:
    """Opens a schedule's metrics and instruments; `others` are the plays that it depends on, by key.

    Raises: ChainError if the taker would be a payer, too.
    """
    if TAKER in {deposit.party for deposit in compiled.deposits} and not compiled.taker_deposit:
        raise ChainError(f"{compiled.key}: payers and takers must be different accounts")
    token = stage.token(compiled.currency, compiled.decimals)
    scorecards = stage.open_scorecards(list(compiled.metrics.values()), compiled.key)
    metric_ids = {name: one for scorecard in scorecards for name, one in scorecard.metric_ids().items()}
    opened = {one.instrument.name: one for other in others.values() for one in other.opened}
    own: list[Opened] = []
    for instrument in compiled.instruments:
        ids = {name: one.instrument_id for name, one in opened.items()}
        opened[instrument.name] = stage.instruments.open(instrument, token.address, metric_ids, ids, stage.helper)
        own.append(opened[instrument.name])
    return Play(stage, compiled, token, stage.cast(compiled.parties), scorecards, own)
