"""Set-up runs again exactly when something that it is made from changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.bootstrap import is_done
from scripts.house.stamp import LOCKS, fingerprint, inputs
from scripts.solc.install import ROOT

PYPROJECT = '[build-system]\nrequires = []\n[project]\nname = "x"\n[tool.ruff]\nline-length = 1\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (*LOCKS, "scripts/bootstrap.py", "scripts/house/a.py", "scripts/solc/solc.js"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    return tmp_path


@pytest.mark.parametrize("name", [*LOCKS, "scripts/bootstrap.py", "scripts/house/a.py", "scripts/solc/solc.js"])
def test_another_lock_or_code_is_another_fingerprint(root: Path, name: str) -> None:
    before = fingerprint(inputs(root, "3.11.2"))
    (root / name).write_text("other")
    assert fingerprint(inputs(root, "3.11.2")) != before


def test_another_python_or_folder_is_another_fingerprint(root: Path) -> None:
    before = inputs(root, "3.11.2")
    assert fingerprint(inputs(root, "3.11.9")) != fingerprint(before)
    assert fingerprint({**before, "folder": b"/elsewhere"}) != fingerprint(before)


def test_a_linter_setting_asks_for_no_set_up(root: Path) -> None:
    before = fingerprint(inputs(root, "3.11.2"))
    (root / "pyproject.toml").write_text(PYPROJECT.replace("line-length = 1", "line-length = 2"))
    assert fingerprint(inputs(root, "3.11.2")) == before
    (root / "pyproject.toml").write_text(PYPROJECT.replace('"x"', '"y"'))
    assert fingerprint(inputs(root, "3.11.2")) != before


def test_bytes_cannot_move_between_files_unseen() -> None:
    assert fingerprint({"a": b"12", "b": b"3"}) != fingerprint({"a": b"1", "b": b"23"})


def test_a_stamp_of_something_else_is_not_done(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    assert not is_done(stamp, "wanted")
    stamp.write_text("other")
    assert not is_done(stamp, "wanted")


def test_this_environment_carries_its_stamp() -> None:
    assert (ROOT / ".venv" / ".concord").exists(), "run `make setup`"
