"""Metrics: what is measured, by which panel, on which calendar."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from app.domain.round import Calendar
from app.errors import Unknown
from app.store.queries.moment import Key, Moment, Place, newest_first, picked, place, placed
from app.store.tables import blocks, handovers, metrics, panels, reporters, scorecards


@dataclass(frozen=True)
class Handover:
    """A seat was signed over at `since` [s]; the successor reports for the periods that open after that."""

    seat: int
    successor: str
    since: int


@dataclass(frozen=True)
class Panel:
    """The reporters in the order of their seats, and how many of them a value needs."""

    panel_id: str
    quorum: int
    reporters: tuple[str, ...]


@dataclass(frozen=True)
class Scorecard:
    """Metrics that one panel reports together on one calendar, and how their values are disputed."""

    scorecard_id: str
    panel: Panel
    calendar: Calendar
    arbiter: str
    levels: int
    bond_token: str
    bond: int
    lost_bond_receiver: str
    handovers: tuple[Handover, ...]

    def holder(self, seat: int, period: int) -> str:
        """Who reports from a seat for a period."""
        opening = self.calendar.close(period) - self.calendar.length
        later = [one for one in self.handovers if one.seat == seat and one.since < opening]
        return later[-1].successor if later else self.panel.reporters[seat]


@dataclass(frozen=True)
class Metric:
    """A metric in the field's words; `lower` and `upper` bound its values [metric]."""

    metric_id: str
    scorecard: Scorecard
    index: int
    name: str
    unit: str
    uri: str
    decimals: int
    lower: int
    upper: int
    evidence_method: str
    evidence_policy: str
    at: Place

    @property
    def key(self) -> Key:
        """Its place among all metrics."""
        return (self.at.block, self.at.log_index, self.index)


def list_metrics(
    connection: Connection, moment: Moment, after: Key | None = None, limit: int = 100, name: str | None = None
) -> list[Metric]:
    """Metrics, the newest first."""
    query = placed(metrics, moment)
    if name is not None:
        query = query.where(metrics.c.name == name)
    columns = (metrics.c.block_number, metrics.c.log_index, metrics.c.index)
    return _built(connection, moment, newest_first(query, columns, after, limit))


def get_metric(connection: Connection, moment: Moment, metric_id: str) -> Metric:
    """One metric.

    Raises: Unknown if nobody opened it up to that moment.
    """
    found = metrics_by_id(connection, moment, [metric_id])
    if metric_id not in found:
        raise Unknown("metric", metric_id, f"nobody opened it up to block {moment.number}")
    return found[metric_id]


def metrics_by_id(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, Metric]:
    """Those of the metrics that stand at that moment."""
    if not ids:
        return {}
    found = _built(connection, moment, placed(metrics, moment).where(metrics.c.metric_id.in_(set(ids))))
    return {one.metric_id: one for one in found}


def _built(connection: Connection, moment: Moment, query: Any) -> list[Metric]:
    rows = connection.execute(query).mappings().all()
    cards = _scorecards(connection, moment, {row["scorecard_id"] for row in rows})
    return [_metric(row, cards[row["scorecard_id"]], moment) for row in rows]


def _metric(row: RowMapping, card: Scorecard, moment: Moment) -> Metric:
    names = ("metric_id", "index", "name", "unit", "uri", "decimals", "lower", "upper")
    evidence = picked(row, "evidence_method", "evidence_policy")
    return Metric(**picked(row, *names), **evidence, scorecard=card, at=place(row, moment))


def _scorecards(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, Scorecard]:
    rows = connection.execute(select(scorecards).where(scorecards.c.scorecard_id.in_(ids))).mappings().all()
    found = _panels(connection, {row["panel_id"] for row in rows})
    handed = _handovers(connection, moment, ids)
    return {
        row["scorecard_id"]: Scorecard(
            **picked(row, "scorecard_id", "arbiter", "levels", "bond_token", "bond", "lost_bond_receiver"),
            panel=found[row["panel_id"]],
            calendar=Calendar(**picked(row, "start", "length", "count", "report_window", "challenge_window")),
            handovers=tuple(handed.get(row["scorecard_id"], ())),
        )
        for row in rows
    }


def _panels(connection: Connection, ids: Collection[str]) -> dict[str, Panel]:
    seats: dict[str, list[str]] = {}
    wanted = select(reporters).where(reporters.c.panel_id.in_(ids)).order_by(reporters.c.seat)
    for row in connection.execute(wanted).mappings():
        seats.setdefault(row["panel_id"], []).append(row["address"])
    rows = connection.execute(select(panels).where(panels.c.panel_id.in_(ids))).mappings()
    return {row["panel_id"]: Panel(row["panel_id"], row["quorum"], tuple(seats[row["panel_id"]])) for row in rows}


def _handovers(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, list[Handover]]:
    query = (
        select(handovers, blocks.c.timestamp)
        .join(blocks, blocks.c.number == handovers.c.block_number)
        .where(handovers.c.scorecard_id.in_(ids), handovers.c.block_number <= moment.number)
        .order_by(handovers.c.block_number, handovers.c.log_index)
    )
    found: dict[str, list[Handover]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["scorecard_id"], []).append(Handover(row["seat"], row["successor"], row["timestamp"]))
    return found
