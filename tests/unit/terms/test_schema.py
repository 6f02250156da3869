"""The published schema is sound, and it and the reader agree on what a term sheet may be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.terms.read.schedule import READERS
from app.terms.schema import term_sheet_schema
from tests.unit.terms.sheets import DERIVATIVES, SCHEDULES, TESTS, changed, everything, faults, paths, with_schedule

CASES = Path(__file__).parents[3] / "cases"
VALIDATOR = Draft202012Validator(term_sheet_schema())
VALUES = (..., None, "", "abc", [], {}, True, 0.5, -1, "-7/2", "1/0", 3, ["a"], [1, 2])
BEYOND = (  # what a schema cannot say: order, names, references
    "the one before",
    "where the bracket before ends",
    "expected above from_units",
    "overlaps another band",
    "expected a band that holds an outcome",
    "expected low at most high",
    "unknown name",
    "expected amounts by name",
    "for this is what a gate pays",
    "given: expected at most",
    "expected a number, at least -1",
    "expected one of main",
    "expected a whole number, at least 0",
    "is not a number",
    "is in none of the files given",
    "is already used",
    "as this does",
)


def small_sheets() -> Iterator[dict[str, Any]]:
    """A sheet for each type, with its test."""
    for name, schedule in SCHEDULES.items():
        tests = [{**test, "schedule": "main"} for test in TESTS if test["schedule"] == name]
        yield with_schedule(schedule, tests)
    for derivative in DERIVATIVES[2:]:
        yield {"derivatives": [{**derivative, "currency": "USD", "minor_exponent": 2}]}


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(term_sheet_schema())
    assert term_sheet_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_type_is_described() -> None:
    definitions = term_sheet_schema()["$defs"]
    assert definitions["schedule"]["properties"]["type"]["enum"] == list(READERS)
    assert all(definitions[kind]["description"] for kind in READERS)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.name)
def test_the_project_s_own_cases_follow_the_schema(path: Path) -> None:
    VALIDATOR.validate(json.loads(path.read_text()))


def test_the_sheet_with_everything_follows_the_schema() -> None:
    VALIDATOR.validate(everything())


@pytest.mark.parametrize("sheet", list(small_sheets()), ids=lambda sheet: next(iter(READERS.keys() & _kinds(sheet))))
def test_schema_and_reader_agree_on_broken_sheets(sheet: dict[str, Any]) -> None:
    refused = 0
    for path in paths(sheet):
        for value in VALUES:
            broken = changed(sheet, path, value)
            told = [fault.problem for fault in faults(broken)]
            if not VALIDATOR.is_valid(broken):
                refused += 1
                assert told, f"only the schema refuses {value!r} at {path}"
            else:
                unexplained = [problem for problem in told if not any(words in problem for words in BEYOND)]
                assert not unexplained, f"only the reader refuses {value!r} at {path}"
    assert refused > 50


@pytest.mark.parametrize("path", [("W", "tranches"), ("W", "backed_by"), ("W", "residual"), ("C", "on")])
def test_schema_and_reader_refuse_broken_derivatives(path: tuple[str, str]) -> None:
    index = [one["id"] for one in DERIVATIVES].index(path[0])
    for value in (..., None, 3, "", [], {}):
        broken = changed(everything(), ("derivatives", index, path[1]), value)
        assert not VALIDATOR.is_valid(broken)
        assert faults(broken)


def _kinds(sheet: dict[str, Any]) -> set[str]:
    cases = [one for case in sheet.get("cases", []) for one in case["schedules"].values()]
    return {one["type"] for one in cases + sheet.get("derivatives", [])}
