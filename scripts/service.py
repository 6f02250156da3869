"""The service beside a local chain: a child process that indexes the chain and shows the page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from app.chain.client import Chain
from app.chain.local import HOST, LocalChain, end_with_parent
from app.errors import ChainError

START_TIMEOUT = 60.0  # [s]
STOP_TIMEOUT = 15.0  # [s]


@dataclass(frozen=True)
class Service:
    """A running service and where it answers."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Asks the service to end, and waits until it has."""
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_service(node: LocalChain, record: Path, database: Path, port: int, log: IO[bytes] | int) -> Service:
    """Starts the service for the deployment on record and waits until it has read the whole chain.

    Raises: ChainError if it ends or is not ready in time.
    """
    command = [sys.executable, "-m", "app.cli.main", "serve", "--roles", "api,indexer", "--port", str(port)]
    settings = {
        "CONCORD_DATABASE": f"sqlite:///{database}",
        "CONCORD_RPC": node.url,
        "CONCORD_DEPLOYMENT": str(record),
    }
    process = subprocess.Popen(
        command,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env={**os.environ, **settings},
        preexec_fn=end_with_parent,  # noqa: PLW1509 (its call to prctl starts no thread)
    )
    service = Service(f"http://{HOST}:{port}", process)
    try:
        _wait_until_ready(service, node.chain)
    except BaseException:
        service.stop()
        raise
    return service


def _wait_until_ready(service: Service, chain: Chain) -> None:
    """An index of an earlier run is ready at once, but only up to where it was: what counts is the newest block."""
    newest = chain.w3.eth.get_block("latest")
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and service.process.poll() is None:
        if _answer(service, "/readyz") and newest["hash"].to_0x_hex() in _answer(
            service, f"/v1/blocks/{newest['number']}"
        ):
            return
        time.sleep(0.1)
    raise ChainError(f"the service is not ready at {service.url} (exit status {service.process.poll()}): see its log")


def _answer(service: Service, path: str) -> str:
    """What the service answers; nothing if it does not, or says no."""
    try:
        answer = httpx.get(f"{service.url}{path}", timeout=5, trust_env=False)
    except httpx.TransportError:
        return ""
    return answer.text if answer.is_success else ""
