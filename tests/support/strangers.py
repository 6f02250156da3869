"""Contracts of others: the real Permit2 at its address, a real Safe of three owners."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from web3.contract import Contract

from app.chain.artifacts import Artifact
from app.chain.client import NO_ADDRESS
from tests.support.world import World

FOLDER = Path(__file__).parent / "artifacts"
PERMIT2 = ChecksumAddress("0x000000000022D473030F116dDEE9F6B43aC78BA3")  # type: ignore[arg-type]
_SALT = 7


def foreign(name: str) -> Artifact:
    """A contract of others: see artifacts/README.md."""
    return Artifact.read(FOLDER / f"{name}.json")


def install_permit2(world: World) -> Contract:
    """Puts Permit2 where it is on every chain. Its code keeps a domain separator that knows its address."""
    made = world.chain.deploy(foreign("Permit2"), world.role("deployer"))
    code = bytes(world.chain.w3.eth.get_code(made.address))
    domain = bytes(world.chain.call(made.functions.DOMAIN_SEPARATOR()))
    kind = keccak(text="EIP712Domain(string name,uint256 chainId,address verifyingContract)")
    chain_id = world.chain.w3.eth.chain_id.to_bytes(32, "big")
    here = keccak(kind + keccak(text="Permit2") + chain_id + bytes(12) + bytes.fromhex(PERMIT2[2:]))
    assert domain in code
    method = "evm_setAccountCode" if world.node.kind == "ganache" else "anvil_setCode"
    moved = "0x" + code.replace(domain, here).hex()
    world.chain.w3.provider.make_request(method, [PERMIT2, moved])  # type: ignore[arg-type]
    installed = world.chain.at(foreign("Permit2"), PERMIT2)
    assert bytes(world.chain.call(installed.functions.DOMAIN_SEPARATOR())) == here
    return installed


def deploy_safe(world: World, owners: Sequence[LocalAccount], threshold: int) -> ChecksumAddress:
    """A Safe behind its proxy, as people have it."""
    deployer = world.role("deployer")
    single, factory, handler = (
        world.chain.deploy(foreign(name), deployer)
        for name in ("Safe", "SafeProxyFactory", "CompatibilityFallbackHandler")
    )
    addresses = [owner.address for owner in owners]
    setup = (addresses, threshold, NO_ADDRESS, b"", handler.address, NO_ADDRESS, 0, NO_ADDRESS)
    data = single.functions.setup(*setup)._encode_transaction_data()
    create = factory.functions.createProxyWithNonce(single.address, data, _SALT)
    safe: ChecksumAddress = world.chain.call(create)
    world.chain.send(create, deployer)
    return safe


def safe_signature(world: World, safe: ChecksumAddress, owners: Sequence[LocalAccount], digest: bytes) -> bytes:
    """What a Safe accepts for a digest: its owners' signatures over its own message, in the order of addresses."""
    kind = keccak(text="SafeMessage(bytes message)")
    domain_kind = keccak(text="EIP712Domain(uint256 chainId,address verifyingContract)")
    chain_id = world.chain.w3.eth.chain_id.to_bytes(32, "big")
    domain = keccak(domain_kind + chain_id + bytes(12) + bytes.fromhex(safe[2:]))
    message = keccak(b"\x19\x01" + domain + keccak(kind + keccak(digest)))
    ordered = sorted(owners, key=lambda owner: int(owner.address, 16))
    return b"".join(_signed(owner, message) for owner in ordered)


def _signed(owner: LocalAccount, digest: bytes) -> bytes:
    signing: Any = owner
    return bytes(signing.unsafe_sign_hash(digest).signature)
