"""Whether sound terms also compile to instruments, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.schedule import Waterfall
from app.errors import ScaleError, TermsError
from app.terms.compile import compile_sheet
from app.terms.sheet import Sheet


@dataclass(frozen=True)
class Found:
    """How many entries compile. Notes are limits of the instruments; faults are terms that make no sense."""

    compiled: int
    notes: tuple[TermsError, ...]
    faults: tuple[TermsError, ...]


def check(sheet: Sheet) -> Found:
    """Compile every entry by itself, so that one that does not compile hides no other."""
    problems: dict[str, TermsError] = {}
    compiled = 0
    for entry in sheet.entries:
        try:
            compile_sheet(sheet, [entry.key])
            compiled += 1
        except TermsError as error:
            problems.setdefault(str(error), error)
    notes = tuple(error for error in problems.values() if _is_limit(sheet, error))
    return Found(compiled, notes, tuple(error for error in problems.values() if error not in notes))


def _is_limit(sheet: Sheet, error: TermsError) -> bool:
    waterfalls = [entry.place for entry in sheet.entries if isinstance(entry.terms, Waterfall)]
    return isinstance(error, ScaleError) or any(error.place.startswith(place) for place in waterfalls)
