"""Compiled instruments against the second opinion: equal to the smallest unit, for every type and every nesting."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from app.domain import schedule as s
from app.domain.evaluate import Settled, settle_all
from app.domain.inputs import Inputs
from app.domain.instrument import Metric, MetricLeg
from app.domain.payoff import payouts
from app.domain.position import redemption, totals
from app.domain.schedule import ProRataPayers, Schedule, several_claims
from app.terms.compile import compile_sheet
from app.terms.compiled import CompiledSchedule
from app.terms.measured import measured, measured_units, outcome_units
from app.terms.sheet import Entry, Sheet
from app.terms.sheet import Test as CaseTest
from tests.differential.rules import check_compiled
from tests.differential.strategies import COUNTS, METRICS, NUMBERS, SHARES, items, terms

LENIENT = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
ODD = st.builds(Fraction, st.integers(0, 10**6), st.integers(1, 97))
PEOPLE = st.lists(st.dictionaries(METRICS, st.one_of(COUNTS, NUMBERS), max_size=3), max_size=4).map(tuple)


@LENIENT
@given(st.data())
def test_compiled_pays_what_the_second_opinion_says(data: DataObject) -> None:
    sheet = _sheet(data)
    compiled = compile_sheet(sheet)
    settled: dict[str, Settled] = {}
    paid: dict[str, int] = {}
    for key, one in compiled.items():
        note(f"{key}: {one.terms}")
        check_compiled(one)
        entry = sheet.entry(key)
        assert entry is not None
        inputs = _outcomes(data, one, entry)
        reported = measured_units(one, entry, inputs)
        settled |= settle_all(one.instruments, reported, settled)
        amounts = settled[one.main.name].amounts
        net = {name: amount - one.taker_deposit for name, amount in zip(_claims(one), amounts, strict=False)}
        expected = payouts(one.terms, inputs, paid)
        note(f"reported {reported}, expected {expected}")
        if _reportable(one, inputs):
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
    inputs = Inputs(dict(zip("abc", outcomes, strict=True)))
    entry = _entry("case", s.RateCard(card, share), (inputs,))
    compiled = compile_sheet(Sheet((entry,)))[entry.key]
    reported = measured_units(compiled, entry, inputs)
    paid = settle_all(compiled.instruments, reported)[compiled.main.name].amounts[0]
    expected = payouts(entry.terms, inputs)["taker"]
    assert expected - 1 <= paid <= expected


def _sheet(data: DataObject) -> Sheet:
    """An agreement, and a second one that may stand on it."""
    first = _entry("case", data.draw(terms()), _tests(data))
    claims = several_claims(first.terms)
    on = f"case.main.{claims[0]}" if claims else "case.main"
    second = _entry("case 2", data.draw(terms(on)), _tests(data))
    return Sheet((second, first) if data.draw(st.booleans()) else (first, second))


def _tests(data: DataObject) -> tuple[Inputs, ...]:
    values = st.dictionaries(METRICS, NUMBERS)
    return tuple(Inputs(data.draw(values), people=data.draw(PEOPLE)) for _ in range(2))


def _entry(owner: str, schedule: Schedule, tests: tuple[Inputs, ...]) -> Entry:
    made = tuple(CaseTest({owner: inputs}, 0, "tests") for inputs in tests)
    return Entry(owner, "main", type(schedule).__name__, "EUR", 2, schedule, made, f"{owner}.schedules.main")


def _outcomes(data: DataObject, compiled: CompiledSchedule, entry: Entry) -> Inputs:
    """Outcomes near the knots, at zero, at the ends; people as in one of the tests, which bound what they come to."""
    drawn = {name: data.draw(_near_knots(compiled, metric)) for name, metric in compiled.metrics.items()}
    cohorts = tuple(drawn[name] for name in sorted(drawn) if name.startswith("cohort"))
    present = cohorts[: data.draw(st.integers(0, 8))] if cohorts else ()
    own = {name: outcome for name, outcome in drawn.items() if not name.startswith(("cohort", "people"))}
    if "pooled" in own and data.draw(st.booleans()):
        del own["pooled"]
    tested = data.draw(st.sampled_from(entry.tests)).inputs[entry.owner]
    return Inputs(own, present, tested.people)


def _near_knots(compiled: CompiledSchedule, metric: Metric) -> st.SearchStrategy[Fraction]:
    legs = [leg for one in compiled.instruments for leg in one.legs if isinstance(leg, MetricLeg)]
    knots = {x for leg in legs if leg.metric == metric.name for x, _ in leg.curve} | {0, metric.lower, metric.upper}
    near = st.builds(lambda x, aside: x + aside, st.sampled_from(sorted(knots)), st.integers(-2, 2))
    ends = sorted(knots)
    between = st.integers(ends[0], ends[-1])
    clipped = st.one_of(near, near, between).map(lambda x: min(max(x, metric.lower), metric.upper))
    return clipped.map(lambda x: Fraction(x, 10**metric.decimals))


def _reportable(compiled: CompiledSchedule, inputs: Inputs) -> bool:
    outcomes = measured(compiled.terms, inputs)
    return all(
        outcome_units(metric, outcomes[name]) == outcomes[name] * 10**metric.decimals
        for name, metric in compiled.metrics.items()
    )


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
