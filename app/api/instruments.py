"""`/v1/instruments`: their terms as data: legs, claims, curves, and what settling fixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from app.api.fields import Answer, At, Hash, Model, Page, Token, Whole, part
from app.api.service import Ask, Asking, AskPage
from app.store.queries import instruments as stored
from app.store.queries.metrics import Metric, metrics_by_id
from app.store.queries.tokens import tokens_by_address

router = APIRouter(tags=["instruments"])

Curve = list[tuple[Whole, Whole]]


class Leg(Model):
    """What is read: a metric's round (`fallback` if it is UNRESOLVED), or what a face of another claim pays.

    The curve's knots (x, y) make it a leg value: linear between, flat outside; without knots it is taken as it is.
    """

    index: int
    metric_id: str | None
    metric: str | None = Field(description="The metric's name.")
    unit: str | None
    decimals: int | None
    period: int | None
    fallback: Whole | None
    source_instrument_id: str | None
    source_claim: int | None
    curve: Curve


class Claim(Model):
    """A kind of position. Its curve says what a face pays for a score; the residual has none and gets the rest."""

    claim: int
    label: str
    curve: Curve | None


class Settlement(Model):
    """The score, and what a face of each claim pays, the residual's last."""

    score: Whole
    payoffs: list[Whole]
    at: At


class Instrument(Model):
    """An instrument: legs, combined to one score, and a payoff curve a claim. Amounts are in the token's smallest unit.

    Without token it is a formula: it is settled and read by others, and never minted.
    """

    instrument_id: str
    status: Literal["OPEN", "SETTLED"]
    token: Token | None
    face: Whole
    combine: Literal["SUM", "MIN", "MAX"]
    mission: str | None
    document: str = Field(description="The hash of the legal document; zero if there is none.")
    body: str = Field(description="The terms' body, as the contract's `settle` and `payoffs` take it.")
    legs: list[Leg]
    claims: list[Claim]
    settlement: Settlement | None
    at: At


class Shelf:
    """The tokens and metrics that instruments name, read at once."""

    def __init__(self, ask: Asking, rows: Mapping[str, stored.Instrument]) -> None:
        found = tokens_by_address(ask.connection, {one.token for one in rows.values() if one.token})
        self.tokens = {address: Token.model_validate(one) for address, one in found.items()}
        read = {leg.metric_id for one in rows.values() for leg in one.legs if leg.metric_id}
        self.metrics: Mapping[str, Metric] = metrics_by_id(ask.connection, ask.moment, read)

    def token(self, address: str | None) -> Token | None:
        """A token as far as it is known; None for a formula's."""
        if address is None:
            return None
        return self.tokens.get(address) or Token(address=address, symbol=None, decimals=None)

    def instrument(self, row: stored.Instrument) -> Instrument:
        """As the API shows it."""
        names = ("instrument_id", "status", "face", "combine", "mission", "document", "body")
        return Instrument.model_validate(
            {
                **part(row, *names),
                "token": self.token(row.token),
                "legs": [self._leg(leg) for leg in row.legs],
                "claims": [Claim.model_validate(one) for one in row.claims],
                "settlement": row.settlement,
                "at": row.at,
            }
        )

    def _leg(self, leg: stored.Leg) -> Leg:
        names = ("index", "metric_id", "period", "fallback", "source_instrument_id", "source_claim", "curve")
        metric = self.metrics.get(leg.metric_id or "")
        words: dict[str, object] = {"metric": None, "unit": None, "decimals": None}
        if metric is not None:
            words = {"metric": metric.name, "unit": metric.unit, "decimals": metric.decimals}
        return Leg.model_validate(part(leg, *names) | words)


@router.get("/instruments")
def list_instruments(
    ask: AskPage,
    mission: Annotated[Hash | None, Query(description="Only instruments that serve this mission.")] = None,
    metric: Annotated[Hash | None, Query(description="Only instruments with a leg that reads this metric.")] = None,
) -> Page[Instrument]:
    """All instruments, the newest first."""
    after, limit = ask.paging.after(int, int), ask.paging.limit + 1
    rows = stored.list_instruments(ask.connection, ask.moment, after, limit, mission, metric)
    shelf = Shelf(ask, {one.instrument_id: one for one in rows})
    return ask.paging.page(ask.moment, rows, lambda row: row.key, shelf.instrument)


@router.get("/instruments/{instrument_id}")
def get_instrument(ask: Ask, instrument_id: Hash) -> Answer[Instrument]:
    """One instrument with all its terms."""
    row = stored.get_instrument(ask.connection, ask.moment, instrument_id)
    return Answer(as_of=ask.as_of, data=Shelf(ask, {instrument_id: row}).instrument(row))
