"""What the oracle tells: rounds, live values, closes, holders, ids and terms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.chain.oracle import Panel, State
from app.domain.instrument import Metric
from app.oracle.report import local_reporters
from tests.contracts.OutcomeOracle.terms import RawTerms
from tests.support.reverts import reverts_with
from tests.support.world import DAY, OpenScorecard, World


def functions(world: World) -> Any:
    return world.oracle.contract.functions


def states(world: World, card: OpenScorecard, moments: list[int]) -> list[tuple[State, int]]:
    found = []
    for moment in moments:
        world.node.advance_to(moment)
        state, value = world.call(functions(world).outcome(card.metric_id(), 0))
        assert card.round().state == state
        assert card.round().value == value
        found.append((State(state), value))
    return found


@pytest.mark.parametrize("challenge_window", [0, 1, DAY])
def test_round_of_a_reported_value_becomes_final(world: World, challenge_window: int) -> None:
    """O-15, R-03: at `close + reportWindow + challengeWindow` to the second, wherever in the window it was reported."""
    card = world.open_scorecard([Metric("jobs", "job", 0, -9, 9)], challenge_window=challenge_window)
    calendar = card.scorecard.calendar
    final_at = calendar.close(0) + DAY + challenge_window
    card.report(-7)
    assert card.round().final_at == final_at
    moments = [calendar.close(0), final_at - 1, final_at, final_at + 1, final_at + 999 * DAY]
    assert states(world, card, moments) == [(State.REPORTED, -7)] * 2 + [(State.FINAL, -7)] * 3


def test_round_reported_in_the_last_second_is_final_at_the_same_time(world: World, card: OpenScorecard) -> None:
    """O-15: a late report shortens no challenge window, an early one makes nothing sooner."""
    final_at = card.scorecard.calendar.final_at(0)
    world.node.advance_to(card.scorecard.calendar.close(0) + DAY - 1)
    card.send(card.alike(range(2), 5))
    assert states(world, card, [final_at - 1, final_at]) == [(State.REPORTED, 5), (State.FINAL, 5)]


def test_round_without_report_becomes_unresolved(world: World, card: OpenScorecard) -> None:
    """O-14, R-03: at the end of the report window to the second; its value means nothing."""
    close = card.scorecard.calendar.close(0)
    moments = [close - 1, close, close + DAY - 1, close + DAY, close + 999 * DAY]
    assert states(world, card, moments) == [(State.OPEN, 0)] * 3 + [(State.UNRESOLVED, 0)] * 2
    assert card.round().reporters == 0


def test_round_whose_value_is_0_is_not_unresolved(card: OpenScorecard) -> None:
    """O-14: 0 is a number like any other."""
    card.finish(0)
    assert (card.round().state, card.round().value, card.round().reporters) == (State.FINAL, 0, 3)


@pytest.mark.parametrize("function", ["outcome", "round", "periodClose"])
def test_views_revert_for_a_period_that_does_not_exist(world: World, card: OpenScorecard, function: str) -> None:
    """O-05."""
    for period in (1, 2**32, 2**255):
        with reverts_with("OutcomeOracle_UnknownPeriod", period, 1):
            world.call(functions(world)[function](card.metric_id(), period))


@pytest.mark.parametrize("function", ["outcome", "round", "periodClose", "live"])
def test_views_revert_for_a_metric_that_does_not_exist(world: World, card: OpenScorecard, function: str) -> None:
    """O-14: nothing reads as 0 what nobody opened; the index behind the last metric, and another scorecard."""
    for metric in (card.metric_id(1), card.metric_id(255), bytes(32), b"\xff" * 32):
        arguments = [metric] if function == "live" else [metric, 0]
        with reverts_with("OutcomeOracle_UnknownMetric", metric):
            world.call(functions(world)[function](*arguments))


def test_period_close_is_when_the_next_one_opens(world: World) -> None:
    """O-05: `start + (period + 1) * length`."""
    card = world.open_scorecard([Metric("jobs", "job", 0, -9, 9)], periods=3)
    closes = [world.call(functions(world).periodClose(card.metric_id(), period)) for period in range(3)]
    assert closes == [card.scorecard.calendar.start + days * DAY for days in (1, 2, 3)]


def test_live_is_nothing_before_the_first_value(card: OpenScorecard) -> None:
    """O-16: observed at 0 says that there is none."""
    assert card.live() == (0, 0)


def test_holder_of_tells_the_reporters_of_the_panel(world: World, card: OpenScorecard) -> None:
    """O-18: nobody handed over yet."""
    for seat in range(3):
        held = world.call(functions(world).holderOf(card.terms(), seat, 0))
        assert held == [card.scorecard.panel.reporters[seat], 0]
    with reverts_with("OutcomeOracle_UnknownSeat", 3, 3):
        world.call(functions(world).holderOf(card.terms(), 3, 0))
    other = replace(card.scorecard, evidence_method="another")
    with reverts_with("OutcomeOracle_UnknownScorecard", world.oracle.scorecard_id(other)):
        world.call(functions(world).holderOf(other.terms(), 0, 0))


def test_terms_of_are_those_that_transmissions_carry(world: World, card: OpenScorecard) -> None:
    """O-21: packed as SPEC.md says, from Python and from the contract."""
    terms = RawTerms(world.panel(), bounds=((-(2**95), 2**95 - 1), (-1, 1)))
    assert world.call(functions(world).termsOf(*terms.abi())) == terms.packed()
    assert world.call(functions(world).termsOf(*card.scorecard.abi())) == card.terms()


def test_terms_of_reverts_on_more_than_its_counts_can_hold(world: World) -> None:
    """O-03, O-04: no two terms have the same bytes."""
    everybody = Panel(tuple(one.address for one in local_reporters(65)), 40)
    with reverts_with("OutcomeOracle_PanelSize", 65, 64):
        world.call(functions(world).termsOf(*RawTerms(everybody).abi()))
    with reverts_with("OutcomeOracle_MetricCount", 65, 64):
        world.call(functions(world).termsOf(*RawTerms(world.panel(), bounds=((0, 1),) * 65).abi()))


def test_eip712_domain_is_what_wallets_show(world: World) -> None:
    """R-07: name, version, chain and contract."""
    _, name, version, chain_id, contract, _, _ = world.call(functions(world).eip712Domain())
    assert {"name": name, "version": version, "chainId": chain_id, "verifyingContract": contract} == dict(
        world.oracle.domain()
    )
