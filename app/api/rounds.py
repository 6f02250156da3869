"""`/v1/rounds`: one period of one metric each, its state, its outcome and what each reporter said."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from app.api.fields import Answer, At, Hash, Model, Page, Whole, part
from app.api.service import Ask, AskPage
from app.store.queries import rounds as stored

router = APIRouter(tags=["rounds"])


class ReportedValue(Model):
    """What the reporter of a seat measured."""

    seat: int
    reporter: str
    value: Whole


class Outcome(Model):
    """The lower median of what the reporters measured, and the content id of the evidence behind it."""

    value: Whole
    least: Whole
    greatest: Whole
    seats: list[int] = Field(description="The seats whose reporters stand behind it.")
    evidence: str
    values: list[ReportedValue] = Field(description="Empty where another contract transmitted the report.")
    at: At


class Round(Model):
    """A round. Times are seconds since 1970; values count the metric's smallest unit."""

    metric_id: str
    name: str
    unit: str
    decimals: int
    period: int
    periods: int
    state: Literal["OPEN", "REPORTED", "DISPUTED", "FINAL", "UNRESOLVED"]
    opens_at: int
    closes_at: int
    report_until: int
    final_at: int = Field(description="When a reported value becomes (or became) FINAL.")
    outcome: Outcome | None = Field(description="Absent while OPEN; for ever if UNRESOLVED, which is not 0.")

    @classmethod
    def of(cls, row: stored.Round) -> Round:
        """As the API shows it."""
        return cls.model_validate(
            {
                **part(row.metric, "metric_id", "name", "unit", "decimals"),
                **part(row, "period", "opens_at", "closes_at", "report_until", "final_at"),
                "periods": row.metric.scorecard.calendar.count,
                "state": row.state.name,
                "outcome": None if row.outcome is None else _outcome(row.outcome),
            }
        )


def _outcome(row: stored.Outcome) -> Outcome:
    return Outcome(
        **part(row, "value", "least", "greatest", "evidence"),
        seats=[seat for seat in range(row.seats.bit_length()) if row.seats >> seat & 1],
        values=[ReportedValue.model_validate(one) for one in row.values],
        at=At.model_validate(row.at),
    )


@router.get("/rounds")
def list_rounds(
    ask: AskPage, metric: Annotated[Hash | None, Query(description="All periods of this metric that began.")] = None
) -> Page[Round]:
    """Rounds that were reported, that an instrument reads, or that run now; those of the newest metrics first."""
    after, limit = ask.paging.after(int, int, int, int), ask.paging.limit + 1
    if metric is None:
        rows = stored.list_rounds(ask.connection, ask.moment, after, limit)
    else:
        rows = stored.rounds_of_metric(ask.connection, ask.moment, metric, after, limit)
    return ask.paging.page(ask.moment, rows, lambda row: row.key, Round.of)


@router.get("/rounds/{metric_id}/{period}")
def get_round(ask: Ask, metric_id: Hash, period: Annotated[int, Path(ge=0)]) -> Answer[Round]:
    """One round."""
    return Answer(as_of=ask.as_of, data=Round.of(stored.get_round(ask.connection, ask.moment, metric_id, period)))
