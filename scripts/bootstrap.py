"""Set up all that Concord needs in this folder: `make setup`, or `python3.11 -m scripts.bootstrap`.

Standard library only. A second run finds the stamp in `.venv` and returns at once.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from scripts.house.problems import SetupError, explain, wrong_python

if wrong := wrong_python(sys.version_info[:2]):
    sys.exit(wrong)

from scripts.house.node_env import INSTALLED, MODULES, ensure_node, install_modules
from scripts.house.python_env import PYTHON, VENV, install_packages, make_environment
from scripts.house.run import LOG, ROOT, Step, run
from scripts.house.stamp import fingerprint, inputs
from scripts.solc.install import FOLDER, install_solc, pinned_version

STAMP = VENV / ".concord"


def main() -> int:
    """Set up, unless it is done already; 1 with a sentence on the terminal if that fails."""
    wanted = fingerprint(inputs(ROOT, sys.version))
    if is_done(STAMP, wanted):
        return 0
    begun = time.monotonic()
    print("Setting up Concord in this folder; the first time takes a few minutes.", flush=True)
    try:
        set_up()
    except SetupError as error:
        print(f"\nSet-up stopped. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up was interrupted; `make setup` goes on from here.", file=sys.stderr)
        return 130
    except OSError as error:
        problem = explain(str(error)) or f"{error.strerror}: {error.filename}. Mend that and run `make setup` again."
        print(f"\nSet-up stopped. {problem}", file=sys.stderr)
        return 1
    STAMP.write_text(wanted)
    print(f"Ready after {time.monotonic() - begun:.0f} s. `make help` shows what can be done.")
    return 0


def set_up() -> None:
    """Every step, each of which does nothing where it is done already."""
    STAMP.unlink(missing_ok=True)
    LOG.unlink(missing_ok=True)
    make_environment()
    install_packages()
    node = ensure_node()
    install_modules(node)
    install_solc()
    with Step("Check that the tools run"):
        check_tools(node)


def check_tools(node: Path) -> None:
    """Ask every tool for its version. Raises SetupError for one that does not run."""
    path = os.pathsep.join([str(node), os.environ.get("PATH", os.defpath)])
    binaries = MODULES / ".bin"
    tools = (FOLDER / f"solc-v{pinned_version()}", binaries / "anvil", binaries / "ganache", binaries / "prettier")
    for tool in (*tools, VENV / "bin" / "ruff", VENV / "bin" / "mypy"):
        if not tool.exists():
            raise SetupError(f"{tool.name} is missing, perhaps because none is made for this platform (see README.md).")
        run([tool, "--version"], environment={"PATH": path})


def is_done(stamp: Path, wanted: str) -> bool:
    """Whether the environment was made from just this, and its parts are still there."""
    parts = (stamp, PYTHON, VENV / "bin" / "concord", INSTALLED, FOLDER / f"solc-v{pinned_version()}")
    return all(part.exists() for part in parts) and stamp.read_text() == wanted


if __name__ == "__main__":
    sys.exit(main())
