"""Tell whether set-up has anything to do: the environment carries a hash of what it was made from."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

LOCKS = ("requirements-dev.lock", "requirements-node.lock", "package.json", "package-lock.json", ".npmrc")


def fingerprint(parts: Mapping[str, bytes]) -> str:
    """One hash of named contents; another name, content or order of bytes gives another hash."""
    digest = hashlib.sha256()
    for name in sorted(parts):
        digest.update(f"{name}\0{len(parts[name])}\0".encode() + parts[name])
    return digest.hexdigest()


def inputs(root: Path, python: str) -> dict[str, bytes]:
    """What the environment is made from: locks, the package's own description, set-up's code, Python, the folder."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    described = {key: project[key] for key in ("build-system", "project")}
    scripts = root / "scripts"
    code = [*(scripts / "house").glob("*.py"), *(scripts / "solc").glob("*.*"), scripts / "bootstrap.py"]
    files = [*(root / name for name in LOCKS), *code]
    return {
        **{str(path.relative_to(root)): path.read_bytes() for path in files},
        "pyproject": json.dumps(described, sort_keys=True).encode(),
        "python": python.encode(),
        "folder": str(root).encode(),
    }
