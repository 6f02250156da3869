"""Compile the broken variants, and the right contracts the same way: hardly optimised, two compilers at a time."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import solcx
import yaml

from app.chain.artifacts import Artifact
from scripts.solc.install import ROOT, install_solc, pinned_version
from tests.mutants.broken.mutant import INSTRUMENTS, ORACLE, Mutant
from tests.mutants.table import MUTANTS

RIGHT = "right"
CACHE = ROOT / "build" / "mutants"
TOKEN = Path(__file__).with_name("OddToken.sol")
Outputs = dict[str, dict[str, Any]]


def artifacts() -> dict[str, dict[str, Artifact]]:
    """Variant → contract → artifact; `right` has both contracts and the odd token, a variant its contract."""
    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(_compiled, (ORACLE, INSTRUMENTS)))
    found: dict[str, dict[str, Artifact]] = {}
    for path, name, made in (one for output in outputs for one in _made(output)):
        found.setdefault(path, {})[name] = Artifact(name, made["abi"], f"0x{made['evm']['bytecode']['object']}")
    return found


def broken(mutant: Mutant, sources: Mapping[str, str]) -> dict[str, str]:
    """The sources with the mutant's snippet changed, which stands in its file exactly once."""
    path = f"{mutant.file}.sol"
    times = sources[path].count(mutant.right)
    if times != 1:
        raise AssertionError(f"{mutant.name}: its snippet stands {times} times in {path}, expected once")
    return {**sources, path: sources[path].replace(mutant.right, mutant.broken)}


def right_sources(contract: str) -> dict[str, str]:
    """The contract and all that it imports of ours, by the path under `contracts/`."""
    folder, found, left = ROOT / "contracts", {}, [f"{contract}.sol"]
    while left:
        path = left.pop()
        if path in found:
            continue
        found[path] = (folder / path).read_text()
        imported = re.findall(r'from "(\.[^"]+)"', found[path])
        left += [os.path.normpath(os.path.join(os.path.dirname(path), one)) for one in imported]
    return dict(sorted(found.items()))


def _job(contract: str) -> dict[str, Any]:
    """One input for the compiler: every variant of a contract in a folder of its own."""
    right = right_sources(contract)
    mutants = [mutant for mutant in MUTANTS if mutant.contract == contract]
    variants = {RIGHT: right, **{mutant.name: broken(mutant, right) for mutant in mutants}}
    sources = {f"{name}/{path}": text for name, files in variants.items() for path, text in files.items()}
    wanted: dict[str, Any] = {f"{name}/{contract}.sol": _outputs(contract) for name in variants}
    if contract == ORACLE:
        sources[f"{RIGHT}/OddToken.sol"] = TOKEN.read_text()
        wanted[f"{RIGHT}/OddToken.sol"] = _outputs("OddToken")
    return _input(sources, wanted)


def _outputs(contract: str) -> dict[str, list[str]]:
    return {contract: ["abi", "evm.bytecode.object"]}


def _input(sources: Mapping[str, str], wanted: Mapping[str, Any]) -> dict[str, Any]:
    config = yaml.safe_load((ROOT / "brownie-config.yaml").read_text())["compiler"]
    return {
        "language": "Solidity",
        "sources": {path: {"content": text} for path, text in sources.items()},
        "settings": {
            "evmVersion": config["evm_version"],
            "viaIR": True,
            "optimizer": {"details": {"peephole": True, "jumpdestRemover": True, "deduplicate": True}},
            "remappings": config["solc"]["remappings"],
            "outputSelection": wanted,
        },
    }


def _compiled(contract: str) -> Outputs:
    """What the compiler says of a contract's variants; kept until it would be asked something else."""
    job, solc = _job(contract), install_solc() / f"solc-v{pinned_version()}"
    key = hashlib.sha256(json.dumps([solc.name, job], sort_keys=True).encode()).hexdigest()
    path = CACHE / f"{contract}.json"
    kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    if kept.get("key") != key:
        made = solcx.compile_standard(job, base_path=ROOT, allow_paths=ROOT / "node_modules", solc_binary=solc)
        kept = {"key": key, "outputs": made["contracts"]}
        CACHE.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(kept))
    outputs: Outputs = kept["outputs"]
    return outputs


def _made(outputs: Outputs) -> Iterator[tuple[str, str, Any]]:
    for path, contracts in outputs.items():
        variant = path.split("/")[0]
        yield from ((variant, name, made) for name, made in contracts.items() if made.get("evm"))
