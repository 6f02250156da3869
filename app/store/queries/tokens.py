"""Tokens: what they say of themselves, so that amounts can be written as people write them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.store.tables import tokens


@dataclass(frozen=True)
class Token:
    """A token; `symbol` is empty if it says none, `decimals` 0."""

    address: str
    symbol: str
    decimals: int


def tokens_by_address(connection: Connection, addresses: Collection[str]) -> dict[str, Token]:
    """Those of the tokens that could be asked."""
    rows = connection.execute(select(tokens).where(tokens.c.address.in_(set(addresses)))).mappings()
    return {row["address"]: Token(**row) for row in rows}
