"""RedStone doing the same work: signed packages behind a call to a consumer, compiled from their npm package."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import solcx
import yaml
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32
from eth_utils.crypto import keccak
from web3.contract import Contract

from app.chain.artifacts import Artifact
from scripts.bench.ours import MANY, PANELS, Measured, values
from scripts.solc.install import ROOT, install_solc
from tests.support.world import World

SOURCE = Path(__file__).parent / "RedStoneConsumer.sol"
CACHE = ROOT / "build" / "bench"
MODULES = "node_modules/@redstone-finance/evm-connector/"
REMAPPINGS = (
    f"@redstone-finance/evm-connector/={MODULES}",
    f"{MODULES}:@openzeppelin/={MODULES}node_modules/@openzeppelin/",
)
MARKER = bytes.fromhex("000002ed57011e0000")
FUNCTIONS = ("liveOne", "reportOne", "liveMany", "reportMany")


def redstone(world: World) -> Measured:
    """3, 5 and 9 signed packages of one feed, then 5 of ten feeds: overwriting values, and in slots of the period."""
    compiled = consumer()
    for signers in PANELS:
        contract = _deploy(world, compiled, signers)
        yield f"live_1_metric_{signers}_sigs", _second(world, contract, "liveOne", signers)
        yield f"report_1_metric_{signers}_sigs", _send(world, contract, "reportOne", signers, 1, 0)
    contract = _deploy(world, compiled, 5)
    yield "live_10_metrics_5_sigs_per_metric", _second(world, contract, "liveMany", 5, MANY)
    yield "report_10_metrics_5_sigs_per_metric", _send(world, contract, "reportMany", 5, MANY, 0)


def payload(signers: Sequence[LocalAccount], feeds: int, milliseconds: int) -> bytes:
    """What RedStone's consumers expect behind a call: a package a signer, their number, no metadata, the marker."""
    packages = [_package(signer, values(seat, feeds), milliseconds) for seat, signer in enumerate(signers)]
    return b"".join(packages) + len(packages).to_bytes(2, "big") + bytes(3) + MARKER


def consumer() -> Artifact:
    """The consumer, compiled with the settings of our own contracts; kept until a source or a setting changes."""
    solc = yaml.safe_load((ROOT / "brownie-config.yaml").read_text())["compiler"]
    source = SOURCE.read_text()
    locked = (ROOT / "package-lock.json").read_text()
    key = hashlib.sha256(f"{source}{solc}{REMAPPINGS}{locked}".encode()).hexdigest()[:16]
    path = CACHE / f"RedStoneConsumer.{key}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_compile(source, solc)))
    return Artifact.read(path)


def _compile(source: str, config: dict[str, dict[str, object]]) -> dict[str, object]:
    version, optimizer, via_ir = (config["solc"][name] for name in ("version", "optimizer", "viaIR"))
    settings = {
        "evmVersion": config["evm_version"],
        "optimizer": optimizer,
        "viaIR": via_ir,
        "remappings": list(REMAPPINGS),
        "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
    }
    asked = {"language": "Solidity", "sources": {SOURCE.name: {"content": source}}, "settings": settings}
    output = solcx.compile_standard(
        asked,
        base_path=ROOT,
        allow_paths=ROOT / "node_modules",
        solc_binary=install_solc() / f"solc-v{version}",
    )
    made = output["contracts"][SOURCE.name][SOURCE.stem]
    return {"contractName": SOURCE.stem, "abi": made["abi"], "bytecode": f"0x{made['evm']['bytecode']['object']}"}


def _deploy(world: World, compiled: Artifact, signers: int) -> Contract:
    addresses = [reporter.address for reporter in world.reporters[:9]]
    return world.chain.deploy(compiled, world.role("deployer"), signers, addresses)


def _second(world: World, contract: Contract, function: str, signers: int, feeds: int = 1) -> int:
    _send(world, contract, function, signers, feeds)
    return _send(world, contract, function, signers, feeds)


def _send(world: World, contract: Contract, function: str, signers: int, feeds: int, *arguments: int) -> int:
    signed = payload(world.reporters[:signers], feeds, world.chain.now * 1000)
    call = bytes.fromhex(contract.encode_abi(function, list(arguments))[2:])
    eth = world.chain.w3.eth
    sent = eth.send_transaction({"from": world.role("relayer"), "to": contract.address, "data": call + signed})
    receipt = eth.wait_for_transaction_receipt(sent)
    if receipt["status"] != 1:
        raise RuntimeError(f"RedStone's consumer refused {function} with {signers} signers")
    return receipt["gasUsed"]


def _package(signer: LocalAccount, points: Sequence[int], milliseconds: int) -> bytes:
    """Points (feed and value, a word each), time, the values' size, the number of points; then the signature."""
    body = b"".join(feed.to_bytes(32, "big") + value.to_bytes(32, "big") for feed, value in enumerate(points))
    message = body + milliseconds.to_bytes(6, "big") + (32).to_bytes(4, "big") + len(points).to_bytes(3, "big")
    return message + bytes(signer.unsafe_sign_hash(Hash32(keccak(message))).signature)
