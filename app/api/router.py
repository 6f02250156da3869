"""All of `/v1` in one router; parameters that no operation knows are refused, never ignored."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request

from app.api import (
    accounts,
    blocks,
    events,
    instruments,
    live,
    metrics,
    missions,
    payments,
    payout,
    positions,
    rounds,
    status,
    stream,
)
from app.api.http import route_of
from app.api.problems import MEDIA_TYPE, BadRequest, Fault, Problem

NOUNS = (
    missions,
    metrics,
    rounds,
    live,
    instruments,
    payout,
    positions,
    accounts,
    payments,
    blocks,
    events,
    status,
    stream,
)
FAULTS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "What was asked can't be answered.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
    "503": {"description": "Not now: ask again later.", "model": Problem, "content": {MEDIA_TYPE: {}}},
}


def refuse_unknown(request: Request) -> None:
    """Refuses query parameters that the operation does not know, so that no filter is silently ignored.

    Raises: BadRequest naming each, and what there is.
    """
    known = _parameters(request)
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        expected = f"expected one of {', '.join(sorted(known))}" if known else "this address takes no parameters"
        faults = [Fault(field=name, problem=f"no such parameter: {expected}") for name in unknown]
        raise BadRequest(faults, "unknown_parameter")
    twice = [name for name in known if len(request.query_params.getlist(name)) > 1]
    if twice:
        raise BadRequest([Fault(field=name, problem="given more than once") for name in twice])


def _parameters(request: Request) -> set[str]:
    """As the app's own OpenAPI document has them."""
    item = request.app.openapi()["paths"].get(route_of(request.scope), {})
    operation = item.get(request.method.lower(), {})
    return {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}


def api_router() -> APIRouter:
    """Everything under `/v1`."""
    router = APIRouter(prefix="/v1", dependencies=[Depends(refuse_unknown)], responses=FAULTS)
    for noun in NOUNS:
        router.include_router(noun.router)
    return router
