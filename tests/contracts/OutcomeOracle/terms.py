"""Terms as the contract takes them, so that tests can break each of them on its own."""

from __future__ import annotations

from dataclasses import dataclass

from eth_abi.abi import encode
from eth_abi.packed import encode_packed
from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak

from app.chain.client import NO_ADDRESS
from app.chain.oracle import CALENDAR_TYPE, DETAILS_TYPE, Panel
from tests.support.world import DAY, World

START = 2_000_000_000
WORDS = ("jobs", "job", "https://metrics/jobs", 0, "counted", "ipfs://policy")


@dataclass(frozen=True)
class RawTerms:
    """All terms of a scorecard; `replace` one to break a rule."""

    panel: Panel
    start: int = START
    length: int = DAY
    count: int = 4
    report_window: int = DAY
    challenge_window: int = DAY
    bounds: tuple[tuple[int, int], ...] = ((-1000, 1000), (0, 5))
    metrics: tuple[tuple[str, str, str, int, str, str], ...] = (WORDS, ("rate", "%", "", 18, "", ""))
    arbiter: ChecksumAddress = NO_ADDRESS
    levels: int = 0
    bond_token: ChecksumAddress = NO_ADDRESS
    bond: int = 0
    lost_bond_receiver: ChecksumAddress = NO_ADDRESS

    def calendar(self) -> tuple[int, ...]:
        return (self.start, self.length, self.count, self.report_window, self.challenge_window)

    def details(self) -> tuple[object, ...]:
        return (
            list(self.metrics),
            self.arbiter,
            self.levels,
            self.bond_token,
            self.bond,
            self.lost_bond_receiver,
        )

    def abi(self) -> tuple[object, ...]:
        return (self.panel.abi(), self.calendar(), list(self.bounds), self.details())

    def packed(self) -> bytes:
        """The terms as SPEC.md lays them out."""
        details = keccak(encode([CALENDAR_TYPE, DETAILS_TYPE], [self.calendar(), self.details()]))
        reporters = b"".join(encode_packed(["address"], [one]) for one in self.panel.reporters)
        bounds = b"".join(encode_packed(["int96", "int96"], one) for one in self.bounds)
        counts = bytes([self.panel.quorum, len(self.panel.reporters), len(self.bounds)])
        return bytes(details + counts + reporters + bounds)


def home(world: World, kind: str) -> bytes:
    """What ties ids to the contract and to the chain of its deployment."""
    chain_id = world.chain.w3.eth.chain_id
    return bytes(keccak(encode(["string", "uint256", "address"], [kind, chain_id, world.oracle.contract.address])))
