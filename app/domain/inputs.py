"""What was measured, as a test or a period of a term sheet states it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True)
class Inputs:
    """What was measured for one case or derivative, exact, in each metric's own unit; an absent metric is 0.

    `cohorts` and `people` stand in the inputs of a gate and of a per-person rate card only.
    """

    values: dict[str, Fraction] = field(default_factory=dict)
    cohorts: tuple[Fraction, ...] = ()
    people: tuple[dict[str, Fraction], ...] = ()

    def of(self, metric: str) -> Fraction:
        """The outcome of a metric [metric's own unit]."""
        return self.values.get(metric, Fraction(0))
