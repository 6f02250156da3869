"""`concord serve`: runs the service."""

from __future__ import annotations

import os
from typing import Annotated

import typer
import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from app.chain.deploy import Deployment
from app.config import PREFIX, Config, Role
from app.errors import Unavailable
from app.store.engine import open_engine, reading


def serve_command(
    roles: Annotated[str | None, typer.Option(help="What this process does: api, indexer, or both.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes a free one.")] = None,
) -> None:
    """Run the service: index the chain, answer questions, show the page. Ctrl-C or SIGTERM ends it in order."""
    given = {"roles": roles, "host": host, "port": None if port is None else str(port)}
    os.environ.update({PREFIX + name.upper(): value for name, value in given.items() if value is not None})
    config = Config.load()
    _check_database(config)
    if Role.INDEXER in config.roles:
        Deployment.read(config.deployment)
    uvicorn.run(
        "app.main:asgi",
        factory=True,
        host=config.host,
        port=config.port,
        log_config=None,
        timeout_graceful_shutdown=config.stop_within,
        server_header=False,
    )


def _check_database(config: Config) -> None:
    engine = open_engine(config.database.get_secret_value())
    try:
        with reading(engine):
            pass
    except SQLAlchemyError as error:
        told = f"the database can't be opened ({type(error).__name__}): `concord doctor` says more"
        raise Unavailable(told) from None
    finally:
        engine.dispose()
