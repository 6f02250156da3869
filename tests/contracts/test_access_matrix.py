"""Who may call what: every function that changes something is listed here, and nobody else can (SPEC: R-04)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.chain.artifacts import artifact
from app.chain.instruments import Opened
from app.domain.instrument import Instrument, Metric
from tests.contracts.OutcomeOracle.terms import RawTerms
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World

ANYONE = {
    "OutcomeOracle": {"openPanel", "openScorecard", "report", "reportLive"},
    "ImpactInstruments": {"open", "settle", "multicall"},
}
OWN_THINGS = {  # anyone may call them, and reaches nothing but what is the caller's own
    "ImpactInstruments": {"mint", "approve", "setOperator"},
}
HOLDER = {  # only who holds the seat or the position, or whom its holder let
    "OutcomeOracle": {"handOver"},
    "ImpactInstruments": {"merge", "redeem", "transfer", "transferFrom"},
}


@dataclass(frozen=True)
class Stage:
    """A settled agreement, one still open, and a scorecard in its report window."""

    world: World
    card: OpenScorecard
    settled: Opened
    open: Opened


@pytest.fixture
def stage(world: World, agreement: Instrument) -> Stage:
    world = replace(world, reporters=tuple(world.key(world.holder(number)) for number in range(3)))
    card = world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)], periods=4)
    opened = [world.open(replace(agreement, residual=label), card) for label in ("first", "second")]
    for one in opened:
        world.mint(one, 1000, world.role("provider"), world.role("outcome_payer"))
    card.finish(42)
    world.instruments.settle(opened[0], world.role("stranger"))
    card.go_to_close(2)
    return Stage(world, card, *opened)


@pytest.mark.parametrize("contract", ["OutcomeOracle", "ImpactInstruments"])
def test_every_function_that_changes_something_is_listed(contract: str) -> None:
    """R-04: a new one needs a line here; there is no constructor argument for an owner, nor a fallback."""
    abi = artifact(contract).abi
    listed = [table.get(contract, set()) for table in (ANYONE, OWN_THINGS, HOLDER)]
    changing = [
        entry["name"]
        for entry in abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    ]
    assert sorted(changing) == sorted(name for names in listed for name in names)
    assert not [entry for entry in abi if entry["type"] in ("fallback", "receive")]
    (constructor,) = [entry["inputs"] for entry in abi if entry["type"] == "constructor"] or [[]]
    assert [one["name"] for one in constructor] == (["oracle_"] if contract == "ImpactInstruments" else [])


def anyones(stage: Stage) -> dict[str, Callable[[], Any]]:
    """Calls of a stranger that must all succeed."""
    oracle, instruments = stage.world.oracle.contract.functions, stage.world.instruments.contract.functions
    panel = stage.world.panel(3, 3)
    now, terms = stage.world.chain.now, stage.card.terms()
    live = stage.card.live_rows({0: [1], 1: [1]}, now).encoded(terms)
    report = stage.card.rows({0: [1], 1: [1]}, 2).encoded(terms)
    opening = stage.settled.terms.abi(), stage.settled.body
    return {
        "openPanel": lambda: oracle.openPanel(panel.abi()),
        "openScorecard": lambda: oracle.openScorecard(*RawTerms(stage.world.panel()).abi()),
        "report": lambda: oracle.report(report),
        "reportLive": lambda: oracle.reportLive(live),
        "open": lambda: instruments.open(*opening),
        "settle": lambda: instruments.settle(stage.open.terms.abi(), stage.open.body),
        "multicall": lambda: instruments.multicall([]),
    }


@pytest.mark.parametrize("function", sorted(ANYONE["OutcomeOracle"] | ANYONE["ImpactInstruments"]))
def test_a_stranger_may_call_what_anyone_may(stage: Stage, function: str) -> None:
    """R-04."""
    stage.world.send(anyones(stage)[function](), "stranger")


def test_a_stranger_reaches_only_what_is_its_own(stage: Stage) -> None:
    """R-04, P-13: its approvals and operators are for its own positions; it mints with its own tokens."""
    world, functions = stage.world, stage.world.instruments.contract.functions
    stranger, provider, position = world.role("stranger"), world.role("provider"), stage.open.position_id(0)
    world.send(functions.approve(stranger, position, 1000), "stranger")
    world.send(functions.setOperator(stranger, True), "stranger")
    assert world.call(functions.allowance(provider, stranger, position)) == 0
    assert world.call(functions.isOperator(provider, stranger)) is False
    world.fund(world.token, world.role("outcome_payer"), 1000)  # allows the instruments to pull, not the stranger
    with reverts_with("ImpactInstruments_InexactTransfer", 0, 10):
        world.send(functions.mint(stage.open.terms.abi(), 10, [(stranger, 0b11, 10)]), "stranger")


@pytest.mark.parametrize("caller", ["stranger", "deployer", "relayer", "outcome_payer", "investor"])
def test_nobody_but_the_holder_gives_up_or_moves_a_position(stage: Stage, caller: str) -> None:
    """R-04, P-13: not who deployed the contracts, who paid, or who opened; even where nothing is lost."""
    world, functions = stage.world, stage.world.instruments.contract.functions
    who, provider = world.role(caller), world.role("provider")
    settled, unsettled = stage.settled, stage.open
    for position, call in (
        (settled.position_id(0), functions.redeem(settled.terms.abi(), 0, 1, provider)),
        (unsettled.position_id(0), functions.merge(unsettled.terms.abi(), 1, provider)),
        (settled.position_id(0), functions.transfer(provider, settled.position_id(0), 1)),
    ):
        with reverts_with("PackedERC6909_InsufficientBalance", who, position, 1, 0):
            world.send(call, caller)
    with reverts_with("PackedERC6909_InsufficientAllowance", who, settled.position_id(0), 1, 0):
        world.send(functions.transferFrom(provider, who, settled.position_id(0), 1), caller)


@pytest.mark.parametrize("caller", ["stranger", "deployer", "relayer"])
def test_nobody_but_the_holder_hands_a_seat_over(stage: Stage, caller: str) -> None:
    """R-04, O-18."""
    world, holder = stage.world, stage.world.holder(1)
    function = world.oracle.contract.functions.handOver(stage.card.terms(), 1, world.role(caller), b"")
    with reverts_with("OutcomeOracle_NotSeatHolder", world.role(caller), holder):
        world.send(function, caller)
    world.chain.send(function, holder)
