"""The published JSON Schema of a term sheet."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

NAME = "term-sheet.schema.json"


def schema_text() -> str:
    """The schema as it is published."""
    return files(__name__).joinpath(NAME).read_text(encoding="utf-8")


def term_sheet_schema() -> dict[str, Any]:
    """The schema as JSON (draft 2020-12)."""
    schema: dict[str, Any] = json.loads(schema_text())
    return schema
