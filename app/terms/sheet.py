"""A term sheet as it was read: entries (the schedules of cases, and derivatives) and the tests they bring."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.inputs import Inputs
from app.domain.schedule import Schedule

__all__ = ["Entry", "Expected", "Inputs", "Sheet", "Test"]

Expected = int | bool | dict[str, int]


@dataclass(frozen=True)
class Test:
    """Outcomes, and what they must pay. `inputs` are by the id of the case (or of the derivative itself).

    `expected` is an amount [token smallest units], true or false of a gate, or amounts by name.
    """

    inputs: dict[str, Inputs]
    expected: Expected
    place: str
    name: str = ""
    basis: str = ""
    grade: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing that pays: a schedule of a case, or a derivative (then `schedule` is empty).

    `kind` is its type as written. `place` is where it stands in its file: `cases[0].schedules.main`.
    """

    owner: str
    schedule: str
    kind: str
    currency: str
    decimals: int
    terms: Schedule
    tests: tuple[Test, ...]
    place: str
    prose: dict[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """How other terms refer to it: `case.schedule`, or a derivative's id."""
        return f"{self.owner}.{self.schedule}" if self.schedule else self.owner


@dataclass(frozen=True)
class Sheet:
    """All entries of all files given, in the order they stand there; keys are unique."""

    entries: tuple[Entry, ...]

    def entry(self, key: str) -> Entry | None:
        """The entry of that key, if there is one."""
        return next((one for one in self.entries if one.key == key), None)
