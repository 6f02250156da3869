"""An index of a test's world, and how it is compared with another one."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import Any

from sqlalchemy import Engine, Table, func, select

from app.indexer.follow import Follower
from app.indexer.rpc import Nodes
from app.indexer.run import to_tip
from app.store import tables
from app.store.engine import open_engine, reading
from app.store.migrate import migrate
from app.store.position import Rewind, final_block, last_rewind, position
from tests.support.databases import content
from tests.support.world import World

DEPTH = 5


@dataclass
class Index:
    """A database and the follower that fills it."""

    url: str
    engine: Engine
    nodes: Nodes
    follower: Follower

    @classmethod
    def of(cls, world: World, database: str, *urls: str, **options: Any) -> Index:
        engine = open_engine(database)
        migrate(engine)
        nodes = Nodes.at(urls or [world.node.url], 100_000)
        given = {"finality_depth": DEPTH, "block_range": 1000, "patience": 0.0} | options
        return cls(database, engine, nodes, Follower(engine, nodes, world.deployment, **given))

    def catch_up(self) -> Index:
        to_tip(self.follower, Event())
        return self

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """The rows of a noun in the chain's order, without the block they hang on."""
        query = select(table).order_by(table.c.block_number, table.c.log_index)
        with reading(self.engine) as connection:
            found = connection.execute(query).mappings().all()
        return [{name: row[name] for name in row if name not in ("block_number", "log_index")} for row in found]

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        with reading(self.engine) as connection:
            return content(connection)

    @property
    def number(self) -> int:
        with reading(self.engine) as connection:
            here = position(connection)
        assert here is not None
        return here.number

    @property
    def final(self) -> int | None:
        with reading(self.engine) as connection:
            return final_block(connection, self.follower.finality_depth)

    def last_rewind(self, deep: bool = False) -> Rewind | None:
        with reading(self.engine) as connection:
            return last_rewind(connection, deep)

    def rewinds(self) -> int:
        """How many reorganisations were met."""
        with reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(tables.rewinds)).scalar_one()

    def close(self) -> None:
        self.nodes.close()
        self.engine.dispose()
