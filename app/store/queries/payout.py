"""Payout states: what instruments pay or would pay as things are known, and what if they were otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import Connection

from app.domain.evaluate import Settled, evaluate
from app.domain.position import redemption, totals
from app.domain.round import State
from app.store.queries.instruments import Instrument, Leg, round_key, with_sources
from app.store.queries.live import LiveValue, live_by_id
from app.store.queries.moment import Moment
from app.store.queries.positions import Book, books
from app.store.queries.rounds import Round, rounds_by_id


class Basis(IntEnum):
    """What a number rests on, the surest first; what rests on several is as sure as the least sure of them."""

    SETTLED = 0  # fixed by the contract
    FINAL = 1  # a FINAL value
    UNRESOLVED = 2  # no value came in time: the leg's fallback counts
    REPORTED = 3  # a reported value that may still be replaced or challenged
    LIVE = 4  # a live value, which settles nothing
    UNKNOWN = 5  # nothing is known: the leg's fallback stands in
    SUPPOSED = 6  # what somebody asked about


@dataclass(frozen=True)
class Reading:
    """What a leg reads [metric or token] and what that rests on."""

    value: int
    basis: Basis


@dataclass(frozen=True)
class Pays:
    """What an instrument pays: the readings of its legs in order, the score, a payoff per face a claim [token]."""

    inputs: tuple[Reading, ...]
    basis: Basis
    score: int
    payoffs: tuple[int, ...]


@dataclass(frozen=True)
class PayoutState:
    """An instrument with what it pays or would pay, its sets outstanding, and a book a claim."""

    instrument: Instrument
    pays: Pays
    sets: int
    books: tuple[Book, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """What all holders of each claim get together [token]."""
        return totals(self.sets, self.instrument.face, self.pays.payoffs[:-1])

    def payout(self, claim: int, units: int) -> int:
        """What giving up `units` of a claim pays, or would pay, next [token]; the contract's `payoutOf`.

        Rounds down, as `app.domain.position` says.
        """
        return redemption(self.totals[claim], self.sets, self.books[claim].redeemed, units)


@dataclass(frozen=True)
class Known:
    """Instruments with all that they stand on, and the rounds and live values that their legs read."""

    instruments: Mapping[str, Instrument]
    rounds: Mapping[str, Round]
    live: Mapping[str, LiveValue]

    def reading(self, leg: Leg) -> Reading:
        """What a metric leg reads as things are known: the FINAL value, or what comes nearest to it."""
        one, fallback = self.rounds[round_key(leg.metric_id or "", leg.period or 0)], leg.fallback or 0
        if one.outcome is not None:
            return Reading(one.outcome.value, Basis.FINAL if one.state is State.FINAL else Basis.REPORTED)
        if one.state is State.UNRESOLVED:
            return Reading(fallback, Basis.UNRESOLVED)
        live = self.live.get(leg.metric_id or "")
        return Reading(fallback, Basis.UNKNOWN) if live is None else Reading(live.value, Basis.LIVE)

    def pays(self, supposed: Mapping[str, int | None] | None = None) -> dict[str, Pays]:
        """What all the instruments pay.

        `supposed` are values by `round_key` [metric], None for UNRESOLVED; then nothing counts as settled.
        """
        found: dict[str, Pays] = {}
        for name, instrument in self.instruments.items():
            inputs = tuple(self._input(leg, found, supposed or {}) for leg in instrument.legs)
            if instrument.settlement is not None and supposed is None:
                settled = instrument.settlement
                found[name] = Pays(inputs, Basis.SETTLED, settled.score, settled.payoffs)
            else:
                result: Settled = evaluate(instrument.domain(), [one.value for one in inputs])
                found[name] = Pays(inputs, max(one.basis for one in inputs), result.score, result.amounts)
        return found

    def _input(self, leg: Leg, found: Mapping[str, Pays], supposed: Mapping[str, int | None]) -> Reading:
        if leg.source_instrument_id is not None:
            source = found[leg.source_instrument_id]
            return Reading(source.payoffs[leg.source_claim or 0], source.basis)
        key = round_key(leg.metric_id or "", leg.period or 0)
        if key not in supposed:
            return self.reading(leg)
        value = supposed[key]
        return Reading((leg.fallback or 0) if value is None else value, Basis.SUPPOSED)


def known(connection: Connection, moment: Moment, ids: Collection[str]) -> Known:
    """All that the instruments stand on, as of the moment."""
    instruments = with_sources(connection, moment, ids)
    legs = [leg for one in instruments.values() for leg in one.legs]
    read = {(leg.metric_id, leg.period or 0) for leg in legs if leg.metric_id is not None}
    rounds = rounds_by_id(connection, moment, read)
    live = live_by_id(connection, moment, {metric_id for metric_id, _ in read})
    return Known(instruments, {round_key(*key): one for key, one in rounds.items()}, live)


def payout_states(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, PayoutState]:
    """What each of the instruments pays, or would pay as things are known."""
    facts = known(connection, moment, ids)
    pays = facts.pays()
    minted = books(connection, moment, ids)
    states = {}
    for one in (facts.instruments[name] for name in ids if name in facts.instruments):
        own = tuple(minted.get((one.instrument_id, claim.claim), Book()) for claim in one.claims)
        states[one.instrument_id] = PayoutState(one, pays[one.instrument_id], own[0].sets, own)
    return states
