"""Seats held by ERC-1271 wallets, well-behaved and hostile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount

from app.chain.oracle import Panel
from app.domain.instrument import Metric
from app.oracle.quorum import transmission
from app.oracle.report import Report, SignedReport, local_reporters, typed_data
from tests.support.reverts import reverts_with
from tests.support.world import EVIDENCE, OpenScorecard, World

OWNERS = local_reporters(3, "wallet owner")
MOODS = ("WRONG_ANSWER", "SHORT_ANSWER", "EMPTY_ANSWER", "REVERTS", "BURNS_GAS", "RETURN_BOMB", "REVERT_BOMB")


@dataclass(frozen=True)
class Wallet:
    """A wallet of several owners, whose signatures have a fixed length."""

    contract: Any
    owners: tuple[LocalAccount, ...]
    length: int

    def signed(self, card: OpenScorecard, seat: int, values: tuple[int, ...], period: int = 0) -> SignedReport:
        report = Report(card.scorecard_id, period, 1, values, EVIDENCE)
        message = encode_typed_data(full_message=typed_data(report, card.world.oracle.domain()))
        signature = b"".join(bytes(owner.sign_message(message).signature) for owner in self.owners)
        return SignedReport(seat, report, signature.ljust(self.length, b"\x5a"))


def new_wallet(world: World, owners: int, length: int) -> Wallet:
    chosen = OWNERS[:owners]
    return Wallet(world.deploy("SharedWallet", [one.address for one in chosen], length), chosen, length)


def card_of(world: World, *wallets: Any) -> OpenScorecard:
    """Seats 0 and 1 are accounts, wallets follow; the quorum is two of three or four."""
    addresses = [one.address for one in world.reporters[:2]] + [one.address for one in wallets]
    quorum = len(addresses) // 2 + 1
    card = world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)], Panel(tuple(addresses), quorum))
    card.go_to_close()
    return card


@pytest.mark.parametrize(("owners", "length"), [(0, 0), (1, 65), (2, 130), (3, 500), (1, 1024)])
def test_report_takes_a_wallet_signature_of_any_length(world: World, owners: int, length: int) -> None:
    """O-08, O-22: none is cut to 65 bytes."""
    wallet = new_wallet(world, owners, length)
    card = card_of(world, wallet.contract)
    card.send(transmission([card.signed(0, [40]), wallet.signed(card, 2, (42,))], 1))
    assert (card.round().value, card.round().reporters) == (40, 2)


def test_report_takes_several_wallets_in_the_order_of_their_rows(world: World) -> None:
    """O-21, O-22: signatures of different lengths follow each other behind the rows."""
    wallets = [new_wallet(world, 2, 130), new_wallet(world, 3, 500)]
    card = card_of(world, *(one.contract for one in wallets))
    rows = [card.signed(1, [1]), wallets[0].signed(card, 2, (2,)), wallets[1].signed(card, 3, (3,))]
    good = transmission(rows, 1)
    swapped = replace(good, rows=(good.rows[0], *_with_swapped_signatures(*good.rows[1:])))
    with reverts_with("OutcomeOracle_BadSignature", 2, wallets[0].contract.address):
        card.send(swapped)
    card.send(good)
    assert (card.round().value, card.round().reporters) == (2, 3)


@pytest.mark.parametrize("change", [-1, 1])
def test_report_reverts_on_a_wallet_signature_of_another_length(world: World, change: int) -> None:
    """O-21, O-22: cut short, the wallet refuses it; announced longer than it is, the oracle does."""
    wallet = new_wallet(world, 2, 130)
    card = card_of(world, wallet.contract)
    good = transmission([card.signed(0, [40]), wallet.signed(card, 2, (42,))], 1)
    data = bytearray(good.encoded(card.terms()))
    data[-130 - 33] += change  # the length stands before `vs`, which is 0
    with reverts_with("OutcomeOracle_BadSignature", 2, wallet.contract.address):
        world.send(world.oracle.contract.functions.report(bytes(data)), "relayer")


@pytest.mark.parametrize("size", [2**255, 2**256 - 1, 2**64])
def test_report_reverts_on_an_endless_wallet_signature(world: World, size: int) -> None:
    """O-21, O-22: no announced length overflows."""
    wallet = new_wallet(world, 1, 65)
    card = card_of(world, wallet.contract)
    good = transmission([card.signed(0, [40]), wallet.signed(card, 2, (42,))], 1)
    endless = replace(good.rows[1], signature=(size.to_bytes(32, "big"), bytes(32)))
    with reverts_with("OutcomeOracle_BadSignature", 2, wallet.contract.address):
        card.send(replace(good, rows=(good.rows[0], endless)))


def test_report_reverts_on_bytes_behind_a_wallet_signature(world: World) -> None:
    """O-21."""
    wallet = new_wallet(world, 1, 65)
    card = card_of(world, wallet.contract)
    data = transmission([card.signed(0, [40]), wallet.signed(card, 2, (42,))], 1).encoded(card.terms())
    with reverts_with("OutcomeOracle_TransmissionLength", len(data) + 1, len(data)):
        world.send(world.oracle.contract.functions.report(data + b"\0"), "relayer")


def test_report_reverts_on_a_wallet_signature_for_other_values(world: World) -> None:
    """O-08, R-07."""
    wallet = new_wallet(world, 2, 130)
    card = card_of(world, wallet.contract)
    said, sent = wallet.signed(card, 2, (41,)), wallet.signed(card, 2, (42,))
    with reverts_with("OutcomeOracle_BadSignature", 2, wallet.contract.address):
        card.send(transmission([card.signed(0, [40]), replace(sent, signature=said.signature)], 1))


def test_report_reverts_on_an_owner_in_place_of_the_wallet(world: World) -> None:
    """O-08: one of the owners is not the wallet."""
    wallet = new_wallet(world, 2, 130)
    card = card_of(world, wallet.contract)
    with reverts_with("OutcomeOracle_BadSignature", 2, wallet.contract.address):
        card.send(transmission([card.signed(0, [40]), card.signed(2, [42], by=OWNERS[0])], 1))


@pytest.mark.parametrize("mood", MOODS)
def test_report_without_a_hostile_wallet_is_accepted(world: World, mood: str) -> None:
    """O-22, R-04: it burns gas, reverts or answers anything; only a transmission with its row fails."""
    wallet = Wallet(world.deploy("HostileWallet", MOODS.index(mood)), OWNERS[:1], 65)
    card = card_of(world, wallet.contract)
    with reverts_with("OutcomeOracle_BadSignature", 2, wallet.contract.address):
        card.send(transmission([card.signed(0, [40]), card.signed(1, [41]), wallet.signed(card, 2, (42,))], 1))
    card.send(card.rows({0: [40], 1: [41]}))
    assert (card.round().value, card.round().reporters) == (40, 2)


def _with_swapped_signatures(one: Any, other: Any) -> tuple[Any, Any]:
    return replace(one, signature=other.signature), replace(other, signature=one.signature)
