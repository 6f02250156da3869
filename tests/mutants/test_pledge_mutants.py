"""Each broken variant of the pledge book is deployed in place of the right one, and a test must fail on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import solcx
import yaml
from web3.types import RPCEndpoint

from app.chain.artifacts import Artifact
from app.errors import ConcordError
from scripts.solc.install import ROOT, install_solc, pinned_version
from tests.mutants.pledges import MUTANTS, PledgeMutant
from tests.mutants.variants import CACHE, right_sources
from tests.support.pacts import Book
from tests.support.world import World, running_world

NAME = "PledgeBook"
TOLD = (AssertionError, ConcordError, pytest.fail.Exception)


@pytest.fixture(scope="module")
def variants() -> dict[str, Artifact]:
    """Variant → its artifact; two compilers at a time, since each is slow to start."""
    with ThreadPoolExecutor(2) as pool:
        return {name: one for made in pool.map(_compiled, (MUTANTS[::2], MUTANTS[1::2])) for name, one in made.items()}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running_world("anvil") as one:
        yield one


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_a_broken_pledge_book_fails(variants: dict[str, Artifact], world: World, mutant: PledgeMutant) -> None:
    provider = world.chain.w3.provider
    snapshot = provider.make_request(RPCEndpoint("evm_snapshot"), [])["result"]
    book = Book.deploy(world, variants[mutant.name]).begin()
    with pytest.raises(TOLD):
        mutant.test(book)
    provider.make_request(RPCEndpoint("evm_revert"), [snapshot])


def _compiled(mutants: Sequence[PledgeMutant]) -> dict[str, Artifact]:
    """The variants, optimised for size; kept until their sources change."""
    job = _job({mutant.name: _broken(mutant) for mutant in mutants})
    key = hashlib.sha256(json.dumps([pinned_version(), job], sort_keys=True).encode()).hexdigest()
    path = CACHE / f"{NAME}-{key}.json"
    if not path.exists():
        solc = install_solc() / f"solc-v{pinned_version()}"
        made = solcx.compile_standard(job, base_path=ROOT, allow_paths=ROOT / "node_modules", solc_binary=solc)
        CACHE.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(made["contracts"]))
    kept = {mutant.name: json.loads(path.read_text())[f"{mutant.name}/{NAME}.sol"][NAME] for mutant in mutants}
    return {name: Artifact(NAME, made["abi"], f"0x{made['evm']['bytecode']['object']}") for name, made in kept.items()}


def _broken(mutant: PledgeMutant) -> dict[str, str]:
    sources = right_sources(NAME)
    times = sources[mutant.file].count(mutant.right)
    if times != 1:
        raise AssertionError(f"{mutant.name}: its snippet stands {times} times in {mutant.file}, expected once")
    return {**sources, mutant.file: sources[mutant.file].replace(mutant.right, mutant.broken)}


def _job(variants: dict[str, dict[str, str]]) -> dict[str, Any]:
    """One input for the compiler: every variant in a folder of its own."""
    config = yaml.safe_load((ROOT / "brownie-config.yaml").read_text())["compiler"]
    sources = {f"{name}/{path}": text for name, files in variants.items() for path, text in files.items()}
    return {
        "language": "Solidity",
        "sources": {path: {"content": text} for path, text in sources.items()},
        "settings": {
            "evmVersion": config["evm_version"],
            "viaIR": True,
            "optimizer": {"enabled": True, "runs": 1},
            "remappings": config["solc"]["remappings"],
            "outputSelection": {f"{name}/{NAME}.sol": {NAME: ["abi", "evm.bytecode.object"]} for name in variants},
        },
    }
