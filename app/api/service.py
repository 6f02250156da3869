"""What a process that answers has at hand, and how one question reads one moment of the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Query, Request
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import Connection, Engine

from app.api.feed import Feed
from app.api.fields import AsOf
from app.api.paging import Cursor, Paging, paging, read_cursor
from app.config import Config
from app.errors import Rewound, Unknown
from app.store.engine import reading
from app.store.queries.moment import Asked, Moment, moment

MAX_BLOCK = 2**63 - 1


@dataclass(frozen=True)
class Service:
    """A process's configuration, database and feed of news."""

    config: Config
    engine: Engine
    feed: Feed


@dataclass(frozen=True)
class Asking:
    """One question: the connection and the moment it is about."""

    connection: Connection
    moment: Moment

    @property
    def as_of(self) -> AsOf:
        """The moment as the answer tells it."""
        return AsOf.model_validate(self.moment)


def service(request: Request) -> Service:
    """The service of the app that answers."""
    return cast(Service, request.app.state.service)


def _asked(given: str) -> str:
    if given not in ("latest", "final") and not (given.isascii() and given.isdigit() and int(given) <= MAX_BLOCK):
        raise PydanticCustomError("bad_block", "expected a block's number, or latest, or final")
    return given


BLOCK = "As of which block: its number, `latest` or `final`. A page's cursor says it already and goes before."

Block = Annotated[
    str,
    AfterValidator(_asked),
    Query(description=BLOCK),
    Field(json_schema_extra={"pattern": "^(latest|final|[0-9]+)$"}),
]
ServiceNow = Annotated[Service, Depends(service)]


def asking(own: ServiceNow, block: Block = "latest") -> Iterator[Asking]:
    """One moment of the store, as of the block asked for."""
    with reading(own.engine) as connection:
        asked: Asked = int(block) if block.isdigit() else block  # type: ignore[assignment]
        yield Asking(connection, moment(connection, asked, own.config.finality_depth))


@dataclass(frozen=True)
class PageAsking(Asking):
    """One question for a page: the moment of the first page, and where this one goes on."""

    paging: Paging


def page_asking(
    own: ServiceNow, pages: Annotated[Paging, Depends(paging)], block: Block = "latest"
) -> Iterator[PageAsking]:
    """One moment of the store, as of the block asked for, or as of that of the first page."""
    with reading(own.engine) as connection:
        asked: Asked = int(block) if block.isdigit() else block  # type: ignore[assignment]
        depth = own.config.finality_depth
        if pages.cursor is None:
            found = moment(connection, asked, depth)
        else:
            found = _same_moment(connection, read_cursor(pages.cursor), depth)
        yield PageAsking(connection, found, pages)


def _same_moment(connection: Connection, cursor: Cursor, depth: int) -> Moment:
    try:
        found = moment(connection, cursor.block, depth)
    except Unknown:
        found = None
    if found is None or found.hash != cursor.hash:
        raise Rewound(f"block {cursor.block} of the first page was taken back: ask for the first page again")
    return found


Ask = Annotated[Asking, Depends(asking)]
AskPage = Annotated[PageAsking, Depends(page_asking)]
