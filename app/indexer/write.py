"""Writing what was read: all of a part at once, or nothing; and taking it back when the chain does."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, exists, func, insert, select, update

from app.chain.deploy import Deployment
from app.errors import ConfigError, Unavailable
from app.indexer.project import Row
from app.store.position import Position, position
from app.store.tables import NOUNS, blocks, cursor, events, instruments, rewinds, tip, tokens


@dataclass(frozen=True)
class Header:
    """A block as rows know it; `timestamp` [s]."""

    number: int
    hash: str
    parent_hash: str
    timestamp: int


@dataclass(frozen=True)
class Part:
    """What some blocks in a row told: their rows by table, up to the block `end`."""

    headers: dict[int, Header]
    rows: dict[Table, list[Row]]
    end: Header


def begin(connection: Connection, deployment: Deployment, before: Header) -> Position:
    """A new index, which stands `before` the deployment."""
    names = (deployment.outcome_oracle.lower(), deployment.impact_instruments.lower())
    here = Position(deployment.chain_id, *names, before.number, before.hash)
    connection.execute(insert(cursor), {"id": 1, **vars(here)})
    return here


def check(here: Position, deployment: Deployment) -> None:
    """Makes sure that the index is of this deployment.

    Raises: ConfigError if it is not.
    """
    wanted = (deployment.chain_id, deployment.outcome_oracle.lower(), deployment.impact_instruments.lower())
    if (here.chain_id, here.outcome_oracle, here.impact_instruments) != wanted:
        raise ConfigError(
            f"the database holds the deployment on chain {here.chain_id} with the oracle at {here.outcome_oracle}, "
            f"not the one on chain {wanted[0]} with {wanted[1]}: give another database, or rebuild this one"
        )


def append(connection: Connection, here: Position, part: Part, keep: int) -> None:
    """Writes a part and moves on to its end. Of blocks that told nothing, the newest `keep` are kept.

    Raises: Unavailable if another indexer moved on meanwhile.
    """
    _move(connection, here, part.end.number, part.end.hash)
    connection.execute(insert(blocks), [vars(header) for header in part.headers.values()])
    for table in NOUNS:
        if rows := part.rows.get(table):
            connection.execute(insert(table), rows)
    gone = blocks.c.number.between(here.number - keep + 1, part.end.number - keep)
    silent = ~exists().where(events.c.block_number == blocks.c.number)
    connection.execute(delete(blocks).where(gone, silent))


def rewind(connection: Connection, here: Position, to: Header, is_deep: bool) -> None:
    """Takes back all that blocks above `to` told, and remembers having done so.

    Raises: Unavailable if another indexer moved on meanwhile.
    """
    _move(connection, here, to.number, to.hash)
    newest = connection.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one()
    connection.execute(delete(blocks).where(blocks.c.number > to.number))
    connection.execute(delete(tokens).where(tokens.c.address.not_in(select(instruments.c.token))))
    numbers = {"from_number": here.number, "to_number": to.number, "last_event_id": newest}
    connection.execute(insert(rewinds), {"at": int(time.time()), "is_deep": is_deep, **numbers})


def forget(connection: Connection) -> None:
    """Takes back everything that the chain told, of whatever deployment."""
    here = position(connection)
    if here is not None:
        rewind(connection, here, Header(-1, "", "", 0), is_deep=False)
        connection.execute(delete(cursor))


def note_tip(connection: Connection, number: int, reached_at: int | None) -> None:
    """Notes how far the chain is, and if the index has all of it, since when [s]."""
    values = {"number": number} if reached_at is None else {"number": number, "reached_at": reached_at}
    if not connection.execute(update(tip).values(values)).rowcount:
        connection.execute(insert(tip), {"id": 1, "reached_at": 0, **values})


def stored_hashes(connection: Connection, below: int, count: int) -> list[tuple[int, str]]:
    """The newest stored blocks below a number, with their hashes, downward."""
    query = select(blocks.c.number, blocks.c.hash).where(blocks.c.number < below)
    rows = connection.execute(query.order_by(blocks.c.number.desc()).limit(count))
    return [(number, hash_) for number, hash_ in rows]


def _move(connection: Connection, here: Position, number: int, hash_: str) -> None:
    """Moves the cursor, if it still is where it was read."""
    moved = update(cursor).where(cursor.c.number == here.number, cursor.c.hash == here.hash)
    if connection.execute(moved.values(number=number, hash=hash_)).rowcount != 1:
        raise Unavailable("another indexer writes to this database: stop one of them")
