"""Rounds: one period of one metric each, its state at the moment asked about, and what reporters said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Select, case, cast, literal, select, tuple_, union

from app.domain.round import State
from app.errors import Unknown
from app.store.queries.metrics import Metric, get_metric, metrics_by_id
from app.store.queries.moment import Key, Moment, Place, newest_first, picked, place, placed
from app.store.tables import legs, metrics, outcomes, reported_values, scorecards

RoundId = tuple[str, int]


@dataclass(frozen=True)
class ReportedValue:
    """What the reporter of a seat measured [metric]."""

    seat: int
    reporter: str
    value: int


@dataclass(frozen=True)
class Outcome:
    """What the oracle stored for a round: the lower median, its extremes [metric], and who stands behind it."""

    value: int
    least: int
    greatest: int
    seats: int
    evidence: str
    values: tuple[ReportedValue, ...]
    at: Place


@dataclass(frozen=True)
class Round:
    """A round as it stands: `outcome` is absent as long as it is OPEN, and for ever if it is UNRESOLVED."""

    metric: Metric
    period: int
    state: State
    outcome: Outcome | None

    @property
    def opens_at(self) -> int:
        """When the period opens [s]."""
        return self.closes_at - self.metric.scorecard.calendar.length

    @property
    def closes_at(self) -> int:
        """When it closes, and reports are accepted from [s]."""
        return self.metric.scorecard.calendar.close(self.period)

    @property
    def report_until(self) -> int:
        """When reports are no longer accepted [s]."""
        return self.metric.scorecard.calendar.report_until(self.period)

    @property
    def final_at(self) -> int:
        """When a reported value becomes FINAL [s]."""
        return self.metric.scorecard.calendar.final_at(self.period)

    @property
    def key(self) -> Key:
        """Its place among all rounds."""
        return (*self.metric.key, self.period)


def get_round(connection: Connection, moment: Moment, metric_id: str, period: int) -> Round:
    """One round.

    Raises: Unknown if the metric or its period does not exist.
    """
    count = get_metric(connection, moment, metric_id).scorecard.calendar.count
    if not 0 <= period < count:
        raise Unknown("round", f"{metric_id}/{period}", f"the metric has {count} periods, counted from 0")
    return rounds_by_id(connection, moment, [(metric_id, period)])[metric_id, period]


def list_rounds(connection: Connection, moment: Moment, after: Key | None = None, limit: int = 100) -> list[Round]:
    """Rounds that were reported, that an instrument reads, or that run now; those of the newest metrics first."""
    keys = _known_rounds(moment).subquery()
    query = select(keys.c.metric_id, keys.c.period).join(metrics, metrics.c.metric_id == keys.c.metric_id)
    columns = (metrics.c.block_number, metrics.c.log_index, metrics.c.index, keys.c.period)
    ids = [(row[0], row[1]) for row in connection.execute(newest_first(query, columns, after, limit))]
    found = rounds_by_id(connection, moment, ids)
    return [found[one] for one in ids]


def rounds_of_metric(
    connection: Connection, moment: Moment, metric_id: str, after: Key | None = None, limit: int = 100
) -> list[Round]:
    """All rounds of a metric that began, and those ahead that an instrument reads; the newest period first.

    Raises: Unknown if nobody opened the metric.
    """
    calendar = get_metric(connection, moment, metric_id).scorecard.calendar
    begun = min(max((moment.timestamp - calendar.start) // calendar.length, 0), calendar.count - 1)
    known = _known_rounds(moment).subquery()
    ahead = select(known.c.period).where(known.c.metric_id == metric_id, known.c.period > begun)
    below = calendar.count if after is None else after[-1]
    periods = sorted((one for one in connection.execute(ahead).scalars() if one < below), reverse=True)
    periods += range(min(begun, below - 1), max(min(begun, below - 1) - limit, -1), -1)
    ids = [(metric_id, period) for period in periods[:limit]]
    found = rounds_by_id(connection, moment, ids)
    return [found[one] for one in ids]


def rounds_by_id(connection: Connection, moment: Moment, ids: Collection[RoundId]) -> dict[RoundId, Round]:
    """The rounds of metrics that stand at that moment."""
    found = metrics_by_id(connection, moment, {metric_id for metric_id, _ in ids})
    known = _outcomes(connection, moment, found, ids)
    rounds = {}
    for metric_id, period in ids:
        outcome = known.get((metric_id, period))
        calendar = found[metric_id].scorecard.calendar
        state = calendar.state(period, outcome.seats.bit_count() if outcome else 0, moment.timestamp)
        rounds[metric_id, period] = Round(found[metric_id], period, state, outcome)
    return rounds


def _known_rounds(moment: Moment) -> Any:
    past = moment.number
    reported = select(outcomes.c.metric_id, outcomes.c.period).where(outcomes.c.block_number <= past)
    read = select(legs.c.metric_id, legs.c.period).where(legs.c.block_number <= past, legs.c.metric_id.is_not(None))
    card, now = scorecards.c, literal(moment.timestamp)
    running = case(
        (now < card.start, literal(0)),
        (now >= card.start + card.length * card["count"], card["count"] - 1),
        else_=cast((now - card.start) // card.length, Integer),
    )
    runs = (
        select(metrics.c.metric_id, running.label("period"))
        .join(scorecards, scorecards.c.scorecard_id == metrics.c.scorecard_id)
        .where(metrics.c.block_number <= past)
    )
    return union(reported, read, runs)


def _outcomes(
    connection: Connection, moment: Moment, found: Mapping[str, Metric], ids: Collection[RoundId]
) -> dict[RoundId, Outcome]:
    """The newest outcome of each round."""
    if not ids:
        return {}
    query: Select[Any] = placed(outcomes, moment).where(tuple_(outcomes.c.metric_id, outcomes.c.period).in_(ids))
    rows = connection.execute(query.order_by(outcomes.c.block_number, outcomes.c.log_index)).mappings()
    newest = {(row["metric_id"], row["period"]): row for row in rows}
    said = _reported_values(connection, newest.values())
    known = {}
    for (metric_id, period), row in newest.items():
        card = found[metric_id].scorecard
        values = said.get((row["block_number"], row["log_index"]), ())
        known[metric_id, period] = Outcome(
            **picked(row, "value", "least", "greatest", "seats", "evidence"),
            values=tuple(ReportedValue(seat, card.holder(seat, period), value) for seat, value in values),
            at=place(row, moment),
        )
    return known


def _reported_values(connection: Connection, rows: Collection[Any]) -> dict[Key, list[tuple[int, int]]]:
    events = [(row["block_number"], row["log_index"]) for row in rows]
    if not events:
        return {}
    table = reported_values.c
    query = select(reported_values).where(tuple_(table.block_number, table.log_index).in_(events)).order_by(table.seat)
    said: dict[Key, list[tuple[int, int]]] = {}
    for row in connection.execute(query).mappings():
        said.setdefault((row["block_number"], row["log_index"]), []).append((row["seat"], row["value"]))
    return said
