"""`/v1/blocks`: the blocks that told something, and the newest ones."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from app.api.fields import Answer, Model, Page
from app.api.service import Ask, AskPage
from app.store.queries import blocks as stored

router = APIRouter(tags=["blocks"])


class Block(Model):
    """A block; `events` counts those of the contracts."""

    number: int
    hash: str
    parent_hash: str = Field(description="Of the block before, which is not kept for ever if it told nothing.")
    timestamp: int
    events: int
    is_final: bool


@router.get("/blocks")
def list_blocks(
    ask: AskPage, with_events: Annotated[bool, Query(description="Only blocks with events.")] = False
) -> Page[Block]:
    """The stored blocks, the newest first."""
    rows = stored.list_blocks(ask.connection, ask.moment, ask.paging.after(int), ask.paging.limit + 1, with_events)
    return ask.paging.page(ask.moment, rows, lambda row: row.key, Block.model_validate)


@router.get("/blocks/{number}")
def get_block(ask: Ask, number: Annotated[int, Path(ge=0, le=2**63 - 1)]) -> Answer[Block]:
    """One block that told something, or one of the newest."""
    row = stored.get_block(ask.connection, ask.moment, number)
    return Answer(as_of=ask.as_of, data=Block.model_validate(row))
