from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from app.chain.oracle import Panel, State, metric_id
from app.oracle.report import local_reporters
from tests.contracts.OutcomeOracle.terms import START, WORDS, RawTerms, home
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import World

LAST = 2**40 - 1
ARBITER, OTHER = (one.address for one in local_reporters(2, "somebody else"))
EDGES = [
    {"levels": 4, "bond": 2**256 - 1, "arbiter": ARBITER, "bond_token": OTHER, "lost_bond_receiver": OTHER},
    {"levels": 0, "bond": 0, "arbiter": ARBITER},
    {"bounds": ((7, 7), (-(2**95), 2**95 - 1))},
    {"bounds": ((0, 1),) * 64, "metrics": (WORDS,) * 64},
    {"bounds": ((0, 1),), "metrics": (("", "", "", 0, "", ""),)},
    {"start": 0, "length": 1, "count": 1, "report_window": 1, "challenge_window": 0},
    {"start": LAST - 12, "length": 2, "count": 4, "report_window": 3, "challenge_window": 1},
]
CHANGES = [
    {"panel": Panel(tuple(one.address for one in local_reporters(3)), 3)},
    {"start": START + 1},
    {"length": 86_401},
    {"count": 5},
    {"report_window": 86_401},
    {"challenge_window": 0},
    {"bounds": ((-1000, 1001), (0, 5))},
    {"bounds": ((-1001, 1000), (0, 5))},
    {"bounds": ((0, 5), (-1000, 1000))},
    {"metrics": (WORDS, ("rate", "%", "", 17, "", ""))},
    {"metrics": (WORDS, ("rates", "%", "", 18, "", ""))},
    {"metrics": (WORDS, ("rate", "1", "", 18, "", ""))},
    {"metrics": (WORDS, ("rate", "%", "x", 18, "", ""))},
    {"metrics": (WORDS, ("rate", "%", "", 18, "x", ""))},
    {"metrics": (WORDS, ("rate", "%", "", 18, "", "x"))},
    {"arbiter": ARBITER},
    {"arbiter": ARBITER, "levels": 1},
    {"arbiter": ARBITER, "bond": 1},
    {"bond_token": OTHER},
    {"lost_bond_receiver": OTHER},
]


@pytest.fixture
def terms(world: World) -> RawTerms:
    """Two metrics, four periods, on a panel that is open."""
    world.oracle.open_panel(world.panel(), world.role("stranger"))
    return RawTerms(world.panel())


def open_scorecard(world: World, terms: RawTerms) -> Any:
    return world.send(world.oracle.contract.functions.openScorecard(*terms.abi()), "stranger")


def id_of(world: World, terms: RawTerms) -> bytes:
    return bytes(world.call(world.oracle.contract.functions.scorecardIdOf(*terms.abi())))


def test_open_scorecard_opens_all_rounds_of_all_metrics(world: World, terms: RawTerms) -> None:
    """O-01, O-04, R-04: anyone opens it; the event tells all terms; every round waits for its reports."""
    oracle = world.oracle.contract
    (event,) = events(oracle, "ScorecardOpened", open_scorecard(world, terms))
    assert (event["scorecardId"], event["panelId"]) == (id_of(world, terms), world.oracle.panel_id(terms.panel))
    assert tuple(event["calendar"].values()) == terms.calendar()
    assert tuple(tuple(one.values()) for one in event["bounds"]) == terms.bounds
    words, *others = event["details"].values()
    assert (tuple(tuple(one.values()) for one in words), *others) == (terms.metrics, *terms.details()[1:])
    for metric in range(2):
        for period in range(4):
            round_ = world.oracle.round(metric_id(id_of(world, terms), metric), period)
            assert (round_.state, round_.value, round_.reporters) == (State.OPEN, 0, 0)
            assert round_.final_at == START + (period + 3) * 86_400


def test_open_scorecard_returns_the_hash_of_all_terms_contract_and_chain(world: World, terms: RawTerms) -> None:
    """O-02: the last byte is left to the metrics."""
    expected = keccak(home(world, "Scorecard") + terms.packed())[:-1] + b"\0"
    assert world.call(world.oracle.contract.functions.openScorecard(*terms.abi())) == expected
    assert id_of(world, terms) == expected


@pytest.mark.parametrize("edge", EDGES)
def test_open_scorecard_takes_terms_at_the_edge(world: World, terms: RawTerms, edge: dict[str, Any]) -> None:
    """O-04, O-05: the largest and smallest terms that the rules allow."""
    receipt = open_scorecard(world, replace(terms, **edge))
    assert len(events(world.oracle.contract, "ScorecardOpened", receipt)) == 1


@pytest.mark.parametrize("change", CHANGES, ids="-".join)
def test_open_scorecard_gives_other_terms_another_id(world: World, terms: RawTerms, change: dict[str, Any]) -> None:
    """O-02: any term changes the id, and opening one opens no other."""
    open_scorecard(world, terms)
    other = id_of(world, replace(terms, **change))
    assert other != id_of(world, terms)
    with reverts_with("OutcomeOracle_UnknownMetric", other):
        world.oracle.round(other, 0)


def test_open_scorecard_again_changes_nothing(world: World, terms: RawTerms) -> None:
    """O-01, O-02: whoever opens first gains nothing; who opens again gets the same id and no event."""
    open_scorecard(world, terms)
    assert open_scorecard(world, terms)["logs"] == []
    opening = world.oracle.contract.functions.openScorecard(*terms.abi())
    assert world.call(opening) == id_of(world, terms)


def test_open_scorecard_again_keeps_who_handed_over(world: World) -> None:
    """O-01: opening again is no way back to the first reporters."""
    first, successor = world.holder(0), world.holder(1)
    panel = Panel((first, *world.panel().reporters[:2]), 2)
    terms = RawTerms(panel)
    world.oracle.open_panel(panel, world.role("stranger"))
    open_scorecard(world, terms)
    world.chain.send(world.oracle.contract.functions.handOver(terms.packed(), 0, successor, b""), first)
    open_scorecard(world, terms)
    held = world.oracle.contract.functions.holderOf(terms.packed(), 0, START)
    assert world.call(held) == [successor, 1]


def test_open_scorecard_reverts_on_an_unknown_panel(world: World, terms: RawTerms) -> None:
    """O-04: also if the panel differs in its quorum only."""
    panel = Panel(terms.panel.reporters, 3)
    with reverts_with("OutcomeOracle_UnknownPanel", world.oracle.panel_id(panel)):
        open_scorecard(world, replace(terms, panel=panel))


@pytest.mark.parametrize("empty", ["length", "count", "report_window"])
def test_open_scorecard_reverts_on_an_empty_calendar(world: World, terms: RawTerms, empty: str) -> None:
    """O-05."""
    broken = replace(terms, **{empty: 0})
    with reverts_with("OutcomeOracle_EmptyCalendar", broken.length, broken.count, broken.report_window):
        open_scorecard(world, broken)


@pytest.mark.parametrize(
    "calendar",
    [
        {"start": LAST - 11, "length": 2, "count": 4, "report_window": 3, "challenge_window": 1},
        {"start": LAST, "length": 1, "count": 1, "report_window": 1, "challenge_window": 0},
        dict.fromkeys(("length", "count", "report_window", "challenge_window"), 2**32 - 1),
        {"start": LAST} | dict.fromkeys(("length", "count", "report_window", "challenge_window"), 2**32 - 1),
    ],
)
def test_open_scorecard_reverts_on_a_calendar_without_end(
    world: World, terms: RawTerms, calendar: dict[str, int]
) -> None:
    """O-05, R-03: every round ends by itself."""
    broken = replace(terms, **calendar)
    end = broken.start + broken.length * broken.count + broken.report_window + broken.challenge_window
    with reverts_with("OutcomeOracle_CalendarTooLong", end, LAST):
        open_scorecard(world, broken)


@pytest.mark.parametrize("count", [0, 65])
def test_open_scorecard_reverts_on_no_or_too_many_metrics(world: World, terms: RawTerms, count: int) -> None:
    """O-04."""
    with reverts_with("OutcomeOracle_MetricCount", count, 64):
        open_scorecard(world, replace(terms, metrics=(WORDS,) * count, bounds=((0, 1),) * count))


@pytest.mark.parametrize("count", [0, 1, 3, 65])
def test_open_scorecard_reverts_on_another_number_of_bounds(world: World, terms: RawTerms, count: int) -> None:
    """O-04."""
    with reverts_with("OutcomeOracle_BoundsCount", count, 2):
        open_scorecard(world, replace(terms, bounds=((0, 1),) * count))


def test_open_scorecard_reverts_on_reversed_bounds(world: World, terms: RawTerms) -> None:
    """O-04."""
    with reverts_with("OutcomeOracle_BoundsReversed", 1, 6, 5):
        open_scorecard(world, replace(terms, bounds=((0, 1), (6, 5))))
    with reverts_with("OutcomeOracle_BoundsReversed", 0, 2**95 - 1, -(2**95)):
        open_scorecard(world, replace(terms, bounds=((2**95 - 1, -(2**95)), (0, 1))))


@pytest.mark.parametrize("decimals", [19, 255])
def test_open_scorecard_reverts_on_more_than_18_decimals(world: World, terms: RawTerms, decimals: int) -> None:
    """O-04."""
    with reverts_with("OutcomeOracle_DecimalsTooLarge", decimals, 18):
        open_scorecard(world, replace(terms, metrics=(WORDS, ("rate", "%", "", decimals, "", ""))))


@pytest.mark.parametrize("levels", [5, 255])
def test_open_scorecard_reverts_on_more_than_4_levels(world: World, terms: RawTerms, levels: int) -> None:
    """O-04."""
    with reverts_with("OutcomeOracle_LevelsTooMany", levels, 4):
        open_scorecard(world, replace(terms, arbiter=ARBITER, levels=levels))


@pytest.mark.parametrize(("levels", "bond"), [(1, 0), (0, 1), (4, 10**18)])
def test_open_scorecard_reverts_on_disputes_without_arbiter(
    world: World, terms: RawTerms, levels: int, bond: int
) -> None:
    """O-04."""
    with reverts_with("OutcomeOracle_DisputeWithoutArbiter", levels, bond):
        open_scorecard(world, replace(terms, levels=levels, bond=bond))
