"""Small term sheets for the tests of the reader and of the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.errors import TermsError, TermsFaults
from app.terms.load import read_texts
from app.terms.sheet import Sheet

STEPS: dict[str, Any] = {"type": "steps", "metric": "x", "table": [["0.085", 100], ["0.1", 200]], "below": 5}
ITEMS = [{"metric": "a", "rate_minor": 100, "cap_units": 3, "cap_minor": 250}, {"metric": "b", "rate_minor": "0.5"}]

SCHEDULES: dict[str, dict[str, Any]] = {
    "steps": STEPS,
    "piecewise": {"type": "piecewise_linear", "metric": "x", "points": [[0, -1], ["1/3", 2]], "floor_y": 0},
    "rates": {"type": "rate_card", "items": ITEMS, "share": "0.95", "cap_minor": 9000},
    "brackets": {
        "type": "marginal_brackets",
        "metric": "x",
        "brackets": [
            {"from_units": 0, "to_units": 370, "rate_minor": 10, "cap_minor": 3700},
            {"from_units": 370, "to_units": None, "rate_minor": 20},
        ],
    },
    "per_thousand": {
        "type": "per_thousand_steps",
        "metric": "g",
        "face_minor": 150000,
        "table": [["0", "36.69"], ["0.02", "73.38"]],
    },
    "sum": {"type": "sum", "parts": [STEPS, {"type": "rate_card", "items": ITEMS}], "cap_minor": 400},
    "targets": {"type": "all_targets", "targets": {"a": "5592", "b": "0.79"}, "amount_minor": 422},
    "gate": {"type": "gate_any_pooled", "any_cohort_gte": "0.10", "pooled_gte": "0.075"},
    "people": {"type": "per_person_capped_rate_card", "items": ITEMS, "per_person_cap_minor": 300},
    "bands": {
        "type": "signed_bands",
        "metric": "x",
        "bands": [
            {"low": None, "high": "0.1", "high_incl": False, "amount": -500},
            {"low": "0.1", "high": "0.3", "low_incl": True, "high_incl": True, "amount": 0},
            {"low": "0.3", "high": None, "low_incl": False, "amount": 500},
        ],
    },
    "classes": {
        "type": "tranches_maturity",
        "metric": "x",
        "years": 3,
        "classes": [
            {"name": "A", "principal_minor": 1000, "table": [[0, "0.02"], ["0.1", "0.05"]], "below_rate_pa": -1},
            {"name": "B", "principal_minor": 500, "table": [["0.1", "0.10"]]},
        ],
    },
    "guarantee": {"type": "guarantee", "guarantee_minor": 600},
    "pro_rata": {
        "type": "pro_rata_payers",
        "inner": STEPS,
        "payers": [{"name": "city", "max_minor": 100}, {"name": "state", "max_minor": 200}],
    },
}

DERIVATIVES: list[dict[str, Any]] = [
    {
        "id": "W",
        "type": "waterfall",
        "backed_by": ["c.steps", "c.rates"],
        "tranches": [{"name": "senior", "amount_minor": 50}],
        "residual": "junior",
        "tests": [{"inputs": {"c": {"x": "0.1", "a": 1}}, "expected": {"senior": 50, "junior": 245}}],
    },
    {
        "id": "C",
        "type": "call",
        "on": "W.junior",
        "strike_minor": 45,
        "participation": "1/2",
        "cap_minor": 1000,
        "tests": [{"inputs": {"c": {"x": "0.1", "a": 1}}, "expected": 100}],
    },
    {
        "id": "B",
        "type": "weighted_basket",
        "items": [{"metric": "a", "weight": "0.5", "divisor": 4, "clip": [0, "1.5"]}, {"metric": "b", "weight": -1}],
        "clip": ["0.25", None],
        "scale_minor": 1000,
        "tests": [{"inputs": {"a": 4}, "expected": 500}],
    },
    {
        "id": "K",
        "type": "k_of_n",
        "goals": [["a", "0.79", "gte"], ["b", 50, "lte"], {"metric": "c", "threshold": 1}],
        "table": [[2, 600], [3, 1000]],
        "tests": [{"inputs": {"a": 1, "b": 60, "c": "1"}, "expected": 600}],
    },
    {
        "id": "N",
        "type": "knock_in",
        "condition": ["ci_low", 5],
        "inner": {"type": "knock_in", "condition": ["d", 1, "gt"], "inner": STEPS},
        "tests": [{"inputs": {"ci_low": 6, "d": 2, "x": "0.09"}, "expected": 100}],
    },
]

TESTS: list[dict[str, Any]] = [
    {"schedule": "steps", "inputs": {"x": "0.1"}, "expected": 200, "note": "ten percent", "basis": "realised"},
    {"schedule": "gate", "inputs": {"cohorts": ["13/155", 0], "pooled": "0.09"}, "expected": True},
    {"schedule": "people", "inputs": {"people": [{"a": 1}, {"a": 2, "b": 4}]}, "expected": 302},
    {"schedule": "bands", "inputs": {"x": "0.0999"}, "expected": -500},
    {"schedule": "classes", "inputs": {"x": "0.05"}, "expected": {"A": 1061, "B": 0}},
    {"schedule": "guarantee", "inputs": {"loan": 720}, "expected": {"guarantor_pays": 600, "lender_loss": 120}},
    {"schedule": "pro_rata", "inputs": {"x": "0.1"}, "expected": {"total": 200, "city": 66, "state": 133}},
]


def everything() -> dict[str, Any]:
    """A sheet with every type, nested too."""
    money = {"currency": "USD", "minor_exponent": 2}
    case = {"id": "c", "name": "A case", **money, "schedules": SCHEDULES, "tests": TESTS}
    return _own({"cases": [case], "derivatives": [{**one, **money} for one in DERIVATIVES]})


def with_schedule(schedule: object, tests: list[Any] | None = None) -> dict[str, Any]:
    """A sheet of one case with one schedule."""
    case = {"id": "c", "currency": "USD", "minor_exponent": 2, "schedules": {"main": schedule}, "tests": tests or []}
    return _own({"cases": [case]})


def read(document: object) -> Sheet:
    """The sheet that a document holds."""
    return read_texts([("sheet.json", json.dumps(document))])


def faults(document: object) -> tuple[TermsError, ...]:
    """The faults of a document, none if it is sound."""
    return faults_of(json.dumps(document))


def faults_of(text: str) -> tuple[TermsError, ...]:
    """The faults of a text, none if it is sound."""
    try:
        read_texts([("sheet.json", text)])
    except TermsFaults as error:
        return error.faults
    return ()


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where everything inside a document stands, the document itself left out."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from paths(member, (*path, key))


def changed(document: dict[str, Any], path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """A copy of the document with another value at a place; without it if the value is `...`."""
    result = _own(document)
    holder: Any = result
    for key in path[:-1]:
        holder = holder[key]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return result


def _own(document: dict[str, Any]) -> dict[str, Any]:
    """A copy in which no part stands at two places."""
    result: dict[str, Any] = json.loads(json.dumps(document))
    return result
