"""Reference of the command `concord`, from its own help."""

from __future__ import annotations

import typer
from typer.cli import get_docs_for_click

from app.cli.main import commands


def commands_page() -> str:
    """Every command with its arguments and options."""
    command = typer.main.get_command(commands)
    text = get_docs_for_click(obj=command, ctx=typer.Context(command), name="concord")
    return text.replace("# `concord`", "# Commands", 1)
