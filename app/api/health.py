"""`/livez`, `/readyz` and `/metrics`: what whoever runs the service asks."""

from __future__ import annotations

import time

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.api.service import Service, ServiceNow
from app.ops.metrics import LAG_BLOCKS, LAG_SECONDS
from app.store.engine import reading
from app.store.position import chain_tip, position
from app.store.tables import events

router = APIRouter(tags=["operations"])


class Check(BaseModel):
    """One thing that must hold, and what is the matter if it does not."""

    name: str
    ok: bool
    told: str


class Readiness(BaseModel):
    """Whether questions should be sent here."""

    ready: bool
    checks: list[Check]


@router.get("/livez")
def live() -> dict[str, str]:
    """The process answers; restart it if it does not."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"model": Readiness}})
def ready(own: ServiceNow, response: Response) -> Readiness:
    """Whether the database works and holds all of the chain; 503 if not."""
    checks = readiness(own)
    found = Readiness(ready=all(one.ok for one in checks), checks=checks)
    response.status_code = 200 if found.ready else 503
    return found


@router.get("/metrics", include_in_schema=False)
def metrics(own: ServiceNow) -> Response:
    """All counters of this process, in Prometheus' words."""
    readiness(own)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def readiness(own: Service) -> list[Check]:
    """The checks; the lag is also put where `/metrics` shows it."""
    try:
        with reading(own.engine) as connection:
            here, tip = position(connection), chain_tip(connection)
            connection.execute(select(events.c.id).limit(1))
    except SQLAlchemyError as error:
        return [Check(name="database", ok=False, told=f"it does not answer ({type(error).__name__})")]
    database = Check(name="database", ok=True, told="it answers")
    if here is None or tip is None:
        return [database, Check(name="index", ok=False, told="it has not reached the chain's tip yet")]
    lag, behind = max(int(time.time()) - tip.reached_at, 0), max(tip.number - here.number, 0)
    LAG_SECONDS.set(lag)
    LAG_BLOCKS.set(behind)
    fresh = lag <= own.config.stale_after
    said = f"it had all of the chain {lag} s ago, up to block {here.number}"
    return [database, Check(name="index", ok=fresh, told=said if fresh else f"stale: {said}")]
