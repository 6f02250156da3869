"""A chain with many events, made quickly: every other event a transfer of positions, every other one a live value."""

from __future__ import annotations

from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from web3.contract.contract import ContractFunction

from app.chain.instruments import Allocation
from app.chain.oracle import MAX_METRICS
from app.domain.instrument import Claim, Combine, Instrument, Metric, MetricLeg
from tests.support.world import OpenScorecard, World

SHARES = 32  # receivers of one mint; each gets both claims, an event each
EVENTS_A_PAIR = 2 * SHARES + MAX_METRICS
SETS = 1_000
OPENING_EVENTS = 3  # of panel, scorecard and instrument
QUIET = 100  # blocks at the end, so that all events are final to everyone


def fill(world: World, events: int) -> int:
    """Makes about so many events, a block for each pair of transactions; returns how many."""
    card = world.open_scorecard([Metric(f"metric {index}", "unit", 0, -(10**9), 10**9) for index in range(MAX_METRICS)])
    leg = MetricLeg("metric 0", (), fallback=0)
    claim = Claim("taker", ((0, 0), (1000, 10_000)))
    opened = world.open(Instrument("busy", "busy", 10_000, Combine.SUM, (leg,), (claim,)), card)
    payer = world.role("outcome_payer")
    world.fund(world.token, payer, 10**15)
    pairs = events // EVENTS_A_PAIR
    _ask(world, "evm_setAutomine", False)
    for number in range(pairs):
        shares = [Allocation(_receiver(world, number * SHARES + one), 0b11, SETS).abi() for one in range(SHARES)]
        minting = world.instruments.contract.functions.mint(opened.terms.abi(), SETS * SHARES, shares)
        _send(world, minting, payer)
        _send(world, _live(card, number), world.role("relayer"))
        world.node.advance_to(world.chain.now + 1)
    _ask(world, "evm_setAutomine", True)
    _ask(world, "anvil_mine", hex(QUIET))
    return OPENING_EVENTS + pairs * EVENTS_A_PAIR


def _live(card: OpenScorecard, number: int) -> ContractFunction:
    """What two reporters observed, in whatever second it is: each time newer than the last."""
    values = [number * 31 % 10_007 - 5_000 + index for index in range(MAX_METRICS)]
    rows = card.live_rows({0: values, 1: values}, card.scorecard.calendar.start - 1_000_000 + number)
    function: ContractFunction = card.world.oracle.contract.functions.reportLive(rows.encoded(card.terms()))
    return function


def _receiver(world: World, number: int) -> ChecksumAddress:
    """Some hold much, many hold little, as people do."""
    return world.holder(number % 7) if number % 3 == 0 else to_checksum_address(f"0x{number % 5_000 + 2**100:040x}")


def _send(world: World, function: ContractFunction, sender: ChecksumAddress) -> None:
    function.transact({"from": sender, "gas": 4_000_000})


def _ask(world: World, method: str, *parameters: object) -> Any:
    return world.chain.w3.provider.make_request(method, list(parameters))  # type: ignore[arg-type]
