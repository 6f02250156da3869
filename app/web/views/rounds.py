"""Rounds and metrics: what was measured, by whom, and how surely."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.median import lower_median
from app.domain.round import State
from app.store.queries.instruments import list_instruments
from app.store.queries.live import LiveValue, live_of_metric
from app.store.queries.metrics import Metric, get_metric
from app.store.queries.moment import Key
from app.store.queries.rounds import Outcome, Round, list_rounds, rounds_of_metric
from app.terms.figures import counted
from app.web.curves import NARROW, WIDE, Picture
from app.web.figures import BARE, duration_said, spoken
from app.web.supposing import is_bound
from app.web.timeline import Moment, timeline
from app.web.views.context import Fact, View, as_domain, period_said, reading_of

PER_PAGE = 50
MOST_LIVE = 500

WAITING = {
    State.OPEN: "No value yet: reports are accepted when the period has closed.",
    State.UNRESOLVED: "No value came in time, and that is not 0: a leg that reads this round takes its fallback.",
}


@dataclass(frozen=True)
class RoundRow:
    """A round in a list."""

    metric_id: str
    name: str
    period: int
    periods: str
    state: str
    outcome: str
    seats: int
    panel: int
    final_at: int


@dataclass(frozen=True)
class Step:
    """A moment in a round's life: past, now or to come."""

    name: str
    at: int
    kind: str


@dataclass(frozen=True)
class Said:
    """What the reporter of a seat measured; nothing if it did not report."""

    seat: int
    reporter: str
    exact: int | None
    value: str
    is_median: bool


@dataclass(frozen=True)
class RoundPart:
    """A round on its metric's page."""

    period: int
    periods: str
    state: str
    says: str
    steps: tuple[Step, ...]
    outcome: str
    exact: int
    least: str
    greatest: str
    seats: int
    panel: int
    evidence: str
    event: int
    values: tuple[Said, ...]


def rounds_page(view: View, after: Key | None) -> dict[str, object]:
    """All rounds that are known, those of the newest metrics first."""
    found = list_rounds(view.connection, view.moment, after, PER_PAGE + 1)
    shown = found[:PER_PAGE]
    link = f"/rounds?after={'-'.join(map(str, shown[-1].key))}" if len(found) > PER_PAGE else ""
    return {"rounds": [_row(one) for one in shown], "next": link}


def metric_page(view: View, metric_id: str, after: Key | None) -> dict[str, object]:
    """A metric with its rounds and live values over time.

    Raises: Unknown if nobody opened the metric.
    """
    metric = get_metric(view.connection, view.moment, metric_id)
    found = rounds_of_metric(view.connection, view.moment, metric_id, after, PER_PAGE + 1)
    shown = found[:PER_PAGE]
    live = live_of_metric(view.connection, view.moment, metric_id, limit=MOST_LIVE)
    used = list_instruments(view.connection, view.moment, metric_id=metric_id)
    view.know(one.instrument_id for one in used)
    says = reading_of(as_domain(metric))
    return {
        "title": spoken(metric.name).capitalize(),
        "metric_id": metric_id,
        "opened_by": metric.at.event,
        "live": {"value": says(live[0].value), "observed_at": live[0].observed_at} if live else None,
        "facts": _facts(metric),
        "pictures": _pictures(metric, shown, live),
        "rounds": [_part(one, view.moment.timestamp) for one in shown],
        "next": f"/metrics/{metric_id}?after={'-'.join(map(str, shown[-1].key))}" if len(found) > PER_PAGE else "",
        "used_by": [{"id": one.instrument_id, "title": view.title(one.instrument_id)} for one in used],
    }


def _row(one: Round) -> RoundRow:
    says = reading_of(as_domain(one.metric))
    return RoundRow(
        one.metric.metric_id,
        spoken(one.metric.name),
        one.period,
        _periods(one),
        one.state.name,
        says(one.outcome.value) if one.outcome else "",
        one.outcome.seats if one.outcome else 0,
        len(one.metric.scorecard.panel.reporters),
        one.final_at,
    )


def _facts(metric: Metric) -> list[Fact]:
    calendar, panel, says = metric.scorecard.calendar, metric.scorecard.panel, reading_of(as_domain(metric))
    bounded = is_bound(metric.lower) or is_bound(metric.upper)
    return [
        Fact("Unit", f"{'a number' if metric.unit in BARE else metric.unit}, {counted(metric.decimals, 'decimal')}"),
        Fact("Bounds", f"{says(metric.lower)} to {says(metric.upper)}" if bounded else "none"),
        Fact("Panel", f"{len(panel.reporters)} reporters, of whom {panel.quorum} are a quorum"),
        Fact("Periods", f"{calendar.count} of {duration_said(calendar.length)} each"),
        Fact("Reports", f"within {duration_said(calendar.report_window)} after a period's close"),
        Fact("Challenges", f"within {duration_said(calendar.challenge_window)} after that"),
        *([Fact("Evidence", metric.evidence_method)] if metric.evidence_method else []),
        *([Fact("Evidence policy", metric.evidence_policy)] if metric.evidence_policy else []),
    ]


def _pictures(metric: Metric, rounds: list[Round], live: list[LiveValue]) -> list[Picture]:
    moments = [Moment(one.observed_at, one.value) for one in live]
    moments += [Moment(one.closes_at, one.outcome.value, "final") for one in rounds if one.outcome]
    drawn = (timeline(as_domain(metric), moments, size) for size in (WIDE, NARROW))
    return [picture for picture in drawn if picture]


def _part(one: Round, now: int) -> RoundPart:
    says, outcome = reading_of(as_domain(one.metric)), one.outcome
    return RoundPart(
        one.period,
        _periods(one),
        one.state.name,
        WAITING.get(one.state, ""),
        _steps(one, now),
        says(outcome.value) if outcome else "",
        outcome.value if outcome else 0,
        says(outcome.least) if outcome else "",
        says(outcome.greatest) if outcome else "",
        outcome.seats if outcome else 0,
        len(one.metric.scorecard.panel.reporters),
        outcome.evidence if outcome else "",
        outcome.at.event if outcome else 0,
        _said(one, outcome) if outcome else (),
    )


def _steps(one: Round, now: int) -> tuple[Step, ...]:
    moments = (
        ("Period opens", one.opens_at),
        ("Period closes", one.closes_at),
        ("Reports end", one.report_until),
        ("Final from", one.final_at),
    )
    past = [at for _, at in moments if at <= now]
    current = past[-1] if past and len(past) < len(moments) else None
    return tuple(Step(name, at, "now" if at == current else "past" if at <= now else "ahead") for name, at in moments)


def _said(one: Round, outcome: Outcome) -> tuple[Said, ...]:
    """What each seat measured, the first that measured the median marked; nothing where it cannot be read."""
    if not outcome.values:
        return ()
    said, card = {one.seat: one.value for one in outcome.values}, one.metric.scorecard
    says, median = reading_of(as_domain(one.metric)), lower_median(list(said.values()))
    first = next(seat for seat, value in said.items() if value == median)
    return tuple(
        Said(
            seat, card.holder(seat, one.period), said.get(seat), says(said[seat]) if seat in said else "", seat == first
        )
        for seat in range(len(card.panel.reporters))
    )


def _periods(one: Round) -> str:
    return period_said(one.period, one.metric.scorecard.calendar.count)
