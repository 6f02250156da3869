"""`/v1/metrics`: what is measured, by whom, and when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from app.api.fields import Answer, At, Hash, Model, Page, Whole, part
from app.api.service import Ask, AskPage
from app.store.queries import metrics as stored

router = APIRouter(tags=["metrics"])


class Calendar(Model):
    """`count` periods of `length` [s] from `start`; reports in `report_window` [s], then `challenge_window` [s]."""

    start: int
    length: int
    count: int
    report_window: int
    challenge_window: int


class Panel(Model):
    """The reporters in the order of their seats, and how many of them a value needs."""

    panel_id: str
    quorum: int
    reporters: list[str]


class Handover(Model):
    """A seat that was signed over; the successor reports for the periods that open after `since` [s]."""

    seat: int
    successor: str
    since: int


class Dispute(Model):
    """How a value is disputed; without levels it can't be."""

    arbiter: str
    levels: int
    bond_token: str
    bond: Whole
    lost_bond_receiver: str


class Metric(Model):
    """A metric. Its values are whole numbers of its smallest unit: 6158 with 2 decimals is 61.58."""

    metric_id: str
    scorecard_id: str
    index: int = Field(description="Its place among the metrics of its scorecard.")
    name: str
    unit: str
    uri: str
    decimals: int
    lower: Whole = Field(description="The least value that is accepted.")
    upper: Whole = Field(description="The greatest value that is accepted.")
    evidence_method: str
    evidence_policy: str
    panel: Panel
    calendar: Calendar
    dispute: Dispute
    handovers: list[Handover]
    at: At

    @classmethod
    def of(cls, row: stored.Metric) -> Metric:
        """As the API shows it."""
        card = row.scorecard
        names = ("metric_id", "index", "name", "unit", "uri", "decimals", "lower", "upper")
        return cls(
            **part(row, *names, "evidence_method", "evidence_policy"),
            scorecard_id=card.scorecard_id,
            panel=Panel.model_validate(card.panel),
            calendar=Calendar.model_validate(card.calendar),
            dispute=Dispute.model_validate(card),
            handovers=[Handover.model_validate(one) for one in card.handovers],
            at=At.model_validate(row.at),
        )


@router.get("/metrics")
def list_metrics(
    ask: AskPage, name: Annotated[str | None, Query(description="Only metrics of this name.")] = None
) -> Page[Metric]:
    """All metrics, the newest first."""
    after = ask.paging.after(int, int, int)
    rows = stored.list_metrics(ask.connection, ask.moment, after, ask.paging.limit + 1, name)
    return ask.paging.page(ask.moment, rows, lambda row: row.key, Metric.of)


@router.get("/metrics/{metric_id}")
def get_metric(ask: Ask, metric_id: Hash) -> Answer[Metric]:
    """One metric."""
    return Answer(as_of=ask.as_of, data=Metric.of(stored.get_metric(ask.connection, ask.moment, metric_id)))
