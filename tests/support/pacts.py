"""Pacts as the pledge book takes them, and those who pledge, on a community's chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.types import TxReceipt

from app.chain.artifacts import Artifact, artifact
from app.chain.client import NO_ADDRESS
from app.chain.token import Token
from tests.support.community import CONFIRM, HASH, NEVER, PLAN, QUESTION, Community, Signer
from tests.support.typed import sign, signable
from tests.support.world import DAY, World

TIMED, CONFIRMED, REPORT, VALUE = range(4)
UNKNOWN, OPEN, LOCKED, BOUND, FAILED = range(5)
PENDING, HELD, PAYABLE, FAILED_MILESTONE = range(4)
TIME, SKILL, DATA, IN_KIND = range(4)
NAMED, POOLED = range(2)
MILLION = 1_000_000
NOBODY = NO_ADDRESS
BACKING_TYPE = "(uint256,uint112,uint112,uint112,uint40)"
MILESTONE_TYPE = "(bytes32,int96,uint40,uint32,bool,uint8,(address,uint32)[])"
KIND_TYPE = "(uint8,string,uint32,uint64,uint64,uint40)"
BODY_TYPE = (
    f"(uint256,bytes32,{MILESTONE_TYPE}[],{KIND_TYPE}[],(bytes32,uint112,uint32),(uint32,uint24,uint32,uint32,address))"
)


@dataclass(frozen=True)
class Milestone:
    due_at: int
    payees: tuple[tuple[str, int], ...] = ()
    condition: int = TIMED
    number: int = 0
    metric_id: bytes = bytes(32)
    target: int = 0
    up: bool = True

    def abi(self) -> tuple[object, ...]:
        payees = list(self.payees)
        return (self.metric_id, self.target, self.due_at, self.number, self.up, self.condition, payees)


@dataclass(frozen=True)
class Kind:
    until: int
    points: int = 1
    cap_per_actor: int = 100
    cap_in_all: int = 1_000
    kind: int = TIME
    unit: str = "hour"

    def abi(self) -> tuple[object, ...]:
        return (self.kind, self.unit, self.points, self.cap_per_actor, self.cap_in_all, self.until)


@dataclass(frozen=True)
class Body:
    entry: bytes
    milestones: tuple[Milestone, ...] = ()
    kinds: tuple[Kind, ...] = ()
    needed: int = 0
    root: bytes = bytes(32)
    min_stake: int = 0
    hold_share: int = 0
    hold_pledgers: int = 0
    window: int = 0
    answer_within: int = 0
    arbiter: str = NOBODY
    goal: int = 0

    def encoded(self) -> bytes:
        milestones, kinds = [one.abi() for one in self.milestones], [one.abi() for one in self.kinds]
        confirmers = (self.root, self.min_stake, self.needed)
        rule = (self.hold_share, self.hold_pledgers, self.window, self.answer_within, self.arbiter)
        return encode([BODY_TYPE], [(self.goal, self.entry, milestones, kinds, confirmers, rule)])


@dataclass(frozen=True)
class Backing:
    position_id: int
    money: int
    points: int
    max_points: int
    until: int

    def abi(self) -> tuple[int, ...]:
        return (self.position_id, self.money, self.points, self.max_points, self.until)


@dataclass(frozen=True)
class Terms:
    """All three parts of a pact's terms."""

    mission: bytes
    body: Body
    lock_at: int
    close_at: int
    token: str = NOBODY
    min_total: int = 0
    max_total: int = 0
    min_per_actor: int = 0
    min_pledgers: int = 0
    min_contributors: int = 0
    backing: Backing | None = None

    def pact(self) -> tuple[object, ...]:
        backing = keccak(self.encoded_backing()) if self.backing else bytes(32)
        least = (self.min_total, self.max_total, self.min_per_actor, self.min_pledgers, self.min_contributors)
        body = keccak(self.body.encoded())
        return (self.mission, self.token, self.lock_at, self.close_at, *least, backing, body)

    def encoded_backing(self) -> bytes:
        return encode([BACKING_TYPE], [self.backing.abi()]) if self.backing else b""


@dataclass(frozen=True)
class Book:
    """The pledge book beside a community, in whose mission investor, guarantor and provider are members."""

    community: Community
    contract: Contract
    entry: bytes = field(default=bytes(32))

    @classmethod
    def deploy(cls, world: World, variant: Artifact | None = None) -> Book:
        community = Community.deploy(world)
        sources = (community.registry.address, community.commons.address, world.oracle.contract.address)
        everything = (*sources, world.instruments.contract.address)
        made = world.chain.deploy(variant or artifact("PledgeBook"), world.role("deployer"), everything)
        return cls(community, made)

    def begin(self, community: Community | None = None) -> Book:
        """Opens the mission, lets the three roles join, and anchors the entry that pacts are about."""
        here = community or self.community.open()
        here.join("investor", "guarantor", "provider")
        return replace(self, community=here, entry=here.anchor("provider", PLAN, HASH))

    @property
    def world(self) -> World:
        return self.community.world

    @property
    def acts(self) -> Any:
        return self.contract.functions

    def role(self, name: str) -> Any:
        return self.world.role(name)

    def terms(self, **changes: Any) -> Terms:
        """From 100 to 1000 [token], lock in a day, close in two; the one milestone pays the provider in three."""
        now = self.world.chain.now
        body = Body(self.entry, (Milestone(now + 3 * DAY, ((self.role("provider"), MILLION),)),))
        made = Terms(self.community.mission, body, now + DAY, now + 2 * DAY, self.world.token.address, 100, 1_000)
        return replace(made, **changes)

    def open(self, terms: Terms) -> bytes:
        self.send(self.acts.open(terms.pact(), terms.encoded_backing(), terms.body.encoded()), "stranger")
        return self.id(terms)

    def id(self, terms: Terms) -> bytes:
        return bytes(self.call(self.acts.pactIdOf(terms.pact())))

    def send(self, function: Any, role: str) -> TxReceipt:
        return self.community.send(function, role)

    def call(self, function: Any) -> Any:
        return self.community.call(function)

    def fund(self, role: str, amount: int, token: Token | None = None) -> None:
        """Gives a role tokens and lets the book pull them."""
        (token or self.world.token).mint(self.role(role), amount, self.role("deployer"))
        (token or self.world.token).approve(self.contract.address, 2**256 - 1, self.role(role))

    def pledge(self, terms: Terms, role: str, amount: int) -> TxReceipt:
        self.fund(role, amount)
        return self.send(self.acts.pledge(terms.pact(), amount, NAMED), role)

    def state(self, terms: Terms) -> int:
        return int(self.call(self.acts.stateOf(terms.pact())))

    def progress(self, terms: Terms, milestone: int = 0) -> int:
        return int(self.call(self.acts.progressOf(terms.pact(), terms.body.encoded(), milestone)))

    def with_body(self, act: str, terms: Terms, *arguments: object) -> Any:
        """An act that needs the body."""
        return self.acts[act](terms.pact(), terms.body.encoded(), *arguments)

    def go(self, at: int) -> None:
        """Moves the clock to a time."""
        self.world.node.advance_to(at)

    def bound(self, terms: Terms, **pledges: int) -> Terms:
        """Opens, takes the roles' pledges, and moves to the close."""
        self.open(terms)
        for role, amount in pledges.items():
            self.pledge(terms, role, amount)
        self.go(terms.close_at)
        return terms

    def held(self) -> int:
        """What the book has of the token."""
        return self.world.token.balance(self.contract.address)

    def confirm(self, subject: bytes, *roles: str) -> None:
        self._attest(subject, CONFIRM, roles)

    def question(self, terms: Terms, milestone: int, *roles: str) -> None:
        self._attest(bytes(self.call(self.acts.milestoneIdOf(self.id(terms), milestone))), QUESTION, roles)

    def signed_offer(
        self, terms: Terms, who: Signer, kind: int, units: int, credit: int = NAMED, deadline: int = NEVER
    ) -> tuple[object, ...]:
        values = {"pact": self.id(terms), "pledger": who.address, "kind": kind, "units": units, "credit": credit}
        message = signable(self.contract, "PledgeBook", "Offer", {**values, "deadline": deadline})
        return (who.address, units, credit, deadline, sign(who.key, message))

    def offer_id(self, terms: Terms, kind: int, pledger: str, units: int) -> bytes:
        return bytes(self.call(self.acts.offerIdOf(self.id(terms), kind, pledger, units)))

    def _attest(self, subject: bytes, kind: int, roles: Sequence[str]) -> None:
        functions = self.community.commons.functions
        for role in roles:
            self.send(functions.attest(self.community.mission, subject, kind, bytes(32)), role)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves as the contracts build it: sorted pairs, one left over moves up."""
    *_, last = _levels(leaves)
    return last[0]


def merkle_proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The proof of one leaf."""
    proof = []
    for level in _levels(leaves):
        if place ^ 1 < len(level):
            proof.append(level[place ^ 1])
        place //= 2
    return proof


def account_leaf(account: str) -> bytes:
    """The leaf of an account on a list of confirmers or of a gate."""
    return bytes(keccak(keccak(encode(["address"], [account]))))


def _levels(leaves: Sequence[bytes]) -> Iterator[list[bytes]]:
    level = list(leaves)
    yield level
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [bytes(keccak(b"".join(sorted(pair)))) if len(pair) == 2 else pair[0] for pair in pairs]
        yield level
