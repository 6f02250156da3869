"""`concord`: the one command, with a subcommand for each thing that people do."""

from __future__ import annotations

import sys

import typer

from app.cli import account, chain, doctor, index, instrument, replay, serve, terms
from app.errors import ConcordError

commands = typer.Typer(
    help="An open contracting system for collective impact: money follows the outcome.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
commands.add_typer(terms.commands, name="terms")
commands.add_typer(chain.commands, name="chain")
commands.command("replay")(replay.replay_command)
commands.command("index")(index.index_command)
commands.command("serve")(serve.serve_command)
commands.command("account")(account.account_command)
commands.command("instrument")(instrument.instrument_command)
commands.command("doctor")(doctor.doctor_command)


def main() -> None:
    """Run `concord`; a problem is told in a sentence, with exit status 1."""
    try:
        commands()
    except ConcordError as error:
        print(f"concord: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
