"""What holds for every answer: its validator (ETag), a line in the log, a count, and open reading for all origins."""

from __future__ import annotations

import hashlib
import time

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog import get_logger

from app.ops.metrics import REQUEST_SECONDS, REQUESTS

NEVER = ("content-length", "content-type")


class Validators:
    """Gives answers to GET under `/v1` an ETag, and answers 304 to whoever has the same already."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = b""
        passes = False

        async def keep(message: Message) -> None:
            nonlocal start, body, passes
            if message["type"] == "http.response.start":
                start = message
                passes = _is_stream(message) or message["status"] != 200
                if passes:
                    await send(message)
            elif passes:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _validated(start, body, Headers(scope=scope).get("if-none-match", ""), send)

        await self.app(scope, receive, keep)


async def _validated(start: Message, body: bytes, known: str, send: Send) -> None:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["ETag"], headers["Cache-Control"] = tag, "no-cache"
    same = known.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in known.split(",")]
    if same:
        for name in NEVER:
            del headers[name]
    await send({**start, "status": 304 if same else 200, "headers": headers.raw})
    await send({"type": "http.response.body", "body": b"" if same else body})


def _is_stream(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/event-stream")


class Journal:
    """Counts and logs every request by its route; addresses and ids stay out of the counters."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        finally:
            _note(scope, status, time.perf_counter() - began)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = route_of(scope)
    REQUESTS.labels(route=route, method=scope["method"], status=str(status)).inc()
    REQUEST_SECONDS.labels(route=route).observe(seconds)
    told = {"method": scope["method"], "path": scope["path"], "status": status, "ms": round(1000 * seconds, 1)}
    get_logger("app.api").debug("request", **told)


def route_of(scope: Scope) -> str:
    """The address that was asked with the names of its parameters in place of what they are: `/v1/blocks/{number}`."""
    if "route" not in scope:
        return "unmatched"
    path: str = scope["path"]
    parts = path.split("/")
    for name, value in reversed(scope.get("path_params", {}).items()):
        if str(value) in parts:
            place = len(parts) - 1 - parts[::-1].index(str(value))
            parts[place] = f"{{{name}}}"
        else:
            parts = [*path.removesuffix(str(value)).split("/")[:-1], f"{{{name}}}"]
    return "/".join(parts)


def add_middleware(app: FastAPI) -> None:
    """Puts these around an app; the last one added is the outermost."""
    app.add_middleware(Validators)
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], expose_headers=["ETag"], max_age=86_400
    )
    app.add_middleware(Journal)
