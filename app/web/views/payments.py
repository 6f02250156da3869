"""Payments as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.store.queries.moment import Key
from app.store.queries.payments import Payment, list_payments
from app.web.views.context import View, claim_name

PER_PAGE = 50


@dataclass(frozen=True)
class PaymentRow:
    """A payment in words."""

    event: int
    timestamp: int
    instrument_id: str
    title: str
    claim: str
    holder: str
    units: str
    payout: str


def payments_page(view: View, after: Key | None) -> dict[str, object]:
    """All payments, the newest first."""
    found = list_payments(view.connection, view.moment, after, PER_PAGE + 1)
    return {"payments": payment_rows(view, found[:PER_PAGE]), "next": older_link("/payments", found, PER_PAGE)}


def payment_rows(view: View, payments: Sequence[Payment]) -> list[PaymentRow]:
    """Payments with what their instruments are called."""
    view.know(one.instrument_id for one in payments)
    return [_row(view, one) for one in payments]


def older_link(path: str, found: Sequence[Payment], shown: int) -> str:
    """Where the rest is, if there is any."""
    return f"{path}?after={'-'.join(map(str, found[shown - 1].key))}" if len(found) > shown else ""


def _row(view: View, payment: Payment) -> PaymentRow:
    instrument = view.instrument(payment.instrument_id)
    purse = view.purse(instrument)
    return PaymentRow(
        payment.at.event,
        payment.at.timestamp,
        payment.instrument_id,
        view.title(payment.instrument_id),
        claim_name(instrument, payment.claim),
        payment.holder,
        purse.money(payment.units),
        purse.money(payment.payout),
    )
