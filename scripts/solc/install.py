"""Put the pinned Solidity compiler where py-solc-x and Brownie look for it (standard library only)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv" / "solc"
WRAPPER = ROOT / "scripts" / "solc" / "solc.js"


def pinned_version() -> str:
    """The one compiler version, as package.json pins it."""
    version: str = json.loads((ROOT / "package.json").read_text())["dependencies"]["solc"]
    return version


def install_solc() -> Path:
    """Make `.venv/solc/solc-v<version>`: a link to a native compiler of that very version, else npm's behind a wrapper.

    Returns the folder, which is meant for SOLCX_BINARY_PATH. A second call changes nothing.
    Raises FileNotFoundError if there is neither a native compiler nor Node.
    """
    target = FOLDER / f"solc-v{pinned_version()}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    native = find_native(pinned_version())
    if native is not None:
        _replace(target, lambda path: path.symlink_to(native))
    elif not _is_current_wrapper(target):
        _replace(target, _write_wrapper)
    return FOLDER


def find_native(version: str) -> Path | None:
    """A native solc of exactly this release, in SOLCX_BINARY_PATH or on PATH; None if there is none."""
    folder = os.environ.get("SOLCX_BINARY_PATH", "")
    for found in (shutil.which(f"solc-v{version}", path=folder) if folder else None, shutil.which("solc")):
        path = Path(found) if found else None
        if path is not None and FOLDER not in path.parents and is_release(_version_text(path), version):
            return path.resolve()
    return None


def is_release(text: str, version: str) -> bool:
    """Whether a compiler that says `text` is the release `version`: no nightly and no other number."""
    return re.search(rf"^Version: {re.escape(version)}\+commit\.[0-9a-f]{{8}}\b", text, re.MULTILINE) is not None


def find_node() -> Path:
    """The Node that runs the wrapper: the environment's own, else the machine's."""
    own = ROOT / ".venv" / "bin" / "node"
    found = str(own) if own.exists() else shutil.which("node")
    if found is None:
        raise FileNotFoundError("No Node was found, on PATH or in .venv: run `make setup`, which installs one.")
    return Path(found)


def _version_text(solc: Path) -> str:
    try:
        return subprocess.run([solc, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _wrapper_text() -> str:
    return f'#!/bin/sh\nexec "{find_node()}" "{WRAPPER}" "$@"\n'


def _is_current_wrapper(target: Path) -> bool:
    return target.is_file() and not target.is_symlink() and target.read_text() == _wrapper_text()


def _write_wrapper(path: Path) -> None:
    path.write_text(_wrapper_text())
    path.chmod(0o755)


def _replace(target: Path, make: Callable[[Path], None]) -> None:
    """Several programs may do this at once: each makes its own, the last one stays."""
    made = target.with_name(f"{target.name}.{os.getpid()}")
    made.unlink(missing_ok=True)
    make(made)
    made.replace(target)
