"""Real contracts through the deployed contracts: what was paid is what was really paid, to the smallest unit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import commands

CASES = Path(__file__).parents[2] / "cases"
RIKERS = json.loads((CASES / "real.json").read_text())["cases"][4]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["replay", *arguments])


def test_every_real_contract_and_worked_example_pays_what_it_paid() -> None:
    """C-01, I-01, P-01: all cash cases of the project's own files, on one chain."""
    result = run(*map(str, sorted(CASES.glob("*.json"))), "--skip", "waterfall")
    assert result.exit_code == 0, result.output
    passed, failed = result.output.splitlines()[-1].split(", ")
    assert failed == "0 failed"
    assert int(passed.split()[0]) >= 90


def test_a_test_whose_expectation_is_off_by_one_unit_fails(tmp_path: Path) -> None:
    changed = json.loads(json.dumps(RIKERS))
    changed["tests"] = [{"schedule": "main", "inputs": {"recidivism_reduction": "0.10"}, "expected": 960_000_001}]
    sheet = tmp_path / "sheet.json"
    sheet.write_text(json.dumps({"cases": [changed]}))
    result = run(str(sheet), "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    (test,) = document["tests"]
    assert (document["passed"], document["failed"]) == (0, 1)
    assert test == {
        "case": "us-nyc-able-rikers",
        "schedule": "main",
        "expected": 960_000_001,
        "paid": 960_000_000,
        "ok": False,
    }


def test_expectations_are_not_read_before_the_terms_are_compiled(tmp_path: Path) -> None:
    """A wrong expectation of any size fails and changes nothing of what is paid."""
    paid = set()
    for expected in (0, 1, 10**15):
        changed = {**RIKERS, "tests": [{**RIKERS["tests"][4], "expected": expected}]}
        sheet = tmp_path / f"{expected}.json"
        sheet.write_text(json.dumps({"cases": [changed]}))
        paid.add(json.loads(run(str(sheet), "--json").stdout)["tests"][0]["paid"])
    assert len(paid) == 1
    assert paid.pop() > 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "stepz"], "'stepz' is not a type"),
        (["--only", "waterfall"], "no test to play"),
        (["--chain", "geth"], "unknown kind of chain 'geth'"),
    ],
)
def test_replay_tells_what_is_wrong_with_its_options(arguments: list[str], told: str) -> None:
    result = run(str(CASES / "real.json"), *arguments)
    assert result.exit_code != 0
    assert told in " ".join((result.output + str(result.exception or "")).split())


def test_waterfalls_and_what_stands_on_them_fail_with_a_reason_until_they_are_compiled() -> None:
    result = run(str(CASES / "real.json"), str(CASES / "derivatives.json"), "--only", "waterfall", "--json")
    assert result.exit_code == 1
    tests = json.loads(result.stdout)["tests"]
    assert tests
    assert all("waterfalls are not compiled yet" in test["problem"] for test in tests)
