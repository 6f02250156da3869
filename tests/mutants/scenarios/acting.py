"""What the stories have in common: one agreement, and the ways to act on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak

from app.chain.instruments import Opened, Terms
from app.domain.instrument import Claim, Combine, Curve, Instrument, Metric, MetricLeg
from tests.support.world import OpenScorecard, World

FACE = 1000
PAY: Curve = ((0, 0), (100, FACE))
JOBS = Metric("jobs", "job", 0, -FACE, FACE)
HOURS = Metric("hours", "hour", 0, -FACE, FACE)


def pay(curve: Curve = PAY, leg: Curve = (), fallback: int = 0) -> Instrument:
    """Pays 10 a job, up to 100 jobs."""
    legs = (MetricLeg("jobs", leg, fallback),)
    return Instrument("pay", "pay", FACE, Combine.SUM, legs, (Claim("provider", curve),))


def agreement(world: World, curve: Curve = PAY, fallback: int = 0) -> tuple[OpenScorecard, Opened]:
    """An open scorecard and an agreement on it."""
    card = world.open_scorecard([JOBS])
    return card, world.open(pay(curve, fallback=fallback), card)


def open_body(world: World, body: bytes) -> None:
    """Opens an instrument with a body of any bytes."""
    terms = Terms(world.token.address, FACE, bytes(keccak(body)))
    send(world, "open", world.role("stranger"), terms.abi(), body)


def mint(world: World, opened: Opened, sets: int) -> None:
    """The payer keeps the residual, the provider gets the rest."""
    world.mint(opened, sets, taker=world.role("provider"), payer=world.role("outcome_payer"))


def settle(world: World, card: OpenScorecard, opened: Opened, outcome: int) -> None:
    """All reporters report the outcome, and it settles."""
    card.finish(outcome)
    world.instruments.settle(opened, world.role("stranger"))


def redeem(world: World, opened: Opened, claim: int, units: int) -> int:
    """What the claim's holder is paid [token]."""
    holder = world.role("outcome_payer" if claim else "provider")
    before = world.token.balance(holder)
    world.instruments.redeem(opened, claim, units, holder, holder)
    return world.token.balance(holder) - before


def turn(world: World, more: int, answer: bool) -> None:
    """From now on the token moves so much more than asked, and answers this."""
    world.chain.send(functions(world.token).turn(more, answer), world.role("stranger"))


def transfer_from(world: World, sender: ChecksumAddress, position: int, units: int) -> None:
    """Moves units of the provider to the sender."""
    send(world, "transferFrom", sender, world.role("provider"), sender, position, units)


def send(world: World, name: str, sender: ChecksumAddress, *arguments: object) -> None:
    """Sends a transaction to the instruments."""
    world.chain.send(getattr(functions(world.instruments), name)(*arguments), sender)


def functions(one: Any) -> Any:
    """The contract's functions."""
    return one.contract.functions


def report(card: OpenScorecard, rows: dict[int, Sequence[int]]) -> None:
    """What each seat says, for period 0."""
    card.world.oracle.report(card.scorecard, card.rows(rows), card.world.role("relayer"))
