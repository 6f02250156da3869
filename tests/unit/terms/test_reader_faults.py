"""Every way in which a term sheet can be wrong is told with its place, what was given and what is expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import TermsFaults
from app.terms.load import read_files, read_texts
from tests.unit.terms.sheets import STEPS, changed, everything, faults, faults_of, with_schedule

MAIN = "cases[0].schedules.main"
CASE = ("cases", 0)
RATES = (*CASE, "schedules", "rates")
BRACKETS = (*CASE, "schedules", "brackets", "brackets")
BANDS = (*CASE, "schedules", "bands", "bands")
CLASSES = (*CASE, "schedules", "classes", "classes")

WRONG: list[tuple[tuple[str | int, ...], object, str, str]] = [
    # path, value (... = left out), place of the fault, words in it
    ((*CASE, "id"), ..., "cases[0].id", "nothing given: expected a text"),
    ((*CASE, "currency"), "", "cases[0].currency", 'case "c", key "currency": "" given: expected a text'),
    ((*CASE, "minor_exponent"), ..., "cases[0].minor_exponent", "nothing given: expected a whole number"),
    ((*CASE, "minor_exponent"), -1, "cases[0].minor_exponent", "-1 given: expected a whole number, at least 0"),
    ((*CASE, "minor_exponent"), 19, "cases[0].minor_exponent", "19 given: expected at most 18"),
    ((*CASE, "minor_exponent"), "1/2", "cases[0].minor_exponent", '"1/2" is not a whole number'),
    ((*CASE, "schedules"), {}, "cases[0].schedules", "expected at least one schedule by name"),
    ((*CASE, "tests"), {}, "cases[0].tests", "expected a list"),
    ((*CASE, "tests", 0), 7, "cases[0].tests[0]", "7 given: expected an object"),
    ((*CASE, "tests", 0, "schedule"), "stepz", "cases[0].tests[0].schedule", "did you mean steps?"),
    ((*CASE, "tests", 0, "inputs"), ..., "cases[0].tests[0].inputs", "nothing given: expected an object"),
    ((*CASE, "tests", 0, "inputs", "x"), 0.1, "cases[0].tests[0].inputs.x", 'write it as a string, "0.1"'),
    ((*CASE, "tests", 0, "inputs", "x"), None, "cases[0].tests[0].inputs.x", "nothing given: expected a number"),
    ((*CASE, "tests", 0, "expected"), ..., "cases[0].tests[0].expected", "nothing given: expected a whole number"),
    ((*CASE, "tests", 0, "expected"), True, "cases[0].tests[0].expected", "true is not a number"),
    ((*CASE, "tests", 0, "expected"), -1, "cases[0].tests[0].expected", "at least 0"),
    ((*CASE, "tests", 0, "expected"), {"a": 1}, "cases[0].tests[0].expected", "is not a number"),
    ((*CASE, "tests", 1, "expected"), 2, "cases[0].tests[1].expected", "expected true or false"),
    ((*CASE, "tests", 1, "inputs", "cohorts"), [0] * 9, "cases[0].tests[1].inputs.cohorts", "9 cohorts given"),
    ((*CASE, "tests", 2, "inputs", "people"), [1], "cases[0].tests[2].inputs.people[0]", "1 given: expected an object"),
    ((*CASE, "tests", 4, "expected"), 5, "cases[0].tests[4].expected", "expected amounts by name: A, B"),
    ((*CASE, "tests", 4, "expected", "D"), 5, "cases[0].tests[4].expected.D", "unknown name: expected one of A, B"),
    ((*CASE, "tests", 6, "expected", "city"), "x", "cases[0].tests[6].expected.city", '"x" is not a number'),
    ((*RATES, "items"), [], "cases[0].schedules.rates.items", "an empty list given: expected a list of items"),
    ((*RATES, "items", 0, "metric"), ..., "cases[0].schedules.rates.items[0].metric", "expected a text"),
    ((*RATES, "items", 1, "rate_minor"), -2, "cases[0].schedules.rates.items[1].rate_minor", "-2 given: expected a nu"),
    ((*RATES, "cap_minor"), -1, "cases[0].schedules.rates.cap_minor", "amount in whole minor units, at least 0"),
    ((*RATES, "cap_minor"), "9.5", "cases[0].schedules.rates.cap_minor", '"9.5" is not a whole number'),
    ((*RATES, "share"), 95, "cases[0].schedules.rates.share", "95 given: expected a part of the whole, at most 1"),
    ((*BRACKETS, 1, "from_units"), 300, "cases[0].schedules.brackets.brackets[1].from_units", "bracket before ends"),
    ((*BRACKETS, 0, "to_units"), None, "cases[0].schedules.brackets.brackets[1].from_units", "which is never"),
    ((*BRACKETS, 1, "to_units"), 370, "cases[0].schedules.brackets.brackets[1].to_units", "above from_units, 370"),
    ((*CASE, "schedules", "gate"), {"type": "gate_any_pooled"}, "cases[0].schedules.gate", "no threshold given"),
    ((*CASE, "schedules", "targets", "targets"), {}, "cases[0].schedules.targets.targets", "metrics with their thresh"),
    ((*BANDS, 1, "low"), "0.05", "cases[0].schedules.bands.bands[1]", "overlaps another band"),
    ((*BANDS, 1, "high"), "0.05", "cases[0].schedules.bands.bands[1]", "low 0.1 and high 0.05 given"),
    ((*BANDS, 1, "low_incl"), ..., "cases[0].schedules.bands.bands[1].low_incl", "expected true or false"),
    ((*CLASSES, 1, "name"), "A", "cases[0].schedules.classes.classes[1].name", '"A" given twice'),
    ((*CLASSES, 0, "below_rate_pa"), "-1.5", "cases[0].schedules.classes.classes[0].below_rate_pa", "at least -1"),
    ((*CASE, "schedules", "classes", "years"), "1.5", "cases[0].schedules.classes.years", "is not a whole number"),
    ((*CASE, "schedules", "classes", "years"), 101, "cases[0].schedules.classes.years", "expected at most 100"),
    ((*CASE, "schedules", "sum", "parts", 0), 3, "cases[0].schedules.sum.parts[0]", "3 given: expected an object"),
    (
        (*CASE, "schedules", "pro_rata", "payers", 0, "max_minor"),
        0,
        "cases[0].schedules.pro_rata.payers[0].max_minor",
        "",
    ),
    ((*CASE, "schedules", "pro_rata", "payers", 0, "name"), "total", "cases[0].schedules.pro_rata.payers[0].name", ""),
    ((*CASE, "schedules", "pro_rata", "inner", "type"), "x", "cases[0].schedules.pro_rata.inner.type", "one of steps"),
    (("derivatives", 0, "backed_by", 1), "c.none", "derivatives[0].backed_by[1]", "is in none of the files given"),
    (("derivatives", 0, "backed_by", 1), "c.steps", "derivatives[0].backed_by[1]", "given twice"),
    (("derivatives", 0, "backed_by", 1), "c.classes", "derivatives[0].backed_by[1]", "one of c.classes.A, c.classes.B"),
    (("derivatives", 0, "backed_by", 1), "C", "derivatives[0].backed_by[1]", '"C" stands on W itself'),
    (("derivatives", 0, "residual"), "senior", "derivatives[0].residual", "expected a name that no tranche has"),
    (("derivatives", 0, "currency"), "GBP", "derivatives[0].backed_by[0]", "expected GBP with 2 decimals"),
    (("derivatives", 1, "on"), "W.mezzanine", "derivatives[1].on", "expected one of W.senior, W.junior"),
    (("derivatives", 1, "on"), "C", "derivatives[1].on", "expected no circle"),
    (("derivatives", 1, "id"), "W", "derivatives[1].id", 'id "W" is already used at derivatives[0]'),
    (("derivatives", 1, "id"), "c", "derivatives[1].id", 'id "c" is already used at cases[0].schedules.steps'),
    (("derivatives", 1, "strike_minor"), ..., "derivatives[1].strike_minor", "expected an amount"),
    (("derivatives", 2, "items", 0, "divisor"), 0, "derivatives[2].items[0].divisor", "a number other than 0"),
    (("derivatives", 2, "items", 0, "clip"), [2, 1], "derivatives[2].items[0].clip", "expected low at most high"),
    (("derivatives", 2, "clip"), [1], "derivatives[2].clip", "a list of 1 given: expected [low, high]"),
    (("derivatives", 3, "goals", 0, 2), "above", "derivatives[3].goals[0][2]", "expected one of gte, gt, lte, lt"),
    (("derivatives", 3, "table", 1, 0), 4, "derivatives[3].table[1][0]", "4 given: expected at most 3"),
    (("derivatives", 3, "table", 0, 0), 3, "derivatives[3].table[1]", "expected above the one before, 3"),
    (("derivatives", 4, "condition"), ["x"], "derivatives[4].condition", "expected [metric, threshold, compare]"),
    (("derivatives", 4, "inner"), ..., "derivatives[4].inner", "nothing given: expected an object"),
]

STEPS_WRONG: list[tuple[str, object, str, str]] = [
    ("type", "stepps", ".type", '"stepps" given: expected one of steps, piecewise_linear'),
    ("type", "stepps", ".type", "(did you mean steps?)"),
    ("metric", ..., ".metric", "nothing given: expected a text"),
    ("metric", 5, ".metric", "5 given: expected a text"),
    ("table", ..., ".table", "nothing given: expected a list of [threshold, amount]"),
    ("table", [], ".table", "an empty list given"),
    ("table", [[1, 2], [2]], ".table[1]", "a list of 1 given: expected [threshold, amount]"),
    ("table", [[1, 2], "x"], ".table[1]", '"x" given: expected [threshold, amount]'),
    ("table", [["abc", 2]], ".table[0][0]", '"abc" is not a number: expected a whole number, a decimal string'),
    ("table", [["1/0", 2]], ".table[0][0]", "divides by zero"),
    ("table", [["1e3", 2]], ".table[0][0]", '"1e3" is not a number'),
    ("table", [["1" * 81, 2]], ".table[0][0]", "at most 80 can be held"),
    ("table", [[True, 2]], ".table[0][0]", "true is not a number"),
    ("table", [[1, -2]], ".table[0][1]", "-2 given: expected an amount in whole minor units, at least 0"),
    ("table", [[1, "2.5"]], ".table[0][1]", '"2.5" is not a whole number'),
    ("table", [["0.2", 1], ["0.1", 2]], ".table[1]", "0.1 given: expected above the one before, 0.2"),
    ("table", [["0.1", 1], ["1/10", 2]], ".table[1]", "0.1 given: expected above the one before, 0.1"),
    ("compare", "ge", ".compare", '"ge" given: expected one of gte, gt, lte, lt'),
    ("compare", "lte", ".table[1]", "0.1 given: expected below the one before, 0.085"),
    ("below", -5, ".below", "-5 given: expected an amount"),
]


@pytest.mark.parametrize(("path", "value", "place", "words"), WRONG)
def test_a_fault_is_told_with_its_place(path: tuple[str | int, ...], value: object, place: str, words: str) -> None:
    """C-12: wherever it stands."""
    found = {fault.place: fault.problem for fault in faults(changed(everything(), path, value))}
    assert place in found
    assert words in found[place]


@pytest.mark.parametrize(("key", "value", "place", "words"), STEPS_WRONG)
def test_a_fault_of_steps_names_case_schedule_and_key(key: str, value: object, place: str, words: str) -> None:
    (fault,) = faults(with_schedule(changed(STEPS, (key,), value)))
    assert fault.place == MAIN + place
    assert words in fault.problem
    assert fault.problem.startswith('case "c", schedule "main", key "')


def test_a_float_is_refused_with_advice() -> None:
    """C-12: a float is no exact number."""
    text = json.dumps(with_schedule(STEPS)).replace('"0.085"', "8.5e-2")
    (fault,) = faults_of(text)
    assert str(fault) == (
        'cases[0].schedules.main.table[0][0]: case "c", schedule "main", key "table": '
        '8.5e-2 is a floating-point number: write it as a string, "8.5e-2"'
    )


def test_every_fault_is_told_not_only_the_first() -> None:
    document: dict[str, Any] = with_schedule({**STEPS, "metric": "", "below": -1})
    document["cases"].append({"id": "c2", "currency": "USD", "minor_exponent": 99, "schedules": {"a": {"type": "no"}}})
    places = [fault.place for fault in faults(document)]
    assert places == [f"{MAIN}.metric", f"{MAIN}.below", "cases[1].minor_exponent", "cases[1].schedules.a.type"]


def test_what_stands_on_broken_terms_is_not_blamed_for_them() -> None:
    found = faults(changed(everything(), (*CASE, "schedules", "steps", "type"), "stepz"))
    assert [fault.place for fault in found] == ["cases[0].schedules.steps.type"]


@pytest.mark.parametrize("kind", ["classes", "W"])
def test_what_pays_several_claims_stands_in_nothing(kind: str) -> None:
    sheet = everything()
    inner = sheet["cases"][0]["schedules"].get(kind) or sheet["derivatives"][0]
    document = with_schedule({"type": "sum", "parts": [inner]})
    assert faults(document)[0].problem.endswith("expected a schedule that pays one amount")
    assert faults(document)[0].place == f"{MAIN}.parts[0]"


def test_the_same_schedule_name_twice_is_a_key_given_twice() -> None:
    text = json.dumps(with_schedule(STEPS)).replace('{"main":', '{"main": {"type": "steps"}, "main":')
    (fault,) = faults_of(text)
    assert str(fault) == 'cases[0].schedules: key "schedules": the key "main" is given twice: expected once'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "sheet.json: not JSON at line 1, column 1"),
        ('{"cases": [}', "not JSON at line 1, column 12"),
        ("[]", "not a term sheet: expected an object with cases, derivatives or both"),
        ("{}", "neither cases nor derivatives given"),
        ('{"cases": {}}', 'cases: key "cases": expected a list'),
        ('{"cases": [1]}', 'cases[0]: key "cases": 1 given: expected an object'),
        ("[" * 100_000, "nested too deeply"),
        ('{"cases": ' + "[" * 900 + "]" * 900 + "}", "nested too deeply"),
    ],
    ids=range(8),
)
def test_what_is_no_term_sheet_is_told(text: str, words: str) -> None:
    (fault,) = faults_of(text)
    assert words in str(fault)


def test_schedules_nested_without_end_are_refused() -> None:
    schedule: dict[str, Any] = STEPS
    for _ in range(30):
        schedule = {"type": "sum", "parts": [schedule]}
    assert "nested too deeply" in faults(with_schedule(schedule))[0].problem


def test_several_files_name_the_file_of_a_fault() -> None:
    sound, broken = with_schedule(STEPS), with_schedule({**STEPS, "metric": None})
    broken["cases"][0]["id"] = "d"
    with pytest.raises(TermsFaults) as caught:
        read_texts([("a.json", json.dumps(sound)), ("b.json", json.dumps(broken))])
    assert [fault.place for fault in caught.value.faults] == ["b.json: cases[0].schedules.main.metric"]


def test_the_same_file_twice_uses_its_ids_twice() -> None:
    text = json.dumps(with_schedule(STEPS))
    with pytest.raises(TermsFaults, match=r'id "c" is already used at a\.json: cases'):
        read_texts([("a.json", text), ("b.json", text)])


def test_files_that_cannot_be_read_are_told_together(tmp_path: Path) -> None:
    latin = tmp_path / "latin.json"
    latin.write_bytes(b'{"caf\xe9": 1}')
    with pytest.raises(TermsFaults) as caught:
        read_files([tmp_path / "none.json", tmp_path, latin])
    problems = [fault.problem for fault in caught.value.faults]
    assert problems == [
        "cannot be read: No such file or directory",
        "cannot be read: Is a directory",
        "not UTF-8 text at byte 5",
    ]
