"""Positions: who holds how much of which claim."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    RowMapping,
    case,
    func,
    literal,
    null,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from app.store.numbers import Wide, total
from app.store.queries.instruments import NO_TOKEN
from app.store.queries.moment import Moment
from app.store.tables import payments, transfers

NOBODY = NO_TOKEN
PositionKey = tuple[str, int, str]


@dataclass(frozen=True)
class Position:
    """Units [token] of a claim that somebody holds."""

    instrument_id: str
    claim: int
    holder: str
    units: int

    @property
    def position_id(self) -> str:
        """The ERC-6909 id: the instrument's id with the claim in its last byte."""
        return f"0x{int(self.instrument_id, 16) | self.claim:064x}"

    @property
    def key(self) -> PositionKey:
        """Its place among all positions."""
        return (self.instrument_id, self.claim, self.holder)


@dataclass(frozen=True)
class Book:
    """What was minted, given up and paid of one claim [token]."""

    minted: int = 0
    burned: int = 0
    redeemed: int = 0
    paid: int = 0

    @property
    def outstanding(self) -> int:
        """Units that somebody holds."""
        return self.minted - self.burned

    @property
    def sets(self) -> int:
        """N: the sets outstanding, or that were outstanding when it settled."""
        return self.outstanding + self.redeemed


def list_positions(
    connection: Connection,
    moment: Moment,
    after: PositionKey | None = None,
    limit: int = 100,
    instrument_id: str | None = None,
    holder: str | None = None,
) -> list[Position]:
    """Positions that are not empty, by instrument, claim and holder."""
    moves = _moves(moment, instrument_id, holder).subquery()
    gained, lost = total(moves.c.gained), func.coalesce(total(moves.c.lost), _zero())
    columns = (moves.c.instrument_id, moves.c.claim, moves.c.holder)
    query = (
        select(*columns, gained.label("gained"), type_coerce(lost, Wide).label("lost"))
        .where(moves.c.holder != NOBODY)
        .group_by(*columns)
        .having(gained != lost)
        .order_by(*columns)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(*columns) > tuple_(*after))
    return [
        Position(row["instrument_id"], row["claim"], row["holder"], row["gained"] - row["lost"])
        for row in connection.execute(query).mappings()
    ]


def books(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[tuple[str, int], Book]:
    """The book of each claim of the instruments that was ever minted."""
    if not ids:
        return {}
    table = transfers.c
    minted = case((table.sender == NOBODY, table.units))
    burned = case((table.receiver == NOBODY, table.units))
    found = {
        key: Book(row["minted"] or 0, row["burned"] or 0)
        for key, row in _by_claim(connection, moment, transfers, ids, minted=total(minted), burned=total(burned))
    }
    redeemed = {"units": total(payments.c.units), "payout": total(payments.c.payout)}
    for key, row in _by_claim(connection, moment, payments, ids, **redeemed):
        found[key] = Book(found[key].minted, found[key].burned, row["units"], row["payout"])
    return found


def _by_claim(
    connection: Connection, moment: Moment, table: Any, ids: Collection[str], **sums: Any
) -> list[tuple[tuple[str, int], RowMapping]]:
    query = (
        select(table.c.instrument_id, table.c.claim, *(one.label(name) for name, one in sums.items()))
        .where(table.c.instrument_id.in_(set(ids)), table.c.block_number <= moment.number)
        .group_by(table.c.instrument_id, table.c.claim)
    )
    return [((row["instrument_id"], row["claim"]), row) for row in connection.execute(query).mappings()]


def _moves(moment: Moment, instrument_id: str | None, holder: str | None) -> CompoundSelect[Any]:
    """Each transfer twice: what its receiver gained, and what its sender lost."""
    table, nothing = transfers.c, type_coerce(null(), Wide)
    halves = []
    for who, gained, lost in ((table.receiver, table.units, nothing), (table.sender, nothing, table.units)):
        half = select(
            table.instrument_id, table.claim, who.label("holder"), gained.label("gained"), lost.label("lost")
        ).where(table.block_number <= moment.number)
        half = half if instrument_id is None else half.where(table.instrument_id == instrument_id)
        halves.append(half if holder is None else half.where(who == holder))
    return union_all(*halves)


def _zero() -> Any:
    return literal(0, Wide)
