"""Which curves an instrument may have (SPEC: T-rules)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.domain.instrument import Knot
from tests.contracts.ImpactInstruments.bodies import FACE, Raw, body, curve, formula, metric_leg
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard

LEAST, MOST = -(2**247), 2**247 - 1
Curve = Sequence[Knot]


def with_leg(card: OpenScorecard, knots: Curve, width: int | None = None) -> Raw:
    leg = metric_leg(card.metric_id())[:-1] + curve(knots, width)
    return Raw(card.world, body([leg], [curve([(0, 0)])]))


def with_claim(card: OpenScorecard, knots: Curve, width: int | None = None, face: int = FACE) -> Raw:
    return Raw(card.world, body([metric_leg(card.metric_id())], [curve(knots, width)]), face)


def with_formula_claim(card: OpenScorecard, knots: Curve, face: int = FACE) -> Raw:
    return formula(card.world, body([metric_leg(card.metric_id())], [curve(knots)]), face)


@pytest.mark.parametrize(
    "knots",
    [
        [],
        [(0, 0)],
        [(LEAST, MOST)],
        [(LEAST, LEAST), (MOST, MOST)],
        [(MOST - 1, LEAST), (MOST, MOST)],
        [(LEAST, MOST), (LEAST + 1, LEAST)],
        [(-3, 9), (-1, 5), (0, 5), (7, -2)],
    ],
    ids=str,
)
def test_open_takes_a_leg_s_curve(card: OpenScorecard, knots: Curve) -> None:
    """T-01, T-02: integer slopes, whatever their sign, up to the largest knots."""
    with_leg(card, knots).open()


@pytest.mark.parametrize(
    "knots", [[(0, 0)], [(LEAST, 0), (MOST, FACE)], [(0, FACE), (3, 0)], [(-7, 5), (0, 7), (9, 5)]]
)
def test_open_takes_a_claim_s_curve_with_any_slope(card: OpenScorecard, knots: Curve) -> None:
    """T-02, T-03: the one truncation is in the claim's curve."""
    with_claim(card, knots).open()


@pytest.mark.parametrize(("x", "following"), [(0, 0), (1, 0), (-1, -2), (MOST, LEAST)])
def test_open_reverts_on_knots_that_do_not_increase(card: OpenScorecard, x: int, following: int) -> None:
    """T-01: of a leg and of a claim."""
    for raw in (with_leg(card, [(x, 0), (following, 0)]), with_claim(card, [(x, 0), (following, 0)])):
        with reverts_with("Terms_KnotsNotIncreasing", x, following):
            raw.open()


@pytest.mark.parametrize(
    "knots", [[(0, 0), (2, 1)], [(0, 0), (2, -3)], [(-1, 5), (0, 9), (3, 8)], [(LEAST, 0), (MOST, 1)]]
)
def test_open_reverts_on_a_leg_s_slope_that_is_no_integer(card: OpenScorecard, knots: Curve) -> None:
    """T-02."""
    (x, y), (following, value) = knots[-2:]
    with reverts_with("Terms_SlopeNotInteger", value - y, following - x):
        with_leg(card, knots).open()


def test_open_reverts_on_a_formula_claim_s_slope_that_is_no_integer(card: OpenScorecard) -> None:
    """T-02: what a formula says is read by others and must be exact; cash may be truncated."""
    knots = [(0, 0), (3, FACE)]
    with reverts_with("Terms_SlopeNotInteger", FACE, 3):
        with_formula_claim(card, knots).open()
    with_claim(card, knots).open()
    with_formula_claim(card, [(0, 0), (4, FACE)]).open()


@pytest.mark.parametrize("payoff", [-1, FACE + 1, LEAST, MOST])
def test_open_reverts_on_a_payoff_outside_of_face(card: OpenScorecard, payoff: int) -> None:
    """T-03: at the first knot, at a later one, and of a formula."""
    for knots in ([(0, payoff)], [(0, 0), (1, FACE), (2, payoff)]):
        for raw in (with_claim(card, knots), with_formula_claim(card, knots)):
            with reverts_with("Terms_PayoffOutOfRange", payoff, FACE):
                raw.open()


def test_open_reverts_on_a_claim_without_knots(card: OpenScorecard) -> None:
    """T-03: the identity is for legs."""
    for raw in (with_claim(card, []), with_formula_claim(card, [])):
        with reverts_with("Terms_EmptyCurve"):
            raw.open()


@pytest.mark.parametrize(
    ("knots", "width"),
    [
        ([(0, 0)], 2),
        ([(-1, 127)], 2),
        ([(-128, 0), (127, 0)], 2),
        ([(0, 128)], 3),
        ([(-(2**15), 0)], 3),
        ([(2**239, 0)], 32),
        ([(0, 0)], 31),
        ([(0, 0)], 32),
        ([(0, 0)], 33),
        ([(0, 0)], 255),
        ([(0, 0)], 0),
    ],
)
def test_open_reverts_on_a_width_that_is_not_the_least(card: OpenScorecard, knots: Curve, width: int) -> None:
    """T-04: equal terms have one encoding."""
    for raw in (with_leg(card, knots, width), with_claim(card, knots, width)):
        with reverts_with("Terms_KnotWidth", width, 31):
            raw.open()


@pytest.mark.parametrize("width", range(1, 32))
def test_open_takes_the_largest_numbers_of_every_width(card: OpenScorecard, width: int) -> None:
    """T-04: from -2^(8w-1) to 2^(8w-1) - 1, and read back as they are."""
    least, most = -(2 ** (8 * width - 1)), 2 ** (8 * width - 1) - 1
    raw = with_leg(card, [(least, most), (most, least)], width)
    raw.open()
    assert [raw.payoffs(at)[0] for at in (least, -1, 0, most)] == [most, 0, -1, least]


def test_open_reverts_on_numbers_beyond_2_to_the_247(card: OpenScorecard) -> None:
    """T-04: they need a width of 32 bytes."""
    for number in (MOST + 1, LEAST - 1):
        with reverts_with("Terms_KnotWidth", 32, 31):
            with_leg(card, [(0, number)], 32).open()
