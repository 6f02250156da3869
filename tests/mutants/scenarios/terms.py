"""What terms may say, and what they come to."""

from __future__ import annotations

from dataclasses import replace

from eth_utils.crypto import keccak

from app.chain.instruments import Allocation
from app.domain.instrument import Claim, Combine, Instrument, MetricLeg
from tests.mutants.scenarios.acting import FACE, HOURS, JOBS, PAY, agreement, mint, open_body, pay, settle
from tests.support.reverts import reverts_with
from tests.support.world import World


def min_takes_the_least(world: World) -> None:
    """30 jobs and 70 hours: 30."""
    card = world.open_scorecard([JOBS, HOURS])
    legs = (MetricLeg("jobs", ()), MetricLeg("hours", ()))
    opened = world.open(Instrument("least", "least", FACE, Combine.MIN, legs, (Claim("provider", PAY),)), card)
    assert world.instruments.payoffs(opened, [30, 70]) == (30, [300, 700])


def claims_get_what_is_left_in_order(world: World) -> None:
    """At 80 jobs each claim asks for 800 of 1000."""
    card = world.open_scorecard([JOBS])
    claims = (Claim("first", PAY), Claim("second", PAY))
    opened = world.open(Instrument("two", "two", FACE, Combine.SUM, (MetricLeg("jobs", ()),), claims), card)
    assert world.instruments.payoffs(opened, [80]) == (80, [800, 200, 0])


def an_unresolved_round_reads_the_fallback(world: World) -> None:
    """Nobody reported; the terms say 25 for that."""
    card, opened = agreement(world, fallback=25)
    card.go_to_final()
    assert world.instruments.settle(opened, world.role("stranger")) == (25, [250, 750])


def settling_waits_for_the_final_value(world: World) -> None:
    card, opened = agreement(world)
    card.report(42)
    with reverts_with("ImpactInstruments_OutcomeNotFinal", card.metric_id(), 0):
        world.instruments.settle(opened, world.role("stranger"))


def settled_is_settled(world: World) -> None:
    card, opened = agreement(world)
    mint(world, opened, FACE)
    settle(world, card, opened, 42)
    with reverts_with("ImpactInstruments_AlreadySettled", opened.instrument_id):
        world.instruments.settle(opened, world.role("stranger"))


def another_body_is_refused(world: World) -> None:
    """A body with another fallback, of terms that were opened, too."""
    card, opened = agreement(world)
    card.finish(42)
    other = world.open(pay(fallback=1), card)
    with reverts_with("ImpactInstruments_BodyMismatch", keccak(other.body), opened.terms.body_hash):
        world.instruments.settle(replace(opened, body=other.body), world.role("stranger"))


def a_formula_is_not_minted(world: World) -> None:
    card = world.open_scorecard([JOBS])
    opened = world.open(replace(pay(), formula=True), card)
    payer = world.role("outcome_payer")
    with reverts_with("ImpactInstruments_FormulaHoldsNoToken", opened.instrument_id):
        world.instruments.mint(opened, 1, [Allocation(payer, 3, 1)], payer)


def a_slope_that_is_no_integer_is_refused(world: World) -> None:
    card = world.open_scorecard([JOBS])
    with reverts_with("Terms_SlopeNotInteger", 1, 3):
        world.open(pay(leg=((0, 0), (3, 1))), card)


def a_payoff_above_face_is_refused(world: World) -> None:
    card = world.open_scorecard([JOBS])
    with reverts_with("Terms_PayoffOutOfRange", FACE + 1, FACE):
        world.open(pay(((0, 0), (100, FACE + 1))), card)


def a_negative_payoff_is_refused(world: World) -> None:
    card = world.open_scorecard([JOBS])
    with reverts_with("Terms_PayoffOutOfRange", -1, FACE):
        world.open(pay(((0, -1), (100, FACE))), card)


def trailing_bytes_are_refused(world: World) -> None:
    _, opened = agreement(world)
    body = opened.body + b"\x00"
    with reverts_with("Terms_Length", len(body), len(body) - 1):
        open_body(world, body)


def missing_bytes_are_refused(world: World) -> None:
    _, opened = agreement(world)
    body = opened.body[:-1]
    with reverts_with("Terms_Length", len(body), len(body) + 1):
        open_body(world, body)


def wider_knots_are_refused(world: World) -> None:
    """The claim's two knots take two bytes a number, and are given in three."""
    _, opened = agreement(world)
    narrow, wide = (
        bytes([len(PAY), width]) + b"".join(number.to_bytes(width, "big") for knot in PAY for number in knot)
        for width in (2, 3)
    )
    assert opened.body.count(narrow) == 1
    with reverts_with("Terms_KnotWidth", 3, 31):
        open_body(world, opened.body.replace(narrow, wide))


def curves_are_rounded_down(world: World) -> None:
    """A third and two thirds of the way up, then down: below 1 is 0 both ways."""
    _, opened = agreement(world, curve=((0, 0), (3, 1), (6, 0)))
    assert [world.instruments.payoffs(opened, [x])[1][0] for x in range(7)] == [0, 0, 0, 1, 0, 0, 0]
