"""What stands on what: ids used twice, references that lead nowhere, in a circle, or to other money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.schedule import (
    Call,
    Schedule,
    SumOf,
    Waterfall,
    inner_schedules,
    references,
    several_claims,
)
from app.errors import TermsError
from app.terms.sheet import Entry, Sheet


def find_claim(sheet: Sheet, reference: str) -> tuple[Entry, str] | None:
    """The entry a reference names, and which of its claims if it has several: `case.schedule`, `derivative.tranche`."""
    entry = sheet.entry(reference)
    if entry:
        return (entry, "") if not several_claims(entry.terms) else None
    key, _, claim = reference.rpartition(".")
    entry = sheet.entry(key)
    return (entry, claim) if entry and claim in several_claims(entry.terms) else None


def link_faults(sheet: Sheet, known: Sequence[TermsError] = ()) -> list[TermsError]:
    """Every fault in how the entries refer to each other; silent about entries whose faults are known already."""
    faults = _used_twice(sheet)
    broken = {entry.key for entry in sheet.entries if any(fault.place.startswith(entry.place) for fault in known)}
    for entry in sheet.entries:
        for reference, place in _places(entry.terms, entry.place):
            if broken.isdisjoint((reference, reference.rpartition(".")[0])):
                problem = _problem(sheet, entry, reference)
                faults += [TermsError(place, f"{about(entry)}: {problem}")] if problem else []
    return faults


def about(entry: Entry) -> str:
    """Whose terms they are, in words."""
    return f'case "{entry.owner}", schedule "{entry.schedule}"' if entry.schedule else f'derivative "{entry.owner}"'


def _used_twice(sheet: Sheet) -> list[TermsError]:
    first: dict[str, Entry] = {}
    faults: list[TermsError] = []
    for entry in filter(lambda one: one.owner, sheet.entries):
        base = entry.place.removesuffix(f".schedules.{entry.schedule}") if entry.schedule else entry.place
        known = first.setdefault(entry.owner, entry)
        if not known.place.startswith(base) and f"{base}.id" not in [fault.place for fault in faults]:
            problem = f'{about(entry)}: id "{entry.owner}" is already used at {known.place}: expected distinct ids'
            faults.append(TermsError(f"{base}.id", problem))
    return faults


def _problem(sheet: Sheet, entry: Entry, reference: str) -> str:
    found = find_claim(sheet, reference)
    if not found:
        return _unknown(sheet, reference)
    other, _ = found
    if entry.key in _beneath(sheet, other):
        return f'"{reference}" stands on {entry.key} itself: expected no circle'
    if (other.currency, other.decimals) != (entry.currency, entry.decimals):
        given = f"{other.currency} with {other.decimals} decimals"
        return f'"{reference}" pays {given}: expected {entry.currency} with {entry.decimals} decimals, as this does'
    return ""


def _unknown(sheet: Sheet, reference: str) -> str:
    entry = sheet.entry(reference) or sheet.entry(reference.rpartition(".")[0])
    claims = several_claims(entry.terms) if entry else ()
    if entry and claims:
        named = ", ".join(f"{entry.key}.{claim}" for claim in claims)
        return f'"{reference}" is not one claim: expected one of {named}'
    return f'"{reference}" is in none of the files given: expected case.schedule or derivative.tranche of one of them'


def _beneath(sheet: Sheet, entry: Entry) -> set[str]:
    """The keys of the entry and of everything it stands on."""
    seen: set[str] = set()
    waiting = [entry]
    while waiting:
        one = waiting.pop()
        if one.key not in seen:
            seen.add(one.key)
            found = [find_claim(sheet, reference) for reference in references(one.terms)]
            waiting += [pair[0] for pair in found if pair]
    return seen


def _places(schedule: Schedule, place: str) -> Iterator[tuple[str, str]]:
    """Each reference with its place."""
    if isinstance(schedule, Call) and schedule.on:
        yield schedule.on, f"{place}.on"
    if isinstance(schedule, Waterfall):
        yield from ((name, f"{place}.backed_by[{index}]") for index, name in enumerate(schedule.backed_by) if name)
    for index, inner in enumerate(inner_schedules(schedule)):
        yield from _places(inner, f"{place}.parts[{index}]" if isinstance(schedule, SumOf) else f"{place}.inner")
