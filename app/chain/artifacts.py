"""ABI and bytecode of the contracts as `scripts/compile.py` committed them: a chain needs no compiler."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.errors import InputError

FOLDER = Path(__file__).parent / "abi"


@dataclass(frozen=True)
class Artifact:
    """One compiled contract."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: str

    @classmethod
    def read(cls, path: Path) -> Artifact:
        """The artifact in a file written by `scripts/compile.py`."""
        content = json.loads(path.read_text())
        return cls(content["contractName"], content["abi"], content["bytecode"])


@cache
def artifact(name: str) -> Artifact:
    """The committed artifact of a contract.

    Raises: InputError if there is none.
    """
    path = FOLDER / f"{name}.json"
    if not path.exists():
        raise InputError(f"no contract {name!r} in {FOLDER.name}/: expected one of {', '.join(contract_names())}")
    return Artifact.read(path)


@cache
def contract_names() -> tuple[str, ...]:
    """The contracts whose artifacts are committed."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
