"""`/v1/stream`: server-sent events, gapless and in order, resumed by `Last-Event-ID`; slow clients are let go."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import APIRouter, Header, Query, Response
from fastapi.sse import format_sse_event
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from starlette.types import Message as Sent
from starlette.types import Receive, Scope, Send
from structlog import get_logger

from app.api.feed import Feed, Mark, Message, newest_mark, read_on
from app.api.service import Service, ServiceNow
from app.errors import Unavailable
from app.ops.metrics import STREAMS, STREAMS_DROPPED
from app.store.engine import reading
from app.store.queries.moment import moment

RETRY = 2000  # after how long a client connects again [ms]
DROPPED = format_sse_event(
    event="dropped", data_str='{"detail": "too slow: connect again with Last-Event-ID to go on"}'
)

_MARK = re.compile(r"(?P<event>\d{1,18})(?:-(?P<block>[0-9a-f]{8}))?")

router = APIRouter(tags=["stream"])


def _mark(given: str) -> str:
    if not _MARK.fullmatch(given):
        raise PydanticCustomError("bad_id", "expected the id of an event of the stream, or 0 for all of them")
    return given


EventId = Annotated[str, AfterValidator(_mark)]


class Stream(Response):
    """Sends what is told until the client goes, stalls for too long, or nothing more is told."""

    media_type = "text/event-stream"

    def __init__(self, tell: Callable[[], AsyncIterator[bytes]], stall: float, feed: Feed) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self.tell, self.stall, self.feed = tell, stall, feed

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one client."""
        self._count(1)
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._until_gone, receive, group.cancel_scope)
                await self._send_all(send)
                group.cancel_scope.cancel()
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        self.feed.clients += more
        STREAMS.set(self.feed.clients)

    async def _send_all(self, send: Send) -> None:
        """A client that takes a chunk only after half the time it has is slow and told so; after all of it, cut."""
        try:
            await self._in_time(send, {"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async for chunk in self.tell():
                seconds = await self._in_time(send, {"type": "http.response.body", "body": chunk, "more_body": True})
                if seconds > self.stall / 2:
                    self._note_slow()
                    await self._in_time(send, {"type": "http.response.body", "body": DROPPED, "more_body": True})
                    break
            await self._in_time(send, {"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            self._note_slow()

    async def _in_time(self, send: Send, message: Sent) -> float:
        began = anyio.current_time()
        with anyio.fail_after(self.stall):
            await send(message)
        return anyio.current_time() - began

    def _note_slow(self) -> None:
        STREAMS_DROPPED.inc()
        get_logger("app.api").warning("stream_dropped", why="the client is too slow", allowed_seconds=self.stall)

    async def _until_gone(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()


@router.get("/stream", response_class=Stream, status_code=200)
async def stream(
    own: ServiceNow,
    last_event_id: Annotated[
        EventId | None, Header(description="Go on after this event; browsers send it. `0` tells everything.")
    ] = None,
    after: Annotated[EventId | None, Query(description="The same, for clients that can't send headers.")] = None,
) -> Response:
    """All events of the contracts, as they are indexed.

    Each has the name of its contract's event. Besides: `block` (a newer block), `rewind` (the chain took another
    branch: every event with an id above `to_event` is void), `dropped` (too slow: connect again to go on).
    """
    if own.feed.clients >= own.config.stream_clients:
        raise Unavailable(f"{own.config.stream_clients} clients follow the stream already: try again later")
    given = last_event_id or after
    return Stream(lambda: _told(own, _read(given) if given else None), own.config.stream_stall, own.feed)


def _read(given: str) -> Mark:
    match = _MARK.fullmatch(given)
    return Mark(int(match["event"]), match["block"] or "") if match else Mark()


async def _told(own: Service, mark: Mark | None) -> AsyncIterator[bytes]:
    """First from the database, then from the feed's memory; whoever falls behind that, from the database again."""
    feed = own.feed
    yield format_sse_event(comment="what the contracts told, as it is indexed", retry=RETRY)
    number = feed.number
    here: Mark = await to_thread.run_sync(_newest, own) if mark is None else mark
    behind = True
    while not feed.closed:
        if behind:
            number = feed.number
            messages: list[Message] | None = await to_thread.run_sync(_replay, own, here)
            behind = bool(messages)
        else:
            messages = feed.since(number)
            number, behind = feed.number, messages is None
        for message in messages or ():
            if not message.is_known(here):
                yield message.wire
                here = message.mark or here
        if not messages and not behind and not await feed.wait(own.config.heartbeat):
            yield format_sse_event(comment="heartbeat")
    yield format_sse_event(comment="the service stops: connect again")


def _replay(own: Service, mark: Mark) -> list[Message]:
    with reading(own.engine) as connection:
        try:
            now = moment(connection, "latest", own.config.finality_depth)
        except Unavailable:
            return []
        return read_on(connection, now, mark)


def _newest(own: Service) -> Mark:
    with reading(own.engine) as connection:
        try:
            return newest_mark(connection, moment(connection, "latest", own.config.finality_depth))
        except Unavailable:
            return Mark()
