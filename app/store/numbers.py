"""Exact whole numbers of 256 bits in a database: `NUMERIC(78, 0)` on PostgreSQL, text that sorts on SQLite."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Numeric, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.errors import NumberError

LIMIT = 2**256
_NINES = str.maketrans("0123456789", "9876543210")


class Wide(TypeDecorator[int]):
    """A whole number strictly between -2^256 and 2^256. It compares and sorts as a number on every database.

    Raises: NumberError for anything larger, and for what is no whole number.
    """

    impl = Numeric(78, 0)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, whose own numbers end at 64 bits."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric(78, 0))

    def process_bind_param(self, value: int | None, dialect: Dialect) -> Any:
        """As the database holds it."""
        if value is None:
            return None
        return to_text(value) if dialect.name == "sqlite" else Decimal(_checked(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        """As Python holds it."""
        if value is None:
            return None
        return from_text(value) if dialect.name == "sqlite" else int(value)


def to_text(value: int) -> str:
    """A number as text that sorts as numbers do: sign (n < p), count of digits, digits; complements below zero."""
    digits = str(_checked(value))
    if value >= 0:
        return f"p{len(digits):02}{digits}"
    return f"n{100 - len(digits):02}{digits[1:].translate(_NINES)}"


def from_text(text: str) -> int:
    """The number that `to_text` wrote."""
    return int(text[3:]) if text[0] == "p" else -int(text[3:].translate(_NINES))


class total(FunctionElement[int]):  # noqa: N801
    """SQL: the exact sum of a `Wide` column, null for no rows: `select(total(transfers.c.units))`."""

    type = Wide()
    inherit_cache = True


@compiles(total)
def _sum(element: ColumnElement[int], compiler: Any, **given: Any) -> str:
    return f"sum({compiler.process(element.clauses, **given)})"


@compiles(total, "sqlite")
def _sum_of_text(element: ColumnElement[int], compiler: Any, **given: Any) -> str:
    return f"wide_total({compiler.process(element.clauses, **given)})"


class WideTotal:
    """The aggregate `wide_total` that `app.store.engine` gives to every SQLite connection."""

    def __init__(self) -> None:
        self.sum: int | None = None

    def step(self, text: str | None) -> None:
        """One more row."""
        if text is not None:
            self.sum = (self.sum or 0) + from_text(text)

    def finalize(self) -> str | None:
        """The sum of all rows."""
        return None if self.sum is None else to_text(self.sum)


def _checked(value: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -LIMIT < value < LIMIT:
        raise NumberError(f"{value!r} can't be stored: expected a whole number between -2^256 and 2^256")
    return value
