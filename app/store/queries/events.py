"""Events: the whole log, as the chain told it; also the outbox of the stream."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select

from app.errors import Unknown
from app.store.queries.moment import Key, Moment, Place, newest_first, place
from app.store.tables import blocks, events, rewinds


@dataclass(frozen=True)
class Event:
    """One event of a contract; numbers in `arguments` are strings. `id` only grows in the order of reading."""

    id: int
    name: str
    contract: str
    transaction: str
    arguments: Mapping[str, Any]
    at: Place

    @property
    def key(self) -> Key:
        """Its place among all events."""
        return (self.at.block, self.at.log_index)


def list_events(
    connection: Connection,
    moment: Moment,
    after: Key | None = None,
    limit: int = 100,
    name: str | None = None,
    block: int | None = None,
    transaction: str | None = None,
) -> list[Event]:
    """Events, the newest first; only of a name, a block or a transaction."""
    query = _placed().where(events.c.block_number <= moment.number)
    wanted = {events.c.name: name, events.c.block_number: block, events.c.transaction_hash: transaction}
    for column, value in wanted.items():
        query = query if value is None else query.where(column == value)
    query = newest_first(query, (events.c.block_number, events.c.log_index), after, limit)
    return [_event(row, moment) for row in connection.execute(query).mappings()]


def get_event(connection: Connection, moment: Moment, event_id: int) -> Event:
    """One event.

    Raises: Unknown if there is none, or none any more.
    """
    found = event_by_id(connection, moment, event_id)
    if found is None or found.at.block > moment.number:
        raise Unknown("event", event_id, f"not told up to block {moment.number}, or taken back by a reorganisation")
    return found


def event_by_id(connection: Connection, moment: Moment, event_id: int) -> Event | None:
    """An event, if it still stands."""
    row = connection.execute(_placed().where(events.c.id == event_id)).mappings().first()
    return None if row is None else _event(row, moment)


def events_of_blocks(connection: Connection, moment: Moment, numbers: Collection[int]) -> dict[int, list[Event]]:
    """The events of blocks, in order."""
    query = _placed().where(events.c.block_number.in_(numbers), events.c.block_number <= moment.number)
    found: dict[int, list[Event]] = {number: [] for number in numbers}
    for row in connection.execute(query.order_by(events.c.block_number, events.c.log_index)).mappings():
        found[row["block_number"]].append(_event(row, moment))
    return found


def events_after(connection: Connection, moment: Moment, event_id: int, limit: int) -> list[Event]:
    """The next events in the order of reading, which is how a stream tells them."""
    query = _placed().where(events.c.id > event_id).order_by(events.c.id).limit(limit)
    return [_event(row, moment) for row in connection.execute(query).mappings()]


def newest_event_up_to(connection: Connection, event_id: int) -> int:
    """The newest event that still stands among those read up to `event_id`; 0 if none does."""
    return connection.execute(select(func.max(events.c.id)).where(events.c.id <= event_id)).scalar() or 0


def was_taken_back(connection: Connection, event_id: int) -> bool:
    """Whether an event that is gone may have stood here; if not, it is another database's."""
    return (connection.execute(select(func.max(rewinds.c.last_event_id))).scalar() or 0) >= event_id


def _placed() -> Select[Any]:
    return select(events, blocks.c.hash.label("block_hash"), blocks.c.timestamp, events.c.id.label("event_id")).join(
        blocks, blocks.c.number == events.c.block_number
    )


def _event(row: RowMapping, moment: Moment) -> Event:
    at = place(row, moment)
    return Event(row["id"], row["name"], row["contract"], row["transaction_hash"], row["arguments"], at)
