"""`concord index`: follow the chain and keep what it tells in the database."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from app.config import Config
from app.indexer.run import run
from app.ops.log import set_up_logging


def index_command(
    once: Annotated[bool, typer.Option(help="Stop at the chain's tip instead of following it.")] = False,
    rebuild: Annotated[bool, typer.Option(help="Forget what is stored of the chain, and read all of it anew.")] = False,
    database: Annotated[str | None, typer.Option(help="The database, if not the configured one.")] = None,
    rpc: Annotated[str | None, typer.Option(help="The RPC endpoints, separated by commas.")] = None,
    deployment: Annotated[Path | None, typer.Option(help="The record of the deployment.")] = None,
) -> None:
    """Follow the chain and keep what it tells in the database, until Ctrl-C."""
    config = Config.load(database=database, rpc=rpc, deployment=deployment)
    set_up_logging(config)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run(config, stop, once=once, rebuild=rebuild)
