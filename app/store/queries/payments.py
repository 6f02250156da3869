"""Payments: tokens that a contract moved for a position that was given up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, or_

from app.store.queries.moment import Key, Moment, Place, newest_first, picked, place, placed
from app.store.tables import payments


@dataclass(frozen=True)
class Payment:
    """`holder` gave up `units` of a claim, and `receiver` was paid `payout` [token]."""

    instrument_id: str
    claim: int
    holder: str
    receiver: str
    units: int
    payout: int
    at: Place

    @property
    def key(self) -> Key:
        """Its place among all payments."""
        return (self.at.block, self.at.log_index)


def list_payments(
    connection: Connection,
    moment: Moment,
    after: Key | None = None,
    limit: int = 100,
    instrument_id: str | None = None,
    account: str | None = None,
) -> list[Payment]:
    """Payments, the newest first; only of an instrument, or in which an account is holder or receiver."""
    table, query = payments.c, placed(payments, moment)
    if instrument_id is not None:
        query = query.where(table.instrument_id == instrument_id)
    if account is not None:
        query = query.where(or_(table.holder == account, table.receiver == account))
    query = newest_first(query, (table.block_number, table.log_index), after, limit)
    names = ("instrument_id", "claim", "holder", "receiver", "units", "payout")
    rows = connection.execute(query).mappings()
    return [Payment(**picked(row, *names), at=place(row, moment)) for row in rows]
