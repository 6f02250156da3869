"""`concord account`: what an account holds, what that pays or would pay, and what it was paid."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.api.accounts import Account
from app.api.fields import AsOf, Token
from app.cli.asking import Block, Service, client_of, said_moment
from app.terms.figures import money


def account_command(
    address: Annotated[str, typer.Argument(help="The account's address.")],
    service: Service = None,
    block: Block = "latest",
) -> None:
    """Show an account's positions, what each pays or would pay, and its payments, as the service knows them."""
    with client_of(service) as client:
        answer = client.account(address, block)
    console = Console(highlight=False)
    _show(console, answer.data, answer.as_of)


def _show(console: Console, account: Account, as_of: AsOf) -> None:
    console.print(f"Account {account.address}, {said_moment(as_of)}")
    if not account.positions and not account.payments:
        console.print("It holds no position and was never paid.")
        return
    console.print(_positions(account))
    console.print(_payments(account))
    for one in account.sums:
        sums = (told(amount, one.token) for amount in (one.payable, one.expected, one.paid))
        console.print("To be had now {}; expected {}; paid so far {}.".format(*sums))


def _positions(account: Account) -> Table:
    table = Table("instrument", "claim", "holds", "state", "pays or would pay", "rests on", title="Positions")
    for one in account.positions:
        cells = (one.label, told(one.units, one.token), one.status, told(one.payout, one.token), one.basis)
        table.add_row(short(one.instrument_id), *cells)
    return table


def _payments(account: Account) -> Table:
    table = Table("block", "instrument", "claim", "gave up", "was paid", "to", title="Payments")
    for one in account.payments:
        cells = (one.label, told(one.units, one.token), told(one.payout, one.token), short(one.receiver))
        table.add_row(str(one.at.block), short(one.instrument_id), *cells)
    return table


def told(amount: int, token: Token | None) -> str:
    """An amount as money, or in smallest units where the token says nothing of itself."""
    if token is None or token.decimals is None:
        return f"{amount:,}"
    return money(amount, token.symbol or "", token.decimals)


def short(identity: str) -> str:
    """The beginning of an id."""
    return f"{identity[:10]}…"
