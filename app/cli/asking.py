"""What commands that ask the service have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.api.fields import AsOf
from app.client import Client
from app.config import Config

Service = Annotated[str | None, typer.Option(help="The service's address; without it, where this machine's listens.")]
Block = Annotated[str, typer.Option(help="As of which block: its number, latest or final.")]


def client_of(service: str | None) -> Client:
    """A client of the service asked for."""
    if service is None:
        config = Config.load()
        service = f"http://{config.host}:{config.port}"
    return Client(service)


def said_moment(as_of: AsOf) -> str:
    """The block that an answer is about, in words."""
    when = datetime.fromtimestamp(as_of.timestamp, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"as of block {as_of.number} ({when}, {'final' if as_of.is_final else 'not final yet'})"
