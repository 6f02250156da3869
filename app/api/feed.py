"""News: events as the indexer writes them, told to all streams of this process from one bounded memory."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import orjson
from anyio import to_thread
from fastapi.sse import format_sse_event
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from app.errors import Unavailable
from app.store.engine import reading
from app.store.queries.events import Event, event_by_id, events_after, newest_event_up_to, was_taken_back
from app.store.queries.moment import Moment, moment

POLL = 0.25  # [s]
CHUNK = 256  # events read at once
HASH_DIGITS = 8


@dataclass(frozen=True)
class Mark:
    """The last event that somebody was told: its id, and the block it stood in, since a rebuilt log has other ids."""

    event: int = 0
    block: str = ""

    def is_of(self, event: Event | None) -> bool:
        """Whether this is the mark of an event; a client may have kept its id alone."""
        return event is not None and event.at.hash[2:].startswith(self.block)

    def __str__(self) -> str:
        return f"{self.event}-{self.block}" if self.event else "0"


@dataclass(frozen=True)
class Message:
    """Something to tell, as it goes over the wire; `mark` is where whoever was told it stands then."""

    wire: bytes
    mark: Mark | None = None
    is_event: bool = False

    def is_known(self, mark: Mark | None) -> bool:
        """Whether somebody who stands at the mark was told this event already."""
        return self.is_event and mark is not None and self.mark is not None and self.mark.event <= mark.event


@dataclass
class Feed:
    """The newest messages, the most recent `size` of them; `number` counts all that there ever were."""

    engine: Engine
    finality_depth: int
    size: int
    number: int = 0
    clients: int = 0
    closed: bool = False
    _messages: deque[Message] = field(default_factory=deque)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _mark: Mark | None = None
    _block: str = ""
    _loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> None:
        """Reads what is new again and again; a database that does not answer is asked again."""
        self._loop = asyncio.get_running_loop()
        while not self.closed:
            try:
                self._remember(await to_thread.run_sync(self._news))
            except Unavailable:
                self._mark = self._mark or Mark()
            except SQLAlchemyError as error:
                get_logger("app.api").warning("no_news", error=type(error).__name__)
            await asyncio.sleep(POLL)

    def publish(self, messages: list[Message]) -> None:
        """Tells messages to all streams, from whichever thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._remember, messages)

    def close(self) -> None:
        """Lets all streams end, from whichever thread."""
        self.closed = True
        self.publish([])

    async def wait(self, timeout: float) -> bool:
        """Waits until there is news; False if there was none in time [s]."""
        try:
            await asyncio.wait_for(self._changed.wait(), timeout)
        except TimeoutError:
            return False
        return True

    def since(self, number: int) -> list[Message] | None:
        """The messages after the first `number` ones; None if the memory does not reach back so far."""
        missing = self.number - number
        return None if missing > len(self._messages) else list(self._messages)[len(self._messages) - missing :]

    def _news(self) -> list[Message]:
        with reading(self.engine) as connection:
            now = moment(connection, "latest", self.finality_depth)
            if self._mark is None:
                self._mark, self._block = newest_mark(connection, now), now.hash
            found = read_on(connection, now, self._mark)
            while found and found[-1].mark not in (None, self._mark) and len(found) < self.size:
                self._mark = found[-1].mark
                found += read_on(connection, now, self._mark)
        if now.hash != self._block:
            self._block = now.hash
            found.append(block_message(now))
        return found

    def _remember(self, messages: list[Message]) -> None:
        self._messages.extend(messages)
        while len(self._messages) > self.size:
            self._messages.popleft()
        self.number += len(messages)
        if messages or self.closed:
            self._changed.set()
            self._changed = asyncio.Event()
            if self.closed:
                self._changed.set()


def newest_mark(connection: Connection, now: Moment) -> Mark:
    """Where somebody stands who was told everything."""
    return _mark_of(connection, now, newest_event_up_to(connection, 2**62))


def read_on(connection: Connection, now: Moment, mark: Mark) -> list[Message]:
    """What to tell somebody who was told everything up to the mark: first, if the mark was taken back, how far."""
    messages = []
    if mark.event and not mark.is_of(event_by_id(connection, now, mark.event)):
        known = event_by_id(connection, now, mark.event) is None and was_taken_back(connection, mark.event)
        stands = newest_event_up_to(connection, mark.event) if known else 0
        messages.append(_rewind(_mark_of(connection, now, stands)))
        mark = Mark(mark.event if known else 0)
    return messages + [_event(one) for one in events_after(connection, now, mark.event, CHUNK)]


def block_message(now: Moment) -> Message:
    """Tells that there is a newer block; it has no id, since it is no event of a contract."""
    body = {"number": now.number, "hash": now.hash, "timestamp": now.timestamp, "final": now.final}
    return Message(_wire("block", body))


def _mark_of(connection: Connection, now: Moment, event_id: int) -> Mark:
    found = event_by_id(connection, now, event_id)
    return Mark() if found is None else _marked(found)


def _marked(event: Event) -> Mark:
    return Mark(event.id, event.at.hash[2 : 2 + HASH_DIGITS])


def _rewind(stands: Mark) -> Message:
    return Message(_wire("rewind", {"to_event": stands.event}, str(stands)), stands)


def _event(event: Event) -> Message:
    at = event.at
    body = {
        "event": event.id,
        "name": event.name,
        "contract": event.contract,
        "transaction": event.transaction,
        "arguments": event.arguments,
        "block": at.block,
        "hash": at.hash,
        "timestamp": at.timestamp,
        "log_index": at.log_index,
    }
    mark = _marked(event)
    return Message(_wire(event.name, body, str(mark)), mark, is_event=True)


def _wire(name: str, body: dict[str, Any], event_id: str | None = None) -> bytes:
    return format_sse_event(event=name, data_str=orjson.dumps(body).decode(), id=event_id)
