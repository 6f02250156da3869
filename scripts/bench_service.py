"""Measure the service beside peers: `python -m scripts.bench_service` prints a table, writes `build/service.json`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from app.errors import ConcordError
from scripts.bench.service.indexing import Figure, measure
from scripts.solc.install import ROOT

SERVICE = ROOT / "build" / "service.json"
WIDE = 120  # columns
LEGEND = "Same chain, same run, the best of three rounds each. ratio = value / peer value."


def main() -> int:
    """Measure, print, write."""
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    try:
        figures = measure(lambda doing: console.print(f"… {doing}", highlight=False))
    except ConcordError as error:
        print(error, file=sys.stderr)
        return 1
    write(figures, SERVICE)
    console.print(
        table(figures), "Same chain, same run, the best of three rounds each. ratio = value / peer value.", sep="\n"
    )
    for figure in figures:
        if figure.reason:
            console.print(f"[red]{figure.peer}: {figure.reason}")
    return 0


def write(figures: Sequence[Figure], path: Path) -> None:
    """Keeps the figures by key; those of other parts stay."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    kept |= {figure.key: figure.as_json() for figure in figures}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=2) + "\n")


def table(figures: Sequence[Figure]) -> Table:
    """The figures as people read them."""
    made = Table("key", "value", "unit", "peer", "peer value", "ratio", box=box.SIMPLE)
    for figure in figures:
        found = figure.as_json()
        made.add_row(figure.key, *(str(found[name]) for name in ("value", "unit", "peer", "peer_value", "ratio")))
    return made


if __name__ == "__main__":
    sys.exit(main())
