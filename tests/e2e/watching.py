"""The browser as the tests start it, and what must never happen on a page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from scripts.browser import ensure_browser

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browsing(home: Path) -> Iterator[Browser]:
    """A headless Chromium with a HOME of its own; only root must do without its sandbox."""
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=ensure_browser(),
            headless=True,
            args=[*FLAGS, *root],
            env={**os.environ, "HOME": str(home)},
        )
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Collects errors in the console, broken scripts, and requests to another origin."""

    def __init__(self, url: str) -> None:
        self.origin = urlsplit(url).netloc
        self.problems: list[str] = []

    def over(self, page: Page) -> None:
        """Watches a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and not response.request.is_navigation_request()):
            self.problems.append(f"status {response.status}: {response.url}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.origin:
            self.problems.append(f"asks another origin: {request.url}")
