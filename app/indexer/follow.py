"""One step after another along the chain: further, or back to where it took another branch."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Engine

from app.chain.deploy import Deployment
from app.errors import ConfigError
from app.indexer.read import Moved, Reader
from app.indexer.rpc import Nodes, TooMuch
from app.indexer.tokens import learn_tokens
from app.indexer.write import Header, Part, append, begin, check, forget, note_tip, rewind, stored_hashes
from app.ops import metrics
from app.store.engine import reading, writing
from app.store.position import Position, position
from app.store.tables import events, instruments

log = structlog.get_logger(__name__)

FIRST_RANGE = 100  # blocks at once, before it is known how much they tell
TIP_BLOCKS = 50  # at most so many at once near the tip
AIM = 10_000  # events at once: about what many nodes give at most, and little memory
NOTE_EVERY = 1.0  # how often an unchanged tip is noted [s]


@dataclass
class Follower:
    """Follows one chain into one database.

    `finality_depth` blocks below the newest may reorganise; `block_range` is the most that is asked for at once.
    A chain that is shorter than the index is taken for a lagging node for `patience` [s].
    """

    engine: Engine
    nodes: Nodes
    deployment: Deployment
    finality_depth: int
    block_range: int
    patience: float = 10.0
    clock: Callable[[], float] = time.time
    _range: int = field(init=False)
    _shorter_since: float | None = field(default=None, init=False)
    _new_tokens: bool = field(default=True, init=False)
    _noted_at: float = field(default=0.0, init=False)
    _reached: int = field(default=-1, init=False)

    def __post_init__(self) -> None:
        self._range = min(FIRST_RANGE, self.block_range)
        self.reader = Reader(self.nodes, self.deployment)

    def rebuild(self) -> None:
        """Forgets everything that the chain told, so that the next steps read it anew."""
        with writing(self.engine) as connection:
            forget(connection)

    def step(self) -> bool:
        """Goes on, or back; False if there was nothing to do. All of a step is written at once, or nothing.

        Raises: ChainError if no node answers; ConfigError if the database or chain is another than the deployment's.
        """
        here = self._position()
        head = self.reader.head()
        try:
            went = self._forward(here, head) if head >= here.number else self._shorter(here, head)
        except Moved as told:
            log.info("the chain moved", told=str(told))
            return self._rewind(here)
        if self._new_tokens:
            learn_tokens(self.engine, self.nodes)
            self._new_tokens = False
        return went

    def _position(self) -> Position:
        with reading(self.engine) as connection:
            here = position(connection)
        if here is None:
            self._check_chain()
            before = self._before()
            with writing(self.engine) as connection:
                return begin(connection, self.deployment, before)
        check(here, self.deployment)
        return here

    def _check_chain(self) -> None:
        there = self.reader.chain_id()
        if there != self.deployment.chain_id:
            raise ConfigError(f"the nodes are on chain {there}, the deployment is on chain {self.deployment.chain_id}")

    def _before(self) -> Header:
        """The block before the first one that can tell anything."""
        return self.reader.headers([self.deployment.block - 1])[0]

    @property
    def _keep(self) -> int:
        return max(self.finality_depth, 1)

    def _forward(self, here: Position, head: int) -> bool:
        self._shorter_since = None
        safe = head - self._keep
        part = None
        if here.number == head:
            self.reader.check(here)
        else:
            part = self._backfill(here, safe) if here.number < safe else self._tip(here, head)
            with writing(self.engine) as connection:
                append(connection, here, part, self._keep)
            _count(part)
            self._new_tokens |= instruments in part.rows
        self._note(head, part.end.number if part else here.number)
        return part is not None

    def _tip(self, here: Position, head: int) -> Part:
        return self.reader.tip(here, min(head, here.number + TIP_BLOCKS))

    def _backfill(self, here: Position, safe: int) -> Part:
        """As many blocks as nodes give at once; a single block that is too much is asked for by its hash."""
        last = min(safe, here.number + self._range)
        try:
            part = self.reader.backfill(here, last)
        except TooMuch as told:
            if last == here.number + 1:
                return self.reader.tip(here, last)
            self._range = (last - here.number) // 2
            log.info("a smaller range", blocks=self._range, told=str(told))
            return self._backfill(here, safe)
        wanted = self._range * AIM // max(len(part.rows.get(events, ())), 1)
        self._range = max(min(wanted, self._range * 2, self.block_range), 1)
        return part

    def _shorter(self, here: Position, head: int) -> bool:
        """The chain ends below the index: a node lags, unless that lasts and no node knows our newest block."""
        self._shorter_since = self._shorter_since or self.clock()
        if self.clock() - self._shorter_since < self.patience or self.reader.knows(here):
            return False
        raise Moved(f"the chain ends at block {head}, before block {here.number}")

    def _rewind(self, here: Position) -> bool:
        """Goes back to the newest stored block that is still on the chain, however deep; False if all of them are."""
        self._shorter_since = None
        self._check_chain()
        to = self._ancestor(here.number + 1)
        if to.hash == here.hash:
            return False
        depth = here.number - to.number
        is_deep = depth > self.finality_depth
        with writing(self.engine) as connection:
            rewind(connection, here, to, is_deep)
        metrics.REORGS.inc()
        metrics.REORG_DEPTH.set(depth)
        tell = log.error if is_deep else log.warning
        tell("deep reorganisation: nothing is final" if is_deep else "reorganisation", depth=depth, to=to.number)
        return True

    def _ancestor(self, below: int) -> Header:
        count = 2
        while True:
            with reading(self.engine) as connection:
                stored = stored_hashes(connection, below, count)
            if not stored:
                return self._before()
            there = {header.number: header for header in self.reader.some([number for number, _ in stored])}
            for number, hash_ in stored:
                if number in there and there[number].hash == hash_:
                    return there[number]
            below, count = stored[-1][0], min(count * 4, TIP_BLOCKS * 2)

    def _note(self, head: int, number: int) -> None:
        """Tells others how far the chain is, and the index; not more often than they need."""
        metrics.LAG_BLOCKS.set(head - number)
        now = self.clock()
        if now - self._noted_at >= NOTE_EVERY or head == number != self._reached:
            with writing(self.engine) as connection:
                note_tip(connection, head, int(now) if head == number else None)
            self._noted_at = now
            self._reached = number if head == number else -1


def _count(part: Part) -> None:
    metrics.INDEXED_BLOCK.set(part.end.number)
    for name, count in Counter(row["name"] for row in part.rows.get(events, ())).items():
        metrics.EVENTS_INDEXED.labels(name=name).inc(count)
