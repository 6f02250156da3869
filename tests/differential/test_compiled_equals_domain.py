"""Compiled instruments against the second opinion: equal to the smallest unit, for every type and every nesting."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from app.domain import schedule as s
from app.domain.evaluate import Settled, settle_all
from app.domain.inputs import Inputs
from app.domain.payoff import payouts
from app.domain.position import redemption, totals
from app.domain.schedule import ProRataPayers, several_claims
from app.terms.compile import compile_sheet
from app.terms.compiled import CompiledSchedule
from app.terms.measured import measured_units
from app.terms.sheet import Sheet
from tests.differential.rules import check_compiled
from tests.differential.sheets import entry_of, random_outcomes, random_sheet, reportable
from tests.differential.strategies import SHARES, items

LENIENT = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
ODD = st.builds(Fraction, st.integers(0, 10**6), st.integers(1, 97))


@LENIENT
@given(st.data())
def test_compiled_pays_what_the_second_opinion_says(data: DataObject) -> None:
    """C-01, C-09: any terms and outcomes, evaluated without a chain."""
    sheet = random_sheet(data)
    compiled = compile_sheet(sheet)
    settled: dict[str, Settled] = {}
    paid: dict[str, int] = {}
    for key, one in compiled.items():
        note(f"{key}: {one.terms}")
        check_compiled(one)
        entry = sheet.entry(key)
        assert entry is not None
        inputs = random_outcomes(data, one, entry)
        reported = measured_units(one, entry, inputs)
        settled |= settle_all(one.instruments, reported, settled)
        amounts = settled[one.main.name].amounts
        net = {name: amount - one.taker_deposit for name, amount in zip(_claims(one), amounts, strict=False)}
        expected = payouts(one.terms, inputs, paid)
        note(f"reported {reported}, expected {expected}")
        if reportable(one, inputs):
            assert net == expected
        else:  # people's records came to more than can be reported: truncated, never more than it
            assert all(amount - 1 <= net[name] <= amount for name, amount in expected.items())
        assert sum(amounts) == one.main.face
        paid |= {f"{key}.{name}" if several_claims(one.terms) else key: amount for name, amount in net.items()}
        _check_redemption(one, amounts)


@LENIENT
@given(items(), SHARES, st.lists(ODD, min_size=3, max_size=3))
def test_an_outcome_that_cannot_be_reported_costs_at_most_one_unit(
    card: tuple[s.RateItem, ...], share: Fraction, outcomes: list[Fraction]
) -> None:
    """C-01: never more than the exact payout."""
    inputs = Inputs(dict(zip("abc", outcomes, strict=True)))
    entry = entry_of("case", s.RateCard(card, share), (inputs,))
    compiled = compile_sheet(Sheet((entry,)))[entry.key]
    reported = measured_units(compiled, entry, inputs)
    paid = settle_all(compiled.instruments, reported)[compiled.main.name].amounts[0]
    expected = payouts(entry.terms, inputs)["taker"]
    assert expected - 1 <= paid <= expected


def _claims(compiled: CompiledSchedule) -> list[str]:
    return [claim.label for claim in compiled.main.claims]


def _check_redemption(compiled: CompiledSchedule, amounts: tuple[int, ...]) -> None:
    """All is paid out, and several payers share what was paid to within one unit each."""
    face = compiled.main.face
    owed = totals(face, face, amounts[:-1])
    assert owed == amounts
    back: dict[str, int] = {}
    redeemed = 0
    for holder, units in compiled.units(len(amounts) - 1):
        back[holder] = redemption(owed[-1], face, redeemed, units)
        redeemed += units
    assert sum(back.values()) == owed[-1]
    if isinstance(compiled.terms, ProRataPayers):
        net = amounts[0] - compiled.taker_deposit
        total = sum(payer.maximum for payer in compiled.terms.payers)
        for payer in compiled.terms.payers:
            deposited = sum(one.sets for one in compiled.deposits if one.party == payer.name)
            assert abs(deposited - back.get(payer.name, 0) - net * payer.maximum / total) < 1
