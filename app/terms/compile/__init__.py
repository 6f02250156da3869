"""From term sheets to instruments: every schedule becomes metrics, formulas, one instrument that holds the tokens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction

from app.domain.inputs import Inputs
from app.domain.schedule import PAYER, TAKER, Schedule, TranchesMaturity, references, several_claims
from app.errors import TermsError
from app.terms.compile.build import build
from app.terms.compile.grid import metrics_of
from app.terms.compile.main import deposits, payers_of, several_classes, single_claim
from app.terms.compile.score import Lowering, SourceClaim
from app.terms.compiled import CompiledSchedule
from app.terms.measured import ambiguous_metrics, measured, metric_labels
from app.terms.read.links import find_claim
from app.terms.sheet import Entry, Sheet

MAX_TEXT = 255  # bytes of a claim's label


def compile_sheet(sheet: Sheet, keys: Collection[str] | None = None) -> dict[str, CompiledSchedule]:
    """Every entry, or those of `keys`, with all that they stand on, each after what it stands on.

    Raises: TermsError with place: terms that make no sense, unknown or circular references, waterfalls (not yet).
    """
    compiled: dict[str, CompiledSchedule] = {}
    for key in [entry.key for entry in sheet.entries] if keys is None else keys:
        entry = sheet.entry(key)
        if not entry:
            raise TermsError(key, "is in none of the files given: expected case.schedule or a derivative's id")
        _compile_under(sheet, entry, compiled, ())
    return compiled


def compile_entry(sheet: Sheet, entry: Entry, others: Mapping[str, CompiledSchedule]) -> CompiledSchedule:
    """One entry; `others` are the compiled entries that it stands on, by key.

    Of the tests only the inputs are read, and only where no cap or last threshold bounds what an entry pays.
    """
    _check_names(entry)
    expression = build(entry.terms, entry.place)
    metrics = metrics_of(expression, _measured(sheet, entry), entry.place)
    claims = {reference: _source_claim(sheet, entry, reference, others) for reference in references(entry.terms)}
    payers = payers_of(entry.terms, entry.place)
    lowering = Lowering(entry.key, entry.place, metrics, claims)
    owed = 0
    if isinstance(entry.terms, TranchesMaturity):
        main = several_classes(lowering, entry.terms, expression)
    else:
        main, owed = single_claim(lowering, expression, payers)
    if owed:
        lowering = Lowering(entry.key, entry.place, metrics, claims, signed=True)
        main, owed = single_claim(lowering, expression, payers)
    labels = metric_labels(entry.terms)
    return CompiledSchedule(
        case=entry.owner,
        schedule=entry.schedule,
        kind=entry.kind,
        currency=entry.currency,
        decimals=entry.decimals,
        terms=entry.terms,
        metrics={name: replace(metric, label=labels.get(name, "")) for name, metric in metrics.items()},
        instruments=(*lowering.formulas, main),
        deposits=deposits(main, owed, payers, several_claims(entry.terms) or (TAKER,)),
        taker_deposit=owed,
        depends_on=_under(sheet, entry),
    )


def _compile_under(sheet: Sheet, entry: Entry, compiled: dict[str, CompiledSchedule], above: tuple[str, ...]) -> None:
    if entry.key in above:
        raise TermsError(entry.place, f"stands on itself: {' on '.join((*above, entry.key))}; expected no circle")
    if entry.key in compiled:
        return
    for key in _under(sheet, entry):
        under = sheet.entry(key)
        if under:
            _compile_under(sheet, under, compiled, (*above, entry.key))
    compiled[entry.key] = compile_entry(sheet, entry, compiled)


def _under(sheet: Sheet, entry: Entry) -> tuple[str, ...]:
    """The keys of the entries that it stands on, each once."""
    return tuple(dict.fromkeys(_found(sheet, entry, reference)[0].key for reference in references(entry.terms)))


def _found(sheet: Sheet, entry: Entry, reference: str) -> tuple[Entry, str]:
    found = find_claim(sheet, reference)
    if not found:
        raise TermsError(entry.place, f'"{reference}" names no claim: expected case.schedule or derivative.tranche')
    under, _ = found
    if (under.currency, under.decimals) != (entry.currency, entry.decimals):
        paid = f"{under.currency} with {under.decimals} decimals"
        raise TermsError(entry.place, f'"{reference}" pays {paid}: expected {entry.currency} with {entry.decimals}')
    return found


def _source_claim(sheet: Sheet, entry: Entry, reference: str, others: Mapping[str, CompiledSchedule]) -> SourceClaim:
    under, name = _found(sheet, entry, reference)
    source = others[under.key]
    claim = several_claims(under.terms).index(name) if name else 0
    most = max(y for _, y in source.main.claims[claim].curve)
    return SourceClaim(source.main.name, claim, source.taker_deposit, most)


def _measured(sheet: Sheet, entry: Entry) -> list[dict[str, Fraction]]:
    """The outcomes in all tests of the entry and of what stands on it."""
    tests = (test for one in sheet.entries if _stands_on(sheet, one, entry) for test in one.tests)
    return [measured(entry.terms, test.inputs.get(entry.owner, Inputs())) for test in tests]


def _stands_on(sheet: Sheet, one: Entry, under: Entry, above: tuple[str, ...] = ()) -> bool:
    if one.key == under.key:
        return True
    found = (find_claim(sheet, reference) for reference in references(one.terms))
    return one.key not in above and any(_stands_on(sheet, pair[0], under, (*above, one.key)) for pair in found if pair)


def _check_names(entry: Entry) -> None:
    twice = ambiguous_metrics(entry.terms)
    if twice:
        named = ", ".join(sorted(twice))
        raise TermsError(entry.place, f"{named} given as a metric: expected another name, for this one is made here")
    names = _names(entry.terms, entry.place)
    for name in names:
        if name in (PAYER, TAKER) or names.count(name) > 1 or len(name.encode()) > MAX_TEXT:
            raise TermsError(entry.place, f'"{name[:60]}" given: expected distinct names other than payer and taker')


def _names(terms: Schedule, place: str) -> list[str]:
    return [*several_claims(terms), *(payer.name for payer in payers_of(terms, place))]
