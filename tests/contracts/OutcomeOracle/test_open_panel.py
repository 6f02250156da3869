from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from app.chain.client import NO_ADDRESS
from app.chain.oracle import Panel
from app.oracle.report import local_reporters
from tests.contracts.OutcomeOracle.terms import RawTerms, home
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import World

EVERYBODY = tuple(one.address for one in local_reporters(65))


@pytest.mark.parametrize(("size", "quorum"), [(1, 1), (2, 2), (3, 2), (3, 3), (4, 3), (63, 32), (64, 33), (64, 64)])
def test_open_panel_takes_up_to_64_reporters_and_a_quorum_above_half(world: World, size: int, quorum: int) -> None:
    """O-01, O-03, R-04: anyone opens it; the event tells all of it; a scorecard can be opened on it."""
    panel, oracle = Panel(EVERYBODY[:size], quorum), world.oracle.contract
    receipt = world.send(oracle.functions.openPanel(panel.abi()), "stranger")
    expected = {"panelId": world.oracle.panel_id(panel), "panel": {"reporters": list(panel.reporters)}}
    expected["panel"]["quorum"] = quorum
    assert [_plain(one) for one in events(oracle, "PanelOpened", receipt)] == [expected]
    world.send(oracle.functions.openScorecard(*RawTerms(panel).abi()), "stranger")


def test_open_panel_returns_the_hash_of_panel_contract_and_chain(world: World) -> None:
    """O-02."""
    panel = world.panel()
    encoded = encode(["bytes32", "(address[],uint8)"], [home(world, "Panel"), panel.abi()])
    assert world.call(world.oracle.contract.functions.openPanel(panel.abi())) == keccak(encoded)
    assert world.oracle.panel_id(panel) == keccak(encoded)


@pytest.mark.parametrize(
    "other",
    [
        Panel(EVERYBODY[:3], 3),
        Panel((EVERYBODY[1], EVERYBODY[0], EVERYBODY[2]), 2),
        Panel(EVERYBODY[:2], 2),
        Panel((*EVERYBODY[:2], EVERYBODY[3]), 2),
    ],
)
def test_open_panel_gives_another_panel_another_id(world: World, other: Panel) -> None:
    """O-02: quorum, order, number and each reporter."""
    assert world.oracle.panel_id(other) != world.oracle.panel_id(world.panel())


def test_open_panel_again_changes_nothing(world: World) -> None:
    """O-01: a squatter gains nothing, the honest opening still works and says the same id."""
    oracle, panel = world.oracle.contract, world.panel()
    world.send(oracle.functions.openPanel(panel.abi()), "stranger")
    receipt = world.send(oracle.functions.openPanel(panel.abi()), "outcome_payer")
    assert receipt["logs"] == []
    assert world.call(oracle.functions.openPanel(panel.abi())) == world.oracle.panel_id(panel)


@pytest.mark.parametrize("size", [0, 65])
def test_open_panel_reverts_on_no_or_too_many_reporters(world: World, size: int) -> None:
    """O-03."""
    with reverts_with("OutcomeOracle_PanelSize", size, 64):
        world.oracle.open_panel(Panel(EVERYBODY[:size], max(1, size)), world.role("stranger"))


@pytest.mark.parametrize(("size", "quorum"), [(1, 0), (2, 1), (3, 1), (4, 2), (64, 32)])
def test_open_panel_reverts_on_a_quorum_not_above_half(world: World, size: int, quorum: int) -> None:
    """O-03."""
    with reverts_with("OutcomeOracle_QuorumNotAboveHalf", quorum, size):
        world.oracle.open_panel(Panel(EVERYBODY[:size], quorum), world.role("stranger"))


@pytest.mark.parametrize(("size", "quorum"), [(1, 2), (3, 4), (64, 65), (2, 255)])
def test_open_panel_reverts_on_a_quorum_above_its_size(world: World, size: int, quorum: int) -> None:
    """O-03."""
    with reverts_with("OutcomeOracle_QuorumTooLarge", quorum, size):
        world.oracle.open_panel(Panel(EVERYBODY[:size], quorum), world.role("stranger"))


@pytest.mark.parametrize("seat", [0, 2])
def test_open_panel_reverts_on_the_zero_reporter(world: World, seat: int) -> None:
    """O-03."""
    reporters = [*EVERYBODY[:seat], NO_ADDRESS, *EVERYBODY[seat + 1 : 3]]
    with reverts_with("OutcomeOracle_ZeroReporter", seat):
        world.oracle.open_panel(Panel(tuple(reporters), 2), world.role("stranger"))


@pytest.mark.parametrize("places", [(0, 1), (0, 3), (2, 3)])
def test_open_panel_reverts_on_a_reporter_named_twice(world: World, places: tuple[int, int]) -> None:
    """O-03: wherever the two stand."""
    reporters = list(EVERYBODY[:4])
    reporters[places[1]] = reporters[places[0]]
    with reverts_with("OutcomeOracle_DuplicateReporter", reporters[places[0]]):
        world.oracle.open_panel(Panel(tuple(reporters), 3), world.role("stranger"))


def _plain(event: dict[str, object]) -> dict[str, object]:
    return {key: dict(value) if hasattr(value, "keys") else value for key, value in event.items()}  # type: ignore[call-overload]
