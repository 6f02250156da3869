"""What value a round gets: bounds, the lower median, replacement."""

from __future__ import annotations

import random

import pytest

from app.chain.oracle import State
from app.domain.instrument import Metric
from app.domain.median import lower_median
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import DAY, OpenScorecard, World

LEAST, MOST = -(2**95), 2**95 - 1


def columns(count: int) -> list[list[int]]:
    """Eight ways in which `count` reporters may differ."""
    chance = random.Random(count)
    some = [chance.randint(-9, 9) for _ in range(count)]
    return [
        sorted(some),
        sorted(some, reverse=True),
        [7] * count,
        [-1, *[0] * (count - 1)],
        [LEAST if one % 2 else MOST for one in range(count)],
        [LEAST + 1, *[LEAST] * (count - 1)],
        [MOST - one for one in range(count)],
        [chance.randint(LEAST, MOST) for _ in range(count)],
    ]


@pytest.mark.parametrize("count", range(2, 10))
def test_report_takes_the_lower_median(world: World, count: int) -> None:
    """O-09, O-13: of 2 to 9 reporters, below zero too, up to the largest numbers; least and greatest are told."""
    given = columns(count)
    card = world.open_scorecard([Metric(f"m{i}", "", 0, LEAST, MOST) for i in range(8)], world.panel(count, count))
    card.go_to_close()
    receipt = card.send(card.rows({seat: [column[seat] for column in given] for seat in range(count)}))
    told = events(world.oracle.contract, "OutcomeReported", receipt)
    assert [(one["value"], one["least"], one["greatest"]) for one in told] == [
        (lower_median(column), min(column), max(column)) for column in given
    ]
    assert [card.round(metric).value for metric in range(8)] == [lower_median(column) for column in given]


def test_report_of_a_minority_moves_no_median(world: World) -> None:
    """O-09: two of five at the edge of the bounds leave the value within what the honest said."""
    card = world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)], world.panel(5, 3))
    card.go_to_close()
    card.send(card.rows({0: [1000], 1: [50], 2: [52], 3: [1000], 4: [51]}))
    assert card.round().value == 52


@pytest.mark.parametrize("value", [-1000, 1000])
def test_report_takes_values_on_the_bounds(card: OpenScorecard, value: int) -> None:
    """O-10: both inclusive."""
    card.go_to_close()
    card.send(card.rows({0: [value], 1: [value]}))
    assert card.round().value == value


@pytest.mark.parametrize("outside", [-1001, 1001, LEAST, MOST])
@pytest.mark.parametrize("seat", [0, 1])
def test_report_reverts_on_a_value_out_of_bounds(card: OpenScorecard, outside: int, seat: int) -> None:
    """O-10: one row is enough."""
    card.go_to_close()
    with reverts_with("OutcomeOracle_OutOfBounds", 0, outside, -1000, 1000):
        card.send(card.rows({seat: [outside], 1 - seat: [0]}))


def test_report_holds_each_metric_against_its_own_bounds(world: World) -> None:
    """O-10, O-12: metrics 1 and 3 of four are reported; one value outside refuses all of them."""
    card = world.open_scorecard([Metric(f"m{i}", "", 0, 10 * i, 10 * i + 5) for i in range(4)])
    card.go_to_close()
    with reverts_with("OutcomeOracle_OutOfBounds", 3, 29, 30, 35):
        card.send(card.rows({0: [15, 35], 1: [10, 29]}, metrics=[1, 3]))
    assert {card.round(metric).state for metric in range(4)} == {State.OPEN}
    card.send(card.rows({0: [15, 35], 1: [10, 30]}, metrics=[1, 3]))
    assert (card.round(1).value, card.round(3).value) == (10, 30)


def test_report_replaces_a_value_only_with_strictly_more_reporters(world: World) -> None:
    """O-11: three, then three others, four, three again, five, and five once more."""
    card = world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)], world.panel(5, 3))
    card.go_to_close()
    card.send(card.alike(range(3), 1))
    with reverts_with("OutcomeOracle_NotMoreReporters", 3, 3):
        card.send(card.alike(range(2, 5), 2))
    receipt = card.send(card.alike(range(1, 5), 3))
    assert [one["seats"] for one in events(world.oracle.contract, "OutcomeReported", receipt)] == [0b11110]
    with reverts_with("OutcomeOracle_NotMoreReporters", 3, 4):
        card.send(card.alike(range(3), 4))
    assert (card.round().value, card.round().reporters) == (3, 4)
    card.send(card.alike(range(5), 5))
    with reverts_with("OutcomeOracle_NotMoreReporters", 5, 5):
        card.send(card.alike(range(5), 6))
    assert (card.round().value, card.round().reporters) == (5, 5)


def test_report_replaces_only_the_metrics_that_have_fewer(world: World) -> None:
    """O-11: neighbours in a slot, of which one keeps its value; the event tells those that changed."""
    card = world.open_scorecard([Metric(name, "", 0, -1000, 1000) for name in "abc"], world.panel(5, 3))
    card.go_to_close()
    card.send(card.alike(range(4), -1, metrics=[1]))
    card.send(card.alike(range(3), -2, metrics=[2]))
    receipt = card.send(card.alike(range(3), 7, 8, 9))
    told = events(world.oracle.contract, "OutcomeReported", receipt)
    assert [(one["metricId"], one["value"]) for one in told] == [(card.metric_id(0), 7)]
    assert [card.round(one).value for one in range(3)] == [7, -1, -2]
    with reverts_with("OutcomeOracle_NotMoreReporters", 3, 4):
        card.send(card.alike(range(3), 7, 8, 9))
    card.send(card.alike(range(5), 10, 11, metrics=[0, 1]))
    assert [(card.round(one).value, card.round(one).reporters) for one in range(3)] == [(10, 5), (11, 5), (-2, 3)]


def test_report_replaces_nothing_after_its_window(world: World) -> None:
    """O-06, O-11, R-03: more reporters come too late, and FINAL never changes."""
    card = world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)])
    card.go_to_close()
    card.send(card.rows({0: [42], 1: [42]}))
    end = card.scorecard.calendar.close(0) + DAY
    for now, state in ((end, State.REPORTED), (end + DAY - 1, State.REPORTED), (end + DAY, State.FINAL)):
        world.node.advance_to(now)
        with reverts_with("OutcomeOracle_TooLate", now, end):
            card.send(card.alike(range(3), 1))
        assert (card.round().state, card.round().value) == (state, 42)
