"""Signed reports of several reporters become one transmission."""

from __future__ import annotations

from collections.abc import Sequence

from app.chain.oracle import Row, Transmission
from app.errors import InputError
from app.oracle.report import LiveReport, Report, SignedReport, bits


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
        raise InputError("the reports speak of different scorecards, periods, metrics or evidence")
    return Transmission(
        when=_when(first),
        metrics=first.metrics,
        seats=bits(seats),
        rows=tuple(Row(row.report.values, row.signature) for row in rows),
        evidence=first.evidence if isinstance(first, Report) else b"",
    )


def _subject(report: Report | LiveReport) -> tuple[object, ...]:
    evidence = report.evidence if isinstance(report, Report) else None
    return type(report), report.scorecard, _when(report), report.metrics, len(report.values), evidence


def _when(report: Report | LiveReport) -> int:
    return report.period if isinstance(report, Report) else report.observed_at
