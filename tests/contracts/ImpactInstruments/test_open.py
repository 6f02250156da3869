"""Opening: ids, faces, legs, counts, bytes; curves have a file of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from app.chain.client import NO_ADDRESS
from app.chain.instruments import Opened
from app.errors import Reverted
from tests.contracts.ImpactInstruments.bodies import FACE, PAY, Raw, body, claim_leg, curve, formula, metric_leg
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World

MISSION = b"\x11" * 32
LARGEST_CASH, LARGEST_FORMULA = 2**112 - 1, 2**247 - 1


@pytest.fixture
def leg(card: OpenScorecard) -> bytes:
    """One that reads the jobs as they are."""
    return metric_leg(card.metric_id())


def test_open_makes_an_instrument_of_its_terms(world: World, leg: bytes) -> None:
    """I-02, R-04: anyone opens it; state and event hold all of it."""
    raw = Raw(world, body([leg], [curve(PAY)] * 3, mission=MISSION))
    (event,) = events(world.instruments.contract, "Opened", raw.open())
    assert event == {
        "instrumentId": raw.id(),
        "mission": MISSION,
        "token": world.token.address,
        "face": FACE,
        "body": raw.body,
    }
    state = world.call(raw.functions.stateOf(raw.id()))
    assert list(state) == [1, 4, 0, False, 0, 0]


def test_open_of_a_formula_marks_it(world: World, leg: bytes) -> None:
    """I-10: no token, and the state says so."""
    raw = formula(world, body([leg]))
    raw.open()
    assert list(world.call(raw.functions.stateOf(raw.id()))) == [1, 2, 0, True, 0, 0]


def test_open_returns_the_hash_of_terms_contract_and_chain(world: World, leg: bytes) -> None:
    """I-02: another token, face, body or contract is another instrument."""
    raw = Raw(world, body([leg]))
    assert world.call(raw.functions.open(raw.terms(), raw.body)) == raw.id()
    others = [
        replace(raw, token=NO_ADDRESS),
        replace(raw, face=FACE + 1),
        Raw(world, body([leg], label=b"Pay")),
        Raw(world, body([leg], mission=MISSION)),
        Raw(world, body([leg], combine=1)),
        Raw(world, body([leg, leg])),
        Raw(world, body([leg], [curve(PAY)] * 2)),
    ]
    ids = {world.call(one.functions.instrumentIdOf(one.terms())) for one in [raw, *others]}
    assert ids == {one.id() for one in [raw, *others]} and len(ids) == 8
    second = world.deploy("ImpactInstruments", world.oracle.contract.address)
    assert world.call(second.functions.instrumentIdOf(raw.terms())) not in ids


def test_open_again_changes_nothing(world: World, settled: Opened) -> None:
    """I-02, R-03: neither an open nor a settled instrument; a squatter of an id only opens it for everybody."""
    before = world.call(world.instruments.contract.functions.stateOf(settled.instrument_id))
    function = world.instruments.contract.functions.open(settled.terms.abi(), settled.body)
    assert world.call(function) == settled.instrument_id
    assert world.send(function, "investor")["logs"] == []
    assert world.call(world.instruments.contract.functions.stateOf(settled.instrument_id)) == before


def test_open_reverts_on_a_body_with_another_hash(world: World, leg: bytes) -> None:
    """I-02, I-09."""
    raw, other = Raw(world, body([leg])), body([leg], label=b"Pay")
    with reverts_with("ImpactInstruments_BodyMismatch", keccak(other), keccak(raw.body)):
        world.send(raw.functions.open(raw.terms(), other), "stranger")


@pytest.mark.parametrize("face", [1, LARGEST_CASH])
def test_open_takes_the_smallest_and_the_largest_face(world: World, leg: bytes, face: int) -> None:
    """I-11."""
    Raw(world, body([leg], [curve([(0, 0), (1, face)])]), face).open()


def test_open_takes_the_largest_face_of_a_formula(world: World, leg: bytes) -> None:
    """I-11."""
    formula(world, body([leg], [curve([(0, 0), (1, LARGEST_FORMULA)])]), LARGEST_FORMULA).open()


@pytest.mark.parametrize("face", [0, LARGEST_CASH + 1, 2**256 - 1])
def test_open_reverts_on_a_face_out_of_range(world: World, leg: bytes, face: int) -> None:
    """I-11."""
    with reverts_with("ImpactInstruments_FaceOutOfRange", face, LARGEST_CASH):
        Raw(world, body([leg], [curve([(0, 0)])]), face).open()


@pytest.mark.parametrize("face", [0, LARGEST_FORMULA + 1, 2**256 - 1])
def test_open_reverts_on_a_formula_face_out_of_range(world: World, leg: bytes, face: int) -> None:
    """I-11."""
    with reverts_with("ImpactInstruments_FaceOutOfRange", face, LARGEST_FORMULA):
        formula(world, body([leg], [curve([(0, 0)])]), face).open()


def test_open_takes_64_legs_of_32_knots_and_15_claims(world: World, card: OpenScorecard) -> None:
    """I-03: all limits at once."""
    knots = [(x, 3 * x) for x in range(32)]
    raw = Raw(world, body([metric_leg(card.metric_id(), knots)] * 64, [curve(knots)] * 15))
    raw.open()
    assert raw.payoffs(*range(64))[0] == sum(3 * min(x, 31) for x in range(64))
    assert world.call(raw.functions.stateOf(raw.id()))[1] == 16


@pytest.mark.parametrize(("legs", "claims", "given", "most"), [(65, 1, 65, 64), (255, 1, 255, 64), (1, 16, 16, 15)])
def test_open_reverts_on_too_many_legs_or_claims(
    world: World, leg: bytes, legs: int, claims: int, given: int, most: int
) -> None:
    """I-03, T-07."""
    with reverts_with("Terms_TooMany", given, most):
        Raw(world, body([leg] * legs, [curve(PAY)] * claims)).open()


def test_open_reverts_on_33_knots(world: World, card: OpenScorecard, leg: bytes) -> None:
    """I-03, T-07: of a leg and of a claim."""
    knots = [(x, x) for x in range(33)]
    for content in (body([metric_leg(card.metric_id(), knots)]), body([leg], [curve(knots)])):
        with reverts_with("Terms_TooMany", 33, 32):
            Raw(world, content).open()


def test_open_reverts_without_legs_or_claims(world: World, leg: bytes) -> None:
    """I-03."""
    with reverts_with("ImpactInstruments_NoLegs"):
        Raw(world, body([])).open()
    with reverts_with("ImpactInstruments_NoClaims"):
        Raw(world, body([leg], [])).open()


@pytest.mark.parametrize("combine", [3, 255])
def test_open_reverts_on_an_unknown_way_to_combine(world: World, leg: bytes, combine: int) -> None:
    """T-07."""
    with reverts_with("ImpactInstruments_UnknownCombine", combine, 2):
        Raw(world, body([leg], combine=combine)).open()


@pytest.mark.parametrize("kind", [2, 255])
def test_open_reverts_on_an_unknown_kind_of_leg(world: World, leg: bytes, kind: int) -> None:
    """T-07."""
    with reverts_with("ImpactInstruments_UnknownLegKind", kind, 1):
        Raw(world, body([bytes([kind]) + leg[1:]])).open()


def test_open_reverts_on_a_metric_or_period_that_does_not_exist(world: World, card: OpenScorecard) -> None:
    """I-04: the oracle's own errors."""
    with reverts_with("OutcomeOracle_UnknownMetric", card.metric_id(1)):
        Raw(world, body([metric_leg(card.metric_id(1))])).open()
    for period in (1, 2**32 - 1):
        with reverts_with("OutcomeOracle_UnknownPeriod", period, 1):
            Raw(world, body([metric_leg(card.metric_id(), period=period)])).open()


def test_open_takes_the_ordered_claims_of_open_and_settled_instruments(world: World, settled: Opened) -> None:
    """I-04: agreements and formulas, before and after settlement."""
    first = formula(world, body([claim_leg(settled.instrument_id)]))
    first.open()
    formula(world, body([claim_leg(first.id()), claim_leg(settled.instrument_id)])).open()


@pytest.mark.parametrize("claim", [1, 2, 255, 256, 2**32 - 1])
def test_open_reverts_on_a_claim_leg_that_reads_no_ordered_claim(world: World, opened: Opened, claim: int) -> None:
    """I-04: the residual is no source, nor is what lies behind it."""
    with reverts_with("ImpactInstruments_UnknownClaim", claim, 1):
        Raw(world, body([claim_leg(opened.instrument_id, claim)])).open()


def test_open_reverts_on_a_claim_leg_of_an_unknown_instrument(world: World, opened: Opened) -> None:
    """I-04: nobody opened it; a position's id is no instrument's; nothing reads itself."""
    for unknown in (0, 256, opened.instrument_id | 1, 2**256 - 1):
        with reverts_with("ImpactInstruments_UnknownInstrument", unknown):
            Raw(world, body([claim_leg(unknown)])).open()


def test_open_reverts_on_bytes_left_over(world: World, leg: bytes) -> None:
    """T-04."""
    whole = body([leg])
    for added in (b"\0", b"\0" * 32, b"x"):
        with reverts_with("Terms_Length", len(whole) + len(added), len(whole)):
            Raw(world, whole + added).open()


def test_open_reverts_on_bytes_missing_from_a_label(world: World, leg: bytes) -> None:
    """T-04."""
    whole = body([leg], label=b"outcome payer")
    for missing in (1, 12, 13):
        with reverts_with("Terms_Length", len(whole) - missing, len(whole)):
            Raw(world, whole[:-missing]).open()


def test_open_refuses_every_beginning_of_a_body(world: World, leg: bytes) -> None:
    """T-04: wherever it is cut."""
    whole = body([leg])
    for length in range(len(whole)):
        with pytest.raises(Reverted):
            Raw(world, whole[:length]).open()
    Raw(world, whole).open()
