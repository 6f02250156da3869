"""`/v1/status`: which chain is indexed, how far, and what happened to it."""

from __future__ import annotations

import time
from importlib.metadata import version

from fastapi import APIRouter
from pydantic import Field

from app.api.fields import Answer, Model
from app.api.service import Ask, ServiceNow
from app.store.queries.status import status

router = APIRouter(tags=["status"])


class Rewind(Model):
    """A reorganisation that the index met, by the machine's clock [s]; a deep one took back what counted as final."""

    at: int
    from_number: int
    to_number: int
    is_deep: bool


class Counts(Model):
    """How many there are."""

    metrics: int
    instruments: int
    payments: int
    events: int


class Status(Model):
    """What is indexed, how far it is behind the chain, and what may be called final."""

    version: str
    chain_id: int
    outcome_oracle: str
    impact_instruments: str
    indexed_block: int
    final_block: int | None = Field(description="The newest final block; null if none is.")
    finality_depth: int
    chain_block: int | None = Field(description="The chain's newest block when it was last asked; null before that.")
    lag_blocks: int | None
    lag_seconds: int | None = Field(description="For how long the index has not been at the chain's tip.")
    counts: Counts
    rewinds: int
    last_rewind: Rewind | None


@router.get("/status")
def get_status(ask: Ask, own: ServiceNow) -> Answer[Status]:
    """How the index stands."""
    row, now = status(ask.connection, ask.moment), ask.moment
    return Answer(
        as_of=ask.as_of,
        data=Status(
            version=version("concord"),
            chain_id=now.chain_id,
            outcome_oracle=row.outcome_oracle,
            impact_instruments=row.impact_instruments,
            indexed_block=now.newest,
            final_block=now.final if now.final >= 0 else None,
            finality_depth=own.config.finality_depth,
            chain_block=None if row.tip is None else row.tip.number,
            lag_blocks=None if row.tip is None else max(row.tip.number - now.newest, 0),
            lag_seconds=None if row.tip is None else max(int(time.time()) - row.tip.reached_at, 0),
            counts=Counts.model_validate(row),
            rewinds=row.rewinds,
            last_rewind=None if row.last_rewind is None else Rewind.model_validate(row.last_rewind),
        ),
    )
