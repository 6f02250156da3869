"""Blocks: those that told something, and the newest ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.errors import Unknown
from app.store.queries.moment import Key, Moment, newest_first, picked
from app.store.tables import blocks, events


@dataclass(frozen=True)
class Block:
    """A block and how many events of ours it has."""

    number: int
    hash: str
    parent_hash: str
    timestamp: int
    events: int
    is_final: bool

    @property
    def key(self) -> Key:
        """Its place among all blocks."""
        return (self.number,)


def list_blocks(
    connection: Connection, moment: Moment, after: Key | None = None, limit: int = 100, with_events: bool = False
) -> list[Block]:
    """Blocks, the newest first; on request only those with events."""
    query = _counted().where(blocks.c.number <= moment.number)
    if with_events:
        query = query.where(select(events.c.id).where(events.c.block_number == blocks.c.number).exists())
    return _built(connection, moment, newest_first(query, (blocks.c.number,), after, limit))


def get_block(connection: Connection, moment: Moment, number: int) -> Block:
    """One block.

    Raises: Unknown if it is not kept: it told nothing, or is not indexed yet.
    """
    query = _counted().where(blocks.c.number == number, blocks.c.number <= moment.number)
    found = _built(connection, moment, query)
    if not found:
        raise Unknown("block", number, f"it told nothing, or is not indexed yet; the newest is {moment.number}")
    return found[0]


def _counted() -> Select[Any]:
    count = select(func.count()).select_from(events).where(events.c.block_number == blocks.c.number)
    return select(blocks, count.scalar_subquery().label("events"))


def _built(connection: Connection, moment: Moment, query: Select[Any]) -> list[Block]:
    names = ("number", "hash", "parent_hash", "timestamp", "events")
    rows = connection.execute(query).mappings()
    return [Block(**picked(row, *names), is_final=row["number"] <= moment.final) for row in rows]
