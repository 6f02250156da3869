"""`/v1/missions`: the shared goals that instruments serve."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.fields import Answer, Hash, Model, Page
from app.api.service import Ask, AskPage
from app.store.queries import missions as stored

router = APIRouter(tags=["missions"])


class Mission(Model):
    """A mission by the hash of its terms: how many instruments name it, and the block of the first one."""

    mission: str
    instruments: int
    since_block: int


@router.get("/missions")
def list_missions(ask: AskPage) -> Page[Mission]:
    """All missions that an instrument names, the newest first."""
    rows = stored.list_missions(ask.connection, ask.moment, ask.paging.after(int, str), ask.paging.limit + 1)
    return ask.paging.page(ask.moment, rows, lambda row: row.key, Mission.model_validate)


@router.get("/missions/{mission}")
def get_mission(ask: Ask, mission: Hash) -> Answer[Mission]:
    """One mission; its instruments stand at /v1/instruments?mission=…"""
    return Answer(as_of=ask.as_of, data=Mission.model_validate(stored.get_mission(ask.connection, ask.moment, mission)))
