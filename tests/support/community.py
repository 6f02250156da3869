"""Missions, the whiteboard and those who act there, on a world's chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3.contract import Contract
from web3.types import TxReceipt

from app.chain.artifacts import artifact
from app.chain.client import NO_ADDRESS
from app.chain.local import MNEMONIC
from tests.support.typed import Values, digest, person, sign, signable
from tests.support.world import DAY, World

NEVER = 2**40 - 1
HASH = bytes(31) + b"\x07"
SIGN_ON, CONFIRM, QUESTION, ENDORSE = range(4)
IDEA, PLAN, PROTOTYPE, LEARNING, DATASET, RETROSPECTIVE = range(6)


@dataclass(frozen=True)
class Goal:
    """A goal as the contract takes it."""

    metric_id: bytes = HASH
    baseline: int = 0
    target: int = 100
    due_at: int = NEVER
    direction: int = 0
    uri: str = "https://metadata.un.org/sdg/8"

    def abi(self) -> tuple[object, ...]:
        return (self.metric_id, self.baseline, self.target, self.due_at, self.direction, self.uri)


@dataclass(frozen=True)
class Mission:
    """Terms as the contract takes them."""

    hashtag: str = "#JobsForAll"
    charter: bytes = HASH
    charter_uri: str = "ipfs://charter"
    goals: tuple[Goal, ...] = (Goal(),)
    parent: bytes = bytes(32)
    reports_due: tuple[int, ...] = ()
    sign_ons: int = 0
    gate: str = NO_ADDRESS

    def abi(self) -> tuple[object, ...]:
        goals = [goal.abi() for goal in self.goals]
        due = list(self.reports_due)
        return (self.hashtag, self.charter, self.charter_uri, goals, self.parent, due, self.sign_ons, self.gate)


@dataclass(frozen=True)
class Signer:
    """Who signs: an account, or a wallet (a contract) that one's key signs for."""

    key: LocalAccount
    wallet: str | None = None

    @property
    def address(self) -> Any:
        return self.wallet or self.key.address


def signer(name: str | int) -> Signer:
    """A person with a key of its own, and no ether."""
    return Signer(person(name))


@dataclass(frozen=True)
class Community:
    """Registry and whiteboard, and one mission's members by name."""

    world: World
    registry: Contract
    commons: Contract
    mission: bytes = field(default=bytes(32))

    @classmethod
    def deploy(cls, world: World) -> Community:
        deployer = world.role("deployer")
        registry = world.chain.deploy(artifact("MissionRegistry"), deployer)
        commons = world.chain.deploy(artifact("Commons"), deployer, registry.address)
        return cls(world, registry, commons)

    def open(self, terms: Mission = Mission()) -> Community:
        """Anyone opens a mission; the community that is about it."""
        function = self.registry.functions.open(terms.abi())
        mission = bytes(self.world.chain.call(function))
        self.send(function, "stranger")
        return replace(self, mission=mission)

    def send(self, function: Any, role: str) -> TxReceipt:
        return self.world.chain.send(function, self.world.role(role))

    def call(self, function: Any) -> Any:
        return self.world.chain.call(function)

    def acts(self, name: str) -> Any:
        """The functions of a contract."""
        return {"MissionRegistry": self.registry, "Commons": self.commons}[name].functions

    def key(self, role: str) -> LocalAccount:
        """The key of a role's account, which the node signs transactions with."""
        Account.enable_unaudited_hdwallet_features()
        number = self.world.chain.accounts.index(self.world.role(role))
        derived: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{number}")
        return derived

    def join(self, *roles: str) -> None:
        """Actors with roles join by their own transactions."""
        for role in roles:
            self.send(self.registry.functions.joinMission(self.mission, [], b""), role)

    def member(self, who: Signer | str) -> tuple[int, int, int]:
        """Index, epoch, since."""
        address = who.address if isinstance(who, Signer) else self.world.role(who)
        index, epoch, since = self.call(self.registry.functions.memberOf(self.mission, address))
        return index, epoch, since

    def message(self, name: str, kind: str, values: Values, chain_id: int | None = None) -> Any:
        contract = self.registry if name == "MissionRegistry" else self.commons
        return signable(contract, name, kind, {"mission": self.mission, **values}, chain_id)

    # What is signed and brought to the registry
    def join_message(self, who: Signer, epoch: int = 0, invitation: bytes = bytes(32), deadline: int = NEVER) -> Any:
        values = {"member": who.address, "epoch": epoch, "invitation": invitation, "deadline": deadline}
        return self.message("MissionRegistry", "Join", values)

    def signed_join(
        self,
        who: Signer,
        epoch: int = 0,
        invitation: tuple[int, bytes] = (0, bytes(32)),
        deadline: int = NEVER,
        signature: bytes | None = None,
    ) -> tuple[object, ...]:
        made = sign(who.key, self.join_message(who, epoch, invitation[1], deadline))
        return (who.address, deadline, invitation[0], made if signature is None else signature)

    def join_signed(
        self,
        joins: Sequence[tuple[object, ...]],
        invitations: Sequence[object] = (),
        gate_data: Sequence[bytes] = (),
    ) -> TxReceipt:
        function = self.registry.functions.joinSigned(self.mission, list(invitations), list(joins), list(gate_data))
        return self.send(function, "relayer")

    def enrol(self, *members: Signer) -> None:
        """All of them join by one batch."""
        self.join_signed([self.signed_join(one) for one in members])

    def signed_leave(self, who: Signer, epoch: int = 0, deadline: int = NEVER) -> tuple[object, ...]:
        values = {"member": who.address, "epoch": epoch, "deadline": deadline}
        return (who.address, deadline, sign(who.key, self.message("MissionRegistry", "Leave", values)))

    def invitation(
        self, inviter: Signer, invitee: Any = NO_ADDRESS, expires: int = NEVER, salt: int = 0
    ) -> tuple[tuple[object, ...], bytes]:
        """An invitation as the contract takes it, and its id."""
        values = {"inviter": inviter.address, "invitee": invitee, "expires": expires, "salt": salt}
        message = self.message("MissionRegistry", "Invitation", values)
        return (inviter.address, invitee, expires, salt, sign(inviter.key, message)), digest(message)

    # What is signed and brought to the whiteboard
    def signed_attest(
        self, who: Signer, subject: bytes, kind: int, note: bytes = bytes(32), deadline: int = NEVER
    ) -> tuple[object, ...]:
        values = {"subject": subject, "kind": kind, "attester": who.address, "note": note, "deadline": deadline}
        return (who.address, deadline, note, sign(who.key, self.message("Commons", "Attest", values)))

    def attest_signed(self, subject: bytes, kind: int, items: Sequence[tuple[object, ...]]) -> TxReceipt:
        function = self.commons.functions.attestSigned(self.mission, subject, kind, list(items))
        return self.send(function, "relayer")

    def signed_retract(self, who: Signer, subject: bytes, kind: int, deadline: int = NEVER) -> tuple[object, ...]:
        values = {"subject": subject, "kind": kind, "attester": who.address, "deadline": deadline}
        return (who.address, deadline, sign(who.key, self.message("Commons", "Retract", values)))

    def signed_anchor(
        self, who: Signer, kind: int, content: bytes, parents: Sequence[bytes] = (), deadline: int = NEVER
    ) -> tuple[object, ...]:
        values = {"author": who.address, "kind": kind, "content": content, "parents": list(parents)}
        message = self.message("Commons", "Anchor", {**values, "deadline": deadline})
        return (who.address, deadline, kind, content, list(parents), sign(who.key, message))

    def anchor(self, role: str, kind: int, content: bytes, parents: Sequence[bytes] = ()) -> bytes:
        """A role with membership anchors an entry; its id."""
        function = self.commons.functions.anchor(self.mission, kind, content, list(parents))
        entry = bytes(self.world.chain.call(function, self.world.role(role)))
        self.send(function, role)
        return entry

    def later(self, seconds: int = DAY) -> int:
        """Moves the clock on; the time then."""
        self.world.node.advance_to(self.world.chain.now + seconds)
        return self.world.chain.now
