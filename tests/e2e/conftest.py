"""A headless Chromium before the service; every page is watched for errors and for questions to anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.scene import Scene, playing
from tests.e2e.watching import Watch, browsing

DESKTOP = {"width": 1440, "height": 900}
Opens = Callable[..., Page]


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with playing(tmp_path_factory.mktemp("scene")) as found:
        yield found


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture
def opens(scene: Scene, browser: Browser) -> Iterator[Opens]:
    """Opens a page of the service by its path; options are those of a browser's context."""
    watch = Watch(scene.service.url)
    contexts: list[BrowserContext] = []

    def open_page(path: str = "/", **options: object) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        page.goto(scene.url(path))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.problems == []
