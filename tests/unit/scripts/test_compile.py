"""The committed code is what the contracts compile to, with the one pinned compiler."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from scripts import compile as compiling
from scripts.solc.install import ROOT, find_native, install_solc, is_release, pinned_version

MAX_CODE = 24_576  # bytes of a contract on Ethereum


def test_committed_artifacts_are_fresh() -> None:
    assert compiling.stale_files() == [], "run `make compile` and commit app/chain/abi"


def test_a_changed_committed_file_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "abi"
    shutil.copytree(compiling.COMMITTED, folder)
    monkeypatch.setattr(compiling, "COMMITTED", folder)
    changed = folder / "OutcomeOracle.json"
    changed.write_text(changed.read_text().replace('"runs":1000000', '"runs":200'))
    assert compiling.stale_files() == [changed]
    (folder / "DemoToken.json").unlink()
    assert compiling.stale_files() == [folder / "DemoToken.json", changed]


@pytest.mark.parametrize("name", compiling.DEPLOYED)
def test_a_deployed_contract_fits_on_a_chain(name: str) -> None:
    code = bytes.fromhex(compiling.compile_contracts()[name]["deployedBytecode"].removeprefix("0x"))
    assert 0 < len(code) <= MAX_CODE


def test_every_pin_of_the_compiler_is_the_same() -> None:
    config = yaml.safe_load((ROOT / "brownie-config.yaml").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]["node_modules/solc"]
    assert config["compiler"]["solc"]["version"] == lock["version"] == pinned_version()


def test_an_error_of_the_compiler_is_told_in_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "Broken.sol"
    source.write_text("pragma solidity ^0.8.30;\ncontract Broken { uint256 a = true; }")
    monkeypatch.setattr(compiling, "_read_sources", lambda: {"contracts/Broken.sol": source.read_text()})
    monkeypatch.setattr(compiling, "BUILT", tmp_path / "built")
    with pytest.raises(compiling.CompileError, match="bool is not implicitly convertible"):
        compiling.compile_contracts()


def test_the_compiler_reads_nothing_outside_of_its_folders(tmp_path: Path) -> None:
    (tmp_path / "Secret.sol").write_text("contract Secret {}")
    given = {
        "language": "Solidity",
        "sources": {"A.sol": {"content": f'import "{tmp_path}/Secret.sol"; contract A {{}}'}},
        "settings": {"outputSelection": {"*": {"*": ["abi"]}}},
    }
    solc = install_solc() / f"solc-v{pinned_version()}"
    command = [solc, "--standard-json", "--base-path", ROOT / "contracts"]
    answer = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True)
    assert any("outside of" in problem["message"] for problem in json.loads(answer.stdout)["errors"])


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("solc, the …\nVersion: 0.8.37+commit.f401782d.Linux.g++", True),
        ("Version: 0.8.37-nightly.2026.1.1+commit.f401782d.Linux.g++", False),
        ("Version: 0.8.36+commit.f401782d.Linux.g++", False),
        ("Version: 0.8.370+commit.f401782d.Linux.g++", False),
        ("", False),
    ],
)
def test_only_the_very_release_is_taken(text: str, is_it: bool) -> None:
    assert is_release(text, "0.8.37") is is_it


def test_a_native_compiler_of_the_pinned_version_is_found_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    native = tmp_path / "solc"
    native.write_text("#!/bin/sh\necho 'Version: 0.8.37+commit.f401782d.Linux.g++'\n")
    native.chmod(0o755)
    monkeypatch.delenv("SOLCX_BINARY_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_native("0.8.37") == native
    assert find_native("0.8.36") is None
