"""`concord instrument`: an instrument's claims, what they pay or would pay, who holds them; and what if."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.api.payout import PayoutState, Reading
from app.api.positions import Position
from app.cli.account import short, told
from app.cli.asking import Block, Service, client_of, said_moment
from app.errors import InputError
from app.terms.figures import shown


def instrument_command(
    instrument_id: Annotated[str, typer.Argument(help="The instrument's id.")],
    what_if: Annotated[
        list[str] | None, typer.Option(help="Suppose an outcome: metric=value, or metric= for UNRESOLVED.")
    ] = None,
    service: Service = None,
    block: Block = "latest",
) -> None:
    """Show what an instrument pays or would pay, and to whom; with --what-if, for other outcomes."""
    supposed = dict(_outcome(one) for one in what_if or [])
    with client_of(service) as client:
        if supposed:
            answer = client.what_if(instrument_id, supposed, block)
        else:
            answer = client.payout_state(instrument_id, block)
        holders = [] if supposed else list(client.positions(instrument_id, block=answer.as_of.number))
    console = Console(highlight=False)
    state = answer.data
    console.print(f"Instrument {state.instrument_id}, {said_moment(answer.as_of)}")
    console.print(f"{state.status}, resting on {state.basis}; the score is {state.score}.")
    console.print(_read(state.inputs))
    console.print(_claims(state))
    if holders:
        console.print(_holders(holders))


def _outcome(given: str) -> tuple[str, str | None]:
    name, equals, value = given.rpartition("=")
    if not equals or not name:
        raise InputError(f"--what-if {given!r} is no outcome: expected metric=value")
    return name, value or None


def _read(inputs: Iterable[Reading]) -> Table:
    table = Table("source", "reads", "rests on", title="Legs")
    for one in inputs:
        if one.metric is None or one.decimals is None:
            source = f"claim {one.source_claim} of {short(one.source_instrument_id or '')}"
            table.add_row(source, f"{one.value:,}", one.basis)
        else:
            table.add_row(f"{one.metric}, period {one.period}", _decimal(one.value, one.decimals), one.basis)
    return table


def _claims(state: PayoutState) -> Table:
    heads = ("claim", f"a face of {told(state.face, state.token)} pays", "all get", "held", "redeemed", "paid")
    table = Table(*heads, title="Claims")
    for one in state.claims:
        amounts = (one.payoff, one.total, one.outstanding, one.redeemed, one.paid)
        table.add_row(one.label, *(told(amount, state.token) for amount in amounts))
    return table


def _holders(positions: Iterable[Position]) -> Table:
    table = Table("holder", "claim", "holds", "pays or would pay", title="Holders")
    for one in positions:
        table.add_row(one.holder, one.label, told(one.units, one.token), told(one.payout, one.token))
    return table


def _decimal(value: int, decimals: int) -> str:
    return shown(Fraction(value, 10**decimals))
