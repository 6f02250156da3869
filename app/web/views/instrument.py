"""An instrument's page: terms in words, its curve, what it hangs on, who holds its claims, and payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from app.store.queries.instruments import Leg, get_instrument, round_key
from app.store.queries.payments import Payment, list_payments
from app.store.queries.payout import PayoutState, payout_states
from app.store.queries.positions import Position, list_positions
from app.web.figures import spoken
from app.web.views.context import Fact, Purse, View, as_domain, claim_name, reading_of
from app.web.views.payments import payment_rows
from app.web.views.payoff import Payoff, kind_of
from app.web.words import Voice, terms_in_words

MOST = 500  # positions and payments of one page


@dataclass(frozen=True)
class LegRow:
    """What a leg reads, and how it stands."""

    id: str
    link: str
    name: str
    state: str
    outcome: str
    seats: int
    panel: int
    live: str


@dataclass(frozen=True)
class Holder:
    """An account's holding of a claim, and what it was paid."""

    address: str
    units: str
    exact_units: int
    payout: str
    exact_payout: int
    paid: str
    exact_paid: int


@dataclass(frozen=True)
class ClaimRow:
    """A claim with all its holders of now and before."""

    index: int
    name: str
    kind: str
    says: str
    payable: str
    holders: list[Holder]


def instrument_page(view: View, instrument_id: str, asked: Mapping[str, str]) -> dict[str, object]:
    """All that the page shows.

    Raises: Unknown if nobody opened the instrument.
    """
    one = get_instrument(view.connection, view.moment, instrument_id)
    payoff = Payoff.of(view, instrument_id, asked)
    state = payout_states(view.connection, view.moment, [instrument_id])[instrument_id]
    paid = list_payments(view.connection, view.moment, limit=MOST, instrument_id=instrument_id)
    return {
        "title": view.title(instrument_id),
        "kind": view.kind(one),
        "status": one.status,
        "instrument_id": instrument_id,
        "opened_at": one.at.timestamp,
        "opened_by": one.at.event,
        "formula": one.token is None,
        "part": payoff.part(),
        "words": terms_in_words(one.domain(), _voice(payoff)),
        "facts": _facts(payoff, state),
        "legs": [_leg(payoff, leg) for leg in one.legs],
        "claims": _claims(view, state, paid),
        "payments": payment_rows(view, paid),
    }


def _voice(payoff: Payoff) -> Voice:
    metrics = {key: as_domain(one.metric) for key, one in payoff.known.rounds.items()}
    return Voice(payoff.purse.money, metrics)


def _facts(payoff: Payoff, state: PayoutState) -> list[Fact]:
    one, purse = state.instrument, payoff.purse
    facts = [Fact("Face, which the claims share", purse.money(one.face))]
    if one.token is not None:
        paid = sum(book.paid for book in state.books)
        facts += [
            Fact("Token", id=one.token),
            Fact("Sets outstanding" if one.settlement is None else "Sets when it settled", purse.money(state.sets)),
            Fact("Held as collateral", purse.money(state.sets - paid)),
            Fact("Paid out", purse.money(paid)),
        ]
    if one.settlement is not None:
        at = one.settlement.at
        facts += [
            Fact("Settled", at=at.timestamp),
            Fact("Record of settling", f"event {at.event}", link=f"/events/{at.event}"),
        ]
    if one.mission is not None:
        facts.append(Fact("Mission", id=one.mission))
    if int(one.document, 16):
        facts.append(Fact("Legal document", id=one.document))
    final = "final: no reorganisation takes it back" if one.at.is_final else "not final yet"
    return [*facts, Fact("Opened in block", f"{one.at.block:,}, {final}")]


def _leg(payoff: Payoff, leg: Leg) -> LegRow:
    if leg.source_instrument_id is not None:
        return _claim_leg(payoff, leg.source_instrument_id, leg.source_claim or 0)
    one = payoff.known.rounds[round_key(leg.metric_id or "", leg.period or 0)]
    says = reading_of(as_domain(one.metric), payoff.purse)
    live = payoff.known.live.get(one.metric.metric_id)
    return LegRow(
        one.metric.metric_id,
        f"/metrics/{one.metric.metric_id}#round-{one.period}",
        spoken(one.metric.name),
        one.state.name,
        says(one.outcome.value) if one.outcome else "",
        one.outcome.seats if one.outcome else 0,
        len(one.metric.scorecard.panel.reporters),
        says(live.value) if live else "",
    )


def _claim_leg(payoff: Payoff, source_id: str, claim: int) -> LegRow:
    source, view = payoff.known.instruments[source_id], payoff.view
    pays = payoff.known.pays()[source_id].payoffs[claim]
    name = f"{claim_name(source, claim)} of: {view.title(source_id)}"
    return LegRow(source_id, f"/instruments/{source_id}", name, source.status, view.purse(source).money(pays), 0, 0, "")


def _claims(view: View, state: PayoutState, paid: list[Payment]) -> list[ClaimRow]:
    one = state.instrument
    held = list_positions(view.connection, view.moment, limit=MOST, instrument_id=one.instrument_id)
    return [_claim(view, state, claim.claim, held, paid) for claim in one.claims]


def _claim(view: View, state: PayoutState, claim: int, held: list[Position], paid: list[Payment]) -> ClaimRow:
    one, purse = state.instrument, view.purse(state.instrument)
    units = {position.holder: position.units for position in held if position.claim == claim}
    got: dict[str, int] = defaultdict(int)
    for payment in paid:
        if payment.claim == claim:
            got[payment.holder] += payment.payout
    holders = [
        _holder(purse, state, claim, address, units.get(address, 0), got[address]) for address in {**units, **got}
    ]
    owed, done = purse.money(state.totals[claim]), purse.money(state.books[claim].paid)
    verb = "are owed" if one.settlement else "would be owed"
    says = f"All its holders together {verb} {owed}; {done} is paid."
    payable = "Can be paid now" if one.settlement else "Would be paid now"
    return ClaimRow(claim, claim_name(one, claim), kind_of(one, claim), says, payable, holders)


def _holder(purse: Purse, state: PayoutState, claim: int, address: str, units: int, paid: int) -> Holder:
    payout = state.payout(claim, units)
    return Holder(address, purse.money(units), units, purse.money(payout), payout, purse.money(paid), paid)
