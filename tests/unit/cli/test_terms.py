"""`concord terms`, as people type it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import main as cli
from app.terms.chart.terminal import POINT
from tests.unit.terms.sheets import STEPS, everything, with_schedule

CASES = Path(__file__).parents[3] / "cases"
REAL, DERIVATIVES, EXAMPLES = (str(CASES / name) for name in ("real.json", "derivatives.json", "examples.json"))


def concord(*arguments: str) -> Result:
    return CliRunner().invoke(cli.commands, ["terms", *arguments])


def write(folder: Path, document: object, name: str = "sheet.json") -> str:
    path = folder / name
    path.write_text(json.dumps(document))
    return str(path)


def problem(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says when it fails, with exit status 1."""
    monkeypatch.setattr(sys, "argv", ["concord", "terms", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    return capsys.readouterr().err


def test_show_explains_and_draws_every_entry() -> None:
    shown = concord("show", REAL)
    assert shown.exit_code == 0
    assert "If recidivism_reduction is at least 8.5 %, $4,800,000.00 is paid;" in shown.output
    assert shown.output.count(" · ") >= 26
    assert any(line.endswith("█ £423,000.00") for line in shown.output.splitlines())


def test_show_needs_no_other_files() -> None:
    shown = concord("show", DERIVATIVES, "--chart", "none")
    assert shown.exit_code == 0
    assert "1/2 of what uk-fair-chance-fusion.main pays above £2,000,000.00 is paid." in shown.output


@pytest.mark.parametrize("wanted", ["us-nyc-able-rikers.main", "us-nyc-able-rikers", "main"])
def test_show_one_schedule_with_an_outcome(wanted: str) -> None:
    shown = concord("show", REAL, "--schedule", wanted, "--at", "recidivism_reduction=0.135")
    assert "◆ At recidivism_reduction 13.5 %: $10,368,000.00 is paid." in shown.output
    assert sum(POINT in line for line in shown.output.splitlines()) == 2


@pytest.mark.parametrize(
    ("key", "at", "said"),
    [
        ("example-tranches.main", "x=0.05", "At x 5 %: A gets $10,612.08, B gets nothing."),
        ("example-signed-bands.main", "x=0.0999", "At x 9.99 %: the taker pays $5.00."),
        ("example-waiting-days.main", "waiting_days=31", "At waiting_days 31: nothing is paid."),
        ("example-call-on-case", "example-waiting-days.main=500", "At example-waiting-days.main $5.00: $1.00 is paid."),
    ],
)
def test_show_says_what_an_outcome_pays(key: str, at: str, said: str) -> None:
    shown = concord("show", EXAMPLES, "--schedule", key, "--at", at, "--chart", "none")
    assert f"◆ {said}" in shown.output


def test_a_gate_is_told_as_triggered_or_not() -> None:
    for given, said in (("pooled=0.075", "payment is triggered"), ("cohort=0.0999", "payment is not triggered")):
        assert said in concord("show", REAL, "--schedule", "trigger", "--at", given).output


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_show_draws_images(tmp_path: Path, kind: str) -> None:
    shown = concord("show", EXAMPLES, "--schedule", "example-tranches", "--chart", kind, "--out", str(tmp_path / "new"))
    path = tmp_path / "new" / f"example-tranches.main.{kind}"
    assert shown.exit_code == 0
    assert path.stat().st_size > 5_000
    assert str(path) in shown.output.replace("\n", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--schedule", "none"), '--schedule "none" is not in the files given: expected one of uk-fair-chance-fusion'),
        (("--at", "x"), '--at "x" is no outcome: expected metric=value'),
        (("--at", "recidivism_reduction=1e3"), '--at recidivism_reduction: "1e3" is not a number'),
        (
            ("--schedule", "us-nyc-able-rikers", "--at", "x=1"),
            "--at names x: expected metrics of one schedule, of loan",
        ),
        (("--chart", "png", "--out", "/dev/null/x"), "--out /dev/null/x cannot be written"),
    ],
)
def test_show_tells_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert words in problem(monkeypatch, capsys, "show", REAL, *arguments)


def test_show_of_a_broken_sheet_tells_its_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, with_schedule({**STEPS, "metric": None, "below": -1}))
    told = problem(monkeypatch, capsys, "show", path)
    assert "cases[0].schedules.main.metric" in told
    assert "cases[0].schedules.main.below" in told


def test_check_says_what_is_sound() -> None:
    checked = concord("check", REAL, DERIVATIVES, EXAMPLES)
    assert checked.exit_code == 0
    assert checked.output.splitlines()[-1].startswith("sound: 39 schedules, 116 tests; ")


def test_check_tells_every_fault_one_a_line(tmp_path: Path) -> None:
    path = write(tmp_path, with_schedule({**STEPS, "table": [[1, 2], [1, "x"]], "below": -1}))
    checked = concord("check", path)
    assert checked.exit_code == 1
    about = 'case "c", schedule "main", key'
    assert checked.stdout.splitlines() == [
        f'{path}: cases[0].schedules.main.table[1][1]: {about} "table": "x" is not a number: expected a whole number, '
        'a decimal string such as "0.085", or a ratio such as "13/155"',
        f'{path}: cases[0].schedules.main.below: {about} "below": -1 given: '
        "expected an amount in whole minor units, at least 0",
    ]
    assert checked.stderr == "2 faults found\n"


def test_check_names_the_file_of_each_fault(tmp_path: Path) -> None:
    sound, broken = write(tmp_path, with_schedule(STEPS)), write(tmp_path, {"cases": [{}]}, "broken.json")
    lines = concord("check", sound, broken).stdout.splitlines()
    assert all(line.startswith(f"{broken}: cases[0]") for line in lines)
    assert len(lines) == 4


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_check_of_what_is_no_file(tmp_path: Path, name: str) -> None:
    checked = concord("check", str(tmp_path / name))
    assert checked.exit_code == 1
    assert "cannot be read" in checked.stdout


def test_check_notes_what_no_instrument_can_hold(tmp_path: Path) -> None:
    points = [["0", "0"], [f"1/{10**39 + 7}", "1"], [f"2/{10**38 + 3}", f"1/{10**40 + 9}"], ["3", "5"]]
    path = write(tmp_path, with_schedule({"type": "piecewise_linear", "metric": "x", "points": points}))
    checked = concord("check", path)
    assert checked.exit_code == 0
    assert checked.output.startswith(f"note: {path}: cases[0].schedules.main")
    assert "sound: 1 schedule, 0 tests; compiled to instruments: 0" in checked.output


def test_check_compiles_every_type_but_says_what_waits(tmp_path: Path) -> None:
    checked = concord("check", write(tmp_path, everything()))
    assert checked.exit_code == 0, checked.output
    assert "sound: 18 schedules, 12 tests; " in checked.output


def test_schema_is_printed() -> None:
    printed = concord("schema")
    assert json.loads(printed.output)["$id"] == "urn:concord:schema:term-sheet:1"
