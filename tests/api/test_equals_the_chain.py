"""What the API says equals what the contracts say, now and as of every block."""

from __future__ import annotations

import random
from typing import Any

import pytest

from app.domain.instrument import MetricLeg
from app.domain.round import State
from tests.api.scene import JOBS, RECIDIVISM, Scene
from tests.api.serving import Server


def _blocks(server: Server) -> list[int]:
    return [int(str(row["number"])) for row in server.rows("/v1/blocks", with_events="true")]


def test_positions_are_the_contracts_balances(server: Server, scene: Scene) -> None:
    rows = server.rows("/v1/positions", limit=2)
    assert len(rows) == 8
    for row in rows:
        name = scene.name_of(str(row["instrument_id"]))
        assert int(row["units"]) == scene.balance(name, int(row["claim"]), str(row["holder"])) > 0
        assert int(str(row["position_id"]), 16) == scene.opened[name].position_id(int(row["claim"]))
        assert row["token"] == {"address": scene.world.token.address.lower(), "symbol": "USD", "decimals": 2}


def test_a_settled_position_pays_what_payout_of_says(server: Server, scene: Scene) -> None:
    rows = [row for row in server.rows("/v1/positions") if row["status"] == "SETTLED"]
    assert {(row["claim"], row["basis"]) for row in rows} == {(0, "SETTLED"), (1, "SETTLED")}
    for row in rows:
        assert int(row["payout"]) == scene.payout_of("bond", int(row["claim"]), int(row["units"]))


def test_as_of_every_block_balances_and_payouts_are_those_of_that_block(server: Server, scene: Scene) -> None:
    blocks = _blocks(server)
    settled_at = server.data(f"/v1/instruments/{scene.instrument_id('bond')}")["settlement"]["at"]["block"]
    seen = 0
    for block in blocks:
        for row in server.rows("/v1/positions", block=block):
            name = scene.name_of(str(row["instrument_id"]))
            claim, units = int(row["claim"]), int(row["units"])
            assert units == scene.balance(name, claim, str(row["holder"]), block)
            if name == "bond" and block >= settled_at:
                assert int(row["payout"]) == scene.payout_of(name, claim, units, block)
                seen += 1
    assert seen > 10


def test_rounds_are_the_oracles_as_of_every_block(server: Server, scene: Scene) -> None:
    states = set()
    for block in _blocks(server):
        for row in server.rows("/v1/rounds", block=block):
            metric, period = bytes.fromhex(str(row["metric_id"])[2:]), int(row["period"])
            function = scene.world.oracle.contract.functions.round(metric, period)
            state, value, reporters, final_at = function.call(block_identifier=block)
            outcome: Any = row["outcome"]
            assert (row["state"], row["final_at"]) == (State(state).name, final_at)
            assert (int(outcome["value"]) if outcome else 0) == value
            assert (len(outcome["seats"]) if outcome else 0) == reporters
            states.add(row["state"])
    assert states == {"OPEN", "REPORTED", "FINAL"}


def test_a_round_tells_what_each_reporter_said(server: Server, scene: Scene) -> None:
    row: Any = server.data(f"/v1/rounds/{scene.metric_id(0)}/1")
    assert row["state"] == "REPORTED"
    assert {key: row["outcome"][key] for key in ("value", "least", "greatest", "seats")} == {
        "value": "700",
        "least": "700",
        "greatest": "710",
        "seats": [0, 1],
    }
    said = [(one["seat"], one["reporter"], one["value"]) for one in row["outcome"]["values"]]
    reporters = [reporter.address.lower() for reporter in scene.world.reporters[:2]]
    assert said == [(0, reporters[0], "700"), (1, reporters[1], "710")]


def test_a_live_value_is_the_oracles_and_its_history_stays(server: Server, scene: Scene) -> None:
    newest = {row["name"]: row for row in server.rows("/v1/live")}
    for index, metric in enumerate((RECIDIVISM, JOBS)):
        value, observed_at = scene.card.live(index)
        assert (int(newest[metric.name]["value"]), newest[metric.name]["observed_at"]) == (value, observed_at)
    history = server.rows("/v1/live", metric=scene.metric_id(0))
    assert [row["value"] for row in history] == ["7", "3"]


@pytest.mark.parametrize("name", ["bond", "guarantee", "jobs", "formula"])
def test_payout_state_is_the_contracts_payoffs_for_its_inputs(server: Server, scene: Scene, name: str) -> None:
    state: Any = server.data(f"/v1/instruments/{scene.instrument_id(name)}/payout-state")
    inputs = [int(one["value"]) for one in state["inputs"]]
    score, amounts = scene.world.instruments.payoffs(scene.opened[name], inputs)
    assert int(state["score"]) == score
    assert [int(one["payoff"]) for one in state["claims"]] == amounts
    assert sum(int(one["total"]) for one in state["claims"]) == int(state["sets"])


def test_payout_state_says_what_it_rests_on(server: Server, scene: Scene) -> None:
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for name in scene.opened:
        state: Any = server.data(f"/v1/instruments/{scene.instrument_id(name)}/payout-state")
        found[name] = (state["basis"], [(one["value"], one["basis"]) for one in state["inputs"]])
    assert found == {
        "bond": ("SETTLED", [("612", "FINAL")]),
        "guarantee": ("SETTLED", [("5508", "SETTLED")]),
        "jobs": ("LIVE", [("50", "REPORTED"), ("41", "LIVE")]),
        "formula": ("LIVE", [("50", "REPORTED"), ("7", "LIVE")]),
    }


@pytest.mark.parametrize("name", ["bond", "guarantee", "jobs", "formula"])
def test_what_if_is_the_contracts_view(server: Server, scene: Scene, name: str) -> None:
    """For random outcomes; what a nested instrument reads is what the contract says its source would pay."""
    dice = random.Random(name)
    for _ in range(25):
        recidivism, jobs = dice.randint(-10_000, 10_000), dice.randint(0, 1_000)
        outcomes = {
            "bond": {"recidivism_reduction": _decimal(recidivism)},
            "guarantee": {scene.metric_id(0).upper().replace("0X", "0x"): _decimal(recidivism)},
            "jobs": {"jobs/1": jobs, f"{scene.metric_id(1)}/2": None},
            "formula": {"jobs": str(jobs), "recidivism_reduction/2": _decimal(recidivism)},
        }[name]
        inputs = {
            "bond": [recidivism],
            "guarantee": [scene.world.instruments.payoffs(scene.opened["bond"], [recidivism])[1][0]],
            "jobs": [jobs, 5],
            "formula": [jobs, recidivism],
        }[name]
        answer = server.http.post(f"/v1/instruments/{scene.instrument_id(name)}/what-if", json={"outcomes": outcomes})
        assert answer.status_code == 200, answer.text
        state = answer.json()["data"]
        assert [int(one["value"]) for one in state["inputs"]] == inputs
        score, amounts = scene.world.instruments.payoffs(scene.opened[name], inputs)
        assert (int(state["score"]), [int(one["payoff"]) for one in state["claims"]]) == (score, amounts)
        assert state["basis"] == "SUPPOSED"


def test_an_instrument_stands_there_with_all_its_terms(server: Server, scene: Scene) -> None:
    for name, opened in scene.opened.items():
        row: Any = server.data(f"/v1/instruments/{scene.instrument_id(name)}")
        terms = opened.instrument
        assert row["body"] == f"0x{opened.body.hex()}"
        assert (int(row["face"]), row["combine"]) == (terms.face, terms.combine.name)
        for leg, own in zip(row["legs"], terms.legs, strict=True):
            assert [(int(x), int(y)) for x, y in leg["curve"]] == list(own.curve)
            if isinstance(own, MetricLeg):
                assert (leg["metric"], leg["period"], int(leg["fallback"])) == (own.metric, own.period, own.fallback)
            else:
                assert leg["source_instrument_id"] == scene.instrument_id(own.instrument)
        curves = [[(int(x), int(y)) for x, y in claim["curve"]] for claim in row["claims"][:-1]]
        assert curves == [list(claim.curve) for claim in terms.claims]
        assert (row["claims"][-1]["label"], row["claims"][-1]["curve"]) == (terms.residual, None)
        assert (row["token"] is None) == terms.formula


def test_an_account_was_paid_what_moved_to_it(server: Server, scene: Scene) -> None:
    account: Any = server.data(f"/v1/accounts/{scene.account('guarantor')}")
    (position,) = account["positions"]
    (payment,) = account["payments"]
    assert (payment["holder"], payment["receiver"]) == (scene.account("investor"), scene.account("guarantor"))
    assert int(payment["payout"]) == scene.world.token.balance(scene.world.role("guarantor"))
    assert account["sums"] == [
        {
            "token": position["token"],
            "payable": "0",
            "expected": position["payout"],
            "paid": payment["payout"],
        }
    ]


def test_an_account_nobody_heard_of_holds_nothing(server: Server) -> None:
    account: Any = server.data(f"/v1/accounts/0x{'ab' * 20}")
    assert (account["positions"], account["payments"], account["sums"]) == ([], [], [])


def test_a_mission_is_what_instruments_name(server: Server, scene: Scene) -> None:
    (mission,) = server.rows("/v1/missions")
    assert (mission["mission"], mission["instruments"]) == (f"0x{'11' * 32}", 1)
    (row,) = server.rows("/v1/instruments", mission=mission["mission"])
    assert row["instrument_id"] == scene.instrument_id("jobs")
    one: Any = server.data(f"/v1/missions/{mission['mission']}")
    assert one == mission


def test_rows_say_where_they_stand_and_whether_that_is_final(server: Server, scene: Scene) -> None:
    status: Any = server.data("/v1/status")
    head = scene.world.chain.w3.eth.block_number
    assert (status["indexed_block"], status["final_block"]) == (head, head - 4)
    events = server.rows("/v1/events")
    assert {row["at"]["is_final"] for row in events} == {True, False}
    for row in events:
        block = scene.world.chain.w3.eth.get_block(row["at"]["block"])
        assert row["at"]["hash"] == block["hash"].to_0x_hex()
        assert row["at"]["timestamp"] == block["timestamp"]
        assert row["at"]["is_final"] == (row["at"]["block"] <= head - 4)
        assert server.data(f"/v1/events/{row['id']}") == row
    final = server.get("/v1/payments", block="final").json()
    assert final["as_of"]["is_final"] is True


def test_filters_choose(server: Server, scene: Scene) -> None:
    bond = scene.instrument_id("bond")
    assert {row["instrument_id"] for row in server.rows("/v1/payments", instrument=bond)} == {bond}
    assert len(server.rows("/v1/payments", account=scene.account("guarantor"))) == 1
    assert len(server.rows("/v1/positions", instrument=bond, holder=scene.account("provider"))) == 1
    assert [row["name"] for row in server.rows("/v1/metrics", name="jobs")] == ["jobs"]
    reading = server.rows("/v1/instruments", metric=scene.metric_id(1))
    assert {row["instrument_id"] for row in reading} == {scene.instrument_id(name) for name in ("jobs", "formula")}
    settled = server.rows("/v1/events", name="Settled")
    assert len(settled) == 1
    block, transaction = settled[0]["at"]["block"], settled[0]["transaction"]
    assert server.rows("/v1/events", in_block=block) == server.rows("/v1/events", transaction=transaction) == settled


def _decimal(hundredths: int) -> str:
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"
