"""Random term sheets and outcomes: near every knot, at zero, at the ends of what can be reported."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from app.domain.inputs import Inputs
from app.domain.instrument import Metric, MetricLeg
from app.domain.schedule import Schedule, several_claims
from app.terms.compiled import CompiledSchedule
from app.terms.measured import measured, outcome_units
from app.terms.sheet import Entry, Sheet
from app.terms.sheet import Test as CaseTest
from tests.differential.strategies import COUNTS, METRICS, NUMBERS, terms

PEOPLE = st.lists(st.dictionaries(METRICS, st.one_of(COUNTS, NUMBERS), max_size=3), max_size=4).map(tuple)
DECIMALS = st.sampled_from((0, 2, 6, 18))


def random_sheet(data: DataObject) -> Sheet:
    """An agreement, and a second one that may stand on it."""
    decimals = data.draw(DECIMALS)
    first = entry_of("case", data.draw(terms()), random_tests(data), decimals)
    claims = several_claims(first.terms)
    on = f"case.main.{claims[0]}" if claims else "case.main"
    second = entry_of("case 2", data.draw(terms(on)), random_tests(data), decimals)
    return Sheet((second, first) if data.draw(st.booleans()) else (first, second))


def random_tests(data: DataObject) -> tuple[Inputs, ...]:
    values = st.dictionaries(METRICS, NUMBERS)
    return tuple(Inputs(data.draw(values), people=data.draw(PEOPLE)) for _ in range(2))


def entry_of(owner: str, schedule: Schedule, tests: tuple[Inputs, ...], decimals: int = 2) -> Entry:
    made = tuple(CaseTest({owner: inputs}, 0, "tests") for inputs in tests)
    return Entry(owner, "main", type(schedule).__name__, "EUR", decimals, schedule, made, f"{owner}.schedules.main")


def random_outcomes(data: DataObject, compiled: CompiledSchedule, entry: Entry) -> Inputs:
    """Outcomes near the knots, at zero, at the ends; people as in one of the tests, which bound what they come to."""
    drawn = {name: data.draw(near_knots(compiled, metric)) for name, metric in compiled.metrics.items()}
    cohorts = tuple(drawn[name] for name in sorted(drawn) if name.startswith("cohort"))
    present = cohorts[: data.draw(st.integers(0, 8))] if cohorts else ()
    own = {name: outcome for name, outcome in drawn.items() if not name.startswith(("cohort", "people"))}
    if "pooled" in own and data.draw(st.booleans()):
        del own["pooled"]
    tested = data.draw(st.sampled_from(entry.tests)).inputs[entry.owner]
    return Inputs(own, present, tested.people)


def near_knots(compiled: CompiledSchedule, metric: Metric) -> st.SearchStrategy[Fraction]:
    legs = [leg for one in compiled.instruments for leg in one.legs if isinstance(leg, MetricLeg)]
    knots = {x for leg in legs if leg.metric == metric.name for x, _ in leg.curve} | {0, metric.lower, metric.upper}
    near = st.builds(lambda x, aside: x + aside, st.sampled_from(sorted(knots)), st.integers(-2, 2))
    ends = sorted(knots)
    between = st.integers(ends[0], ends[-1])
    clipped = st.one_of(near, near, between).map(lambda x: min(max(x, metric.lower), metric.upper))
    return clipped.map(lambda x: Fraction(x, 10**metric.decimals))


def reportable(compiled: CompiledSchedule, inputs: Inputs) -> bool:
    outcomes = measured(compiled.terms, inputs)
    return all(
        outcome_units(metric, outcomes[name]) == outcomes[name] * 10**metric.decimals
        for name, metric in compiled.metrics.items()
    )
