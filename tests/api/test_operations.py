"""Running the service: roles that meet in the database, health, metrics, an orderly end, and the doctor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text, update
from typer.testing import CliRunner, Result

from app.chain.local import free_port
from app.cli.main import commands
from app.store.engine import open_engine, writing
from app.store.tables import tip
from tests.api.scene import Scene
from tests.api.serving import Server, serving


@dataclass(frozen=True)
class Process:
    """A service as people start it."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def ready(self) -> bool:
        """Whether it says that it is ready."""
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False, timeout=5).status_code == 200
        except httpx.TransportError:
            return False


def _environment(scene: Scene, database: str, **settings: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")}
    given = {"DATABASE": database, "RPC": scene.world.node.url, "DEPLOYMENT": str(scene.record), **settings}
    return own | {f"CONCORD_{name}": value for name, value in given.items()}


@contextmanager
def _started(scene: Scene, database: str, log: Path, roles: str, **settings: str) -> Iterator[Process]:
    port = free_port()
    command = [sys.executable, "-m", "app.cli.main", "serve", "--roles", roles, "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=_environment(scene, database, **settings), stdout=out, stderr=subprocess.STDOUT
        )
    try:
        yield Process(f"http://127.0.0.1:{port}", process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def _until(holds: object, within: float = 30) -> None:
    deadline = time.monotonic() + within
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_two_processes_with_a_role_each_meet_in_the_database(scene: Scene, tmp_path: Path) -> None:
    """The one that answers never saw the chain; the one that indexes answers nothing but how it is."""
    database = f"sqlite:///{tmp_path}/shared.db"
    with (
        _started(scene, database, tmp_path / "api.log", "api", RPC="http://127.0.0.1:9") as api,
        _started(scene, database, tmp_path / "indexer.log", "indexer") as indexer,
    ):
        _until(lambda: api.ready() and indexer.ready())
        events = httpx.get(f"{api.url}/v1/events?limit=1", trust_env=False).json()
        assert events["as_of"]["number"] == scene.world.chain.w3.eth.block_number
        assert httpx.get(f"{indexer.url}/v1/events", trust_env=False).status_code == 404
        counted = httpx.get(f"{indexer.url}/metrics", trust_env=False).text
        assert 'concord_events_indexed_total{name="Settled"} 1.0' in counted
        assert "concord_index_lag_blocks 0.0" in counted


def test_sigterm_lets_streams_end_and_the_process_ends_in_order(scene: Scene, tmp_path: Path) -> None:
    with _started(scene, f"sqlite:///{tmp_path}/a.db", tmp_path / "log", "api,indexer", LOG_FORMAT="json") as service:
        _until(service.ready)
        with httpx.stream("GET", f"{service.url}/v1/stream?after=0", trust_env=False, timeout=20) as answer:
            lines = answer.iter_lines()
            assert any(line.startswith("event: Redeemed") for line in lines)
            began = time.monotonic()
            service.process.send_signal(signal.SIGTERM)
            assert ": the service stops: connect again" in list(lines)
        assert service.process.wait(15) in (0, -signal.SIGTERM)
        assert time.monotonic() - began < 8
    log = service.log.read_text()
    assert "the indexer stopped" in log
    assert "Traceback" not in log


def test_a_service_that_can_t_run_says_why_at_once(scene: Scene, tmp_path: Path) -> None:
    cases = {
        "DEPLOYMENT": (str(tmp_path / "nowhere.json"), "no deployment is recorded"),
        "DATABASE": (f"sqlite:///{tmp_path}/no/such/folder/a.db", "the database can't be opened"),
        "FINALITY": ("3", "finality (CONCORD_FINALITY) is no setting: did you mean finality_depth?"),
    }
    for name, (value, told) in cases.items():
        with _started(scene, f"sqlite:///{tmp_path}/a.db", tmp_path / "log", "api,indexer", **{name: value}) as service:
            assert service.process.wait(30) == 1
        assert told in service.log.read_text()
        assert "Traceback" not in service.log.read_text()


def test_an_index_of_another_deployment_ends_the_process(scene: Scene, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/a.db"
    scene.index(database)
    other = tmp_path / "other.json"
    other.write_text(scene.record.read_text().replace(scene.world.oracle.contract.address, f"0x{'77' * 20}"))
    with _started(scene, database, tmp_path / "log", "api,indexer", DEPLOYMENT=str(other)) as service:
        service.process.wait(30)
    assert "the database holds the deployment" in service.log.read_text()


def test_it_is_not_ready_on_stale_data(scene: Scene, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/a.db"
    scene.index(database)
    engine = open_engine(database)
    with serving(scene.config(database, roles="api", stale_after="60")) as server:
        assert server.get("/readyz").json()["ready"] is True
        with writing(engine) as connection:
            connection.execute(update(tip).values(reached_at=int(time.time()) - 61))
        answer = server.get("/readyz")
        assert (answer.status_code, answer.json()["ready"]) == (503, False)
        (stale,) = [one for one in answer.json()["checks"] if not one["ok"]]
        assert stale["name"] == "index" and stale["told"].startswith("stale: it had all of the chain 6")
        assert server.get("/v1/status").json()["data"]["lag_seconds"] >= 61
        assert "concord_index_lag_seconds 6" in server.get("/metrics").text
    engine.dispose()


def test_it_is_not_ready_on_a_broken_database(scene: Scene, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/a.db"
    scene.index(database)
    engine = open_engine(database)
    with serving(scene.config(database, roles="api")) as server:
        with writing(engine) as connection:
            connection.execute(text("ALTER TABLE events RENAME TO lost"))
        answer = server.get("/readyz")
        assert (answer.status_code, answer.json()["checks"][0]["ok"]) == (503, False)
        answer = server.get("/v1/events")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "events" not in answer.json()["detail"]
        assert server.get("/livez").status_code == 200
    engine.dispose()


def test_requests_are_counted_by_route_and_not_by_id(server: Server, scene: Scene) -> None:
    for name in scene.opened:
        server.get(f"/v1/instruments/{scene.instrument_id(name)}/payout-state")
    server.get(f"/v1/rounds/{scene.metric_id(0)}/1")
    server.get("/v1/events/1")
    server.get("/no/such/page")
    counted = server.get("/metrics").text
    for route in (
        "/v1/instruments/{instrument_id}/payout-state",
        "/v1/rounds/{metric_id}/{period}",
        "/v1/events/{event_id}",
    ):
        assert f'concord_requests_total{{method="GET",route="{route}",status="200"}}' in counted
    assert 'route="unmatched",status="404"' in counted
    assert scene.instrument_id("bond") not in counted


def _doctor(monkeypatch: pytest.MonkeyPatch, scene: Scene, database: str, *options: str, **settings: str) -> Result:
    for name, value in _environment(scene, database, **settings).items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(commands, ["doctor", *options])


def test_the_doctor_finds_everything_well(monkeypatch: pytest.MonkeyPatch, scene: Scene, database: str) -> None:
    found = _doctor(monkeypatch, scene, database, "--account", scene.account("relayer"))
    assert found.exit_code == 0, found.output
    for told in (
        "configuration: roles",
        "deployment: recorded",
        "endpoint 1: chain 31337",
        "endpoint 1: the contracts are where",
    ):
        assert f"ok    {told}" in found.output
    for told in ("wei for gas", "database: ", "migrations: at ", "index: up to block ", "All is well."):
        assert told in found.output


def test_the_doctor_says_what_is_wrong_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, scene: Scene, tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.write_text(scene.record.read_text().replace(scene.world.oracle.contract.address, f"0x{'77' * 20}"))
    rpc = f"http://127.0.0.1:9/secretkey,{scene.world.node.url}"
    database = f"sqlite:///{tmp_path}/none/a.db"
    found = _doctor(monkeypatch, scene, database, "--account", "0x12", RPC=rpc, DEPLOYMENT=str(other))
    assert found.exit_code == 1
    for told in (
        "FAIL  endpoint 1: no chain answers",
        "→ start the node, or correct CONCORD_RPC",
        "FAIL  endpoint 2: OutcomeOracle is not at 0x7777",
        "FAIL  account '0x12' is no address",
        "FAIL  database: it does not answer",
        "4 failed.",
    ):
        assert told in found.output
    assert "secretkey" not in found.output


def test_the_doctor_finds_another_deployments_index(
    monkeypatch: pytest.MonkeyPatch, scene: Scene, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/a.db"
    scene.index(database)
    other = tmp_path / "other.json"
    other.write_text(scene.record.read_text().replace("31337", "5"))
    found = _doctor(monkeypatch, scene, database, DEPLOYMENT=str(other))
    assert found.exit_code == 1
    assert "FAIL  index: it holds another deployment" in found.output
    assert "FAIL  endpoint 1: this chain has the id 31337" in found.output
