"""As of when: the block that a question is about, and where on the chain each row stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Select, Table, and_, select, tuple_

from app.errors import Unavailable, Unknown
from app.store.position import final_block, position
from app.store.tables import blocks, events

Asked = int | Literal["latest", "final"]
Key = tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """Where a row stands: its block, its place therein, and its event. `is_final`: no reorganisation takes it back."""

    block: int
    hash: str
    timestamp: int
    log_index: int
    event: int
    is_final: bool


@dataclass(frozen=True)
class Moment:
    """The chain as of a block. `newest` is the newest indexed block, `final` the newest final one (-1: none is)."""

    chain_id: int
    number: int
    hash: str
    timestamp: int
    newest: int
    final: int

    @property
    def is_final(self) -> bool:
        """Whether no reorganisation takes this block back."""
        return self.number <= self.final


def moment(connection: Connection, asked: Asked, finality_depth: int) -> Moment:
    """The newest stored block up to the one asked for: blocks without events are not kept for ever.

    Raises: Unknown for a block that is not indexed, Unavailable as long as nothing is.
    """
    here = position(connection)
    if here is None:
        raise Unavailable("nothing is indexed yet: start the indexer, or wait until it has read its first block")
    final = final_block(connection, finality_depth)
    number = {"latest": here.number, "final": final}.get(asked) if isinstance(asked, str) else asked
    if number is None:
        raise Unknown("block", asked, f"no block is final yet, the newest is {here.number}")
    if number > here.number:
        raise Unknown("block", number, f"not indexed yet, the newest is {here.number}")
    found = _newest_up_to(connection, number)
    if found is None and asked == "latest":
        raise Unavailable("no block of the deployment is indexed yet: wait for the indexer")
    if found is None:
        raise Unknown("block", number, f"nothing is known up to it, the newest is {here.number}")
    newest = (here.number, -1 if final is None else final)
    return Moment(here.chain_id, found["number"], found["hash"], found["timestamp"], *newest)


def _newest_up_to(connection: Connection, number: int) -> RowMapping | None:
    asked = select(blocks).where(blocks.c.number <= number).order_by(blocks.c.number.desc()).limit(1)
    return connection.execute(asked).mappings().first()


def placed(table: Table, moment: Moment) -> Select[Any]:
    """All rows of a noun up to the moment, with their block and event."""
    same = and_(events.c.block_number == table.c.block_number, events.c.log_index == table.c.log_index)
    return (
        select(table, blocks.c.hash.label("block_hash"), blocks.c.timestamp, events.c.id.label("event_id"))
        .join(blocks, blocks.c.number == table.c.block_number)
        .join(events, same)
        .where(table.c.block_number <= moment.number)
    )


def place(row: RowMapping, moment: Moment) -> Place:
    """Where a row of `placed` stands."""
    number = row["block_number"]
    return Place(number, row["block_hash"], row["timestamp"], row["log_index"], row["event_id"], number <= moment.final)


def picked(row: RowMapping, *names: str) -> dict[str, Any]:
    """Some columns of a row by name, as a dataclass takes them."""
    return {name: row[name] for name in names}


def newest_first(query: Select[Any], columns: tuple[Any, ...], after: Key | None, limit: int) -> Select[Any]:
    """The next rows below the key of the last row seen: what is inserted meanwhile moves nothing."""
    if after is not None:
        query = query.where(tuple_(*columns) < tuple_(*after))
    return query.order_by(*(column.desc() for column in columns)).limit(limit)
