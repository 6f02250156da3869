from __future__ import annotations

from dataclasses import replace

import pytest

from app.chain.oracle import State, Transmission
from app.domain.instrument import Metric
from app.oracle.quorum import transmission
from app.oracle.report import Report, sign_report
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import DAY, EVIDENCE, OpenScorecard, World

ROW = {0: [42], 1: [40]}


def test_report_live_keeps_the_lower_median_and_its_time(world: World, card: OpenScorecard) -> None:
    """O-16, R-04: anyone transmits; the event tells value and time."""
    now = world.chain.now
    receipt = card.send_live(card.live_rows({0: [42], 1: [-40], 2: [41]}, now))
    assert card.live() == (41, now)
    assert events(world.oracle.contract, "LiveValueReported", receipt) == [
        {"metricId": card.metric_id(), "value": 41, "observedAt": now}
    ]


def test_report_live_touches_no_round(world: World, card: OpenScorecard) -> None:
    """O-16: before, within and after the report window; and a report touches no live value."""
    close = card.scorecard.calendar.close(0)
    for now, state in ((close - 1, State.OPEN), (close, State.OPEN), (close + DAY, State.UNRESOLVED)):
        world.node.advance_to(now)
        card.send_live(card.live_rows(ROW, now))
        assert (card.round().state, card.round().value, card.round().reporters) == (state, 0, 0)


def test_a_report_touches_no_live_value(card: OpenScorecard) -> None:
    """O-16."""
    seen = card.world.chain.now
    card.send_live(card.live_rows(ROW, seen))
    card.report(99)
    assert card.live() == (40, seen)
    assert card.round().value == 99


def test_report_live_replaces_only_what_was_observed_earlier(world: World, card: OpenScorecard) -> None:
    """O-17: however many reporters stand behind it, and in whatever order it is transmitted."""
    start = world.chain.now
    world.node.advance_to(start + 100)
    card.send_live(card.live_rows(ROW, start + 50))
    for observed_at in (start + 50, start + 49, start, 0):
        with reverts_with("OutcomeOracle_NotNewer", observed_at, start + 50):
            card.send_live(card.live_rows({**ROW, 2: [1]}, observed_at))
    card.send_live(card.live_rows({0: [7], 1: [7]}, start + 51))
    assert card.live() == (7, start + 51)


def test_report_live_reverts_from_the_future(world: World, card: OpenScorecard) -> None:
    """O-17: this second is not the future, the next one is."""
    now = world.chain.now
    for observed_at in (now + 1, 2**32 - 1):
        with reverts_with("OutcomeOracle_FromTheFuture", observed_at, now):
            card.send_live(card.live_rows(ROW, observed_at))
    card.send_live(card.live_rows(ROW, now))


def test_report_live_reverts_as_a_whole_if_one_metric_is_not_newer(world: World) -> None:
    """O-17: neighbours in a slot; nothing of it is kept."""
    card = world.open_scorecard([Metric(name, "", 0, -1000, 1000) for name in "abc"])
    now = world.chain.now
    card.send_live(card.live_rows({0: [-5], 1: [-5]}, now - 1, metrics=[1]))
    with reverts_with("OutcomeOracle_NotNewer", now - 1, now - 1):
        card.send_live(card.live_rows({0: [1, 2, 3], 1: [1, 2, 3]}, now - 1))
    assert [card.live(metric) for metric in range(3)] == [(0, 0), (-5, now - 1), (0, 0)]
    card.send_live(card.live_rows({0: [1, 3], 1: [1, 3]}, now - 3, metrics=[0, 2]))
    assert [card.live(metric) for metric in range(3)] == [(1, now - 3), (-5, now - 1), (3, now - 3)]


@pytest.mark.parametrize("metrics", [[0], [1], [0, 1], [63], [62, 63]])
def test_report_live_keeps_two_metrics_a_slot_apart(world: World, metrics: list[int]) -> None:
    """O-16: the largest and the least values, whose bits must not leak into a neighbour."""
    card = world.open_scorecard([Metric(f"m{i}", "", 0, -(2**95), 2**95 - 1) for i in range(64)])
    now = world.chain.now
    everything = [-(2**95) if metric % 2 else 2**95 - 1 for metric in range(64)]
    card.send_live(card.live_rows({0: everything, 1: everything}, now - 1))
    card.send_live(card.live_rows(dict.fromkeys(range(2), [-1] * len(metrics)), now, metrics))
    for metric in (0, 1, 2, 61, 62, 63):
        assert card.live(metric) == ((-1, now) if metric in metrics else (everything[metric], now - 1))


def test_report_live_takes_values_from_before_and_after_the_calendar(world: World, card: OpenScorecard) -> None:
    """O-16: it has no window of its own."""
    start = card.scorecard.calendar.start
    card.send_live(card.live_rows({0: [1], 1: [1]}, start - DAY))
    world.node.advance_to(start + 10 * DAY)
    card.send_live(card.live_rows({0: [2], 1: [2]}, start + 10 * DAY))
    assert card.live() == (2, start + 10 * DAY)


def test_report_live_reverts_below_quorum(world: World, card: OpenScorecard) -> None:
    """O-07."""
    with reverts_with("OutcomeOracle_BelowQuorum", 1, 2):
        card.send_live(card.live_rows({0: [1]}, world.chain.now))
    with reverts_with("OutcomeOracle_BelowQuorum", 0, 2):
        card.send_live(Transmission(world.chain.now, 1, 0, ()))


def test_report_live_reverts_on_seats_and_metrics_that_do_not_exist(world: World, card: OpenScorecard) -> None:
    """O-21."""
    rows = card.live_rows(ROW, world.chain.now)
    with reverts_with("OutcomeOracle_UnknownSeats", 0b1001, 3):
        card.send_live(replace(rows, seats=0b1001))
    for metrics in (0, 0b10):
        with reverts_with("OutcomeOracle_UnknownMetrics", metrics, 1):
            card.send_live(replace(rows, metrics=metrics))


def test_report_live_reverts_on_missing_bytes_and_bytes_left_over(world: World, card: OpenScorecard) -> None:
    """O-21: a live transmission has no evidence."""
    data = card.live_rows(ROW, world.chain.now).encoded(card.terms())
    for broken in (data[:-1], data + b"\0", data + bytes(32)):
        with reverts_with("OutcomeOracle_TransmissionLength", len(broken), len(data)):
            world.send(world.oracle.contract.functions.reportLive(broken), "relayer")


def test_report_live_reverts_on_unknown_terms(world: World, card: OpenScorecard) -> None:
    """O-02."""
    other = replace(card.scorecard, metrics=(Metric("jobs", "job", 0, 0, 1),))
    with reverts_with("OutcomeOracle_UnknownScorecard", world.oracle.scorecard_id(other)):
        world.oracle.report_live(other, card.live_rows(ROW, world.chain.now), world.role("relayer"))


def test_report_live_reverts_out_of_bounds(world: World, card: OpenScorecard) -> None:
    """O-10."""
    for value in (-1001, 1001):
        with reverts_with("OutcomeOracle_OutOfBounds", 0, value, -1000, 1000):
            card.send_live(card.live_rows({0: [value], 1: [0]}, world.chain.now))


def test_report_live_reverts_on_a_row_that_its_holder_did_not_sign(world: World, card: OpenScorecard) -> None:
    """O-08, R-07: a stranger's, one for another second, and one for other values."""
    now = world.chain.now
    good = card.live_rows(ROW, now)
    strange = [card.signed_live(0, [42], now, by=world.reporters[5]), card.signed_live(1, [40], now)]
    moved = replace(good, when=now - 1)
    changed = replace(good, rows=(replace(good.rows[0], values=(43,)), good.rows[1]))
    for broken in (transmission(strange, 1), moved, changed):
        with reverts_with("OutcomeOracle_BadSignature", 0, world.reporters[0].address):
            card.send_live(broken)


def test_report_live_reverts_on_the_rows_of_a_report(world: World, card: OpenScorecard) -> None:
    """O-16, R-07: even if period and time are the same number."""
    report = Report(card.scorecard_id, 0, 1, (42,), EVIDENCE)
    rows = transmission([sign_report(report, world.oracle.domain(), one, world.reporters[one]) for one in (0, 1)], 1)
    with reverts_with("OutcomeOracle_BadSignature", 0, world.reporters[0].address):
        card.send_live(replace(rows, evidence=b""))
