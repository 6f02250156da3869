"""What mkdocs calls: reference pages are made anew before each build."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from scripts.docs.api import api_page  # noqa: E402
from scripts.docs.commands import commands_page  # noqa: E402
from scripts.docs.contracts import contracts_page  # noqa: E402

PAGES = {"contracts.md": contracts_page, "commands.md": commands_page, "api.md": api_page}


def on_pre_build(config: Any) -> None:
    """Writes the generated pages into `docs/reference/`, where git ignores them."""
    folder = Path(config["docs_dir"]) / "reference"
    for name, page in PAGES.items():
        target = folder / name
        text = page()
        if not target.exists() or target.read_text() != text:
            target.write_text(text)
