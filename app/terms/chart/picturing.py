"""The picture of an entry: which curves or bars explain it best. Every amount comes from the exact payoff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from typing import cast

from app.domain.inputs import Inputs
from app.domain.payoff import payoff, payoffs
from app.domain.schedule import (
    LOAN,
    OUTCOME_PAYMENT,
    POOLED,
    GateAnyPooled,
    Guarantee,
    PerPersonRateCard,
    RateCard,
    RateItem,
    Waterfall,
    references,
)
from app.terms.breakpoints import ANY_COHORT, breakpoints
from app.terms.chart.picture import Bar, Bars, Panel, Picture, panel
from app.terms.sheet import Entry
from app.terms.voice import Voice, voice_of
from app.terms.words import title

MAX_PANELS = 6
MAX_BARS = 30
FEW_ITEMS = 2

At = Mapping[str, Fraction]


def picture(entry: Entry, at: At | None = None) -> Picture:
    """The picture of the entry, with the point of the outcome `at` on it."""
    terms = entry.terms
    if isinstance(terms, RateCard) and len(terms.items) >= FEW_ITEMS:
        return Picture(title(entry), (_price_list(entry, terms, at),))
    if isinstance(terms, PerPersonRateCard):
        return Picture(title(entry), (_people(entry, terms, at),))
    if isinstance(terms, Guarantee):
        return Picture(title(entry), (_guarantee(entry, terms, at),))
    if isinstance(terms, Waterfall):
        return Picture(title(entry), (_waterfall(terms, at),))
    return Picture(title(entry), tuple(_curves(entry, at)) or (_whole(entry, at),))


def inputs_at(entry: Entry, at: At) -> Inputs:
    """The outcome that people give on one line: metrics, one cohort, or the units of one person."""
    if isinstance(entry.terms, PerPersonRateCard):
        return Inputs(people=(dict(at),))
    cohorts = tuple(value for name, value in at.items() if name in ("cohort", ANY_COHORT))
    return Inputs(dict(at), cohorts)


def pays_at(entry: Entry, at: At) -> dict[str, Fraction]:
    """What each claim pays for the outcome, exact [token]; a claim of another agreement is given as its amount."""
    return payoffs(entry.terms, inputs_at(entry, at), _paid(entry, at))


def _paid(entry: Entry, at: At) -> Mapping[str, int]:
    """What the claims beneath pay; between two minor units too, for a curve has limits there."""
    return cast("Mapping[str, int]", {name: at.get(name, Fraction(0)) for name in references(entry.terms)})


def _curves(entry: Entry, at: At | None) -> list[Panel]:
    turns = breakpoints(entry.terms)
    held = _held(entry, at, turns)
    voice = voice_of(entry)
    return [_curve(entry, metric, turns[metric], held, at, voice) for metric in list(turns)[:MAX_PANELS]]


def _curve(entry: Entry, metric: str, turns: tuple[Fraction, ...], held: Inputs, at: At | None, voice: Voice) -> Panel:
    others = {name: value for name, value in held.values.items() if name != metric}
    note = ", ".join(f"{name} {voice.outcome(name, value)}" for name, value in others.items() if metric != ANY_COHORT)

    def amounts(x: Fraction) -> dict[str, Fraction]:
        outcome = replace(held, values={**others, metric: x})
        if metric == ANY_COHORT:
            outcome = Inputs(cohorts=(x,))
        elif metric == POOLED:
            outcome = Inputs({POOLED: x})
        return payoffs(entry.terms, outcome, _paid(entry, {**others, metric: x}))

    tested = [test.inputs[entry.owner].values for test in entry.tests if entry.owner in test.inputs]
    seen = [values.get(metric, Fraction(0)) for values in tested]
    bounds = turns if len(turns) > 1 or not seen else (*turns, *seen)
    value = None if at is None else at.get(metric, at.get("cohort") if metric == ANY_COHORT else Fraction(0))
    drawn = panel(metric, amounts, sorted(set(bounds)), value, note)
    return replace(drawn, money_across=metric in voice.amounts)


def _held(entry: Entry, at: At | None, turns: Mapping[str, tuple[Fraction, ...]]) -> Inputs:
    """The outcome at which the other metrics are held: the one given, else a tested one, else the highest turns."""
    if at is not None:
        return inputs_at(entry, at)
    tested = _tested(entry)
    return tested or Inputs({metric: max(values, default=Fraction(0)) for metric, values in turns.items()})


def _tested(entry: Entry) -> Inputs | None:
    """The outcome that was really measured, or else the first that is tested."""
    tests = sorted(entry.tests, key=lambda test: not test.basis.startswith("realised"))
    return next((test.inputs[entry.owner] for test in tests if entry.owner in test.inputs), None)


def _price_list(entry: Entry, card: RateCard, at: At | None) -> Bars:
    outcome, note = (
        (Inputs(dict(at)), "") if at is not None else (_tested(entry), "for the outcome that is tested first")
    )
    if at is None and any(test.basis.startswith("realised") for test in entry.tests):
        note = "for the outcome that was really measured"
    if outcome is None:
        outcome, note = Inputs({item.metric: _most(item) for item in card.items}), "one unit each, or as many as count"
    bars = tuple(Bar(one.label or one.metric, payoff(RateCard((one,), card.share), outcome)) for one in card.items)
    return Bars(bars, payoff(card, outcome), None, card.cap, note)


def _people(entry: Entry, card: PerPersonRateCard, at: At | None) -> Bars:
    tested = [one for test in entry.tests for one in test.inputs.values() if one.people]
    outcome = inputs_at(entry, at) if at is not None else max(tested, key=lambda one: len(one.people), default=None)
    if outcome is None:
        outcome = Inputs(people=({item.metric: _most(item) for item in card.items},))
    alone = replace(card, cap=None)
    bars = tuple(
        Bar(f"person {number}", payoff(alone, Inputs(people=(person,))))
        for number, person in enumerate(outcome.people, start=1)
    )
    return Bars(bars, payoff(card, outcome), card.per_person_cap, card.cap, "people as tested" if at is None else "")


def _most(item: RateItem) -> Fraction:
    return Fraction(1) if item.cap_units is None else item.cap_units


def _whole(entry: Entry, at: At | None) -> Bars:
    """What is paid in all, where no metric alone turns it."""
    amount = payoff(entry.terms, _held(entry, at, {}))
    return Bars((Bar("in all", amount),), amount)


def _guarantee(entry: Entry, terms: Guarantee, at: At | None) -> Panel:
    tested = at if at is not None else (_tested(entry) or Inputs()).values
    loan = tested.get(LOAN) or terms.guarantee

    def amounts(x: Fraction) -> dict[str, Fraction]:
        pays = payoff(terms, Inputs({LOAN: loan, OUTCOME_PAYMENT: x}))
        return {"guarantor_pays": pays, "lender_loss": max(Fraction(0), loan - x - pays)}

    turns = sorted({Fraction(0), max(Fraction(0), loan - terms.guarantee), loan})
    value = None if at is None else at.get(OUTCOME_PAYMENT, Fraction(0))
    drawn = panel(OUTCOME_PAYMENT, amounts, turns, value, f"{LOAN} {voice_of(entry).money(loan)}")
    return replace(drawn, money_across=True)


def _waterfall(terms: Waterfall, at: At | None) -> Panel:
    def amounts(x: Fraction) -> dict[str, Fraction]:
        inflow = dict.fromkeys(terms.backed_by, Fraction(0)) | {terms.backed_by[0]: max(Fraction(0), x)}
        return payoffs(terms, Inputs(), cast("Mapping[str, int]", inflow))

    ends = accumulate((one.amount for one in terms.tranches), initial=Fraction(0))
    value = None if at is None else sum((at.get(name, Fraction(0)) for name in terms.backed_by), Fraction(0))
    return replace(panel(" + ".join(terms.backed_by), amounts, sorted(set(ends)), value), money_across=True)


def outcome_names(entry: Entry) -> set[str]:
    """The names that an outcome of the entry may give."""
    terms = entry.terms
    if isinstance(terms, PerPersonRateCard):
        return {item.metric for item in terms.items}
    if isinstance(terms, Guarantee):
        return {LOAN, OUTCOME_PAYMENT}
    if isinstance(terms, GateAnyPooled):
        return {"cohort", POOLED}
    return {*breakpoints(terms), *references(terms)}
