"""Status: which chain is indexed, how far, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from app.errors import Unavailable
from app.store.position import Rewind, Tip, chain_tip, last_rewind, position
from app.store.queries.moment import Moment
from app.store.tables import events, instruments, metrics, payments, rewinds


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
    last_rewind: Rewind | None
    tip: Tip | None


def status(connection: Connection, moment: Moment) -> Status:
    """What is indexed.

    Raises: Unavailable as long as nothing is.
    """
    here = position(connection)
    if here is None:
        raise Unavailable("nothing is indexed yet: start the indexer")
    return Status(
        outcome_oracle=here.outcome_oracle,
        impact_instruments=here.impact_instruments,
        metrics=_count(connection, moment, metrics),
        instruments=_count(connection, moment, instruments),
        payments=_count(connection, moment, payments),
        events=_count(connection, moment, events),
        rewinds=connection.execute(select(func.count()).select_from(rewinds)).scalar_one(),
        last_rewind=last_rewind(connection),
        tip=chain_tip(connection),
    )


def _count(connection: Connection, moment: Moment, table: Table) -> int:
    query = select(func.count()).select_from(table).where(table.c.block_number <= moment.number)
    return connection.execute(query).scalar_one()
