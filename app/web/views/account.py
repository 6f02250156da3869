"""An account's page: its positions, what they pay, and what it was paid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from app.store.queries.payments import list_payments
from app.store.queries.payout import PayoutState, payout_states
from app.store.queries.positions import Position, list_positions
from app.web.views.context import Purse, Total, View, claim_name
from app.web.views.payments import payment_rows

MOST = 500


@dataclass(frozen=True)
class PositionRow:
    """A holding of a claim."""

    position_id: str
    instrument_id: str
    title: str
    claim: str
    status: str
    units: str
    exact_units: int
    payout: str
    exact_payout: int


def account_page(view: View, address: str) -> dict[str, object]:
    """What an account holds and was paid; an account that nobody heard of has nothing."""
    held = list_positions(view.connection, view.moment, limit=MOST, holder=address)
    paid = list_payments(view.connection, view.moment, limit=MOST, account=address)
    view.know([*(one.instrument_id for one in held), *(one.instrument_id for one in paid)])
    states = payout_states(view.connection, view.moment, {one.instrument_id for one in held})
    rows = [_row(view, one, states[one.instrument_id]) for one in held]
    got: dict[Purse, int] = defaultdict(int)
    for payment in paid:
        if payment.receiver == address:
            got[view.purse(view.instrument(payment.instrument_id))] += payment.payout
    totals = [
        Total("Positions", [str(len(rows))]),
        Total("Was paid", [purse.money(amount) for purse, amount in got.items()] or ["nothing yet"]),
    ]
    return {"address": address, "positions": rows, "payments": payment_rows(view, paid), "totals": totals}


def _row(view: View, held: Position, state: PayoutState) -> PositionRow:
    one, purse, payout = state.instrument, view.purse(state.instrument), state.payout(held.claim, held.units)
    return PositionRow(
        held.position_id,
        held.instrument_id,
        view.title(held.instrument_id),
        claim_name(one, held.claim),
        one.status,
        purse.money(held.units),
        held.units,
        purse.money(payout),
        payout,
    )
