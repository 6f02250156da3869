"""`concord replay`: shows every test of the files given, one row a test, as it was paid on a local chain."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from app.chain.local import local_chain
from app.errors import InputError
from app.replay.replay import Result, chosen_tests, replay
from app.replay.stage import Stage
from app.terms.figures import shown
from app.terms.load import read_files
from app.terms.read.schedule import READERS
from app.terms.sheet import Entry, Expected, Inputs, Test


def replay_command(
    files: Annotated[list[Path], typer.Argument(help="Term sheets; references are looked up in all of them.")],
    only: Annotated[str, typer.Option(help="Only tests of these types, separated by commas.")] = "",
    skip: Annotated[str, typer.Option(help="No tests of these types, nor of what stands on them.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    chain: Annotated[str, typer.Option(help="The local chain to start: anvil or ganache.")] = "anvil",
) -> None:
    """Play every test through the real contracts on a local chain and compare with the tokens that moved."""
    sheet = read_files(files)
    tests = chosen_tests(sheet, _types(only, "--only"), _types(skip, "--skip"))
    if not tests:
        raise InputError("no test to play: the files hold none of the types asked for")
    results: list[Result] = []
    columns = _Columns(tests)
    with local_chain(chain) as node, _progress(len(tests)) as advance:
        if not as_json:
            print(columns.head(), flush=True)
        for result in replay(Stage.build(node), sheet, tests):
            results.append(result)
            advance(result, "" if as_json else columns.told(result))
    passed = sum(result.ok for result in results)
    if as_json:
        print(json.dumps(_document(results), indent=1))
    else:
        print(f"{passed} passed, {len(results) - passed} failed")
    if passed < len(results):
        raise typer.Exit(1)


def _types(given: str, option: str) -> list[str]:
    names = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in READERS]
    if unknown:
        raise InputError(f"{option} {unknown[0]!r} is not a type: expected some of {', '.join(READERS)}")
    return names


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Result, str], None]]:
    """A bar on the error stream, if that is a terminal; rows are printed above it, or to wherever output goes."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=False, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("replaying", total=total)
        above = console.is_terminal and sys.stdout.isatty()

        def advance(result: Result, row: str) -> None:
            if row and above:
                console.print(row, markup=False, highlight=False, soft_wrap=True)
            elif row:
                print(row, flush=True)
            progress.update(task, advance=1, description=result.entry.key)

        yield advance


class _Columns:
    """Columns as wide as what they show; the inputs get what is left of the line and are cut, amounts never are."""

    def __init__(self, tests: list[tuple[Entry, Test]]) -> None:
        case = max(len(entry.owner) for entry, _ in tests)
        schedule = max(len(entry.schedule or entry.kind) for entry, _ in tests)
        amount = max(len(_amounts(test.expected)) for _, test in tests)
        left = shutil.get_terminal_size((140, 24)).columns - case - schedule - 2 * amount - 16
        self.widths = (max(case, 4), max(schedule, 8), max(12, min(40, left)), max(amount, 8), max(amount, 4))

    def head(self) -> str:
        return self._row(("case", "schedule", "inputs", "expected", "paid", "ok"))

    def told(self, result: Result) -> str:
        paid = "–" if result.paid is None else _amounts(result.paid)
        inputs = _cut(_inputs(result.test.inputs.values()), self.widths[2])
        case, schedule = result.entry.owner, result.entry.schedule or result.entry.kind
        ok = "ok" if result.ok else "FAILED"
        row = self._row((case, schedule, inputs, _amounts(result.test.expected), paid, ok))
        return f"{row}\n    {result.problem}" if result.problem else row

    def _row(self, cells: tuple[str, str, str, str, str, str]) -> str:
        case, schedule, inputs, expected, paid, ok = cells
        texts = (case.ljust(self.widths[0]), schedule.ljust(self.widths[1]), inputs.ljust(self.widths[2]))
        return "  ".join((*texts, expected.rjust(self.widths[3]), paid.rjust(self.widths[4]), ok))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _inputs(inputs: Iterable[Inputs]) -> str:
    parts: list[str] = []
    for one in inputs:
        parts += [f"{name}={shown(value)}" for name, value in one.values.items()]
        parts += [f"cohorts={', '.join(map(shown, one.cohorts))}"] if one.cohorts else []
        parts += [f"{len(one.people)} people"] if one.people else []
    return " ".join(parts) or "none"


def _amounts(paid: Expected) -> str:
    if isinstance(paid, dict):
        return " ".join(f"{name}={amount}" for name, amount in paid.items())
    return str(paid).lower() if isinstance(paid, bool) else str(paid)


def _document(results: list[Result]) -> dict[str, object]:
    tests = [
        {
            "case": result.entry.owner,
            "schedule": result.entry.schedule or result.entry.kind,
            "expected": result.test.expected,
            "paid": result.paid,
            "ok": result.ok,
            **({"problem": result.problem} if result.problem else {}),
        }
        for result in results
    ]
    passed = sum(result.ok for result in results)
    return {"tests": tests, "passed": passed, "failed": len(results) - passed}
