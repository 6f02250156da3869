"""Outcomes that somebody supposes: read exactly, or refused with the metric's name."""

from __future__ import annotations

from collections.abc import Container, Mapping
from fractions import Fraction

from app.api.problems import BadRequest, Fault
from app.domain.number import parse_number
from app.errors import NumberError
from app.store.queries.instruments import round_key
from app.store.queries.rounds import Round
from app.terms.figures import shown

Given = Mapping[str, str | None]


def supposed(rounds: Mapping[str, Round], outcomes: Given) -> dict[str, int | None]:
    """The outcomes by `round_key` [metric], None for UNRESOLVED.

    `outcomes` are by name, id, name/period or id/period, decimals in the metric's own unit.
    Raises: BadRequest naming each outcome that is of no round, of several, no number, too precise or out of bounds.
    """
    found: dict[str, int | None] = {}
    faults = []
    for name, given in outcomes.items():
        try:
            key = _key(rounds, name, found)
            found[key] = None if given is None else _value(rounds[key], given)
        except NumberError as error:
            faults.append(Fault(field=f"outcomes.{name}", problem=str(error)))
    if faults:
        raise BadRequest(faults, "bad_outcome")
    return found


def _key(rounds: Mapping[str, Round], name: str, found: Container[str]) -> str:
    asked = name.lower() if name.startswith(("0x", "0X")) else name
    fitting = [key for key, one in rounds.items() if asked in _names(one)]
    if len(fitting) == 1 and fitting[0] in found:
        raise NumberError("this round is given twice")
    if len(fitting) == 1:
        return fitting[0]
    chosen = [rounds[key] for key in fitting] or rounds.values()
    expected = ", ".join(sorted({_distinct(one, rounds) for one in chosen}))
    raise NumberError(f"{'several rounds are' if fitting else 'no leg reads a metric'} called so: expected {expected}")


def _names(one: Round) -> tuple[str, ...]:
    metric, period = one.metric, one.period
    return (metric.name, f"{metric.name}/{period}", metric.metric_id, round_key(metric.metric_id, period))


def _distinct(one: Round, rounds: Mapping[str, Round]) -> str:
    """The shortest name that is only this round's."""
    taken = [name for other in rounds.values() for name in _names(other)]
    return next(name for name in _names(one) if taken.count(name) == 1)


def _value(one: Round, given: str) -> int:
    metric = one.metric
    value = parse_number(given) * 10**metric.decimals
    if value.denominator != 1:
        raise NumberError(f"{given} is too precise: {metric.name} has {metric.decimals} decimals")
    if not metric.lower <= value <= metric.upper:
        low, high = (shown(Fraction(bound, 10**metric.decimals)) for bound in (metric.lower, metric.upper))
        raise NumberError(f"{given} is out of bounds: {metric.name} lies between {low} and {high}")
    return int(value)
