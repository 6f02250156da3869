"""A busy world is rebuilt from its logs, by a reader that calls no view, and is then held against the views."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from web3.contract import Contract

from app.chain.instruments import Allocation, Opened
from app.chain.oracle import State
from app.domain.instrument import Claim, Combine, Instrument, Metric, MetricLeg
from app.domain.position import redemption, totals
from app.oracle.quorum import transmission
from app.oracle.report import LiveReport, sign_report
from tests.support.world import OpenScorecard, World

METRICS = [Metric("jobs", "job", 0, -1000, 1000), Metric("hours", "hour", 0, 0, 1000), Metric("homes", "home", 0, 0, 9)]
CLAIMS = (Claim("first", ((0, 0), (100, 300))), Claim("second", ((50, 0), (90, 400))))
ZERO = "0x" + "0" * 40


def test_rounds_and_live_values_are_rebuilt_from_events(world: World) -> None:
    """R-06: every metric and period, replaced values and late ones included."""
    card = _reported(world)
    rounds: dict[tuple[bytes, int], tuple[int, int]] = {}
    for seen in _logs(world.oracle.contract, "OutcomeReported"):
        rounds[seen["metricId"], seen["period"]] = (seen["value"], int(seen["seats"]).bit_count())
    lives = {seen["metricId"]: (seen["value"], seen["observedAt"]) for seen in _logs_of_lives(world)}
    (opened,) = _logs(world.oracle.contract, "ScorecardOpened")
    calendar = opened["calendar"]
    for index in range(len(opened["bounds"])):
        metric = card.metric_id(index)
        assert world.oracle.live(metric) == lives.get(metric, (0, 0))
        for period in range(calendar["count"]):
            stands = world.oracle.round(metric, period)
            value, reporters = rounds.get((metric, period), (0, 0))
            close = calendar["start"] + (period + 1) * calendar["length"]
            final_at = close + calendar["reportWindow"] + calendar["challengeWindow"]
            assert (stands.value, stands.reporters, stands.final_at) == (value, reporters, final_at)
            assert stands.state is _state(reporters, world.chain.now, close + calendar["reportWindow"], final_at)


def test_holders_of_seats_are_rebuilt_from_events(world: World) -> None:
    """R-06: who holds each seat, for periods before and after a hand-over."""
    card = world.open_scorecard(METRICS, _panel_of_accounts(world), periods=3)
    terms, functions = card.scorecard.terms(), _functions(world.oracle)
    for seat, successor in ((1, "relayer"), (1, "investor"), (0, "provider")):
        world.node.advance_to(world.chain.now + 7)
        holder, _ = world.chain.call(functions.holderOf(terms, seat, 2**255))
        world.chain.send(functions.handOver(terms, seat, world.role(successor), b""), holder)
    (opened,) = _logs(world.oracle.contract, "PanelOpened")
    moves = list(_logs_with_time(world, "SeatHandedOver"))
    for seat, reporter in enumerate(opened["panel"]["reporters"]):
        for opening in range(card.scorecard.calendar.start, world.chain.now + 3):
            since = [move["successor"] for move, time in moves if move["seat"] == seat and time < opening]
            expected = ([reporter, *since][-1], sum(move["seat"] == seat for move, _ in moves))
            assert tuple(world.chain.call(functions.holderOf(terms, seat, opening))) == expected


def test_instruments_and_positions_are_rebuilt_from_events(world: World) -> None:
    """R-06: sets, payoffs, who holds what, and what the rest would pay."""
    opened = _traded(world)
    contract = world.instruments.contract
    units: dict[tuple[str, int], int] = defaultdict(int)
    for move in _logs(contract, "Transfer"):
        units[move["sender"], move["id"]] -= move["amount"]
        units[move["receiver"], move["id"]] += move["amount"]
    redeemed: dict[int, int] = defaultdict(int)
    for one in _logs(contract, "Redeemed"):
        redeemed[one["positionId"]] += one["units"]
    (settled,) = _logs(contract, "Settled")
    sets = -units[ZERO, opened.position_id(0)] + redeemed[opened.position_id(0)]
    whole = totals(sets, opened.terms.face, settled["payoffs"][:-1])
    assert world.chain.call(contract.functions.stateOf(opened.instrument_id))[0::4] == (2, sets)
    for claim, total in enumerate(whole):
        position = opened.position_id(claim)
        for account in world.chain.accounts[:10]:
            assert world.instruments.units(opened, claim, account) == units[account, position]
        left = sets - redeemed[position]
        assert left == sum(held for (owner, which), held in units.items() if which == position and owner != ZERO)
        assert world.instruments.payout(opened, claim, left) == redemption(total, sets, redeemed[position], left)


def _reported(world: World) -> OpenScorecard:
    """Period 0 is replaced, period 1 reported in part, period 2 not at all, period 3 is under way."""
    card = world.open_scorecard(METRICS, periods=4)
    _live(card, 60, [5, 6, 7])
    _live(card, 120, [8, 9, 1])
    card.report(10, 20, 3, seats=2)
    world.oracle.report(card.scorecard, card.rows({0: [11], 1: [13], 2: [12]}, 0, [1]), world.role("relayer"))
    card.go_to_close(1)
    world.oracle.report(card.scorecard, card.rows({0: [-4, 5], 2: [-6, 4]}, 1, [0, 2]), world.role("relayer"))
    card.go_to_close(3)
    world.oracle.report(card.scorecard, card.rows({1: [1, 2, 3], 2: [2, 3, 4]}, 3), world.role("relayer"))
    return card


def _live(card: OpenScorecard, after: int, values: list[int]) -> None:
    world, at = card.world, card.scorecard.calendar.start + after
    world.node.advance_to(at)
    domain = world.oracle.domain()
    report = LiveReport(card.scorecard_id, at, 0b111, tuple(values))
    signed = [sign_report(report, domain, seat, world.reporters[seat]) for seat in range(2)]
    world.oracle.report_live(card.scorecard, transmission(signed, 2), world.role("relayer"))


def _traded(world: World) -> Opened:
    """Three mints, a transfer, a merge, a settlement, and redemptions in pieces that leave something."""
    card = world.open_scorecard(METRICS[:1])
    legs = (MetricLeg("jobs", ()),)
    opened = world.open(Instrument("two", "two", 1000, Combine.SUM, legs, CLAIMS), card)
    payer, provider, investor = (world.role(name) for name in ("outcome_payer", "provider", "investor"))
    world.mint(opened, 700, taker=provider, payer=payer)
    world.mint(opened, 77, taker=investor, payer=investor)
    world.fund(world.token, payer, 9)
    given = [Allocation(investor, 0b101, 9), Allocation(provider, 0b010, 9)]
    world.instruments.mint(opened, 9, given, payer)
    move = _functions(world.instruments).transfer(investor, opened.position_id(1), 33)
    world.chain.send(move, provider)
    world.instruments.merge(opened, 50, investor, investor)
    card.finish(71)
    world.instruments.settle(opened, world.role("stranger"))
    for claim, units, holder in ((0, 13, provider), (1, 20, investor), (2, 333, payer), (0, 200, provider)):
        world.instruments.redeem(opened, claim, units, holder, holder)
    return opened


def _panel_of_accounts(world: World) -> Any:
    """A panel whose reporters can send transactions."""
    panel = world.panel(2)
    return type(panel)((world.holder(0), world.holder(1)), 2)


def _state(reporters: int, now: int, report_until: int, final_at: int) -> State:
    if reporters:
        return State.FINAL if now >= final_at else State.REPORTED
    return State.UNRESOLVED if now >= report_until else State.OPEN


def _logs(contract: Contract, event: str) -> Iterator[Any]:
    """The arguments of all logs of an event, in order."""
    events: Any = contract.events
    return (log["args"] for log in events[event]().get_logs(from_block=0))


def _logs_of_lives(world: World) -> Iterator[Any]:
    return _logs(world.oracle.contract, "LiveValueReported")


def _logs_with_time(world: World, event: str) -> Iterator[tuple[Any, int]]:
    events: Any = world.oracle.contract.events
    for log in events[event]().get_logs(from_block=0):
        yield log["args"], int(world.chain.w3.eth.get_block(log["blockNumber"])["timestamp"])


def _functions(one: Any) -> Any:
    return one.contract.functions
