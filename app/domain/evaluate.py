"""What instruments pay for given outcomes, in integers, exactly as the contract computes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.domain.instrument import Combine, Curve, Instrument, Leg, MetricLeg
from app.errors import InputError


@dataclass(frozen=True)
class Settled:
    """The score, and what a `face` of each claim pays [token]; the last amount is the residual's."""

    score: int
    amounts: tuple[int, ...]


def value_down(curve: Curve, at: int) -> int:
    """The curve's value at `at`; `at` itself if the curve has no knots. Rounds down (toward minus infinity)."""
    if not curve:
        return at
    if at <= curve[0][0]:
        return curve[0][1]
    for (x, y), (next_x, next_y) in pairwise(curve):
        if at < next_x:
            return y + (next_y - y) * (at - x) // (next_x - x)
    return curve[-1][1]


def evaluate(instrument: Instrument, inputs: Sequence[int]) -> Settled:
    """What the instrument pays per `face` if its legs read `inputs`, in the order of legs [metric or token].

    Rounds: each ordered claim down; the residual gets the rest. Raises: InputError if a leg has no input.
    """
    if len(inputs) != len(instrument.legs):
        raise InputError(f"{instrument.name}: {len(inputs)} inputs were given for {len(instrument.legs)} legs")
    values = [value_down(leg.curve, at) for leg, at in zip(instrument.legs, inputs, strict=True)]
    score = _combined(instrument.combine, values)
    amounts = []
    left = instrument.face
    for claim in instrument.claims:
        amounts.append(min(value_down(claim.curve, score), left))
        left -= amounts[-1]
    return Settled(score, (*amounts, left))


def settle_all(
    instruments: Sequence[Instrument],
    outcomes: Mapping[str, int],
    settled: Mapping[str, Settled] | None = None,
) -> dict[str, Settled]:
    """Settles the instruments in their order, as the contract would.

    `outcomes` are FINAL values by metric [metric]; a metric that is absent is UNRESOLVED and its legs take their
    fallback. `settled` are the instruments of other agreements that claim legs read.
    """
    known = dict(settled or {})
    for instrument in instruments:
        known[instrument.name] = evaluate(instrument, [_read(leg, outcomes, known) for leg in instrument.legs])
    return {instrument.name: known[instrument.name] for instrument in instruments}


def _combined(combine: Combine, values: Sequence[int]) -> int:
    if combine is Combine.SUM:
        return sum(values)
    return min(values) if combine is Combine.MIN else max(values)


def _read(leg: Leg, outcomes: Mapping[str, int], known: Mapping[str, Settled]) -> int:
    if isinstance(leg, MetricLeg):
        return outcomes.get(leg.metric, leg.fallback)
    if leg.instrument not in known:
        raise InputError(f"{leg.instrument} is not settled: settle it before what reads its claim")
    return known[leg.instrument].amounts[leg.claim]
