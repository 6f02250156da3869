"""`/v1/instruments/{id}/payout-state`: what an instrument pays, or would pay as things are known; and what if."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.api.fields import Answer, Hash, Model, Token, Whole, part
from app.api.instruments import Leg, Shelf
from app.api.service import Ask, Asking
from app.api.supposing import supposed
from app.store.queries import payout as stored
from app.store.queries.instruments import get_instrument

router = APIRouter(tags=["instruments"])

Basis = Literal["SETTLED", "FINAL", "UNRESOLVED", "REPORTED", "LIVE", "UNKNOWN", "SUPPOSED"]

BASIS = (
    "What it rests on, the surest first: SETTLED (fixed by the contract), FINAL, UNRESOLVED (no value came in time: "
    "the fallback counts), REPORTED (may still be replaced), LIVE (settles nothing), UNKNOWN (nothing is known: the "
    "fallback stands in), SUPPOSED (what was asked). What rests on several is as sure as the least sure of them."
)


def _as_written(given: object) -> object:
    if isinstance(given, float):
        raise PydanticCustomError("bad_number", "a floating-point number is not exact: write it as a string")
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


Decimal = Annotated[str, BeforeValidator(_as_written)]


class Reading(Model):
    """What a leg reads: a metric's value in its smallest unit, or a claim's payoff per face."""

    leg: int
    metric_id: str | None
    metric: str | None
    decimals: int | None
    period: int | None
    source_instrument_id: str | None
    source_claim: int | None
    value: Whole
    basis: Basis


class ClaimState(Model):
    """One claim. Amounts are in the token's smallest unit."""

    claim: int
    label: str
    payoff: Whole = Field(description="What a face of it pays or would pay.")
    total: Whole = Field(description="What all its holders get together, or would.")
    outstanding: Whole = Field(description="Units that somebody holds.")
    redeemed: Whole = Field(description="Units that were given up for a payout.")
    paid: Whole = Field(description="What was paid for them.")


class PayoutState(Model):
    """What an instrument pays or would pay. What a position pays stands at /v1/positions and /v1/accounts."""

    instrument_id: str
    status: Literal["OPEN", "SETTLED"]
    basis: Basis = Field(description=BASIS)
    token: Token | None
    face: Whole
    sets: Whole = Field(description="N: the sets outstanding, fixed by settling.")
    inputs: list[Reading] = Field(description="What each leg reads, in order, as the contract's `payoffs` takes it.")
    score: Whole
    claims: list[ClaimState]


class WhatIf(Model):
    """Outcomes to suppose, by metric: its name or id, with `/period` where an instrument reads several.

    A value is a decimal in the metric's own unit, as a string; null is UNRESOLVED. What is left out stays as known.
    """

    model_config = ConfigDict(extra="forbid")

    outcomes: dict[str, Decimal | None] = Field(max_length=256)


@router.get("/instruments/{instrument_id}/payout-state")
def get_payout_state(ask: Ask, instrument_id: Hash) -> Answer[PayoutState]:
    """What an instrument pays, or would pay if things stayed as they are known."""
    get_instrument(ask.connection, ask.moment, instrument_id)
    state = stored.payout_states(ask.connection, ask.moment, [instrument_id])[instrument_id]
    return Answer(as_of=ask.as_of, data=_shown(ask, state))


@router.post("/instruments/{instrument_id}/what-if")
def what_if(ask: Ask, instrument_id: Hash, given: WhatIf) -> Answer[PayoutState]:
    """What an instrument would pay for these outcomes, exactly as the contract computes it. Nothing is changed."""
    get_instrument(ask.connection, ask.moment, instrument_id)
    facts = stored.known(ask.connection, ask.moment, [instrument_id])
    state = stored.payout_states(ask.connection, ask.moment, [instrument_id])[instrument_id]
    pays = facts.pays(supposed(facts.rounds, given.outcomes))[instrument_id]
    return Answer(as_of=ask.as_of, data=_shown(ask, replace(state, pays=pays)))


def _shown(ask: Asking, state: stored.PayoutState) -> PayoutState:
    row = Shelf(ask, {state.instrument.instrument_id: state.instrument}).instrument(state.instrument)
    return PayoutState.model_validate(
        {
            **part(row, "instrument_id", "status", "token", "face"),
            "basis": state.pays.basis.name,
            "sets": state.sets,
            "inputs": list(map(_reading, row.legs, state.pays.inputs)),
            "score": state.pays.score,
            "claims": [_claim(state, claim.claim) for claim in row.claims],
        }
    )


def _reading(leg: Leg, read: stored.Reading) -> dict[str, object]:
    source = part(leg, "metric_id", "metric", "decimals", "period", "source_instrument_id", "source_claim")
    return {"leg": leg.index, **source, "value": read.value, "basis": read.basis.name}


def _claim(state: stored.PayoutState, claim: int) -> ClaimState:
    return ClaimState(
        claim=claim,
        label=state.instrument.claims[claim].label,
        payoff=state.pays.payoffs[claim],
        total=state.totals[claim],
        **part(state.books[claim], "outstanding", "redeemed", "paid"),
    )
