from __future__ import annotations

from dataclasses import replace

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tests.support.community import HASH, Community, Goal, Mission
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import World

TERMS = Mission(reports_due=(10, 20), sign_ons=3)
TYPE = "(string,bytes32,string,(bytes32,int96,int96,uint40,uint8,string)[],bytes32,uint40[],uint32,address)"


def test_open_tells_all_terms_and_gives_no_power(world: World) -> None:
    """M-01, M-11: whoever opens is no member; the event has all terms."""
    here = Community.deploy(world)
    receipt = here.send(here.registry.functions.open(TERMS.abi()), "stranger")
    (event,) = events(here.registry, "MissionOpened", receipt)
    assert event["terms"]["hashtag"] == "#JobsForAll" and event["terms"]["annualReportsDue"] == [10, 20]
    assert event["terms"]["goals"][0]["target"] == 100
    assert here.call(here.registry.functions.memberOf(event["mission"], world.role("stranger"))) == (0, 0, 0)
    assert here.call(here.registry.functions.stateOf(event["mission"])) == (TERMS.gate, 1, 0, 3)


def test_open_returns_the_hash_of_terms_contract_and_chain(world: World) -> None:
    """M-01."""
    here = Community.deploy(world)
    home = keccak(
        encode(["string", "uint256", "address"], ["Mission", world.chain.w3.eth.chain_id, here.registry.address])
    )
    expected = keccak(encode(["bytes32", TYPE], [home, TERMS.abi()]))
    assert here.call(here.registry.functions.missionIdOf(TERMS.abi())) == expected
    assert here.open(TERMS).mission == expected


def test_open_again_changes_nothing(here: Community) -> None:
    """M-01: a squatter gains nothing; members and counters stay."""
    here.join("investor")
    function = here.registry.functions.open(Mission().abi())
    assert here.call(function) == here.mission
    assert here.send(function, "relayer")["logs"] == []
    assert here.member("investor")[0] == 1
    assert here.call(here.registry.functions.stateOf(here.mission))[1:3] == (2, 1)


@pytest.mark.parametrize(
    "other",
    [
        replace(TERMS, hashtag="#Jobs"),
        replace(TERMS, charter=bytes(32)),
        replace(TERMS, charter_uri=""),
        replace(TERMS, goals=(Goal(), Goal())),
        replace(TERMS, goals=(Goal(target=101),)),
        replace(TERMS, reports_due=(10,)),
        replace(TERMS, sign_ons=4),
        replace(TERMS, gate=Mission().gate[:-1] + "1"),
    ],
)
def test_open_gives_other_terms_another_id(here: Community, other: Mission) -> None:
    """M-01, M-02, M-04: hashtags are shared, terms never change."""
    assert here.open(other).mission != here.open(TERMS).mission


def test_open_takes_a_fork_of_an_open_mission_only(here: Community) -> None:
    """M-03, M-04."""
    child = here.open(replace(TERMS, parent=here.mission))
    assert child.mission != here.mission
    with reverts_with("MissionRegistry_UnknownMission", HASH):
        here.open(replace(TERMS, parent=HASH))


@pytest.mark.parametrize("length", [1, 64])
def test_open_takes_hashtags_of_1_to_64_bytes(here: Community, length: int) -> None:
    """M-02."""
    here.open(replace(TERMS, hashtag="#" * length))


@pytest.mark.parametrize(
    ("terms", "error", "arguments"),
    [
        (replace(TERMS, hashtag=""), "HashtagLength", (0, 64)),
        (replace(TERMS, hashtag="é" * 33), "HashtagLength", (66, 64)),
        (replace(TERMS, goals=()), "GoalCount", (0, 32)),
        (replace(TERMS, goals=(Goal(),) * 33), "GoalCount", (33, 32)),
        (replace(TERMS, goals=(Goal(), Goal(target=0))), "TargetNotBeyondBaseline", (1, 0, 0)),
        (replace(TERMS, goals=(Goal(direction=1),)), "TargetNotBeyondBaseline", (0, 100, 0)),
        (replace(TERMS, goals=(Goal(target=-1),)), "TargetNotBeyondBaseline", (0, -1, 0)),
        (replace(TERMS, reports_due=(10, 10)), "DueDatesNotRising", (10, 10)),
        (replace(TERMS, reports_due=(0,)), "DueDatesNotRising", (0, 0)),
        (replace(TERMS, reports_due=tuple(range(1, 66))), "AnnualReportCount", (65, 64)),
    ],
)
def test_open_refuses_terms(here: Community, terms: Mission, error: str, arguments: tuple[int, ...]) -> None:
    """M-02, M-03."""
    with reverts_with(f"MissionRegistry_{error}", *arguments):
        here.open(terms)


def test_open_takes_goals_at_the_extremes(here: Community) -> None:
    """M-03: a target below the baseline, as a direction says, and the largest numbers."""
    extremes = Goal(baseline=2**95 - 1, target=-(2**95), direction=1)
    here.open(replace(TERMS, goals=(extremes,) * 32, reports_due=tuple(range(1, 65))))
