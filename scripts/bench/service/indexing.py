"""Events indexed a second: ours, a plain web3.py and ORM loop, and Ponder."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from sqlalchemy import func, select

from app.chain.local import local_chain
from app.config import Config
from app.errors import ChainError
from app.indexer.run import run
from app.store.engine import open_engine, reading
from app.store.migrate import migrate
from app.store.tables import events
from scripts.bench.service import orm_loop, ponder
from scripts.bench.service.busy_chain import OPENING_EVENTS, fill
from scripts.house.problems import SetupError
from tests.support.world import World, new_world

KEY = "index_events_per_s"
UNIT = "events/s"
EVENTS = 30_000
ROUNDS = 3  # the best one counts, for everyone
ORM = "web3.py and the SQLAlchemy ORM"
PONDER = f"Ponder {ponder.VERSION} (stores wider rows)"


@dataclass(frozen=True)
class Figure:
    """Ours beside a peer's; `reason` says why the peer was not measured."""

    key: str
    value: float
    peer: str
    peer_value: float | None
    reason: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times faster ours is."""
        return round(self.value / self.peer_value, 2) if self.peer_value else None

    def as_json(self) -> dict[str, object]:
        """As `build/service.json` has it."""
        shown = None if self.peer_value is None else round(self.peer_value)
        found = {"value": round(self.value), "unit": UNIT, "peer": self.peer, "peer_value": shown, "ratio": self.ratio}
        return found | ({"reason": self.reason} if self.reason else {})


def measure(say: Callable[[str], None]) -> list[Figure]:
    """Ours beside the better peer first, then beside the other one."""
    with local_chain("anvil") as node, TemporaryDirectory(prefix="concord-bench-") as folder:
        say(f"making a chain with {EVENTS:,} events")
        world = new_world(node)
        count = fill(world, EVENTS)
        say("indexing it with Concord")
        ours = count / min(_ours(world, Path(folder), number, count) for number in range(ROUNDS))
        say(f"indexing it with {ORM}")
        orm = count / min(_orm(world, f"sqlite:///{folder}/orm-{number}.db", count) for number in range(ROUNDS))
        say("indexing it with Ponder")
        theirs, reason = _ponder(world, count)
    return figures(ours, orm, theirs, reason)


def figures(ours: float, orm: float, theirs: float | None, reason: str) -> list[Figure]:
    """Ours beside the better peer, then beside the other one."""
    if theirs is not None and theirs > orm:
        return [Figure(KEY, ours, PONDER, theirs), Figure(f"{KEY}_orm", ours, ORM, orm)]
    return [Figure(KEY, ours, ORM, orm), Figure(f"{KEY}_ponder", ours, PONDER, theirs, reason)]


def _ours(world: World, folder: Path, number: int, count: int) -> float:
    """As `concord index --once` does it, in a database that has its tables."""
    database, record = f"sqlite:///{folder}/ours-{number}.db", folder / "deployment.json"
    world.deployment.write(record)
    config = Config.load({}, database=database, rpc=world.node.url, rpc_per_second=1_000_000, deployment=record)
    engine = open_engine(database)
    migrate(engine)
    start = time.perf_counter()
    run(config, Event(), once=True)
    took = time.perf_counter() - start
    with reading(engine) as connection:
        _same(connection.execute(select(func.count()).select_from(events)).scalar_one(), count)
    engine.dispose()
    return took


def _orm(world: World, database: str, count: int) -> float:
    contracts = [world.oracle.contract, world.instruments.contract]
    start = time.perf_counter()
    _same(orm_loop.index(world.chain.w3, world.deployment, contracts, database), count)
    return time.perf_counter() - start


def _ponder(world: World, count: int) -> tuple[float | None, str]:
    """Its speed, or why it could not be measured."""
    wanted = count - OPENING_EVENTS
    try:
        node = ponder.install()
        took = min(ponder.measure(node, world.node.url, world.deployment, wanted) for _ in range(ROUNDS))
    except (ChainError, SetupError, OSError, subprocess.CalledProcessError) as error:
        return None, f"not measured: {error}"
    return wanted / took, ""


def _same(found: int, expected: int) -> None:
    if found != expected:
        raise ChainError(f"{found} events were indexed, and there are {expected}")
