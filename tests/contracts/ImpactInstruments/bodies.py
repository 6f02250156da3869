"""Bodies of terms written by hand as SPEC.md lays them out, so that each byte of them can be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from web3.types import TxReceipt

from app.chain.client import NO_ADDRESS
from app.domain.instrument import Knot
from tests.support.world import World

FACE = 1000
PAY: tuple[Knot, ...] = ((0, 0), (100, 1000))


def curve(knots: Sequence[Knot], width: int | None = None) -> bytes:
    """With the least width that holds the knots, unless another one is given."""
    if not knots:
        return b"\0"
    numbers = [number for knot in knots for number in knot]
    least = next(one for one in range(1, 33) if all(-(2 ** (8 * one - 1)) <= n < 2 ** (8 * one - 1) for n in numbers))
    width = least if width is None else width
    return bytes([len(knots), width]) + b"".join(_signed(number, width) for number in numbers)


def metric_leg(metric: bytes, knots: Sequence[Knot] = (), fallback: int = 0, period: int = 0) -> bytes:
    return b"\0" + metric + period.to_bytes(4, "big") + _signed(fallback, 12) + curve(knots)


def claim_leg(instrument_id: int, claim: int = 0, knots: Sequence[Knot] = ()) -> bytes:
    return b"\1" + instrument_id.to_bytes(32, "big") + claim.to_bytes(4, "big") + curve(knots)


def body(
    legs: Sequence[bytes],
    claims: Sequence[bytes] | None = None,
    combine: int = 0,
    mission: bytes = bytes(32),
    label: bytes = b"pay",
) -> bytes:
    """Each claim is a curve, one that pays by jobs unless given, and is labelled like the residual."""
    claims = [curve(PAY)] if claims is None else claims
    text = bytes([len(label)]) + label
    parts = [mission, bytes(32), bytes([combine, len(legs)]), *legs, bytes([len(claims)])]
    return b"".join([*parts, *(text + one for one in claims), text])


@dataclass(frozen=True)
class Raw:
    """An instrument by its bytes; of a formula, `token` is 0."""

    world: World
    body: bytes
    face: int = FACE
    token: str | None = None

    @property
    def functions(self) -> Any:
        return self.world.instruments.contract.functions

    def terms(self) -> tuple[str, int, bytes]:
        token = self.world.token.address if self.token is None else self.token
        return (token, self.face, bytes(keccak(self.body)))

    def id(self) -> int:
        """As SPEC.md says, the last byte 0."""
        kind = keccak(text="Terms(address token,uint256 face,bytes32 body)")
        place = (self.world.chain.w3.eth.chain_id, self.world.instruments.address)
        home = keccak(encode(["uint256", "address"], place))
        types = ["bytes32", "bytes32", "address", "uint256", "bytes32"]
        return int.from_bytes(keccak(encode(types, [kind, home, *self.terms()])), "big") & ~0xFF

    def open(self) -> TxReceipt:
        return self.world.send(self.functions.open(self.terms(), self.body), "stranger")

    def payoffs(self, *inputs: int) -> tuple[int, list[int]]:
        """Score and amounts for leg inputs, by the contract."""
        score, amounts = self.world.call(self.functions.payoffs(self.terms(), self.body, list(inputs)))
        return score, list(amounts)


def formula(world: World, content: bytes, face: int = FACE) -> Raw:
    return Raw(world, content, face, NO_ADDRESS)


def _signed(number: int, width: int) -> bytes:
    """The low bytes of a number, as two's complement."""
    return (number % 2 ** (8 * width)).to_bytes(width, "big")
