"""Opening a database, reading one consistent moment of it, and writing to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from app.errors import InputError
from app.store.numbers import WideTotal

DIALECTS = ("sqlite", "postgresql+psycopg")
BUSY_MS = 30_000


def open_engine(url: str) -> Engine:
    """The database at an address: `sqlite:///path` or `postgresql+psycopg://user@host/name`.

    Raises: InputError if the address is none of these.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername not in DIALECTS:
            raise InputError(f"database {parsed.drivername!r}: expected one of {', '.join(DIALECTS)}")
        engine = create_engine(parsed, json_serializer=_to_json, json_deserializer=orjson.loads, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError):
        raise InputError(
            "the database's address is not one: expected sqlite:///path or postgresql://host/name"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database, whatever is written meanwhile."""
    isolation = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**isolation) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes all happen at once, and only if the block ends well."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Readers do not wait for the writer, a commit survives a power cut, and foreign keys hold."""
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says
    connection.create_aggregate("wide_total", 1, WideTotal)
    for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its turn at once, so that it never has to give up half-way."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()
