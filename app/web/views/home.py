"""The first page: what there is, in total and one by one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from app.store.queries.instruments import Instrument, list_instruments
from app.store.queries.moment import Key
from app.store.queries.payments import list_payments
from app.store.queries.payout import Basis, PayoutState, known, payout_states
from app.store.queries.status import status
from app.store.queries.sums import count_settled, paid_by_token
from app.store.queries.tokens import Token, tokens_by_address
from app.web.curves import Picture
from app.web.views.context import Fact, Purse, Total, View
from app.web.views.payments import payment_rows
from app.web.views.payoff import Payoff

CARDS = 24
NEWEST = 5
PAYS = {
    Basis.SETTLED: "gets",
    Basis.FINAL: "would get now",
    Basis.UNRESOLVED: "would get now",
    Basis.REPORTED: "would get as reported",
    Basis.LIVE: "would get at the live values",
    Basis.UNKNOWN: "would get at 0",
}


@dataclass(frozen=True)
class Card:
    """An instrument in short."""

    id: str
    kind: str
    status: str
    title: str
    picture: Picture
    says: str
    facts: tuple[Fact, ...]


def home_page(view: View, after: Key | None) -> dict[str, object]:
    """Totals, cards of the newest instruments, and the newest payments."""
    found = list_instruments(view.connection, view.moment, after, CARDS + 1)
    shown = found[:CARDS]
    view.know(one.instrument_id for one in shown)
    ids = [one.instrument_id for one in shown]
    states, facts = payout_states(view.connection, view.moment, ids), known(view.connection, view.moment, ids)
    newest = list_payments(view.connection, view.moment, limit=NEWEST)
    return {
        "totals": _totals(view),
        "cards": [_card(Payoff(view, facts, one, {}), states[one.instrument_id]) for one in shown],
        "next": f"/?after={'-'.join(map(str, shown[-1].key))}" if len(found) > CARDS else "",
        "payments": payment_rows(view, newest),
    }


def _totals(view: View) -> list[Total]:
    counts = status(view.connection, view.moment)
    return [
        Total("Instruments", [f"{counts.instruments:,}"]),
        Total("Settled", [f"{count_settled(view.connection, view.moment):,}"]),
        Total("Metrics measured", [f"{counts.metrics:,}"]),
        Total("Paid out", _paid(view) or ["nothing yet"]),
    ]


def _paid(view: View) -> list[str]:
    """What was paid in each currency: tokens that call themselves alike are one."""
    paid = paid_by_token(view.connection, view.moment)
    known = tokens_by_address(view.connection, paid)
    sums: dict[Token | None, int] = defaultdict(int)
    for address, amount in paid.items():
        sums[replace(known[address], address="") if address in known else None] += amount
    return [Purse(token).money(amount) for token, amount in sums.items()]


def _card(payoff: Payoff, state: PayoutState) -> Card:
    view, one = payoff.view, state.instrument
    first = payoff.lines(payoff.pays_now())[0]
    return Card(
        one.instrument_id,
        view.kind(one),
        one.status,
        view.title(one.instrument_id),
        payoff.spark(),
        f"Payoff curve of {view.title(one.instrument_id)}",
        (
            Fact("Face", payoff.purse.money(one.face)),
            *_facts(view, state),
            Fact(f"{first.name} {PAYS[state.pays.basis]}", first.said),
        ),
    )


def _facts(view: View, state: PayoutState) -> tuple[Fact, ...]:
    """What the contract holds for it, and what it paid."""
    one: Instrument = state.instrument
    if one.token is None:
        return ()
    purse = view.purse(one)
    paid = sum(book.paid for book in state.books)
    return (Fact("Held as collateral", purse.money(state.sets - paid)), Fact("Paid out", purse.money(paid)))
