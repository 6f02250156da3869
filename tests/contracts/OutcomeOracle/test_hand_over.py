"""Seats change hands. In these tests the reporters are accounts of the node, so that they can send as well as sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from app.chain.client import NO_ADDRESS
from app.chain.oracle import Panel
from app.domain.instrument import Metric
from app.oracle.quorum import transmission
from app.oracle.report import compact, local_reporters
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import DAY, OpenScorecard, World

HAND_OVER = {
    "HandOver": [
        {"name": "scorecard", "type": "bytes32"},
        {"name": "seat", "type": "uint256"},
        {"name": "successor", "type": "address"},
        {"name": "nonce", "type": "uint256"},
    ]
}
SUCCESSOR, ANOTHER = local_reporters(2, "successor")
JOBS = [Metric("jobs", "job", 0, -1000, 1000)]


@pytest.fixture
def card(world: World) -> OpenScorecard:
    """Four periods of a day, seats held by three of the node's accounts, quorum two."""
    world = replace(world, reporters=tuple(world.key(world.holder(number)) for number in range(3)))
    return world.open_scorecard(JOBS, periods=4)


def hand_over(
    card: OpenScorecard,
    seat: int = 0,
    successor: ChecksumAddress = SUCCESSOR.address,
    sender: ChecksumAddress | None = None,
    signature: bytes = b"",
) -> Any:
    """Sent by the seat's reporter, unless a sender is named."""
    function = card.world.oracle.contract.functions.handOver(card.terms(), seat, successor, signature)
    return card.world.chain.send(function, sender or card.world.holder(seat))


def signature(card: OpenScorecard, by: LocalAccount, nonce: int = 0, domain: Any = None, **changes: Any) -> bytes:
    """Of 65 bytes, over the hand-over of seat 0 to the successor, but for what is changed."""
    message = {"scorecard": card.scorecard_id, "seat": 0, "successor": SUCCESSOR.address, "nonce": nonce, **changes}
    typed = encode_typed_data({**card.world.oracle.domain(), **(domain or {})}, HAND_OVER, message)
    return bytes(by.sign_message(typed).signature)


def holder(card: OpenScorecard, seat: int = 0, opening: int = 2**40) -> list[Any]:
    return list(card.world.call(card.world.oracle.contract.functions.holderOf(card.terms(), seat, opening)))


def report(card: OpenScorecard, period: int, by: Mapping[int, LocalAccount]) -> None:
    """Seats 0 and 1 report in the first second of the period's window; `by` whose keys, if not their first ones'."""
    card.go_to_close(period)
    rows = [card.signed(seat, [42], period, by=by.get(seat)) for seat in (0, 1)]
    card.send(transmission(rows, 1))


def test_hand_over_by_its_holder_moves_the_seat(world: World, card: OpenScorecard) -> None:
    """O-18, O-13: the event tells who held it and who holds it; the other seats stay as they are."""
    receipt = hand_over(card)
    assert events(world.oracle.contract, "SeatHandedOver", receipt) == [
        {
            "scorecardId": card.scorecard_id,
            "seat": 0,
            "holder": world.holder(0),
            "successor": SUCCESSOR.address,
        }
    ]
    assert [holder(card, seat) for seat in range(3)] == [
        [SUCCESSOR.address, 1],
        [world.holder(1), 0],
        [world.holder(2), 0],
    ]


def test_hand_over_binds_the_periods_that_open_after_it(world: World, card: OpenScorecard) -> None:
    """O-18: the holder before reports for the open period, the successor for the next, and each only for its own."""
    world.node.advance_to(card.scorecard.calendar.start + 7)
    hand_over(card)
    with reverts_with("OutcomeOracle_BadSignature", 0, world.holder(0)):
        report(card, 0, {0: SUCCESSOR})
    report(card, 0, {})
    with reverts_with("OutcomeOracle_BadSignature", 0, SUCCESSOR.address):
        report(card, 1, {})
    report(card, 1, {0: SUCCESSOR})
    assert [card.round(period=period).reporters for period in (0, 1)] == [2, 2]


@pytest.mark.parametrize(("offset", "first"), [(-1, 1), (0, 2), (1, 2)])
def test_hand_over_counts_from_the_second_after_it(world: World, card: OpenScorecard, offset: int, first: int) -> None:
    """O-18: period 1 opens one second after, in the very second of, and one second before the hand-over."""
    opening = card.scorecard.calendar.close(0)
    world.node.advance_to(opening + offset)
    hand_over(card)
    openings = [card.scorecard.calendar.start + period * DAY for period in range(4)]
    expected = [world.holder(0)] * first + [SUCCESSOR.address] * (4 - first)
    assert [holder(card, 0, one)[0] for one in openings] == expected
    report(card, 1, {0: SUCCESSOR} if first == 1 else {})
    report(card, 2, {0: SUCCESSOR})


def test_hand_over_before_the_start_binds_all_periods(world: World) -> None:
    """O-18: a scorecard may start later."""
    world = replace(world, reporters=tuple(world.key(world.holder(number)) for number in range(3)))
    calendar = world.open_scorecard(JOBS).scorecard.calendar
    later = replace(calendar, start=calendar.start + 1)
    scorecard = replace(world.open_scorecard(JOBS).scorecard, calendar=later)
    card = OpenScorecard(world, scorecard, world.oracle.open_scorecard(scorecard, world.role("stranger")))
    hand_over(card)
    report(card, 0, {0: SUCCESSOR})


def test_hand_over_binds_live_values_of_later_periods(world: World, card: OpenScorecard) -> None:
    """O-16, O-18: the period around the moment of observation decides, and periods are counted on past the last."""
    calendar = card.scorecard.calendar
    world.node.advance_to(calendar.start + 7)
    hand_over(card)
    world.node.advance_to(calendar.start + 9 * DAY)
    moments = [(calendar.start - DAY, None), (calendar.close(0) - 1, None)]
    moments += [(calendar.close(0), SUCCESSOR), (calendar.start + 8 * DAY, SUCCESSOR)]
    for observed_at, by in moments:
        rows = [card.signed_live(0, [1], observed_at, by=by), card.signed_live(1, [1], observed_at)]
        wrong = card.signed_live(0, [1], observed_at, by=None if by else SUCCESSOR)
        with reverts_with("OutcomeOracle_BadSignature", 0, by.address if by else world.holder(0)):
            card.send_live(transmission([wrong, rows[1]], 1))
        card.send_live(transmission(rows, 1))
        assert card.live() == (1, observed_at)


@pytest.mark.parametrize("size", [65, 64])
def test_hand_over_by_signature_can_be_sent_by_anybody(world: World, card: OpenScorecard, size: int) -> None:
    """O-18, O-20: in 65 bytes, or in the 64 of EIP-2098."""
    signed = signature(card, card.world.reporters[0])
    if size == 64:
        r, s = (int.from_bytes(signed[part : part + 32], "big") for part in (0, 32))
        signed = b"".join(compact(r, s, signed[64]))
    hand_over(card, sender=world.role("stranger"), signature=signed)
    assert holder(card) == [SUCCESSOR.address, 1]


def test_hand_over_by_the_signature_of_a_wallet(world: World) -> None:
    """O-18, O-22: a wallet of two owners hands its seat over; one owner alone can't."""
    wallet = world.deploy("SharedWallet", [SUCCESSOR.address, ANOTHER.address], 130)
    card = world.open_scorecard(JOBS, Panel((wallet.address,), 1))
    signed = [signature(card, one, successor=world.role("investor")) for one in (SUCCESSOR, ANOTHER)]
    send = {"successor": world.role("investor"), "sender": world.role("relayer")}
    with reverts_with("OutcomeOracle_BadSignature", 0, wallet.address):
        hand_over(card, signature=signed[0], **send)
    hand_over(card, signature=b"".join(signed), **send)
    assert holder(card) == [world.role("investor"), 1]


def test_hand_over_signature_is_used_once(world: World, card: OpenScorecard) -> None:
    """O-20, R-07: the seat comes back to its first holder, whose old signature is worth nothing by then."""
    signed = signature(card, card.world.reporters[0], successor=world.holder(9))
    stranger = world.role("stranger")
    hand_over(card, successor=world.holder(9), sender=stranger, signature=signed)
    hand_over(card, successor=world.holder(0), sender=world.holder(9))
    with reverts_with("OutcomeOracle_BadSignature", 0, world.holder(0)):
        hand_over(card, successor=world.holder(9), sender=stranger, signature=signed)
    fresh = signature(card, card.world.reporters[0], nonce=2, successor=world.holder(9))
    hand_over(card, successor=world.holder(9), sender=stranger, signature=fresh)
    assert holder(card) == [world.holder(9), 3]


@pytest.mark.parametrize(
    "changes",
    [
        {"seat": 1},
        {"nonce": 1},
        {"successor": ANOTHER.address},
        {"scorecard": bytes(32)},
        {"domain": {"chainId": 1}},
        {"domain": {"verifyingContract": ANOTHER.address}},
    ],
    ids=str,
)
def test_hand_over_reverts_on_a_signature_for_something_else(
    world: World, card: OpenScorecard, changes: dict[str, Any]
) -> None:
    """R-07: each part of what is signed, and who signed it."""
    signed = signature(card, card.world.reporters[0], **changes)
    with reverts_with("OutcomeOracle_BadSignature", 0, world.holder(0)):
        hand_over(card, signature=signed)


@pytest.mark.parametrize("length", [1, 63, 64, 65, 66, 130])
def test_hand_over_reverts_on_bytes_that_are_no_signature(world: World, card: OpenScorecard, length: int) -> None:
    """O-18, O-20: even if the holder sends them."""
    with reverts_with("OutcomeOracle_BadSignature", 0, world.holder(0)):
        hand_over(card, signature=bytes(length))


def test_hand_over_reverts_by_anybody_but_the_seat_s_holder(world: World, card: OpenScorecard) -> None:
    """O-18, R-04: strangers, neighbours, and who held it before."""
    for sender in (world.role("stranger"), world.holder(1)):
        with reverts_with("OutcomeOracle_NotSeatHolder", sender, world.holder(0)):
            hand_over(card, sender=sender)
    with reverts_with("OutcomeOracle_BadSignature", 0, world.holder(0)):
        hand_over(card, signature=signature(card, card.world.reporters[1]))
    hand_over(card)
    with reverts_with("OutcomeOracle_NotSeatHolder", world.holder(0), SUCCESSOR.address):
        hand_over(card, successor=ANOTHER.address)


def test_hand_over_reverts_to_nobody(card: OpenScorecard) -> None:
    """O-19."""
    with reverts_with("OutcomeOracle_ZeroReporter", 0):
        hand_over(card, successor=NO_ADDRESS)


def test_hand_over_reverts_to_a_holder_of_any_seat(world: World, card: OpenScorecard) -> None:
    """O-19: to a neighbour, to oneself, to a neighbour's successor; a neighbour that left may come."""
    for successor in (world.holder(2), world.holder(0)):
        with reverts_with("OutcomeOracle_DuplicateReporter", successor):
            hand_over(card, successor=successor)
    hand_over(card, seat=1)
    with reverts_with("OutcomeOracle_DuplicateReporter", SUCCESSOR.address):
        hand_over(card, seat=0)
    hand_over(card, seat=0, successor=world.holder(1))
    assert [holder(card, seat)[0] for seat in range(3)] == [world.holder(1), SUCCESSOR.address, world.holder(2)]


def test_holders_are_distinct_in_every_period(world: World, card: OpenScorecard) -> None:
    """O-19: two reporters exchange their seats over a third account; at no moment does one of them speak twice."""
    start = card.scorecard.calendar.start
    world.node.advance_to(start + 1)
    hand_over(card, seat=0, successor=world.holder(9))
    hand_over(card, seat=1, successor=world.holder(0))
    world.node.advance_to(start + DAY)
    hand_over(card, seat=0, successor=world.holder(1), sender=world.holder(9))
    for opening in (start, start + DAY, start + DAY + 1, start + 2 * DAY):
        holders = [holder(card, seat, opening)[0] for seat in range(3)]
        assert len(set(holders)) == 3
    assert [holder(card, seat)[0] for seat in range(3)] == [world.holder(1), world.holder(0), world.holder(2)]


@pytest.mark.parametrize("seat", [3, 63, 2**255])
def test_hand_over_reverts_for_a_seat_that_does_not_exist(world: World, card: OpenScorecard, seat: int) -> None:
    """O-21."""
    with reverts_with("OutcomeOracle_UnknownSeat", seat, 3):
        hand_over(card, seat=seat, sender=world.holder(0))


def test_hand_over_reverts_for_terms_that_nobody_opened(world: World, card: OpenScorecard) -> None:
    """O-02."""
    other = replace(card.scorecard, evidence_method="another")
    unopened = replace(card, scorecard=other)
    with reverts_with("OutcomeOracle_UnknownScorecard", world.oracle.scorecard_id(other)):
        hand_over(unopened)


def test_hand_over_is_for_one_scorecard_of_a_panel(world: World, card: OpenScorecard) -> None:
    """O-18: the panel's other scorecards keep their reporters."""
    other = card.world.open_scorecard([Metric("homes", "home", 0, 0, 9)])
    hand_over(card)
    assert holder(other) == [world.holder(0), 0]


def test_hand_over_of_the_last_of_64_seats(world: World) -> None:
    """O-18: the mark of the highest seat; rows of the other seats are checked as before."""
    seats = (*local_reporters(63), world.key(world.holder(0)))
    world = replace(world, reporters=seats)
    card = world.open_scorecard(JOBS, world.panel(64, 33), periods=2)
    hand_over(card, seat=63, sender=world.holder(0))
    card.go_to_close(1)
    rows = [card.signed(seat, [seat], 1, by=SUCCESSOR if seat == 63 else None) for seat in range(31, 64)]
    card.send(transmission(rows, 33))
    assert card.round(period=1).reporters == 33
