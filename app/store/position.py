"""Up to which block everything is stored, how far the chain is, and what may be called final."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.store.tables import cursor, rewinds, tip


@dataclass(frozen=True)
class Position:
    """The newest block of which everything is stored."""

    chain_id: int
    outcome_oracle: str
    impact_instruments: str
    number: int
    hash: str


@dataclass(frozen=True)
class Tip:
    """The chain's newest block when it was last asked, and when the index last had all of the chain [s]."""

    number: int
    reached_at: int


@dataclass(frozen=True)
class Rewind:
    """A reorganisation that was met; a deep one took back what had counted as final, and is an alarm."""

    at: int
    from_number: int
    to_number: int
    is_deep: bool
    last_event_id: int


def position(connection: Connection) -> Position | None:
    """Where the index is; None before it began."""
    columns = [column for column in cursor.c if column.name != "id"]
    row = connection.execute(select(*columns)).first()
    return Position(*row) if row else None


def chain_tip(connection: Connection) -> Tip | None:
    """Where the chain is, as the indexer last saw it."""
    row = connection.execute(select(tip.c.number, tip.c.reached_at)).first()
    return Tip(*row) if row else None


def last_rewind(connection: Connection, deep: bool = False) -> Rewind | None:
    """The newest reorganisation, or the newest `deep` one."""
    columns = [column for column in rewinds.c if column.name != "id"]
    query = select(*columns).order_by(rewinds.c.id.desc()).limit(1)
    row = connection.execute(query.where(rewinds.c.is_deep) if deep else query).first()
    return Rewind(*row) if row else None


def final_block(connection: Connection, finality_depth: int) -> int | None:
    """The newest block that may be called final: `finality_depth` below the newest, None if there is none.

    After a deep reorganisation nothing is final until the chain is that depth above what it was before.
    """
    here = position(connection)
    if here is None or here.number < finality_depth:
        return None
    deepest = select(func.max(rewinds.c.from_number)).where(rewinds.c.is_deep)
    alarmed = connection.execute(deepest).scalar()
    if alarmed is not None and here.number < alarmed + finality_depth:
        return None
    return here.number - finality_depth
