"""What an instrument is: legs, one score, one payoff curve a claim (SPEC: I-rules).

    instrument = legs --SUM | MIN | MAX--> score --one curve per claim--> amounts per `face`

These are plain values. `app.terms` makes them from term sheets, `app.chain` carries them to the contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

MAX_LEGS = 64
MAX_KNOTS = 32
MAX_CLAIMS = 16
MAX_SCORE = 2**247  # knots and faces lie strictly between -2^247 and 2^247
MAX_SCALE = 2**200  # the largest common denominator a score may be scaled by
MAX_METRIC = 2**95  # a metric's value lies in [-2^95, 2^95)
MAX_CASH_FACE = 2**112  # the face of an instrument that holds tokens is below this
MAX_METRIC_DECIMALS = 18

Knot = tuple[int, int]
Curve = tuple[Knot, ...]  # x strictly increasing, linear between, flat outside; empty = the identity (legs only)


class Combine(IntEnum):
    """How the leg values become one score."""

    SUM = 0
    MIN = 1
    MAX = 2


@dataclass(frozen=True)
class Metric:
    """A number that a panel reports. `lower` and `upper` bound it, both inclusive [smallest units of `decimals`].

    `name` is how legs refer to it; `label`, if there is one, is what people call it.
    """

    name: str
    unit: str
    decimals: int
    lower: int
    upper: int
    label: str = ""


@dataclass(frozen=True)
class MetricLeg:
    """Reads the FINAL value of a metric's round; `fallback` [metric] stands in if the round is UNRESOLVED."""

    metric: str
    curve: Curve
    fallback: int = 0
    period: int = 0


@dataclass(frozen=True)
class ClaimLeg:
    """Reads what a `face` of another instrument's claim pays: [token] units, or the formula's own unit."""

    instrument: str
    claim: int
    curve: Curve


Leg = MetricLeg | ClaimLeg


@dataclass(frozen=True)
class Claim:
    """A kind of position; paid in order, at most what is left of `face`. Its curve is never empty."""

    label: str
    curve: Curve


@dataclass(frozen=True)
class Instrument:
    """One instrument, by name. A `formula` holds no tokens: it is settled and read by other instruments.

    `claims` are the ordered claims; the residual claim (index `len(claims)`) gets what is left of `face`.
    """

    name: str
    label: str
    face: int
    combine: Combine
    legs: tuple[Leg, ...]
    claims: tuple[Claim, ...]
    residual: str = "payer"
    formula: bool = False
