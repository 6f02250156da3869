"""How the numbers of one entry are said."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from app.domain.schedule import LOAN, OUTCOME_PAYMENT, Compare, Condition, GateAnyPooled, Guarantee, references
from app.terms.breakpoints import ANY_COHORT, as_percent, breakpoints
from app.terms.figures import money, percent, shown
from app.terms.sheet import Entry

COMPARED = {Compare.GTE: "at least", Compare.GT: "above", Compare.LTE: "at most", Compare.LT: "below"}


@dataclass(frozen=True)
class Voice:
    """How the numbers of one entry are said: its money, and which metrics read in percent or are amounts themselves."""

    currency: str
    decimals: int
    percents: frozenset[str]
    amounts: frozenset[str] = frozenset()

    def money(self, amount: Fraction | int) -> str:
        """An amount [token]; nothing if it is 0."""
        return money(amount, self.currency, self.decimals) if amount else "nothing"

    def outcome(self, metric: str, value: Fraction) -> str:
        """An outcome of the metric."""
        if metric in self.amounts:
            return self.money(value)
        return percent(value) if metric in self.percents else shown(value)

    def condition(self, one: Condition) -> str:
        """A metric held against a threshold, as a clause."""
        return f"{one.metric} is {COMPARED[one.compare]} {self.outcome(one.metric, one.threshold)}"


def voice_of(entry: Entry) -> Voice:
    """How the numbers of the entry are said."""
    turns = breakpoints(entry.terms)
    if isinstance(entry.terms, GateAnyPooled):
        turns = {"cohorts": turns[ANY_COHORT], **turns}
    percents = frozenset(metric for metric, values in turns.items() if as_percent(values))
    amounts = {LOAN, OUTCOME_PAYMENT} if isinstance(entry.terms, Guarantee) else set(references(entry.terms))
    return Voice(entry.currency, entry.decimals, percents, frozenset(amounts))
