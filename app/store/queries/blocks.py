"""Blocks: those that told something, and the newest ones."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

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
    counted = select(func.count()).select_from(events).where(events.c.block_number == blocks.c.number).scalar_subquery()
    query = select(blocks, counted.label("events")).where(blocks.c.number <= moment.number)
    if with_events:
        query = query.where(counted > 0)
    rows = connection.execute(newest_first(query, (blocks.c.number,), after, limit)).mappings()
    names = ("number", "hash", "parent_hash", "timestamp", "events")
    return [Block(**picked(row, *names), is_final=row["number"] <= moment.final) for row in rows]
