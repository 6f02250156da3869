"""`concord terms`: shows term sheets in words and curves, and tells every fault that they have."""

from __future__ import annotations

import re
import shutil
import textwrap
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from app.domain.number import parse_number, truncated
from app.domain.schedule import GateAnyPooled, several_claims
from app.errors import InputError, NumberError, TermsFaults
from app.terms.chart import At, draw_terminal, outcome_names, pays_at
from app.terms.chart.image import save_image
from app.terms.check import check
from app.terms.figures import counted
from app.terms.load import read_files
from app.terms.schema import schema_text
from app.terms.sheet import Entry, Sheet
from app.terms.voice import Voice, voice_of
from app.terms.words import explain, title

Files = Annotated[list[Path], typer.Argument(help="Term sheets; references are looked up in all of them.")]
WIDTHS = (60, 110)

commands = typer.Typer(help="Term sheets: what they say, and whether they are sound.", no_args_is_help=True)


class Chart(StrEnum):
    """How a payoff is drawn."""

    TERMINAL = "terminal"
    PNG = "png"
    SVG = "svg"
    NONE = "none"


@commands.command("show")
def show_command(
    files: Files,
    schedule: Annotated[str, typer.Option(help="Only this one: case.schedule, a case, or a derivative.")] = "",
    chart: Annotated[Chart, typer.Option(help="How to draw the payoff.")] = Chart.TERMINAL,
    out: Annotated[Path, typer.Option(help="The folder for images.")] = Path(),
    at: Annotated[str, typer.Option(help="Mark an outcome and say what it pays: metric=value,metric=value")] = "",
) -> None:
    """Explain what each schedule pays, in plain words, and draw it."""
    entries = _chosen(read_files(files, linked=False), schedule)
    outcome = _outcome(at, entries) if at else None
    for entry in entries:
        asked = outcome if outcome is not None and outcome.keys() <= outcome_names(entry) else None
        typer.secho(f"\n{title(entry)}", bold=True)
        _say_lines(explain(entry))
        _draw(entry, chart, out, asked)
        if asked is not None:
            typer.secho(f"  ◆ {_pays(entry, asked)}", bold=True)


@commands.command("check")
def check_command(files: Files) -> None:
    """Tell every fault with its place, one a line; exit status 1 if there is any."""
    prefix = f"{files[0]}: " if len(files) == 1 else ""
    try:
        sheet = read_files(files)
    except TermsFaults as error:
        _tell_faults([_at_file(str(fault), prefix) for fault in error.faults])
    found = check(sheet)
    for note in found.notes:
        typer.echo(f"note: {_at_file(str(note), prefix)}")
    if found.faults:
        _tell_faults([_at_file(str(fault), prefix) for fault in found.faults])
    schedules = counted(len(sheet.entries), "schedule")
    tests = counted(sum(len(entry.tests) for entry in sheet.entries), "test")
    typer.echo(f"sound: {schedules}, {tests}; compiled to instruments: {found.compiled}")


@commands.command("schema")
def schema_command() -> None:
    """Print the JSON Schema that term sheets follow."""
    typer.echo(schema_text(), nl=False)


def _tell_faults(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
    typer.echo(f"{counted(len(lines), 'fault')} found", err=True)
    raise typer.Exit(1)


def _at_file(line: str, prefix: str) -> str:
    return line if line.startswith(prefix) else prefix + line


def _chosen(sheet: Sheet, wanted: str) -> list[Entry]:
    chosen = [entry for entry in sheet.entries if wanted in ("", entry.key, entry.owner, entry.schedule)]
    if not chosen:
        keys = ", ".join(entry.key for entry in sheet.entries)
        raise InputError(f'--schedule "{wanted}" is not in the files given: expected one of {keys}')
    return chosen


def _outcome(given: str, entries: list[Entry]) -> At:
    """The outcome that `--at` names."""
    outcome: dict[str, Fraction] = {}
    for part in given.split(","):
        name, equals, value = part.rpartition("=")
        if not equals or not name.strip():
            raise InputError(f'--at "{part}" is no outcome: expected metric=value, several separated by commas')
        try:
            outcome[name.strip()] = parse_number(value)
        except NumberError as error:
            raise InputError(f"--at {name.strip()}: {error}") from None
    if not any(outcome.keys() <= outcome_names(entry) for entry in entries):
        known = sorted({name for entry in entries for name in outcome_names(entry)})
        raise InputError(f"--at names {', '.join(outcome)}: expected metrics of one schedule, of {', '.join(known)}")
    return outcome


def _say_lines(lines: list[str]) -> None:
    for line in lines:
        indent = " " * (2 + len(line) - len(line.lstrip()))
        typer.echo(textwrap.fill(line.strip(), _width(), initial_indent=indent, subsequent_indent=indent + "  "))


def _draw(entry: Entry, chart: Chart, out: Path, at: At | None) -> None:
    if chart is Chart.TERMINAL:
        typer.echo("\n" + textwrap.indent(draw_terminal(entry, at, _width() - 2), "  "))
    elif chart is not Chart.NONE:
        try:
            out.mkdir(parents=True, exist_ok=True)
            path = save_image(entry, out / f"{re.sub(r'[^0-9A-Za-z._-]+', '_', entry.key)}.{chart.value}", at)
        except OSError as error:
            raise InputError(f"--out {out} cannot be written: {error.strerror}") from None
        typer.echo(f"  drawn in {path}")


def _pays(entry: Entry, at: At) -> str:
    voice = voice_of(entry)
    outcome = ", ".join(f"{metric} {voice.outcome(metric, value)}" for metric, value in at.items())
    amounts = {name: truncated(amount) for name, amount in pays_at(entry, at).items()}
    return f"At {outcome}: {_amounts(entry, amounts, voice)}."


def _amounts(entry: Entry, amounts: dict[str, int], voice: Voice) -> str:
    if several_claims(entry.terms):
        return ", ".join(f"{name} gets {voice.money(amount)}" for name, amount in amounts.items())
    (amount,) = amounts.values()
    if isinstance(entry.terms, GateAnyPooled):
        return "payment is triggered" if amount else "payment is not triggered"
    return f"{voice.money(amount)} is paid" if amount >= 0 else f"the taker pays {voice.money(-amount)}"


def _width() -> int:
    return min(max(shutil.get_terminal_size((100, 24)).columns, WIDTHS[0]), WIDTHS[1])
