"""`/v1/accounts/{address}`: an account's payout state: what it holds, what that pays or would pay, what it was paid."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import Field

from app.api.fields import Address, Answer, Model, Token, Whole
from app.api.payments import Payment, Till
from app.api.positions import Counter, Position
from app.api.service import Ask
from app.store.queries.payments import list_payments
from app.store.queries.positions import list_positions

MOST = 1000  # positions, and payments, that stand in one answer

router = APIRouter(tags=["accounts"])


class Sum(Model):
    """Sums over what is listed, in one token's smallest unit."""

    token: Token
    payable: Whole = Field(description="What the SETTLED positions pay now.")
    expected: Whole = Field(description="What the OPEN positions would pay as things are known.")
    paid: Whole = Field(description="What the account received in payments.")


class Account(Model):
    """An account; one that nobody has heard of holds nothing. It is somebody's whose name the chain does not know."""

    address: str
    sums: list[Sum]
    positions: list[Position]
    more_positions: str | None = Field(description=f"Where all positions stand, if there are more than {MOST}.")
    payments: list[Payment] = Field(description="In which it is the holder or the receiver.")
    more_payments: str | None = Field(description=f"Where all payments stand, if there are more than {MOST}.")


@router.get("/accounts/{address}")
def get_account(ask: Ask, address: Address) -> Answer[Account]:
    """What an account holds, what that pays or would pay, and what it was paid."""
    held = list_positions(ask.connection, ask.moment, None, MOST + 1, holder=address)
    paid = list_payments(ask.connection, ask.moment, None, MOST + 1, account=address)
    counter, till = Counter(ask, held[:MOST]), Till(ask, paid[:MOST])
    positions, payments = [counter.position(row) for row in held[:MOST]], [till.payment(row) for row in paid[:MOST]]
    block = ask.moment.number
    account = Account(
        address=address,
        sums=_sums(address, positions, payments),
        positions=positions,
        more_positions=f"/v1/positions?holder={address}&block={block}" if len(held) > MOST else None,
        payments=payments,
        more_payments=f"/v1/payments?account={address}&block={block}" if len(paid) > MOST else None,
    )
    return Answer(as_of=ask.as_of, data=account)


def _sums(address: str, positions: Sequence[Position], payments: Sequence[Payment]) -> list[Sum]:
    known = [one.token for one in positions] + [one.token for one in payments]
    return [
        Sum(
            token=token,
            payable=sum(one.payout for one in positions if one.token == token and one.status == "SETTLED"),
            expected=sum(one.payout for one in positions if one.token == token and one.status == "OPEN"),
            paid=sum(one.payout for one in payments if one.token == token and one.receiver == address),
        )
        for token in dict.fromkeys(one for one in known if one is not None)
    ]
