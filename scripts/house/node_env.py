"""Node and the locked npm packages: chains, compiler, Solidity libraries and linters."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from scripts.house.problems import SetupError
from scripts.house.python_env import VENV, install_node, link_node
from scripts.house.run import ROOT, Step, run

OLDEST_NODE = 20
# npm's own waiting times tell of a missing network after five minutes only.
IMPATIENT = ("--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000", "--no-progress")
MODULES = ROOT / "node_modules"
INSTALLED = MODULES / ".package-lock.json"
LOCK = ROOT / "package-lock.json"


def ensure_node() -> Path:
    """The folder of a Node that is new enough and has npm: the machine's, else one installed into `.venv`."""
    link_node()
    for folder in (VENV / "bin", *_machine_node()):
        if is_new_enough(_version(folder / "node")) and (folder / "npm").exists():
            return folder
    install_node()
    link_node()
    return VENV / "bin"


def install_modules(node: Path) -> None:
    """Install what `package-lock.json` names. Raises SetupError if npm would rather have something else."""
    # `npm ci` gives up where a registry lacks the builds for other platforms; `npm install` passes over those.
    before = LOCK.read_bytes()
    path = os.pathsep.join([str(node), os.environ.get("PATH", os.defpath)])
    with Step("Node packages"):
        try:
            run([node / "npm", "install", *IMPATIENT], environment={"PATH": path})
            changed = contradicts(json.loads(before), json.loads(LOCK.read_text()))
        finally:
            LOCK.write_bytes(before)
        if changed:
            raise SetupError(
                "package.json and package-lock.json do not agree: type `npm install`, see what changed, commit both."
            )
        problems = differences(json.loads(LOCK.read_text()), json.loads(INSTALLED.read_text()))
        if problems:
            raise SetupError(
                f"npm did not install what the lock names ({'; '.join(problems[:3])}): "
                "remove the folder node_modules and run `make setup` again."
            )


def contradicts(locked: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether npm wants another lock; builds for other platforms may come and go, as the registry has them."""
    before, after = locked["packages"], wanted["packages"]
    return any(
        before.get(path) != after.get(path) and not (before.get(path) or after.get(path, {})).get("optional")
        for path in before.keys() | after.keys()
    )


def differences(locked: dict[str, Any], installed: dict[str, Any]) -> list[str]:
    """Where the installed packages differ from the lock; one for another platform may be absent."""
    wanted, found = locked["packages"], installed["packages"]
    problems = [f"{path} is not in the lock" for path in found if path not in wanted]
    for path, package in wanted.items():
        if path and path not in found and not (package.get("optional") or package.get("devOptional")):
            problems.append(f"{path} is missing")
        elif path in found and found[path].get("version") != package.get("version"):
            problems.append(f"{path} is {found[path].get('version')}, locked is {package.get('version')}")
    return problems


def is_new_enough(version: str) -> bool:
    """Whether what `node --version` says is at least Node 20; the empty text is not."""
    found = re.match(r"v(\d+)\.", version)
    return found is not None and int(found[1]) >= OLDEST_NODE


def _machine_node() -> list[Path]:
    found = shutil.which("node")
    return [Path(found).parent] if found else []


def _version(node: Path) -> str:
    try:
        return subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""
