"""Compiling terms and settling them without a chain, for tests whose numbers were worked by hand."""

from __future__ import annotations

from fractions import Fraction

from app.domain.evaluate import Settled, settle_all
from app.domain.inputs import Inputs
from app.domain.payoff import payouts
from app.domain.schedule import Schedule
from app.terms.compile import compile_sheet
from app.terms.compiled import CompiledSchedule
from app.terms.measured import measured_units
from app.terms.sheet import Entry, Sheet
from app.terms.sheet import Test as CaseTest
from tests.differential.rules import check_compiled

PLACE = "cases[0].schedules.main"
Number = int | str


def number(given: Number) -> Fraction:
    """A number as it is written."""
    return Fraction(given)


def rows(*pairs: tuple[Number, Number]) -> tuple[tuple[Fraction, Fraction], ...]:
    """A table's rows."""
    return tuple((Fraction(first), Fraction(second)) for first, second in pairs)


def outcomes(**values: Number) -> Inputs:
    """What was measured."""
    return Inputs({name: Fraction(value) for name, value in values.items()})


def entry(terms: Schedule, *tests: Inputs, owner: str = "case", currency: str = "EUR") -> Entry:
    """An entry `owner.main` whose tests give these outcomes and expect nothing."""
    made = tuple(CaseTest({owner: inputs}, 0, "tests") for inputs in tests)
    return Entry(owner, "main", type(terms).__name__, currency, 2, terms, made, PLACE)


def compiled(terms: Schedule, *tests: Inputs) -> CompiledSchedule:
    """The terms, compiled and held against every limit of the contract."""
    one = compile_sheet(Sheet((entry(terms, *tests),)))["case.main"]
    check_compiled(one)
    return one


def settled(one: CompiledSchedule, inputs: Inputs) -> Settled:
    """The instrument that holds the tokens, settled on these outcomes."""
    reported = measured_units(one, entry(one.terms), inputs)
    return settle_all(one.instruments, reported)[one.main.name]


def paid(terms: Schedule, inputs: Inputs) -> int:
    """What the taker gets less what it paid in; the second opinion must say the same."""
    one = compiled(terms, inputs)
    amount = settled(one, inputs).amounts[0] - one.taker_deposit
    assert {"taker": amount} == payouts(terms, inputs)
    return amount
