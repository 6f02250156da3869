"""Compile the contracts: `python -m scripts.compile [--check]`.

What `app` deploys is written to `app/chain/abi` and committed, so that running against a chain needs no compiler.
Everything, mocks too, is written to `build/contracts`, which also serves as the cache.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

import solcx
import yaml

from app.errors import ConcordError
from scripts.solc.install import ROOT, install_solc

COMMITTED = ROOT / "app" / "chain" / "abi"
BUILT = ROOT / "build" / "contracts"
DEPLOYED = ("Commons", "DemoToken", "ImpactInstruments", "MissionRegistry", "OutcomeOracle", "PledgeBook")
INPUTS = ("brownie-config.yaml", "package-lock.json", "scripts/compile.py")


class CompileError(ConcordError):
    """The contracts do not compile, or what is committed is not what they compile to."""

    code = "compile_error"


class Artifact(TypedDict):
    """What the compiler says of one contract; bytecode is hexadecimal with 0x, and `0x` alone for an interface."""

    contractName: str
    abi: list[dict[str, Any]]
    bytecode: str
    deployedBytecode: str
    compiler: dict[str, Any]


def compile_contracts() -> dict[str, Artifact]:
    """Every contract under `contracts/` by name, compiled only if a source or a setting changed since the last time.

    Raises CompileError with the compiler's own words.
    """
    key = _key()
    with _alone():
        stamp = BUILT / ".key"
        if not stamp.exists() or stamp.read_text() != key:
            _write_all(BUILT, _compile())
            stamp.write_text(key)
        return {path.stem: json.loads(path.read_text()) for path in sorted(BUILT.glob("*.json"))}


def write_committed() -> list[Path]:
    """Write the deployed contracts' files under `app/chain/abi`; returns those that changed."""
    stale = stale_files()
    artifacts = compile_contracts()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _text(artifacts[path.stem]))
    return stale


def stale_files() -> list[Path]:
    """The committed files that differ from what the contracts compile to now."""
    artifacts = compile_contracts()
    paths = {COMMITTED / f"{name}.json": _text(artifacts[name]) for name in DEPLOYED}
    return [path for path, text in paths.items() if not path.exists() or path.read_text() != text]


def _compile() -> dict[str, Artifact]:
    config = yaml.safe_load((ROOT / "brownie-config.yaml").read_text())["compiler"]
    solc = install_solc() / f"solc-v{config['solc']['version']}"
    try:
        output = solcx.compile_standard(
            _standard_input(config), base_path=ROOT, allow_paths=ROOT / "node_modules", solc_binary=solc
        )
    except solcx.exceptions.SolcError as error:
        raise CompileError(f"The contracts do not compile.\n{error.message}") from error
    _show_warnings(output.get("errors", []))
    version = solcx.wrapper.get_version_str_from_solc_binary(solc)
    return dict(_artifacts(output["contracts"], {"version": version, **_settings(config)}))


def _standard_input(config: dict[str, Any]) -> dict[str, Any]:
    return {
        "language": "Solidity",
        "sources": {path: {"content": content} for path, content in _read_sources().items()},
        "settings": {
            **_settings(config),
            "remappings": config["solc"]["remappings"],
            "metadata": {"bytecodeHash": "none"},  # the same bytecode whatever a comment says
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"]}},
        },
    }


def _settings(config: dict[str, Any]) -> dict[str, Any]:
    solc = config["solc"]
    return {"evmVersion": config["evm_version"], "optimizer": solc["optimizer"], "viaIR": solc["viaIR"]}


def _artifacts(contracts: dict[str, Any], compiler: dict[str, Any]) -> Iterator[tuple[str, Artifact]]:
    files = [made for path, made in contracts.items() if path.startswith("contracts/")]
    ours = [item for made in files for item in made.items()]
    names = [name for name, _ in ours]
    if twice := {name for name in names if names.count(name) > 1}:
        raise CompileError(f"Contract names must be unique; given twice: {', '.join(sorted(twice))}.")
    for name, made in ours:
        code, deployed = made["evm"]["bytecode"]["object"], made["evm"]["deployedBytecode"]["object"]
        yield (
            name,
            Artifact(
                contractName=name,
                abi=made["abi"],
                bytecode=f"0x{code}",
                deployedBytecode=f"0x{deployed}",
                compiler=compiler,
            ),
        )


def _show_warnings(problems: list[dict[str, Any]]) -> None:
    """Those of our own sources; the libraries' are theirs."""
    for problem in problems:
        if problem.get("sourceLocation", {}).get("file", "contracts/").startswith("contracts/"):
            print(problem["formattedMessage"], file=sys.stderr)


def _read_sources() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "contracts").rglob("*.sol"))}


def _key() -> str:
    files = {**{name: (ROOT / name).read_text() for name in INPUTS}, **_read_sources()}
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """One program at a time compiles; the others wait and find its result."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_all(folder: Path, artifacts: dict[str, Artifact]) -> None:
    for path in folder.glob("*.json"):
        if path.stem not in artifacts:
            path.unlink()
    for name, artifact in artifacts.items():
        _write(folder / f"{name}.json", _text(artifact))


def _write(path: Path, text: str) -> None:
    made = path.with_name(f"{path.name}.{os.getpid()}")
    made.write_text(text)
    made.replace(path)


def _text(artifact: Artifact) -> str:
    return json.dumps(artifact, sort_keys=True, separators=(",", ":")) + "\n"


def main(words: list[str] | None = None) -> int:
    """Compile and write, or with `--check` only say whether the committed files are fresh; 1 if they are not."""
    parser = argparse.ArgumentParser(prog="python -m scripts.compile", description="Compile the contracts.")
    parser.add_argument("--check", action="store_true", help="only say whether app/chain/abi is fresh")
    check = parser.parse_args(words).check
    try:
        changed = stale_files() if check else write_committed()
    except CompileError as error:
        print(error, file=sys.stderr)
        return 1
    for path in changed:
        print(f"{path.relative_to(ROOT)} {'is stale: run `make compile`' if check else 'written'}")
    if not changed:
        print("app/chain/abi is fresh.")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
