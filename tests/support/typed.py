"""What members sign: the typed data of missions and the whiteboard, from one line a type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak
from web3.contract import Contract

Values = Mapping[str, object]

TYPES = {
    "Join": "bytes32 mission,address member,uint32 epoch,bytes32 invitation,uint40 deadline",
    "Leave": "bytes32 mission,address member,uint32 epoch,uint40 deadline",
    "Invitation": "bytes32 mission,address inviter,address invitee,uint40 expires,uint256 salt",
    "Anchor": "bytes32 mission,address author,uint8 kind,bytes32 content,bytes32[] parents,uint40 deadline",
    "Attest": "bytes32 mission,bytes32 subject,uint8 kind,address attester,bytes32 note,uint40 deadline",
    "Offer": "bytes32 pact,address pledger,uint256 kind,uint64 units,uint8 credit,uint40 deadline",
    "Deliver": "bytes32 offer,bytes32 content,uint40 deadline",
    "Retract": "bytes32 mission,bytes32 subject,uint8 kind,address attester,uint40 deadline",
}
_DOMAIN = "string name,string version,uint256 chainId,address verifyingContract"


def signable(contract: Contract, name: str, kind: str, values: Values, chain_id: int | None = None) -> Any:
    """The typed message of an act, for the contract of this name."""
    domain = {
        "name": f"Concord {name}",
        "version": "1",
        "chainId": contract.w3.eth.chain_id if chain_id is None else chain_id,
        "verifyingContract": contract.address,
    }
    types = {"EIP712Domain": _fields(_DOMAIN), kind: _fields(TYPES[kind])}
    return encode_typed_data(
        full_message={"types": types, "primaryType": kind, "domain": domain, "message": dict(values)}
    )


def digest(message: Any) -> bytes:
    """What is signed of a typed message."""
    return bytes(keccak(b"\x19\x01" + message.header + message.body))


def sign(account: LocalAccount, message: Any) -> bytes:
    """A signature of 65 bytes."""
    return bytes(account.sign_message(message).signature)


def compact(signature: bytes) -> bytes:
    """The 64 bytes of EIP-2098 for a signature of 65."""
    s = int.from_bytes(signature[32:64], "big") | (signature[64] - 27) << 255
    return signature[:32] + s.to_bytes(32, "big")


def high_s(signature: bytes) -> bytes:
    """The same signature in its other form: n - s."""
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    s = order - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


def person(name: str | int) -> LocalAccount:
    """An account with a key that everyone knows: for local chains only."""
    account: LocalAccount = Account.from_key(keccak(text=f"concord member {name}"))
    return account


def _fields(line: str) -> list[dict[str, str]]:
    return [dict(zip(("type", "name"), field.split(), strict=True)) for field in line.split(",")]
