"""`/v1/live`: the newest measurements. They never touch a round and settle nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.fields import At, Hash, Model, Page, Whole, part
from app.api.service import AskPage
from app.store.queries import live as stored
from app.store.queries.metrics import get_metric

router = APIRouter(tags=["live"])


class LiveValue(Model):
    """The lower median of what reporters observed at a time [s], in the metric's smallest unit."""

    metric_id: str
    name: str
    unit: str
    decimals: int
    value: Whole
    observed_at: int
    at: At

    @classmethod
    def of(cls, row: stored.LiveValue) -> LiveValue:
        """As the API shows it."""
        words = part(row.metric, "metric_id", "name", "unit", "decimals")
        return cls(**words, value=row.value, observed_at=row.observed_at, at=At.model_validate(row.at))


@router.get("/live")
def list_live(
    ask: AskPage, metric: Annotated[Hash | None, Query(description="All live values of this metric.")] = None
) -> Page[LiveValue]:
    """The newest live value of each metric, or all of one metric; the newest first."""
    after, limit = ask.paging.after(int, int), ask.paging.limit + 1
    if metric is None:
        rows = stored.list_live(ask.connection, ask.moment, after, limit)
    else:
        get_metric(ask.connection, ask.moment, metric)
        rows = stored.live_of_metric(ask.connection, ask.moment, metric, after, limit)
    return ask.paging.page(ask.moment, rows, lambda row: row.key, LiveValue.of)
