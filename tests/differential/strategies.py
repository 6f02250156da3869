"""Random schedules of every type, nested ones included, and outcomes that stand on, below and above their knots."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import lru_cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from app.domain import schedule as s
from app.domain.schedule import Compare, Condition, Schedule

METRICS = st.sampled_from(["a", "b", "c"])
WHOLE = st.integers(-1000, 1000).map(Fraction)
UNITS = st.builds(lambda n, places: Fraction(n, 10**places), st.integers(-(10**6), 10**6), st.sampled_from([0, 2, 6]))
TINY = st.builds(lambda whole, n: whole + Fraction(n, 10**18), WHOLE, st.integers(-3, 3))
RATIOS = st.builds(Fraction, st.integers(-50, 50), st.sampled_from([3, 7, 155]))
NUMBERS = st.one_of(WHOLE, UNITS, TINY, RATIOS)
COUNTS = st.one_of(st.integers(0, 1000).map(Fraction), RATIOS.map(abs))
GRID = st.integers(-20, 20).map(Fraction)  # lines over it have slopes whose denominators stay small
MONEY = st.one_of(st.integers(0, 10**6).map(Fraction), st.builds(Fraction, st.integers(0, 10**4), st.integers(1, 9)))
SIGNED_MONEY = st.builds(lambda amount, sign: amount * sign, MONEY, st.sampled_from([1, -1]))
RATES = st.builds(Fraction, st.integers(0, 5000), st.sampled_from([1, 2, 3, 100]))
SHARES = st.builds(Fraction, st.integers(0, 20), st.just(20)) | st.just(Fraction(1, 3))
COMPARES = st.sampled_from(Compare)
CONDITIONS = st.builds(Condition, METRICS, NUMBERS, COMPARES)


def maybe(strategy: SearchStrategy[Fraction]) -> SearchStrategy[Fraction | None]:
    """The number, or none."""
    return st.none() | strategy


@st.composite
def rows(
    draw: DrawFn,
    amounts: SearchStrategy[Fraction],
    rising: bool = True,
    most: int = 5,
    marks: SearchStrategy[Fraction] = NUMBERS,
) -> tuple[s.Row, ...]:
    """Rows with distinct thresholds in their order."""
    found = sorted(draw(st.lists(marks, min_size=1, max_size=most, unique=True)), reverse=not rising)
    return tuple((mark, draw(amounts)) for mark in found)


@st.composite
def steps(draw: DrawFn) -> Schedule:
    """Steps whose amounts rise, fall or both."""
    compare = draw(COMPARES)
    most = draw(st.sampled_from([3, 40]))
    return s.Steps(draw(METRICS), compare, draw(rows(MONEY, compare.rising, most)), draw(MONEY))


@st.composite
def piecewise_linear(draw: DrawFn) -> Schedule:
    """Lines, with a floor or without."""
    return s.PiecewiseLinear(
        draw(METRICS), draw(rows(SIGNED_MONEY, marks=GRID)), draw(maybe(SIGNED_MONEY)), draw(SHARES)
    )


@st.composite
def items(draw: DrawFn) -> tuple[s.RateItem, ...]:
    """A price list."""
    item = st.builds(s.RateItem, METRICS, RATES, maybe(COUNTS), maybe(MONEY))
    return tuple(draw(st.lists(item, min_size=1, max_size=4)))


@st.composite
def brackets(draw: DrawFn) -> Schedule:
    """Brackets one after the other, the last perhaps open."""
    ends = sorted(draw(st.lists(COUNTS, min_size=2, max_size=5, unique=True)))
    made = [s.Bracket(low, high, draw(RATES), draw(maybe(MONEY))) for low, high in itertools.pairwise(ends)]
    if draw(st.booleans()):
        made.append(s.Bracket(ends[-1], None, draw(RATES), draw(maybe(MONEY))))
    return s.MarginalBrackets(draw(METRICS), tuple(made))


@st.composite
def bands(draw: DrawFn) -> Schedule:
    """Bands next to each other; each end belongs to one side, or to none."""
    ends = sorted(draw(st.lists(NUMBERS, min_size=1, max_size=4, unique=True)))
    sides = [draw(st.sampled_from([(True, False), (False, True), (False, False)])) for _ in ends]
    made = [s.Band(None, ends[0], False, sides[0][0], draw(SIGNED_MONEY))]
    for index, low in enumerate(ends):
        last = index == len(ends) - 1
        high, high_incl = (None, False) if last else (ends[index + 1], sides[index + 1][0])
        made.append(s.Band(low, high, sides[index][1], high_incl, draw(SIGNED_MONEY)))
    return s.SignedBands(draw(METRICS), tuple(made))


@st.composite
def basket(draw: DrawFn) -> Schedule:
    """An index, open or clipped, of items that are open or clipped; divisors of both signs."""
    made = []
    for _ in range(draw(st.integers(1, 3))):
        low, high = draw(clips())
        divisor = draw(st.one_of(GRID, RATIOS).filter(bool))
        made.append(s.BasketItem(draw(METRICS), draw(RATIOS), divisor, low, high))
    return s.WeightedBasket(tuple(made), *draw(clips()), draw(MONEY))


@st.composite
def clips(draw: DrawFn) -> tuple[Fraction | None, Fraction | None]:
    """Two bounds in their order, either of which may be missing."""
    low, high = draw(maybe(RATIOS)), draw(maybe(RATIOS))
    return (high, low) if low is not None and high is not None and low > high else (low, high)


@st.composite
def k_of_n(draw: DrawFn) -> Schedule:
    """Goals, and amounts by how many are met."""
    goals = tuple(draw(st.lists(CONDITIONS, min_size=1, max_size=5)))
    counts = sorted(draw(st.sets(st.integers(0, len(goals)), min_size=1)))
    return s.KOfN(goals, tuple((count, draw(MONEY)) for count in counts))


@st.composite
def classes(draw: DrawFn) -> Schedule:
    """Classes of principal over one metric."""
    rates = st.just(Fraction(-1)) | st.builds(Fraction, st.integers(-50, 50), st.just(100))
    made = tuple(
        s.TrancheClass(f"class {number}", draw(MONEY), draw(rows(rates)), draw(rates))
        for number in range(draw(st.integers(1, 4)))
    )
    return s.TranchesMaturity(draw(METRICS), draw(st.integers(0, 5)), made)


@lru_cache
def inner(on: str | None, depth: int) -> SearchStrategy[Schedule]:
    """A schedule that pays one amount; `on` is the claim that calls stand on, if there is one."""
    leaves = [
        steps(),
        piecewise_linear(),
        st.builds(s.RateCard, items(), SHARES, maybe(MONEY)),
        brackets(),
        st.builds(s.PerThousandSteps, METRICS, MONEY, rows(RATES)),
        st.builds(s.AllTargets, st.lists(CONDITIONS, min_size=1, max_size=4).map(tuple), MONEY),
        st.builds(s.GateAnyPooled, NUMBERS, maybe(NUMBERS)),
        st.builds(s.PerPersonRateCard, items(), SHARES, maybe(MONEY), maybe(MONEY)),
        bands(),
        st.builds(s.Guarantee, MONEY),
        basket(),
        k_of_n(),
    ]
    if on:
        leaves.append(st.builds(s.Call, st.just(on), MONEY, SHARES, maybe(MONEY)))
    if depth:
        nested = inner(on, depth - 1)
        leaves += [
            st.builds(s.SumOf, st.lists(nested, min_size=1, max_size=3).map(tuple), maybe(MONEY)),
            st.builds(s.KnockIn, CONDITIONS, nested),
        ]
    return st.one_of(leaves)


@lru_cache
def terms(on: str | None = None) -> SearchStrategy[Schedule]:
    """Any schedule: one that pays one amount, classes, or several payers."""
    payers = st.lists(MONEY.filter(bool), min_size=1, max_size=4)
    whole = inner(on, 2)
    shared = st.builds(
        lambda one, most: s.ProRataPayers(one, tuple(s.Payer(f"payer {i}", amount) for i, amount in enumerate(most))),
        whole,
        payers,
    )
    return st.one_of(whole, whole, classes(), shared)
