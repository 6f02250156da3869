"""What a broken variant is."""

from __future__ import annotations

from dataclasses import dataclass

ORACLE, INSTRUMENTS = "OutcomeOracle", "ImpactInstruments"
CALENDARS, TRANSMISSIONS = "libraries/Calendars", "libraries/Transmissions"
BODIES, POSITIONS = "libraries/Terms", "libraries/PackedERC6909"


@dataclass(frozen=True)
class Mutant:
    """A variant that breaks rules of SPEC.md, given apart by spaces: in `file`, `right` is changed to `broken`.

    `right` stands there exactly once. `scenario` is the story that tells the variant from the right contract.
    """

    name: str
    breaks: str
    file: str
    right: str
    broken: str
    scenario: str

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of SPEC.md that it breaks."""
        return tuple(self.breaks.split())

    @property
    def contract(self) -> str:
        """The contract that is compiled from the file."""
        return INSTRUMENTS if self.file in (INSTRUMENTS, BODIES, POSITIONS) else ORACLE
