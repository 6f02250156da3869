"""Measure gas: `python -m scripts.bench_gas` prints a table, writes `build/gas.json`, and fails if a must fails."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.chain.local import local_chain
from app.errors import ConcordError
from app.oracle.report import local_reporters
from scripts.bench import ours
from scripts.bench.budget import BUDGETS, Row, rows
from scripts.bench.community import community, pledges
from scripts.bench.conditional_tokens import conditional_tokens
from scripts.bench.redstone import redstone
from scripts.solc.install import ROOT
from tests.support.world import World, new_world

WIDE = 120  # columns
GAS = ROOT / "build" / "gas.json"
LEGEND = (
    "Gas of whole transactions, cold, on Anvil (Prague); of a batch, one's part. Tokens: OpenZeppelin 5.3.\n"
    "ratio = gas / peer gas. A peer's figure marked * was not measured in this run."
)


def main() -> int:
    """Measure, print, write; 1 if a must fails."""
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    try:
        measured = measure(console)
    except ConcordError as error:
        print(error, file=sys.stderr)
        return 1
    write(measured, GAS)
    console.print(table(measured, console.width >= WIDE), LEGEND, sep="\n")
    for row in measured:
        if not row.holds:
            console.print(f"[red]{row.budget.key} takes {row.gas:,} gas; it must take at most {row.budget.must:,}.")
    return 0 if all(row.holds for row in measured) else 1


def measure(console: Console) -> list[Row]:
    """Ours and the peers', all on one chain.

    Raises: ChainError if the chain does not start.
    """
    mine: dict[str, int] = {}
    theirs: dict[str, int] = {}
    total = len(BUDGETS) + sum(budget.peer_gas is None for budget in BUDGETS)
    with local_chain("anvil") as node, Progress(console=console, transient=True) as progress:
        world = replace(new_world(node), reporters=local_reporters(max(ours.PANELS)))
        task = progress.add_task("measuring", total=total)
        for kept, name, actions in _parts(world, mine, theirs):
            progress.update(task, description=name)
            for key, gas in actions:
                kept[key] = gas
                progress.advance(task)
    return rows(mine, theirs)


def _parts(
    world: World, mine: dict[str, int], theirs: dict[str, int]
) -> Iterable[tuple[dict[str, int], str, ours.Measured]]:
    return (
        (mine, "instruments", ours.instruments(world)),
        (mine, "oracle", ours.oracle(world)),
        (mine, "missions and the whiteboard", community(world)),
        (mine, "pledges", pledges(world)),
        (theirs, "Conditional Tokens", conditional_tokens(world)),
        (theirs, "RedStone", redstone(world)),
    )


def write(measured: Iterable[Row], path: Path) -> None:
    """Write the figures by key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({row.budget.key: row.json() for row in measured}, indent=2) + "\n")


def table(measured: Iterable[Row], wide: bool) -> Table:
    """The figures for a terminal: green meets the goal, yellow only the must, red neither; `wide` names the peers."""
    shown = Table(box=box.SIMPLE, padding=(0, 1, 0, 0))
    shown.add_column("action", no_wrap=True)
    for name in ("gas", "must", "goal", "peer gas", "ratio"):
        shown.add_column(name, justify="right", no_wrap=True)
    if wide:
        shown.add_column("peer")
    for row in measured:
        shown.add_row(*_cells(row), *([row.budget.peer] if wide else []))
    return shown


def _cells(row: Row) -> list[str]:
    budget = row.budget
    colour = "green" if row.gas <= budget.goal else "yellow" if row.holds else "red"
    peer_gas = f"{row.peer_gas:,}{' ' if budget.peer_gas is None else '*'}"
    kilos = [f"{limit // 1000}k" for limit in (budget.must, budget.goal)]
    return [budget.key, f"[{colour}]{row.gas:,}", *kilos, peer_gas, f"{row.ratio:.2f}"]


if __name__ == "__main__":
    sys.exit(main())
