"""A service in a thread of the test, over real HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn

from app.api.service import Service
from app.config import Config
from app.main import create_app


@dataclass(frozen=True)
class Server:
    """A running service: where it answers, and what it has at hand."""

    url: str
    service: Service
    http: httpx.Client

    def get(self, path: str, **parameters: object) -> httpx.Response:
        """Asks for an address."""
        return self.http.get(path, params=parameters or None)

    def data(self, path: str, **parameters: object) -> object:
        """What an address answers, which must be fine."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def rows(self, path: str, **parameters: object) -> list[dict[str, object]]:
        """All rows of all pages."""
        found: list[dict[str, object]] = []
        answer = self.get(path, **parameters)
        while True:
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["data"]
            if page["next"] is None:
                return found
            answer = self.http.get(page["next"])


@contextmanager
def serving(config: Config) -> Iterator[Server]:
    """Serves in a thread until the context ends."""
    app = create_app(config)
    settings = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=3)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline
        time.sleep(0.01)
    (listener,) = server.servers[0].sockets
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    service: Service = app.state.service
    try:
        with httpx.Client(base_url=url, timeout=20, trust_env=False) as http:
            yield Server(url, service, http)
    finally:
        service.feed.close()
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
