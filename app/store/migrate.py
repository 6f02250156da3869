"""Brings a database to the form that this version of Concord knows."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, func, select

from app.store.engine import writing

FOLDER = Path(__file__).parent / "migrations"
LOCK = 6909  # processes that start at once take turns


def migrate(engine: Engine, revision: str = "head") -> None:
    """Creates or upgrades all tables; changes nothing in a database that is up to date."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
