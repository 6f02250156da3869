"""The main job: real agreements, from their terms to their payment, on a local chain that stays up beside its page.

`make run`, or `python -m scripts.demo [--chain anvil|ganache] [--port N] [--page-port N] [--exit]`.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from app.chain.client import Chain
from app.chain.deploy import Deployment, deploy
from app.chain.local import HOST, KINDS, LocalChain, free_port, port_is_free, start_local_chain
from app.cli.chain import LOCAL_RECORD
from app.errors import ChainError, ConcordError
from app.replay.stage import Stage
from app.terms.load import read_files
from scripts.service import Service, start_service
from scripts.story import NEWPIN, STORIES
from scripts.telling import Teller

ROOT = Path(__file__).parents[1]
STATE = ROOT / "build" / "run"
CASES = ROOT / "cases" / "real.json"
RECORD = "deployment.json"
DATABASE = "concord.db"
PORT = 8545
PAGE_PORT = 8000


def main() -> int:
    """Plays the stories, then keeps the chain up until it is interrupted."""
    given = _arguments()
    console = Console(highlight=False, soft_wrap=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(given, console)
    except KeyboardInterrupt:
        console.print("\nStopped.")
        return 0
    except ConcordError as error:
        console.print(f"[red]Not finished:[/red] {error}", markup=True)
        return 1


def _run(given: argparse.Namespace, console: Console) -> int:
    state = (given.state / given.chain).resolve()
    state.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running:
        node = _start_node(given, state, console, running)
        stage = Stage.build(node, _deployment(node, state, console))
        sheet = read_files([CASES])
        for story in STORIES:
            Teller(console, stage, sheet, story).tell()
        Teller(console, stage, sheet, NEWPIN).leave_open()
        if not given.exit:
            service = _start_page(given, state, node, console, running)
            _invite(console, service.url, node.url, stage.deployment, state / RECORD)
            _wait(node, service, state)
    return 0


def _start_node(given: argparse.Namespace, state: Path, console: Console, running: ExitStack) -> LocalChain:
    port = _port(given.port, console)
    log = running.enter_context((state / "node.log").open("wb"))
    node = start_local_chain(given.chain, port, state=state, log=log)
    running.callback(node.stop)
    console.print(f"{given.chain} runs at {node.url}, chain {node.chain.w3.eth.chain_id}.")
    return node


def _start_page(
    given: argparse.Namespace, state: Path, node: LocalChain, console: Console, running: ExitStack
) -> Service:
    """The service reads the chain from where it was when it was stopped, however that happened."""
    port = _port(given.page_port, console)
    log = running.enter_context((state / "service.log").open("wb"))
    service = start_service(node, state / RECORD, state / DATABASE, port, log)
    running.callback(service.stop)
    return service


def _wait(node: LocalChain, service: Service, state: Path) -> None:
    """Until somebody interrupts.

    Raises: ChainError if the chain or the service ends by itself.
    """
    while True:
        for name, process, log in (("the chain", node.process, "node"), ("the service", service.process, "service")):
            if process.poll() is not None:
                raise ChainError(f"{name} ended by itself: see {_near(state / log)}.log")
        time.sleep(0.2)


def _deployment(node: LocalChain, state: Path, console: Console) -> Deployment:
    """The singletons of an earlier run if they are still there, else new ones; then the old index is of no use."""
    record = state / RECORD
    if record.exists() and _still_there(record, node.chain):
        console.print(f"The singletons of an earlier run are still there ({_near(record)}).")
        return Deployment.read(record)
    for path in state.glob(f"{DATABASE}*"):
        path.unlink()
    deployment = deploy(node.chain, node.chain.accounts[0])
    deployment.write(record)
    console.print(f"OutcomeOracle is at {deployment.outcome_oracle},")
    console.print(f"ImpactInstruments at {deployment.impact_instruments} ({_near(record)}).")
    return deployment


def _still_there(record: Path, chain: Chain) -> bool:
    try:
        deployment = Deployment.read(record)
        deployment.check(chain)
    except ChainError:
        return False
    return deployment.is_current


def _invite(console: Console, page: str, rpc: str, deployment: Deployment, record: Path) -> None:
    look = "" if record == LOCAL_RECORD.resolve() else f" --record {_near(record)}"
    look += "" if rpc.endswith(f":{PORT}") else f" --rpc {rpc}"
    console.rule("[bold]The chain stays up, and the page shows it")
    console.print(
        f"""
Open the page:  [bold]{page}/[/bold]

Or look from another terminal:
  .venv/bin/concord chain show{look}
  .venv/bin/concord terms show cases/real.json --schedule us-nyc-able-rikers.main
  .venv/bin/concord replay cases/real.json
A wallet or a script finds the chain at {rpc}, chain id {deployment.chain_id}; the addresses are in {_near(record)}.
Ctrl-C stops it; the next `make run` goes on from here; `make reset` forgets it.
""",
        soft_wrap=True,
    )


def _near(path: Path) -> Path:
    """A path as one types it here."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def _port(asked: int, console: Console) -> int:
    if port_is_free(asked):
        return asked
    other = free_port()
    console.print(f"Port {asked} is taken: taking {other}.")
    return other


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=f"Play real agreements on a local chain at {HOST}.")
    parser.add_argument("--chain", choices=KINDS, default="anvil", help="which local chain to start")
    parser.add_argument("--port", type=int, default=PORT, help="where it answers; another if that is taken")
    parser.add_argument("--page-port", type=int, default=PAGE_PORT, help="where the page is; another if that is taken")
    parser.add_argument("--state", type=Path, default=STATE, help="the folder that keeps the chain")
    parser.add_argument("--exit", action="store_true", help="stop when the stories are told")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
