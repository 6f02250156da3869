"""Sums over everything: how many instruments settled, and what was paid of each token."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from app.store.numbers import total
from app.store.queries.moment import Moment
from app.store.tables import instruments, payments, settlements


def count_settled(connection: Connection, moment: Moment) -> int:
    """How many instruments are settled."""
    query = select(func.count()).select_from(settlements).where(settlements.c.block_number <= moment.number)
    return connection.execute(query).scalar_one()


def paid_by_token(connection: Connection, moment: Moment) -> dict[str, int]:
    """What was paid of each token that anything was paid of [token]."""
    query = (
        select(instruments.c.token, total(payments.c.payout))
        .join(payments, payments.c.instrument_id == instruments.c.instrument_id)
        .where(payments.c.block_number <= moment.number)
        .group_by(instruments.c.token)
        .order_by(instruments.c.token)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
