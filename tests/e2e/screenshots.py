"""Takes the pictures of the page that stand in `docs/screenshots`: `python -m tests.e2e.screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.scene import Scene, playing
from tests.e2e.watching import browsing

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WIDTHS = {1440: 900, 360: 760}


def shots(scene: Scene) -> dict[str, str]:
    """What is taken, and where it is."""
    (metric,) = scene.told[0].stage.oracle.contract.events.OutcomeReported().get_logs(from_block=0)[:1]
    return {
        "home": "/",
        "instrument": f"{scene.instrument_path(scene.restoration)}?x0=0.67",
        "rounds": "/rounds",
        "metric": f"/metrics/0x{metric['args']['metricId'].hex()}",
        "account": f"/accounts/{scene.told[0].accounts['Goldman Sachs'].lower()}",
    }


def take(scene: Scene, browser: Browser) -> None:
    """Every page in every width, by day; the first page and the instrument also by night."""
    for name, path in shots(scene).items():
        for width, height in WIDTHS.items():
            for scheme in ("light", "dark") if name in ("home", "instrument") and width == 1440 else ("light",):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.goto(scene.url(path))
                page.wait_for_function("document.fonts.ready.then(() => true)")
                page.wait_for_timeout(400)
                suffix = "-dark" if scheme == "dark" else ""
                page.screenshot(path=FOLDER / f"{name}-{width}{suffix}.png", full_page=True)
                page.close()


def main() -> None:
    """Plays the scene and takes all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        with playing(Path(folder)) as scene, browsing(home) as browser:
            take(scene, browser)


if __name__ == "__main__":
    main()
