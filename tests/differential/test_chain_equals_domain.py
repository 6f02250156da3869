"""Random term sheets through the deployed contracts: tokens that moved against the second opinion."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from app.chain.local import local_chain
from app.domain.evaluate import evaluate
from app.domain.instrument import MetricLeg
from app.domain.payoff import payouts
from app.domain.schedule import several_claims
from app.replay.play import Play, open_play
from app.replay.stage import Stage
from app.terms.compile import compile_sheet
from app.terms.measured import measured_units
from tests.differential.sheets import random_outcomes, random_sheet, reportable

FEW = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with local_chain() as node:
        yield Stage.build(node)


@FEW
@given(st.data())
def test_tokens_that_moved_are_what_the_second_opinion_says(stage: Stage, data: DataObject) -> None:
    """C-01, I-05, P-01: opened, funded, reported, settled and redeemed on a chain, for any terms and outcomes."""
    sheet = random_sheet(data)
    plays: dict[str, Play] = {}
    paid: dict[str, int] = {}
    for key, one in compile_sheet(sheet).items():
        note(f"{key}: {one.terms}")
        entry = sheet.entry(key)
        assert entry is not None
        inputs = random_outcomes(data, one, entry)
        plays[key] = play = open_play(stage, one, plays)
        before = play.token.balance(stage.instruments.address)
        play.fund()
        reported = measured_units(one, entry, inputs)
        play.report([reported] * 3)
        play.wait_until_final()
        play.settle()
        play.redeem()
        assert play.token.balance(stage.instruments.address) == before
        claims = [claim.label for claim in one.main.claims]
        net = {name: play.redeemed_from(index) - one.taker_deposit for index, name in enumerate(claims)}
        expected = payouts(one.terms, inputs, paid)
        note(f"reported {reported}, expected {expected}")
        if reportable(one, inputs):
            assert net == expected
        else:
            assert all(amount - 1 <= net[name] <= amount for name, amount in expected.items())
        paid |= {f"{key}.{name}" if several_claims(one.terms) else key: amount for name, amount in net.items()}


@FEW
@given(st.data())
def test_the_contract_evaluates_as_the_domain_does(stage: Stage, data: DataObject) -> None:
    """T-05, I-05, I-13: the view `payoffs` equals `app.domain.evaluate` for any inputs of any leg."""
    compiled = compile_sheet(random_sheet(data))
    plays: dict[str, Play] = {}
    for key, one in compiled.items():
        plays[key] = open_play(stage, one, plays)
        for opened in plays[key].opened:
            inputs = [_input(data, leg.curve, isinstance(leg, MetricLeg)) for leg in opened.instrument.legs]
            expected = evaluate(opened.instrument, inputs)
            assert stage.instruments.payoffs(opened, inputs) == (expected.score, list(expected.amounts))


def _input(data: DataObject, curve: tuple[tuple[int, int], ...], signed: bool) -> int:
    """Near a knot, or anything that a leg can read."""
    largest = 2**95 - 1 if signed else 2**112
    near = st.builds(lambda knot, aside: knot[0] + aside, st.sampled_from(curve or ((0, 0),)), st.integers(-2, 2))
    return data.draw(st.one_of(near, st.integers(-largest if signed else 0, largest)))
