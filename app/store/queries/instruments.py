"""Instruments: legs, claims and curves as their terms say, and what settling fixed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from app.domain import instrument as domain
from app.errors import Unknown
from app.store.queries.moment import Key, Moment, Place, newest_first, picked, place, placed
from app.store.tables import claims, instruments, legs, payoffs, settlements

NO_TOKEN = "0x" + "0" * 40
NO_MISSION = "0x" + "0" * 64


@dataclass(frozen=True)
class Leg:
    """Reads a metric's round, or what a face of another instrument's claim pays; an empty curve is the identity."""

    index: int
    metric_id: str | None
    period: int | None
    fallback: int | None
    source_instrument_id: str | None
    source_claim: int | None
    curve: domain.Curve

    def domain(self) -> domain.Leg:
        """As `app.domain` evaluates it."""
        if self.metric_id is not None:
            key = round_key(self.metric_id, self.period or 0)
            return domain.MetricLeg(key, self.curve, self.fallback or 0, self.period or 0)
        return domain.ClaimLeg(self.source_instrument_id or "", self.source_claim or 0, self.curve)


@dataclass(frozen=True)
class Claim:
    """A kind of position, paid in order; the last, without curve, is the residual and gets what is left of the face."""

    claim: int
    label: str
    curve: domain.Curve | None


@dataclass(frozen=True)
class Settlement:
    """The score, and what a face of each claim pays [token]; the residual's is the last."""

    score: int
    payoffs: tuple[int, ...]
    at: Place


@dataclass(frozen=True)
class Instrument:
    """An instrument with all its terms; `token` is None for a formula, `mission` for one that serves none."""

    instrument_id: str
    token: str | None
    face: int
    combine: str
    mission: str | None
    document: str
    body: str
    legs: tuple[Leg, ...]
    claims: tuple[Claim, ...]
    settlement: Settlement | None
    at: Place

    @property
    def status(self) -> str:
        """OPEN or SETTLED."""
        return "SETTLED" if self.settlement else "OPEN"

    @property
    def key(self) -> Key:
        """Its place among all instruments."""
        return (self.at.block, self.at.log_index)

    def domain(self) -> domain.Instrument:
        """As `app.domain` evaluates it: legs name rounds by `round_key`, instruments by id."""
        ordered = tuple(domain.Claim(one.label, one.curve) for one in self.claims if one.curve is not None)
        return domain.Instrument(
            self.instrument_id,
            self.claims[0].label,
            self.face,
            domain.Combine[self.combine],
            tuple(leg.domain() for leg in self.legs),
            ordered,
            self.claims[-1].label,
            self.token is None,
        )


def round_key(metric_id: str, period: int) -> str:
    """How a leg names the round that it reads."""
    return f"{metric_id}/{period}"


def list_instruments(
    connection: Connection,
    moment: Moment,
    after: Key | None = None,
    limit: int = 100,
    mission: str | None = None,
    metric_id: str | None = None,
) -> list[Instrument]:
    """Instruments, the newest first; only those of a mission, or with a leg that reads a metric."""
    query = placed(instruments, moment)
    if mission is not None:
        query = query.where(instruments.c.mission == mission)
    if metric_id is not None:
        reading = select(legs.c.instrument_id).where(legs.c.metric_id == metric_id)
        query = query.where(instruments.c.instrument_id.in_(reading))
    columns = (instruments.c.block_number, instruments.c.log_index)
    return _built(connection, moment, newest_first(query, columns, after, limit))


def get_instrument(connection: Connection, moment: Moment, instrument_id: str) -> Instrument:
    """One instrument.

    Raises: Unknown if nobody opened it up to that moment.
    """
    found = instruments_by_id(connection, moment, [instrument_id])
    if instrument_id not in found:
        raise Unknown("instrument", instrument_id, f"nobody opened it up to block {moment.number}")
    return found[instrument_id]


def instruments_by_id(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, Instrument]:
    """Those of the instruments that stand at that moment."""
    if not ids:
        return {}
    query = placed(instruments, moment).where(instruments.c.instrument_id.in_(set(ids)))
    return {one.instrument_id: one for one in _built(connection, moment, query)}


def with_sources(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, Instrument]:
    """The instruments and all that their claim legs read, in an order in which they settle."""
    found = instruments_by_id(connection, moment, ids)
    missing = _sources(found.values()) - found.keys()
    while missing:
        more = instruments_by_id(connection, moment, missing)
        found |= more
        missing = _sources(more.values()) - found.keys()
    return dict(sorted(found.items(), key=lambda item: item[1].key))  # a source is opened before what reads it


def _sources(read: Collection[Instrument]) -> set[str]:
    return {leg.source_instrument_id for one in read for leg in one.legs if leg.source_instrument_id is not None}


def _built(connection: Connection, moment: Moment, query: Select[Any]) -> list[Instrument]:
    rows = connection.execute(query).mappings().all()
    ids = {row["instrument_id"] for row in rows}
    all_legs = _by_instrument(connection, select(legs).order_by(legs.c.index), legs, ids)
    all_claims = _by_instrument(connection, select(claims).order_by(claims.c.claim), claims, ids)
    settled = _settlements(connection, moment, ids)
    return [
        Instrument(
            row["instrument_id"],
            None if row["token"] == NO_TOKEN else row["token"],
            row["face"],
            row["combine"],
            None if row["mission"] == NO_MISSION else row["mission"],
            row["document"],
            row["body"],
            tuple(_leg(one) for one in all_legs[row["instrument_id"]]),
            tuple(Claim(one["claim"], one["label"], _curve(one["curve"])) for one in all_claims[row["instrument_id"]]),
            settled.get(row["instrument_id"]),
            place(row, moment),
        )
        for row in rows
    ]


def _leg(row: RowMapping) -> Leg:
    names = ("index", "metric_id", "period", "fallback", "source_instrument_id", "source_claim")
    return Leg(**picked(row, *names), curve=_curve(row["curve"]) or ())


def _curve(knots: list[list[str]] | None) -> domain.Curve | None:
    return None if knots is None else tuple((int(x), int(y)) for x, y in knots)


def _settlements(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, Settlement]:
    amounts = _by_instrument(connection, select(payoffs).order_by(payoffs.c.claim), payoffs, ids)
    query = placed(settlements, moment).where(settlements.c.instrument_id.in_(ids))
    return {
        row["instrument_id"]: Settlement(
            row["score"], tuple(one["amount"] for one in amounts[row["instrument_id"]]), place(row, moment)
        )
        for row in connection.execute(query).mappings()
    }


def _by_instrument(
    connection: Connection, query: Select[Any], table: Any, ids: Collection[str]
) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for row in connection.execute(query.where(table.c.instrument_id.in_(ids))).mappings():
        found.setdefault(row["instrument_id"], []).append(row)
    return found
