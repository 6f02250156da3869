"""Live values: the newest measurements. They never touch a round and settle nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_

from app.store.queries.metrics import Metric, metrics_by_id
from app.store.queries.moment import Key, Moment, Place, newest_first, place, placed
from app.store.tables import live_values


@dataclass(frozen=True)
class LiveValue:
    """The lower median [metric] of what reporters observed at a time [s]."""

    metric: Metric
    value: int
    observed_at: int
    at: Place

    @property
    def key(self) -> Key:
        """Its place among all live values."""
        return (self.at.block, self.at.log_index)


_COLUMNS = (live_values.c.block_number, live_values.c.log_index)


def list_live(connection: Connection, moment: Moment, after: Key | None = None, limit: int = 100) -> list[LiveValue]:
    """The newest live value of each metric, the most recently reported first."""
    return _built(connection, moment, newest_first(_newest(moment), _COLUMNS, after, limit))


def live_of_metric(
    connection: Connection, moment: Moment, metric_id: str, after: Key | None = None, limit: int = 100
) -> list[LiveValue]:
    """All live values of a metric, the newest first."""
    query = placed(live_values, moment).where(live_values.c.metric_id == metric_id)
    return _built(connection, moment, newest_first(query, _COLUMNS, after, limit))


def live_by_id(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, LiveValue]:
    """The newest live value of those metrics that have one."""
    if not ids:
        return {}
    query = _newest(moment).where(live_values.c.metric_id.in_(set(ids)))
    return {one.metric.metric_id: one for one in _built(connection, moment, query)}


def _newest(moment: Moment) -> Select[Any]:
    """A live value is accepted only if it is newer than the stored one, so a later one is always newer."""
    later = live_values.alias("later")
    beaten = and_(
        later.c.metric_id == live_values.c.metric_id,
        later.c.observed_at > live_values.c.observed_at,
        later.c.block_number <= moment.number,
    )
    return placed(live_values, moment).where(~later.select().where(beaten).exists())


def _built(connection: Connection, moment: Moment, query: Select[Any]) -> list[LiveValue]:
    rows = connection.execute(query).mappings().all()
    found = metrics_by_id(connection, moment, {row["metric_id"] for row in rows})
    return [LiveValue(found[row["metric_id"]], row["value"], row["observed_at"], place(row, moment)) for row in rows]
