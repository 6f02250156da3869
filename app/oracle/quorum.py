"""Signed reports of several reporters become one transmission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.chain.oracle import Transmission
from app.errors import InputError
from app.oracle.report import Report, SignedReport, bits


def transmission(signed: Sequence[SignedReport], quorum: int) -> Transmission:
    """The rows in the order of seats, ready to send.

    Raises: InputError if seats repeat, reports speak of different things, or there are fewer than `quorum`.
    """
    rows = sorted(signed, key=lambda one: one.seat)
    seats = [row.seat for row in rows]
    if len(set(seats)) != len(seats):
        raise InputError(f"seats {seats} report more than once: expected one report a seat")
    if len(rows) < quorum:
        raise InputError(f"{len(rows)} reports, and the panel's quorum is {quorum}")
    first = rows[0].report
    if any(_subject(row.report) != _subject(first) for row in rows):
        raise InputError("the reports speak of different scorecards, periods or metrics: expected one of each")
    return Transmission(
        metrics=first.metrics,
        seats=bits(seats),
        values=tuple(value for row in rows for value in row.report.values),
        signatures=tuple(row.signature for row in rows),
        evidence=tuple(row.report.evidence for row in rows if isinstance(row.report, Report)),
    )


def _subject(report: Any) -> tuple[object, ...]:
    when = report.period if isinstance(report, Report) else report.observed_at
    return type(report), report.scorecard, when, report.metrics, len(report.values)
