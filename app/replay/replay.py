"""`concord replay`: every test of a term sheet, through the deployed contracts, compared with tokens that moved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.domain.schedule import (
    LOAN,
    OUTCOME_PAYMENT,
    GateAnyPooled,
    Guarantee,
    ProRataPayers,
    Schedule,
    references,
    several_claims,
)
from app.errors import ChainError, ConcordError
from app.replay.play import Play, open_play
from app.replay.stage import Stage
from app.terms.compile import compile_sheet
from app.terms.compiled import TAKER, CompiledSchedule
from app.terms.measured import measured_units
from app.terms.sheet import Entry, Expected, Sheet, Test

TOTAL = "total"
GUARANTOR_PAYS = "guarantor_pays"
LENDER_LOSS = "lender_loss"

Paid = Expected | None


@dataclass(frozen=True)
class Result:
    """One test: what it expected and what was paid; `problem` says why nothing could be compared."""

    entry: Entry
    test: Test
    paid: Paid
    ok: bool
    problem: str = ""


def chosen_tests(sheet: Sheet, only: Collection[str] = (), skip: Collection[str] = ()) -> list[tuple[Entry, Test]]:
    """The tests of the entries whose type is asked for, and that do not stand on a type to skip."""
    return [
        (entry, test)
        for entry in sheet.entries
        if (not only or entry.kind in only) and not _kinds_under(sheet, entry) & set(skip)
        for test in entry.tests
    ]


def replay(stage: Stage, sheet: Sheet, tests: Iterable[tuple[Entry, Test]]) -> Iterator[Result]:
    """Plays the tests one after the other. Terms are compiled before a test's inputs are read."""
    compiled: dict[str, dict[str, CompiledSchedule] | ConcordError] = {}
    for entry, test in tests:
        if entry.key not in compiled:
            compiled[entry.key] = _compiled(sheet, entry)
        found = compiled[entry.key]
        if isinstance(found, ConcordError):
            yield Result(entry, test, None, False, str(found))
            continue
        try:
            paid = _played(stage, sheet, entry, test, found)
        except ConcordError as error:
            yield Result(entry, test, None, False, str(error))
        else:
            yield Result(entry, test, paid, agrees(entry.terms, test.expected, paid))


def agrees(terms: Schedule, expected: Expected, paid: Expected) -> bool:
    """Whether what was paid is what was expected, to the smallest unit; several payers may share a unit either way."""
    if isinstance(terms, ProRataPayers) and isinstance(expected, dict) and isinstance(paid, dict):
        payers = [payer.name for payer in terms.payers]
        near = all(abs(paid[name] - expected[name]) <= 1 for name in payers if name in expected)
        total = expected.get(TOTAL, paid[TOTAL])
        return near and paid[TOTAL] == total == sum(paid[name] for name in payers)
    return bool(expected == paid)


def _kinds_under(sheet: Sheet, entry: Entry) -> set[str]:
    """The entry's type and the types of everything that it stands on."""
    kinds = {entry.kind}
    for reference in references(entry.terms):
        under = sheet.entry(reference) or sheet.entry(reference.rpartition(".")[0])
        kinds |= _kinds_under(sheet, under) if under else set()
    return kinds


def _compiled(sheet: Sheet, entry: Entry) -> dict[str, CompiledSchedule] | ConcordError:
    try:
        return compile_sheet(sheet, [entry.key])
    except ConcordError as error:
        return error


def _played(stage: Stage, sheet: Sheet, entry: Entry, test: Test, compiled: dict[str, CompiledSchedule]) -> Expected:
    held = _held(stage, compiled)
    plays: dict[str, Play] = {}
    for key, one in compiled.items():
        plays[key] = open_play(stage, one, plays)
        plays[key].fund()
    for key, play in plays.items():
        under = sheet.entry(key)
        inputs = test.inputs.get(play.compiled.case)
        play.report([measured_units(play.compiled, under or entry, inputs)] * len(stage.reporters))
    for play in plays.values():
        play.wait_until_final()
        play.settle()
    for play in plays.values():
        play.redeem()
    if _held(stage, compiled) != held:
        raise ChainError(f"tokens are left in the contract that nobody is owed: {_held(stage, compiled)}, not {held}")
    return _paid(entry.terms, test, plays[entry.key])


def _held(stage: Stage, compiled: dict[str, CompiledSchedule]) -> dict[str, int]:
    """What the contract holds of each currency concerned [token]."""
    tokens = {(one.currency, one.decimals) for one in compiled.values()}
    return {name: stage.token(name, exp).balance(stage.instruments.address) for name, exp in sorted(tokens)}


def _paid(terms: Schedule, test: Test, play: Play) -> Expected:
    """The number that the terms' type compares: see the table in `cases/README.md`."""
    taken = play.redeemed_by(TAKER) - play.compiled.taker_deposit
    if several_claims(terms):
        return {claim.label: play.redeemed_from(index) for index, claim in enumerate(play.compiled.main.claims)}
    if isinstance(terms, ProRataPayers):
        payers = {one.name: play.deposited.get(one.name, 0) - play.redeemed_by(one.name) for one in terms.payers}
        return {TOTAL: taken, **payers}
    if isinstance(terms, Guarantee):
        inputs = test.inputs[play.compiled.case].values
        lent = inputs.get(LOAN, Fraction(0)) - inputs.get(OUTCOME_PAYMENT, Fraction(0))
        return {GUARANTOR_PAYS: taken, LENDER_LOSS: max(0, int(lent) - taken)}
    if isinstance(terms, GateAnyPooled):
        return bool(taken)
    return taken
