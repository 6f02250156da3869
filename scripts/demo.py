"""The main job: real agreements, from their terms to their payment, on a local chain that then stays up.

`make run`, or `python -m scripts.demo [--chain anvil|ganache] [--port N] [--exit]`.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from rich.console import Console

from app.chain.client import Chain
from app.chain.deploy import Deployment, deploy
from app.chain.local import HOST, KINDS, LocalChain, free_port, port_is_free, start_local_chain
from app.cli.chain import LOCAL_RECORD
from app.errors import ChainError, ConcordError
from app.replay.stage import Stage
from app.terms.load import read_files
from scripts.story import STORIES
from scripts.telling import Teller

ROOT = Path(__file__).parents[1]
STATE = ROOT / "build" / "run"
CASES = ROOT / "cases" / "real.json"
RECORD = "deployment.json"
PORT = 8545


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
    state = given.state / given.chain
    state.mkdir(parents=True, exist_ok=True)
    port = _port(given.port, console)
    with (state / "node.log").open("wb") as log:
        node = start_local_chain(given.chain, port, state=state, log=log)
        try:
            console.print(f"{given.chain} runs at {node.url}, chain {node.chain.w3.eth.chain_id}.")
            stage = Stage.build(node, _deployment(node, state / RECORD, console))
            sheet = read_files([CASES])
            for story in STORIES:
                Teller(console, stage, sheet, story).tell()
            if given.exit:
                return 0
            _invite(console, node.url, stage.deployment, state / RECORD)
            node.process.wait()
            raise ChainError(f"{given.chain} ended by itself: see {_near(state / 'node.log')}")
        finally:
            node.stop()


def _deployment(node: LocalChain, record: Path, console: Console) -> Deployment:
    """The singletons of an earlier run if they are still there, else new ones."""
    if record.exists() and _still_there(record, node.chain):
        console.print(f"The singletons of an earlier run are still there ({_near(record)}).")
        return Deployment.read(record)
    deployment = deploy(node.chain, node.chain.accounts[0])
    deployment.write(record)
    console.print(f"OutcomeOracle is at {deployment.outcome_oracle},")
    console.print(f"ImpactInstruments at {deployment.impact_instruments} ({_near(record)}).")
    return deployment


def _still_there(record: Path, chain: Chain) -> bool:
    try:
        Deployment.read(record).check(chain)
    except (ChainError, ValueError, TypeError):
        return False
    return True


def _invite(console: Console, url: str, deployment: Deployment, record: Path) -> None:
    look = "" if record == LOCAL_RECORD.resolve() else f" --record {_near(record)}"
    look += "" if url.endswith(f":{PORT}") else f" --rpc {url}"
    console.rule("[bold]The chain stays up")
    console.print(
        f"""
Look at it from another terminal:
  .venv/bin/concord chain show{look}
  .venv/bin/concord terms show cases/real.json --schedule us-nyc-able-rikers.main
  .venv/bin/concord replay cases/real.json
A wallet or a script finds it at {url}, chain id {deployment.chain_id}; the addresses are in {_near(record)}.
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
    parser.add_argument("--state", type=Path, default=STATE, help="the folder that keeps the chain")
    parser.add_argument("--exit", action="store_true", help="stop when the stories are told")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
