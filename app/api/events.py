"""`/v1/events`: the whole log of the contracts."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from app.api.fields import Answer, At, Hash, Model, Page
from app.api.service import Ask, AskPage
from app.store.queries import events as stored

router = APIRouter(tags=["events"])

_NAME = re.compile(r"[A-Za-z]{1,64}")


class Event(Model):
    """An event as its contract told it; numbers in `arguments` are strings. `id` is also that of the stream."""

    id: int
    name: str
    contract: str
    transaction: str
    arguments: dict[str, Any]
    at: At


@router.get("/events")
def list_events(
    ask: AskPage,
    name: Annotated[str | None, Query(pattern=_NAME.pattern, description="Only events of this name.")] = None,
    in_block: Annotated[int | None, Query(ge=0, le=2**63 - 1, description="Only events of this block.")] = None,
    transaction: Annotated[Hash | None, Query(description="Only events of this transaction.")] = None,
) -> Page[Event]:
    """All events, the newest first. /v1/stream tells them in order, from the first one if need be."""
    after, limit = ask.paging.after(int, int), ask.paging.limit + 1
    rows = stored.list_events(ask.connection, ask.moment, after, limit, name, in_block, transaction)
    return ask.paging.page(ask.moment, rows, lambda row: row.key, Event.model_validate)


@router.get("/events/{event_id}")
def get_event(ask: Ask, event_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> Answer[Event]:
    """One event."""
    return Answer(as_of=ask.as_of, data=Event.model_validate(stored.get_event(ask.connection, ask.moment, event_id)))
