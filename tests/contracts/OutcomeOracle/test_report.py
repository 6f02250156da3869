"""When, by how many and in what shape a report is accepted; signatures and values have files of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.chain.oracle import Panel, State, Transmission
from app.domain.instrument import Metric
from app.oracle.report import bits, local_reporters
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import DAY, EVIDENCE, OpenScorecard, World

ROW = {0: [42], 1: [40]}


def transmit(card: OpenScorecard, data: bytes) -> None:
    world = card.world
    world.send(world.oracle.contract.functions.report(data), "relayer")


def test_report_makes_the_round_reported(world: World, card: OpenScorecard) -> None:
    """O-07, O-12, O-13, R-04: anyone transmits; value, extremes, seats and evidence are in the event."""
    card.go_to_close()
    receipt = card.send(card.rows({0: [42], 2: [40]}))
    round_ = card.round()
    assert (round_.state, round_.value, round_.reporters) == (State.REPORTED, 40, 2)
    assert events(world.oracle.contract, "OutcomeReported", receipt) == [
        {
            "metricId": card.metric_id(),
            "period": 0,
            "value": 40,
            "least": 40,
            "greatest": 42,
            "seats": 0b101,
            "evidence": EVIDENCE,
        }
    ]


@pytest.mark.parametrize("period", [0, 2])
def test_report_is_accepted_from_the_close_to_the_last_second_of_its_window(world: World, period: int) -> None:
    """O-06: `[close, close + reportWindow)`, second by second."""
    card = world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)], periods=3)
    close = card.scorecard.calendar.close(period)
    rows = card.rows(ROW, period)
    world.node.advance_to(close - 1)
    with reverts_with("OutcomeOracle_TooEarly", close - 1, close):
        card.send(rows)
    world.node.advance_to(close)
    world.call(world.oracle.contract.functions.report(rows.encoded(card.terms())))  # would be accepted
    world.node.advance_to(close + DAY - 1)
    assert card.round(0, period).state == State.OPEN
    card.send(rows)
    assert card.round(0, period).state == State.REPORTED


def test_report_reverts_from_the_end_of_its_window_on(world: World, card: OpenScorecard) -> None:
    """O-06, O-14: at the end and after it; nothing was reported, so the round is UNRESOLVED."""
    end = card.scorecard.calendar.close(0) + DAY
    for now in (end, end + 1, end + 30 * DAY):
        world.node.advance_to(now)
        with reverts_with("OutcomeOracle_TooLate", now, end):
            card.send(card.rows(ROW))
        assert card.round().state == State.UNRESOLVED


@pytest.mark.parametrize("period", [1, 2, 2**32 - 1])
def test_report_reverts_for_a_period_that_does_not_exist(card: OpenScorecard, period: int) -> None:
    """O-05."""
    card.go_to_close()
    with reverts_with("OutcomeOracle_UnknownPeriod", period, 1):
        card.send(card.rows(ROW, period))


def test_report_reverts_below_quorum(card: OpenScorecard) -> None:
    """O-07: with one row, and with none."""
    card.go_to_close()
    with reverts_with("OutcomeOracle_BelowQuorum", 1, 2):
        card.send(card.rows({1: [42]}))
    with reverts_with("OutcomeOracle_BelowQuorum", 0, 2):
        card.send(Transmission(0, 1, 0, (), EVIDENCE))


def test_report_counts_a_seat_once(card: OpenScorecard) -> None:
    """O-07, O-21: one seat's row sent twice is one row, and a row too many."""
    card.go_to_close()
    once = card.rows({1: [42]})
    twice = replace(once, rows=once.rows * 2)
    with reverts_with("OutcomeOracle_BelowQuorum", 1, 2):
        card.send(twice)
    longer = card.rows(ROW)
    longer = replace(longer, rows=(*longer.rows, longer.rows[0]))
    length = len(longer.encoded(card.terms()))
    with reverts_with("OutcomeOracle_TransmissionLength", length, length - 76):
        card.send(longer)


@pytest.mark.parametrize("seats", [0b1011, 1 << 63 | 0b11, 0b1000])
def test_report_reverts_on_a_seat_that_does_not_exist(card: OpenScorecard, seats: int) -> None:
    """O-21."""
    card.go_to_close()
    rows = card.rows(ROW)
    with reverts_with("OutcomeOracle_UnknownSeats", seats, 3):
        card.send(replace(rows, seats=seats, rows=(*rows.rows, rows.rows[0])))


@pytest.mark.parametrize("metrics", [0, 0b10, 0b11, 1 << 63])
def test_report_reverts_on_a_metric_that_does_not_exist(card: OpenScorecard, metrics: int) -> None:
    """O-21: and on none at all."""
    card.go_to_close()
    with reverts_with("OutcomeOracle_UnknownMetrics", metrics, 1):
        card.send(replace(card.rows(ROW), metrics=metrics))


@pytest.mark.parametrize("missing", [1, 64, 76, 77])
def test_report_reverts_on_missing_bytes(card: OpenScorecard, missing: int) -> None:
    """O-21."""
    card.go_to_close()
    data = card.rows(ROW).encoded(card.terms())
    with reverts_with("OutcomeOracle_TransmissionLength", len(data) - missing, len(data)):
        transmit(card, data[:-missing])


@pytest.mark.parametrize("added", [1, 12, 76])
def test_report_reverts_on_bytes_left_over(card: OpenScorecard, added: int) -> None:
    """O-21."""
    card.go_to_close()
    data = card.rows(ROW).encoded(card.terms())
    with reverts_with("OutcomeOracle_TransmissionLength", len(data) + added, len(data)):
        transmit(card, data + bytes(added))


def test_report_reverts_on_terms_that_nobody_opened(world: World, card: OpenScorecard) -> None:
    """O-02, O-21: no bytes at all, one bound changed, a quorum of one, terms cut short."""
    card.go_to_close()
    rows = card.rows({0: [42]})
    other = replace(card.scorecard, metrics=(Metric("jobs", "job", 0, -1000, 10_000),))
    lax = replace(card.scorecard, panel=Panel(card.scorecard.panel.reporters, 1))
    for scorecard in (other, lax):
        with reverts_with("OutcomeOracle_UnknownScorecard", world.oracle.scorecard_id(scorecard)):
            world.oracle.report(scorecard, rows, world.role("relayer"))
    for data in (b"", card.terms()[:40], b"\xff" * 60):
        with pytest.raises(Exception, match="OutcomeOracle_UnknownScorecard"):
            transmit(card, data)


def test_report_takes_the_rows_of_64_reporters(world: World) -> None:
    """O-03, O-09: the largest panel, of which the quorum of 33, then all, sit on the highest seats."""
    world = replace(world, reporters=local_reporters(64))
    card = world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)], world.panel(64, 33))
    card.go_to_close()
    card.send(card.rows({seat: [seat] for seat in range(31, 64)}))
    assert (card.round().value, card.round().reporters) == (47, 33)
    card.send(card.rows({seat: [-seat] for seat in range(64)}))
    assert (card.round().value, card.round().reporters) == (-32, 64)


def test_report_of_some_metrics_leaves_their_neighbours_alone(world: World) -> None:
    """O-12: two metrics share a slot; any choice of them can be reported, in any order, each once."""
    card = world.open_scorecard([Metric(f"m{one}", "", 0, -1000, 1000) for one in range(5)], periods=2)
    card.go_to_close()
    expected = dict.fromkeys(range(5), 0)
    for metrics in ([1], [0, 4], [2, 3]):
        values = [-100 - one for one in metrics]
        card.send(card.rows(dict.fromkeys(range(2), values), metrics=metrics))
        expected |= dict(zip(metrics, values, strict=True))
        assert {one: card.round(one).value for one in range(5)} == expected
        assert {one for one in range(5) if card.round(one).state == State.REPORTED} == {
            one for one, value in expected.items() if value
        }
    assert {card.round(one, 1).value for one in range(5)} == {0}


def test_report_of_64_metrics_stays_within_its_period(world: World) -> None:
    """O-12: the last metric of one period and the first of the next share nothing."""
    card = world.open_scorecard([Metric(f"m{one}", "", 0, -1000, 1000) for one in range(64)], periods=3)
    card.go_to_close(1)
    values = [one - 32 for one in range(64)]
    receipt = card.send(card.rows(dict.fromkeys(range(2), values), 1))
    told = events(world.oracle.contract, "OutcomeReported", receipt)
    assert [(one["metricId"], one["value"]) for one in told] == [(card.metric_id(i), values[i]) for i in range(64)]
    assert bits(range(2)) == told[0]["seats"]
    for period in (0, 2):
        assert {card.round(one, period).reporters for one in (0, 1, 62, 63)} == {0}
    assert [card.round(one, 1).value for one in (0, 1, 62, 63)] == [-32, -31, 30, 31]
