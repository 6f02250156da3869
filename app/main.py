"""The service: one app for the roles of a process, which meet only in the database and on the chain."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType

from fastapi import FastAPI
from structlog import get_logger

from app.api.document import document
from app.api.feed import Feed
from app.api.health import router as health
from app.api.http import add_middleware
from app.api.problems import add_problems
from app.api.router import api_router
from app.api.service import Service
from app.api.status import router as status
from app.config import Config, Role
from app.errors import ConcordError
from app.indexer.run import run
from app.ops.log import set_up_logging
from app.store.engine import open_engine
from app.store.migrate import migrate
from app.web.routes import router as pages


def asgi() -> FastAPI:
    """The app of the environment's configuration, as an ASGI server starts it."""
    config = Config.load()
    set_up_logging(config)
    return create_app(config)


def create_app(config: Config) -> FastAPI:
    """The app of a process with these roles; every role has health and metrics, the API its addresses and the page."""
    engine = open_engine(config.database.get_secret_value())
    service = Service(config, engine, Feed(engine, config.finality_depth, config.stream_buffer))
    app = FastAPI(
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.service = service
    app.include_router(health)
    if Role.API in config.roles:
        app.include_router(pages)
        app.include_router(api_router())
        document(app)
    else:
        app.include_router(status)
    add_problems(app)
    add_middleware(app)
    app.openapi()  # made once, and not while the first one who asks waits
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Starts the roles of this process, and stops them."""
    service: Service = app.state.service
    stop = threading.Event()
    migrate(service.engine)
    threads = [_start_indexer(service.config, stop)] if Role.INDEXER in service.config.roles else []
    feed = asyncio.create_task(service.feed.run()) if Role.API in service.config.roles else None
    with _told_early(service.feed.close):
        yield
    service.feed.close()
    stop.set()
    if feed:
        await feed
    for thread in threads:
        await asyncio.to_thread(thread.join, service.config.stop_within)
    service.engine.dispose()


def _start_indexer(config: Config, stop: threading.Event) -> threading.Thread:
    """Indexes beside the API; what it can't go on from ends the process, so that it is seen and mended."""

    def index() -> None:
        try:
            run(config, stop)
        except ConcordError as error:
            get_logger("app.main").error("the indexer can't go on", told=str(error), code=error.code)
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=index, name="indexer", daemon=True)
    thread.start()
    return thread


@contextmanager
def _told_early(close: Callable[[], None]) -> Iterator[None]:
    """Calls `close` as soon as the process is asked to end: a server waits for its streams before it tells its app."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}

    def told(number: int, frame: FrameType | None) -> None:
        close()
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for one in before:
        signal.signal(one, told)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
