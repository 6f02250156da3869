"""Who reports, when, and which value stands."""

from __future__ import annotations

from dataclasses import replace

from app.domain.round import State
from tests.mutants.scenarios.acting import FACE, HOURS, JOBS, functions, report
from tests.mutants.scenarios.seats import hand_over, signed_by
from tests.support.reverts import reverts_with
from tests.support.world import DAY, World


def a_quorum_is_above_half(world: World) -> None:
    with reverts_with("OutcomeOracle_QuorumNotAboveHalf", 2, 4):
        world.oracle.open_panel(world.panel(seats=4, quorum=2), world.role("stranger"))


def a_reporter_has_one_seat(world: World) -> None:
    first, second, _ = world.panel().reporters
    with reverts_with("OutcomeOracle_DuplicateReporter", first):
        world.oracle.open_panel(replace(world.panel(), reporters=(first, second, first)), world.role("stranger"))


def a_report_at_the_end_is_late(world: World) -> None:
    card = world.open_scorecard([JOBS])
    end = card.scorecard.calendar.close(0) + DAY
    world.node.advance_to(end)
    with reverts_with("OutcomeOracle_TooLate", end, end):
        report(card, {0: [42], 1: [42]})


def a_report_before_the_close_is_early(world: World) -> None:
    card = world.open_scorecard([JOBS])
    close = card.scorecard.calendar.close(0)
    world.node.advance_to(close - 1)
    with reverts_with("OutcomeOracle_TooEarly", close - 1, close):
        report(card, {0: [42], 1: [42]})


def final_is_final(world: World) -> None:
    """Three reporters come after the value of two is FINAL."""
    card = world.open_scorecard([JOBS])
    card.report(42, seats=2)
    card.go_to_final()
    with reverts_with("OutcomeOracle_TooLate", world.chain.now, card.scorecard.calendar.close(0) + DAY):
        report(card, {0: [7], 1: [7], 2: [7]})
    assert world.oracle.round(card.metric_id(), 0).value == 42


def fewer_than_a_quorum_are_refused(world: World) -> None:
    card = world.open_scorecard([JOBS])
    card.go_to_close()
    with reverts_with("OutcomeOracle_BelowQuorum", 1, 2):
        report(card, {0: [42]})


def a_stranger_signs_for_nobody(world: World) -> None:
    card = world.open_scorecard([JOBS])
    card.go_to_close()
    rows = signed_by(card, {0: world.reporters[0], 1: world.reporters[4]}, 42)
    with reverts_with("OutcomeOracle_BadSignature", 1, world.reporters[1].address):
        world.oracle.report(card.scorecard, rows, world.role("relayer"))


def the_lower_median_counts(world: World) -> None:
    """Of 10, 20, 30 and 40."""
    card = world.open_scorecard([JOBS], world.panel(5, 3))
    card.go_to_close()
    report(card, {0: [40], 1: [10], 2: [30], 3: [20]})
    assert world.oracle.round(card.metric_id(), 0).value == 20


def a_value_above_its_bound_is_refused(world: World) -> None:
    card = world.open_scorecard([JOBS])
    card.go_to_close()
    with reverts_with("OutcomeOracle_OutOfBounds", 0, FACE + 1, -FACE, FACE):
        report(card, {0: [0], 1: [0], 2: [FACE + 1]})


def a_value_below_its_bound_is_refused(world: World) -> None:
    card = world.open_scorecard([JOBS])
    card.go_to_close()
    with reverts_with("OutcomeOracle_OutOfBounds", 0, -FACE - 1, -FACE, FACE):
        report(card, {0: [0], 1: [0], 2: [-FACE - 1]})


def as_many_reporters_replace_nothing(world: World) -> None:
    card = world.open_scorecard([JOBS])
    card.report(42, seats=2)
    with reverts_with("OutcomeOracle_NotMoreReporters", 2, 2):
        report(card, {1: [7], 2: [7]})


def an_unreported_round_is_unresolved(world: World) -> None:
    card = world.open_scorecard([JOBS])
    card.go_to_final()
    assert world.oracle.round(card.metric_id(), 0).state is State.UNRESOLVED


def a_hand_over_leaves_the_open_period(world: World) -> None:
    """Seat 0 goes over in period 0: the holder before reports it, the successor the next."""
    card = world.open_scorecard([JOBS], periods=2)
    before, successor, other = world.reporters[0], world.reporters[3], world.reporters[1]
    hand_over(card, 0, successor.address, before)
    card.go_to_close()
    world.oracle.report(card.scorecard, signed_by(card, {0: before, 1: other}, 42), world.role("relayer"))
    card.go_to_close(1)
    world.oracle.report(card.scorecard, signed_by(card, {0: successor, 1: other}, 43, 1), world.role("relayer"))


def only_the_holder_hands_over(world: World) -> None:
    card = world.open_scorecard([JOBS])
    stranger, holder = world.role("stranger"), world.reporters[0].address
    move = functions(world.oracle).handOver(card.scorecard.terms(), 0, stranger, b"")
    with reverts_with("OutcomeOracle_NotSeatHolder", stranger, holder):
        world.chain.send(move, stranger)


def a_hand_over_signature_is_used_once(world: World) -> None:
    """A hands over to B and B back to A: the first signature is worth nothing more."""
    card = world.open_scorecard([JOBS])
    first, second = world.reporters[0], world.reporters[3]
    again = hand_over(card, 0, second.address, first)
    hand_over(card, 0, first.address, second)
    with reverts_with("OutcomeOracle_BadSignature", 0, first.address):
        again()


def a_signature_counts_for_its_period(world: World) -> None:
    card = world.open_scorecard([JOBS], periods=2)
    card.go_to_close(1)
    rows = card.rows({0: [42], 1: [42]}, period=0)
    with reverts_with("OutcomeOracle_BadSignature", 0, world.reporters[0].address):
        world.oracle.report(card.scorecard, replace(rows, when=1), world.role("relayer"))


def a_signature_counts_for_its_metrics(world: World) -> None:
    card = world.open_scorecard([JOBS, HOURS])
    card.go_to_close()
    rows = card.rows({0: [42], 1: [42]}, metrics=[0])
    with reverts_with("OutcomeOracle_BadSignature", 0, world.reporters[0].address):
        world.oracle.report(card.scorecard, replace(rows, metrics=2), world.role("relayer"))
