"""`/v1/payments`: tokens that moved for positions that were given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from app.api.fields import Address, At, Hash, Model, Page, Token, Whole, part
from app.api.instruments import Shelf
from app.api.service import Asking, AskPage
from app.store.queries import payments as stored
from app.store.queries.instruments import instruments_by_id

router = APIRouter(tags=["payments"])


class Payment(Model):
    """`holder` gave up `units` of a claim, and `receiver` was paid `payout`, both in the token's smallest unit."""

    instrument_id: str
    claim: int
    label: str
    holder: str
    receiver: str
    units: Whole
    payout: Whole
    token: Token | None
    at: At


class Till:
    """Shows payments; the instruments are read at once."""

    def __init__(self, ask: Asking, rows: Sequence[stored.Payment]) -> None:
        self.instruments = instruments_by_id(ask.connection, ask.moment, {row.instrument_id for row in rows})
        self.shelf = Shelf(ask, self.instruments)

    def payment(self, row: stored.Payment) -> Payment:
        """As the API shows it."""
        instrument = self.instruments[row.instrument_id]
        names = ("instrument_id", "claim", "holder", "receiver", "units", "payout")
        return Payment(
            **part(row, *names),
            label=instrument.claims[row.claim].label,
            token=self.shelf.token(instrument.token),
            at=At.model_validate(row.at),
        )


@router.get("/payments")
def list_payments(
    ask: AskPage,
    instrument: Annotated[Hash | None, Query(description="Only payments of this instrument.")] = None,
    account: Annotated[Address | None, Query(description="Only those with this account as holder or receiver.")] = None,
) -> Page[Payment]:
    """All payments, the newest first."""
    after, limit = ask.paging.after(int, int), ask.paging.limit + 1
    rows = stored.list_payments(ask.connection, ask.moment, after, limit, instrument, account)
    till = Till(ask, rows)
    return ask.paging.page(ask.moment, rows, lambda row: row.key, till.payment)
