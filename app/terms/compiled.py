"""What a schedule of a term sheet becomes: metrics to report, instruments to open, sets to mint."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.instrument import Instrument, Metric
from app.domain.schedule import PAYER, TAKER, Schedule

__all__ = ["PAYER", "TAKER", "CompiledSchedule", "Deposit"]


@dataclass(frozen=True)
class Deposit:
    """One mint: `party` pays for `sets` complete sets [token smallest units].

    `receivers` names who gets the `sets` units of each claim: one name for each ordered claim of the main
    instrument, and last the receiver of the residual claim.
    """

    party: str
    sets: int
    receivers: tuple[str, ...]


@dataclass(frozen=True)
class CompiledSchedule:
    """One schedule or derivative, ready to open, mint, settle and redeem.

    `instruments` are in dependency order: formulas first, last the one that holds tokens. Their names are unique in
    the whole sheet, and metric legs read `metrics` of this schedule. The deposits' sets add up to the main
    instrument's face, so `settle` pays a claim exactly its y. `depends_on` are the keys of other compiled schedules
    whose main instruments a claim leg reads; settle those first. `taker_deposit` is the taker's own part of the
    deposits, not 0 only where the taker may have to pay.
    """

    case: str
    schedule: str
    kind: str
    currency: str
    decimals: int
    terms: Schedule
    metrics: dict[str, Metric]
    instruments: tuple[Instrument, ...]
    deposits: tuple[Deposit, ...]
    taker_deposit: int = 0
    depends_on: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """How other terms refer to it: `case.schedule`, or a derivative's id."""
        return f"{self.case}.{self.schedule}" if self.schedule else self.case

    @property
    def main(self) -> Instrument:
        """The instrument that holds the tokens."""
        return self.instruments[-1]

    @property
    def parties(self) -> tuple[str, ...]:
        """Everyone who deposits or receives, each once, depositors first."""
        names = [deposit.party for deposit in self.deposits]
        names += [receiver for deposit in self.deposits for receiver in deposit.receivers]
        return tuple(dict.fromkeys(names))

    def units(self, claim: int) -> tuple[tuple[str, int], ...]:
        """Who holds how many units of a claim after all deposits, in the order of the deposits."""
        held: dict[str, int] = {}
        for deposit in self.deposits:
            receiver = deposit.receivers[claim]
            held[receiver] = held.get(receiver, 0) + deposit.sets
        return tuple(held.items())
