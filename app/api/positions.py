"""`/v1/positions`: who holds how much of which claim, and what that pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from app.api.fields import Address, Hash, Model, Page, Token, Whole, part
from app.api.instruments import Shelf
from app.api.payout import BASIS, Basis
from app.api.service import Asking, AskPage
from app.store.queries import positions as stored
from app.store.queries.payout import PayoutState, payout_states

router = APIRouter(tags=["positions"])


class Position(Model):
    """Units of a claim that somebody holds, and what giving all of them up pays now, or would pay."""

    position_id: str = Field(description="The ERC-6909 id.")
    instrument_id: str
    claim: int
    label: str
    holder: str
    units: Whole
    status: Literal["OPEN", "SETTLED"]
    payout: Whole = Field(description="What the contract's `payoutOf` says once it is SETTLED.")
    basis: Basis = Field(description=BASIS)
    token: Token | None


class Counter:
    """Shows positions with what they pay; the instruments are read at once."""

    def __init__(self, ask: Asking, rows: Sequence[stored.Position]) -> None:
        self.states = payout_states(ask.connection, ask.moment, {row.instrument_id for row in rows})
        self.shelf = Shelf(ask, {key: state.instrument for key, state in self.states.items()})

    def position(self, row: stored.Position) -> Position:
        """As the API shows it."""
        state: PayoutState = self.states[row.instrument_id]
        return Position.model_validate(
            {
                **part(row, "position_id", "instrument_id", "claim", "holder", "units"),
                "label": state.instrument.claims[row.claim].label,
                "status": state.instrument.status,
                "payout": state.payout(row.claim, row.units),
                "basis": state.pays.basis.name,
                "token": self.shelf.token(state.instrument.token),
            }
        )


@router.get("/positions")
def list_positions(
    ask: AskPage,
    instrument: Annotated[Hash | None, Query(description="Only positions in this instrument.")] = None,
    holder: Annotated[Address | None, Query(description="Only positions of this account.")] = None,
) -> Page[Position]:
    """All positions that are not empty, by instrument, claim and holder."""
    after, limit = ask.paging.after(str, int, str), ask.paging.limit + 1
    rows = stored.list_positions(ask.connection, ask.moment, after, limit, instrument, holder)
    counter = Counter(ask, rows[: ask.paging.limit])
    return ask.paging.page(ask.moment, rows, lambda row: row.key, counter.position)
