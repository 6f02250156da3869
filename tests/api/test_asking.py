"""Pages, validators, and refusals: what holds for every address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.scene import Scene, play
from tests.api.serving import Server, serving
from tests.support.world import running_world

LISTS = ("metrics", "rounds", "live", "instruments", "positions", "payments", "blocks", "events", "missions")


@pytest.mark.parametrize("noun", LISTS)
def test_pages_together_are_the_whole_list_in_its_order(server: Server, noun: str) -> None:
    whole = server.get(f"/v1/{noun}", limit=200).json()
    assert whole["next"] is None
    assert server.rows(f"/v1/{noun}", limit=1) == whole["data"]


def test_rounds_of_a_metric_page_by_period(server: Server, scene: Scene) -> None:
    rows = server.rows("/v1/rounds", metric=scene.metric_id(0), limit=1)
    assert [row["period"] for row in rows] == [2, 1, 0]


def test_pages_stay_those_of_the_first_one_while_more_is_indexed_until_it_is_taken_back(tmp_path: Path) -> None:
    with running_world("anvil") as world:
        scene = play(world, tmp_path)
        url = f"sqlite:///{tmp_path}/a.db"
        scene.index(url)
        node = world.chain.w3.provider
        with serving(scene.config(url, roles="api")) as server:
            before = server.rows("/v1/events")
            first = server.get("/v1/events", limit=5).json()
            world.instruments.redeem(scene.opened["bond"], 0, 5, world.role("provider"), world.role("provider"))
            scene.index(url)
            found, page = list(first["data"]), first
            while page["next"]:
                page = server.http.get(page["next"]).json()
                assert page["as_of"] == first["as_of"]
                found += page["data"]
            assert [row["id"] for row in found] == [row["id"] for row in before]
            assert len(server.rows("/v1/events")) == len(before) + 2
            node.make_request("anvil_reorg", [3, []])
            scene.index(url)
            answer = server.http.get(first["next"])
            assert (answer.status_code, answer.json()["code"]) == (409, "rewound")


def test_an_answer_is_not_sent_twice(server: Server, scene: Scene) -> None:
    for path in ("/v1/metrics", f"/v1/instruments/{scene.instrument_id('bond')}/payout-state", "/v1/events?limit=2"):
        first = server.get(path)
        tag = first.headers["etag"]
        again = server.http.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        other = server.http.get(path, headers={"If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)


def test_any_page_of_the_web_may_read_and_ask(server: Server) -> None:
    answer = server.http.get("/v1/metrics", headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    assert server.http.options("/v1/instruments/0x/what-if", headers=asked).is_success
    asked["Access-Control-Request-Method"] = "DELETE"
    assert not server.http.options("/v1/metrics", headers=asked).is_success


METRIC = f"0x{'00' * 32}"


@pytest.mark.parametrize(
    ("path", "status", "code", "field", "told"),
    [
        ("/v1/events?limt=3", 422, "unknown_parameter", "limt", "block, cursor, in_block, limit, name, transaction"),
        ("/v1/status?limit=3", 422, "unknown_parameter", "limit", "expected one of block"),
        ("/v1/events?limit=0", 422, "bad_request", "limit", "greater than or equal to 1"),
        ("/v1/events?limit=201", 422, "bad_request", "limit", "less than or equal to 200"),
        ("/v1/events?limit=1&limit=2", 422, "bad_request", "limit", "given more than once"),
        ("/v1/events?block=newest", 422, "bad_block", "block", "a block's number, or latest, or final"),
        ("/v1/events?block=-1", 422, "bad_block", "block", "'-1'"),
        ("/v1/events?block=9223372036854775808", 422, "bad_block", "block", "a block's number"),
        ("/v1/events?cursor=e30", 422, "bad_cursor", "cursor", "`next`"),
        ("/v1/metrics/0x12", 422, "bad_id", "metric_id", "'0x12': expected 0x and 64 hexadecimal digits"),
        ("/v1/accounts/alice", 422, "bad_id", "address", "0x and 40 hexadecimal digits"),
        ("/v1/positions?holder=0x1", 422, "bad_id", "holder", "'0x1'"),
        (f"/v1/metrics/{METRIC}", 404, "unknown_metric", None, METRIC),
        (f"/v1/instruments/{METRIC}", 404, "unknown_instrument", None, METRIC),
        (f"/v1/instruments/{METRIC}/payout-state", 404, "unknown_instrument", None, METRIC),
        (f"/v1/rounds/{METRIC}/0", 404, "unknown_metric", None, METRIC),
        (f"/v1/live?metric={METRIC}", 404, "unknown_metric", None, METRIC),
        (f"/v1/missions/{METRIC}", 404, "unknown_mission", None, METRIC),
        ("/v1/events/99999", 404, "unknown_event", None, "99999"),
        ("/v1/blocks/99999", 404, "unknown_block", None, "99999"),
        ("/v1/metrics?block=99999", 404, "unknown_block", None, "not indexed yet"),
        ("/v1/nothing", 404, "not_found", None, "/openapi.json"),
    ],
)
def test_what_can_t_be_answered_is_a_problem_that_names_it(
    server: Server, path: str, status: int, code: str, field: str | None, told: str
) -> None:
    answer = server.get(path)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:concord:problem:{code}"
    assert told in problem["detail"]
    assert [fault["field"] for fault in problem.get("faults", [])] == ([field] if field else [])


def test_a_cursor_of_another_address_is_refused(server: Server) -> None:
    cursor = server.get("/v1/metrics", limit=1).json()["next"].split("cursor=")[1]
    answer = server.get("/v1/events", cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


def test_a_round_beyond_the_calendar_is_unknown(server: Server, scene: Scene) -> None:
    answer = server.get(f"/v1/rounds/{scene.metric_id(0)}/3")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_round")


def test_nothing_can_be_changed(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = server.http.request(method, "/v1/metrics")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    ("name", "body", "code", "told"),
    [
        ("bond", {"outcomes": {"recidivism_reduction": 5.5}}, "bad_number", "write it as a string"),
        ("bond", {"outcomes": {"recidivism_reduction": "5.555"}}, "bad_outcome", "has 2 decimals"),
        ("bond", {"outcomes": {"recidivism_reduction": "101"}}, "bad_outcome", "lies between -100 and 100"),
        ("bond", {"outcomes": {"recidivism_reduction": "much"}}, "bad_outcome", '"much" is not a number'),
        ("bond", {"outcomes": {"jobs": "1"}}, "bad_outcome", "expected recidivism_reduction"),
        ("jobs", {"outcomes": {"jobs": "1"}}, "bad_outcome", "several rounds are called so: expected jobs/1, jobs/2"),
        ("formula", {"outcomes": {"jobs": "1", "jobs/1": "2"}}, "bad_outcome", "given twice"),
        ("bond", {"outcome": {}}, "bad_request", "outcomes: field required"),
        ("bond", {"outcomes": {}, "scale": 2}, "bad_request", "scale"),
        ("bond", {"outcomes": {"recidivism_reduction": {}}}, "bad_request", "valid string"),
    ],
)
def test_a_wrong_supposition_is_refused_by_name(
    server: Server, scene: Scene, name: str, body: dict[str, Any], code: str, told: str
) -> None:
    answer = server.http.post(f"/v1/instruments/{scene.instrument_id(name)}/what-if", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert told in answer.json()["detail"]


def test_without_an_index_the_service_says_so(tmp_path: Path, scene: Scene) -> None:
    with serving(scene.config(f"sqlite:///{tmp_path}/empty.db", roles="api")) as server:
        answer = server.get("/v1/metrics")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"] == "5"
        ready = server.get("/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (503, False)
        assert server.get("/livez").status_code == 200
