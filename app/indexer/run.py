"""The indexer as a process: it follows the chain until it is stopped, and whatever happens it goes on."""

from __future__ import annotations

import gc
from threading import Event

import structlog
from sqlalchemy.exc import OperationalError

from app.chain.deploy import Deployment
from app.config import Config
from app.errors import ChainError, ConcordError, ConfigError, Unavailable
from app.indexer.follow import Follower
from app.indexer.rpc import Nodes
from app.store.engine import open_engine
from app.store.migrate import migrate

log = structlog.get_logger(__name__)

ROWS = 100_000  # Python looks for garbage after so many new objects: rows are none until they are written
LONGEST_PAUSE = 15.0  # between attempts while nothing works [s]


def run(config: Config, stop: Event, once: bool = False, rebuild: bool = False) -> None:
    """Follows the chain until `stop` is set; `once`: only to its tip. `rebuild` forgets first what is stored.

    Raises: ConfigError if database, chain and deployment don't fit together; `once`, whatever stands in the way.
    """
    gc.set_threshold(ROWS, 10, 10)
    engine = open_engine(config.database.get_secret_value())
    nodes = Nodes.at([url.get_secret_value() for url in config.rpc], config.rpc_per_second, stop.wait)
    try:
        migrate(engine)
        deployment = Deployment.read(config.deployment)
        follower = Follower(engine, nodes, deployment, config.finality_depth, config.block_range)
        if rebuild:
            follower.rebuild()
        to_tip(follower, stop) if once else _follow(follower, stop, config.poll_ms / 1000)
    finally:
        nodes.close()
        engine.dispose()


def to_tip(follower: Follower, stop: Event) -> None:
    """Goes on until the index has all of the chain."""
    while follower.step() and not stop.is_set():
        pass


def _follow(follower: Follower, stop: Event, poll: float) -> None:
    """Steps until stopped; after a failure it waits longer each time, and tries again."""
    log.info("indexing", outcome_oracle=follower.deployment.outcome_oracle)
    pause, began = poll, False
    while not stop.is_set():
        try:
            went = follower.step()
        except Exception as error:
            if isinstance(error, ConfigError) and not began:
                raise
            _tell(error, pause)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            pause, began = poll, True
            stop.wait(0 if went else poll)
    log.info("the indexer stopped")


def _tell(error: Exception, pause: float) -> None:
    """What passes by itself is a warning; anything else is an error, and a fault of ours comes with its trace."""
    if isinstance(error, ChainError | Unavailable | OperationalError):
        log.warning("not now", told=str(error), again_in=pause)
    else:
        known = isinstance(error, ConcordError)
        log.error("the indexer can't go on", told=str(error), again_in=pause, exc_info=None if known else error)
