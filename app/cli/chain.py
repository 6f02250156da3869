"""`concord chain`: what stands on a chain, read from its events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.chain.client import Chain
from app.chain.deploy import Deployment
from app.chain.history import InstrumentHistory, history

commands = typer.Typer(help="What stands on a chain.", no_args_is_help=True)
LOCAL_RECORD = Path("build/run/anvil/deployment.json")


@commands.callback()
def _group() -> None:
    """What stands on a chain."""


@commands.command()
def show(
    rpc: Annotated[str, typer.Option(help="The chain's RPC address.")] = "http://127.0.0.1:8545",
    record: Annotated[Path, typer.Option(help="The record of the deployment.")] = LOCAL_RECORD,
) -> None:
    """Show the instruments of a deployment: open or settled, their payoffs and the payments made."""
    deployment = Deployment.read(record)
    chain = Chain.connect(rpc)
    deployment.check(chain)
    console = Console(highlight=False)
    console.print(f"chain {deployment.chain_id} at {rpc}, block {chain.w3.eth.block_number}")
    console.print(f"OutcomeOracle     {deployment.outcome_oracle}")
    console.print(f"ImpactInstruments {deployment.impact_instruments}")
    found = history(deployment.instruments(chain), deployment.block)
    if not found:
        console.print("No instrument was opened yet.")
        return
    console.print(_instruments(found))
    console.print(_payments(found))


def _instruments(found: list[InstrumentHistory]) -> Table:
    table = Table("instrument", "opened in", "token", "face", "score", "payoffs (residual last)", title="Instruments")
    for one in found:
        score = "open" if one.score is None else str(one.score)
        token = "formula" if one.is_formula else _short(one.token)
        payoffs = ", ".join(map(str, one.payoffs))
        table.add_row(_short(hex(one.instrument_id)), str(one.opened_in_block), token, str(one.face), score, payoffs)
    return table


def _payments(found: list[InstrumentHistory]) -> Table:
    table = Table("block", "instrument", "claim", "holder", "units", "payout", title="Payments")
    for one in found:
        for paid in one.payments:
            key = _short(hex(one.instrument_id))
            cells = (paid.block, key, paid.claim, _short(paid.holder), paid.units, paid.payout)
            table.add_row(*map(str, cells))
    return table


def _short(text: str) -> str:
    return f"{text[:10]}…"
