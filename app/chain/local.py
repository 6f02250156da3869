"""A local chain: Anvil or Ganache as a child process. Only here may a chain's clock be moved."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.chain.client import Chain
from app.errors import ChainError

HOST = "127.0.0.1"
KINDS = ("anvil", "ganache")
ACCOUNTS = 100
MNEMONIC = "test test test test test test test test test test test junk"
BLOCK_GAS = 30_000_000
START_TIMEOUT = 60.0  # [s]
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class LocalChain:
    """A running local node and the connection to it."""

    kind: str
    url: str
    chain: Chain
    process: subprocess.Popen[bytes]
    home: tempfile.TemporaryDirectory[str]

    def advance_to(self, timestamp: int) -> None:
        """Mines a block at `timestamp` [s]; does nothing if the chain is there already."""
        if timestamp <= self.chain.now:
            return
        if self.kind == "anvil":
            self._ask("evm_setNextBlockTimestamp", [timestamp])
            self._ask("evm_mine", [])
        else:
            self._ask("evm_setTime", [timestamp * 1000])
            self._ask("evm_mine", [timestamp])

    def stop(self) -> None:
        """Ends the node and waits for it."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.home.cleanup()

    def _ask(self, method: str, parameters: list[object]) -> object:
        answer = self.chain.w3.provider.make_request(method, parameters)  # type: ignore[arg-type]
        if "error" in answer:
            raise ChainError(f"{self.kind} refused {method}: {answer['error']}")
        return answer.get("result")


@contextmanager
def local_chain(
    kind: str = "anvil", port: int | None = None, chain_id: int = 31337, frozen: bool = True
) -> Iterator[LocalChain]:
    """A node that runs as long as the context; of a `frozen` one the clock stands still unless it is moved.

    Raises: ChainError if the node is not installed or does not start.
    """
    started = start_local_chain(kind, port, chain_id, frozen)
    try:
        yield started
    finally:
        started.stop()


def start_local_chain(
    kind: str = "anvil",
    port: int | None = None,
    chain_id: int = 31337,
    frozen: bool = False,
    state: Path | None = None,
    log: IO[bytes] | int = subprocess.DEVNULL,
) -> LocalChain:
    """Starts a node and waits until it answers; without `port`, on a free one. `state` is a folder to keep it in."""
    if kind not in KINDS:
        raise ChainError(f"unknown kind of chain {kind!r}: expected one of {', '.join(KINDS)}")
    port = port or free_port()
    if not port_is_free(port):
        raise ChainError(f"port {port} is taken: stop what listens there, or choose another")
    command = _anvil(port, chain_id, state) if kind == "anvil" else _ganache(port, chain_id, frozen, state)
    home = tempfile.TemporaryDirectory(prefix="concord-node-", ignore_cleanup_errors=True)
    process = subprocess.Popen(
        command,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=_environment(home.name),
        preexec_fn=end_with_parent,
    )
    url = f"http://{HOST}:{port}"
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            started = LocalChain(kind, url, Chain.connect(url), process, home)
        except ChainError:
            time.sleep(0.05)
            continue
        if frozen and kind == "anvil":
            started._ask("anvil_setBlockTimestampInterval", [0])
        return started
    process.kill()
    home.cleanup()
    raise ChainError(f"{kind} did not start on port {port} (exit status {process.poll()})")


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether nothing listens on a port now."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True


def end_with_parent() -> None:
    """A node must not outlive whoever started it, however that one ends; Linux can promise it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _environment(home: str) -> dict[str, str]:
    """A node gets a HOME of its own, since it leaves files there, and finds a Node.js of this environment first."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "HOME": home, "PATH": path}


def _anvil(port: int, chain_id: int, state: Path | None) -> list[str]:
    command = [_found("anvil"), "--host", HOST, "--port", str(port), "--chain-id", str(chain_id)]
    command += ["--accounts", str(ACCOUNTS), "--mnemonic", MNEMONIC, "--hardfork", "prague", "--silent"]
    command += ["--gas-limit", str(BLOCK_GAS), "--base-fee", "0", "--no-request-size-limit"]
    return [*command, "--state", str(state / "anvil.json"), "--state-interval", "1"] if state else command


def _ganache(port: int, chain_id: int, frozen: bool, state: Path | None) -> list[str]:
    command = [_found("ganache"), "--server.host", HOST, "--server.port", str(port), "--chain.chainId", str(chain_id)]
    command += ["--chain.networkId", str(chain_id), "--wallet.totalAccounts", str(ACCOUNTS)]
    command += ["--wallet.mnemonic", MNEMONIC, "--chain.hardfork", "shanghai", "--logging.quiet"]
    command += ["--miner.blockGasLimit", str(BLOCK_GAS), "--wallet.defaultBalance", "10000"]
    command += ["--database.dbPath", str(state / "ganache")] if state else []
    return [*command, "--miner.timestampIncrement", "0"] if frozen else command


def _found(name: str) -> str:
    """A node's command: the project's own, else the machine's."""
    own = _ROOT / "node_modules" / ".bin" / name
    if own.exists():
        return str(own)
    found = shutil.which(name)
    if not found:
        raise ChainError(f"{name} is not installed: run `make setup`, or install it on the PATH")
    return found
