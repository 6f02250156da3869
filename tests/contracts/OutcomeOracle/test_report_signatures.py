"""Who may have signed a row, and for what; wallets have a file of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_account.messages import encode_typed_data

from app.chain.oracle import Row, Transmission
from app.domain.instrument import Metric
from app.oracle.quorum import transmission
from app.oracle.report import LiveReport, Report, local_reporters, sign_report, typed_data
from tests.support.reverts import reverts_with
from tests.support.world import EVIDENCE, OpenScorecard, World

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1
STRANGER = local_reporters(1, "a stranger")[0]
Signature = tuple[bytes, bytes] | bytes


def with_signature(card: OpenScorecard, seat: int, signature: Signature) -> Transmission:
    """Seats 0 and 1 say 42; the signature of one of them is another."""
    rows = [replace(one, signature=signature) if one.seat == seat else one for one in good(card)]
    return transmission(rows, 1)


def good(card: OpenScorecard) -> list[Any]:
    return [card.signed(seat, [42]) for seat in (0, 1)]


def as_report(card: OpenScorecard, **changes: Any) -> Report:
    return replace(Report(card.scorecard_id, 0, 1, (42,), EVIDENCE), **changes)


def reverts_for(card: OpenScorecard, seat: int = 0) -> Any:
    """The row of a seat is not signed by its holder."""
    return reverts_with("OutcomeOracle_BadSignature", seat, card.scorecard.panel.reporters[seat])


@pytest.mark.parametrize("seat", [0, 1])
def test_report_reverts_on_a_row_of_a_stranger(card: OpenScorecard, seat: int) -> None:
    """O-08, R-04: wherever it stands."""
    card.go_to_close()
    rows = [card.signed(one, [42], by=STRANGER if one == seat else None) for one in (0, 1)]
    with reverts_for(card, seat):
        card.send(transmission(rows, 1))


def test_report_reverts_on_a_row_signed_for_another_seat(card: OpenScorecard) -> None:
    """O-07, O-08: one reporter's signature twice is no quorum, and nobody speaks for a neighbour."""
    card.go_to_close()
    twice = [card.signed(0, [42]), card.signed(1, [42], by=card.world.reporters[0])]
    with reverts_for(card, 1):
        card.send(transmission(twice, 1))
    swapped = card.rows({0: [42], 1: [42]})
    with reverts_for(card, 0):
        card.send(replace(swapped, rows=swapped.rows[::-1]))


def test_report_reverts_on_a_row_without_signature(card: OpenScorecard) -> None:
    """O-08: no bytes at all."""
    card.go_to_close()
    with reverts_for(card, 1):
        card.send(with_signature(card, 1, (bytes(32), bytes(32))))


@pytest.mark.parametrize(("r", "vs"), [(0, 1), (ORDER, 1), (1, ORDER), (2**256 - 1, 2**256 - 1), (0, 1 << 255), (5, 1)])
def test_report_reverts_on_a_signature_of_nobody(card: OpenScorecard, r: int, vs: int) -> None:
    """O-08, R-07: one that recovers to address 0, or to an address that nobody knows."""
    card.go_to_close()
    with reverts_for(card):
        card.send(with_signature(card, 0, (r.to_bytes(32, "big"), vs.to_bytes(32, "big"))))


def test_report_reverts_on_the_other_recovery_bit(card: OpenScorecard) -> None:
    """R-07: EIP-2098 keeps it in the highest bit of s."""
    card.go_to_close()
    r, vs = good(card)[0].signature
    with reverts_for(card):
        card.send(with_signature(card, 0, (r, bytes([vs[0] ^ 0x80]) + vs[1:])))


def test_report_reverts_on_an_account_signature_of_65_bytes(card: OpenScorecard) -> None:
    """R-07: the long form belongs to wallets; an account's row has one form."""
    card.go_to_close()
    message = encode_typed_data(full_message=typed_data(as_report(card), card.world.oracle.domain()))
    signature = bytes(card.world.reporters[0].sign_message(message).signature)
    with reverts_for(card):
        card.send(with_signature(card, 0, signature))


@pytest.mark.parametrize("parity", [0, 1])
def test_report_reverts_on_the_high_form_of_a_signature(card: OpenScorecard, parity: int) -> None:
    """R-07: n - s for s, with either recovery bit: EIP-2098 has no room for it."""
    card.go_to_close()
    r, vs = good(card)[0].signature
    high = ORDER - (int.from_bytes(vs, "big") & (2**255 - 1))
    with reverts_for(card):
        card.send(with_signature(card, 0, (r, (high | parity << 255).to_bytes(32, "big"))))


def test_report_gains_nothing_from_a_second_transmission_of_its_signatures(card: OpenScorecard) -> None:
    """R-07, O-11: the same rows again are not more reporters."""
    card.go_to_close()
    card.send(transmission(good(card), 1))
    with reverts_with("OutcomeOracle_NotMoreReporters", 2, 2):
        card.send(transmission(good(card), 1))


@pytest.mark.parametrize(
    "change",
    [
        {"period": 1},
        {"metrics": 2},
        {"values": (41,)},
        {"values": (42, 42)},
        {"values": ()},
        {"evidence": bytes(32)},
        {"scorecard": bytes(32)},
    ],
    ids="-".join,
)
def test_report_reverts_on_a_signature_for_something_else(card: OpenScorecard, change: dict[str, Any]) -> None:
    """R-07: each part of what is signed."""
    card.go_to_close()
    other = sign_report(as_report(card, **change), card.world.oracle.domain(), 1, card.world.reporters[1])
    with reverts_for(card, 1):
        card.send(with_signature(card, 1, other.signature))


@pytest.mark.parametrize(
    "change",
    [{"chainId": 1}, {"name": "Concord"}, {"version": "2"}, {"verifyingContract": "0x" + "11" * 20}],
    ids="-".join,
)
def test_report_reverts_on_a_signature_for_another_domain(card: OpenScorecard, change: dict[str, Any]) -> None:
    """R-07: another chain, another contract."""
    card.go_to_close()
    other = sign_report(as_report(card), {**card.world.oracle.domain(), **change}, 0, card.world.reporters[0])
    with reverts_for(card):
        card.send(with_signature(card, 0, other.signature))


def test_report_reverts_on_what_another_oracle_accepted(world: World, card: OpenScorecard) -> None:
    """R-07, O-02: the same terms at a second oracle are another scorecard, and take signatures of their own."""
    card.go_to_close()
    data = card.rows({0: [42], 1: [42]}).encoded(card.terms())
    world.send(world.oracle.contract.functions.report(data), "relayer")
    second = world.deploy("OutcomeOracle")
    with reverts_with("OutcomeOracle_UnknownScorecard", _id_at(second, card)):
        world.send(second.functions.report(data), "relayer")
    world.send(second.functions.openPanel(card.scorecard.panel.abi()), "stranger")
    world.send(second.functions.openScorecard(*card.scorecard.abi()), "stranger")
    with reverts_for(card):
        world.send(second.functions.report(data), "relayer")


def test_report_reverts_on_a_replay_in_the_next_period(world: World) -> None:
    """R-07: what was true of one period says nothing of the next."""
    card = world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)], periods=2)
    card.go_to_close()
    rows = card.rows({0: [42], 1: [42]})
    card.send(rows)
    card.go_to_close(1)
    with reverts_for(card):
        card.send(replace(rows, when=1))


def test_report_reverts_on_a_live_row(world: World, card: OpenScorecard) -> None:
    """O-16, R-07: even if time and period are the same number."""
    card.go_to_close()
    live = LiveReport(card.scorecard_id, 0, 1, (42,))
    rows = transmission([sign_report(live, world.oracle.domain(), one, world.reporters[one]) for one in (0, 1)], 1)
    with reverts_for(card):
        card.send(replace(rows, evidence=EVIDENCE))


def test_report_takes_one_signature_for_many_metrics_as_it_is(world: World) -> None:
    """O-12, R-07: rows can't be cut into metrics, nor metrics exchanged."""
    card = world.open_scorecard([Metric(name, "", 0, -1000, 1000) for name in "abc"])
    card.go_to_close()
    rows = card.rows({0: [1, 2], 1: [1, 2]}, metrics=[0, 2])
    with reverts_for(card):
        card.send(replace(rows, metrics=0b011))
    first = tuple(Row(row.values[:1], row.signature) for row in rows.rows)
    with reverts_for(card):
        card.send(replace(rows, metrics=0b001, rows=first))
    card.send(rows)
    assert [card.round(metric).value for metric in range(3)] == [1, 0, 2]


def _id_at(oracle: Any, card: OpenScorecard) -> bytes:
    return bytes(oracle.functions.scorecardIdOf(*card.scorecard.abi()).call())
