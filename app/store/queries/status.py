"""Status: which chain is indexed, how far, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from app.errors import Unavailable
from app.store.queries.moment import Moment, picked
from app.store.tables import cursor, events, instruments, metrics, payments, rewinds


@dataclass(frozen=True)
class Rewind:
    """A reorganisation that was met at a time [s] of this machine; a deep one took back what counted as final."""

    at: int
    from_block: int
    to_block: int
    is_deep: bool


@dataclass(frozen=True)
class Status:
    """What the index holds as of the moment."""

    outcome_oracle: str
    impact_instruments: str
    metrics: int
    instruments: int
    payments: int
    events: int
    rewinds: int
    newest_rewind: Rewind | None


def status(connection: Connection, moment: Moment) -> Status:
    """What is indexed.

    Raises: Unavailable as long as nothing is.
    """
    at = connection.execute(select(cursor)).mappings().first()
    if at is None:
        raise Unavailable("nothing is indexed yet: start the indexer")
    return Status(
        **picked(at, "outcome_oracle", "impact_instruments"),
        metrics=_count(connection, moment, metrics),
        instruments=_count(connection, moment, instruments),
        payments=_count(connection, moment, payments),
        events=_count(connection, moment, events),
        rewinds=connection.execute(select(func.count()).select_from(rewinds)).scalar_one(),
        newest_rewind=newest_rewind(connection),
    )


def newest_rewind(connection: Connection) -> Rewind | None:
    """The reorganisation that was met last, if there was any."""
    row = connection.execute(select(rewinds).order_by(rewinds.c.id.desc()).limit(1)).mappings().first()
    return None if row is None else Rewind(row["at"], row["from_number"], row["to_number"], row["is_deep"])


def _count(connection: Connection, moment: Moment, table: Table) -> int:
    query = select(func.count()).select_from(table).where(table.c.block_number <= moment.number)
    return connection.execute(query).scalar_one()
