"""A database keeps its promises: all or nothing, one moment for readers, rows that hang on their block."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.errors import InputError
from app.store.engine import open_engine, reading, writing
from app.store.migrate import migrate
from app.store.tables import NOUNS, blocks, events, metadata, operators

BLOCK = {"number": 1, "hash": "h", "parent_hash": "p", "timestamp": 1}
OPERATOR = {"block_number": 1, "log_index": 0, "owner": "o", "spender": "s", "approved": True}


def test_migrations_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    migrate(engine)  # again, which changes nothing
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_every_noun_hangs_on_its_block(engine: Engine) -> None:
    with writing(engine) as connection, pytest.raises(IntegrityError):
        connection.execute(insert(operators), OPERATOR)
    with writing(engine) as connection:
        connection.execute(insert(blocks), BLOCK)
        connection.execute(insert(operators), OPERATOR)
        connection.execute(delete(blocks))
        assert connection.execute(select(func.count()).select_from(operators)).scalar() == 0
    for noun in NOUNS:
        (key,) = noun.c.block_number.foreign_keys
        assert (key.target_fullname, key.ondelete) == ("blocks.number", "CASCADE")


def test_a_write_that_fails_leaves_nothing(engine: Engine) -> None:
    def write() -> None:
        with writing(engine) as connection:
            connection.execute(insert(blocks), BLOCK)
            connection.execute(insert(blocks), BLOCK)

    with pytest.raises(IntegrityError):
        write()
    with reading(engine) as connection:
        assert connection.execute(select(blocks)).all() == []


def test_a_reader_sees_one_moment(engine: Engine) -> None:
    with reading(engine) as reader:
        assert reader.execute(select(blocks)).all() == []
        with writing(engine) as writer:
            writer.execute(insert(blocks), BLOCK)
        assert reader.execute(select(blocks)).all() == []
    with reading(engine) as reader:
        assert len(reader.execute(select(blocks)).all()) == 1


def test_no_event_id_is_given_twice(engine: Engine) -> None:
    event = {"log_index": 0, "transaction_hash": "t", "contract": "c", "name": "n", "arguments": {"a": ["1", True]}}
    ids = []
    for number in (1, 2, 3):
        with writing(engine) as connection:
            connection.execute(insert(blocks), BLOCK | {"number": number})
            connection.execute(insert(events), event | {"block_number": number})
        with writing(engine) as connection:
            row = connection.execute(select(events)).one()
            assert row.arguments == event["arguments"]
            ids.append(row.id)
            connection.execute(delete(blocks))
    assert ids == sorted(set(ids))


def test_open_engine_refuses_other_addresses() -> None:
    with pytest.raises(InputError, match="database 'mysql'"):
        open_engine("mysql://host/name")
    with pytest.raises(InputError, match="address is not one"):
        open_engine("nonsense")


def test_sqlite_survives_a_power_cut(tmp_path: object) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with reading(engine) as connection:
        asked = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert asked == ["wal", 2]
