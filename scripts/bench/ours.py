"""Concord's own actions, each a whole transaction on a fresh local chain. Says what was zero and what was not.

Every transaction is cold. Tokens are approved without limit, so that the allowance is read and not written, and every
account and contract that tokens come from or go to holds some before and after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak

from app.chain.body import encode_body
from app.chain.instruments import Allocation, Opened, Terms
from app.chain.oracle import Transmission
from app.domain.instrument import Claim, Combine, Instrument, Metric, MetricLeg
from app.oracle.quorum import transmission
from app.oracle.report import LiveReport, Report, bits, sign_report
from tests.support.world import OpenScorecard, World

Measured = Iterator[tuple[str, int]]

FACE = 1_000_000_00
KNOTS = ((250_000, 0), (400_000, 300_000_00), (650_000, 800_000_00), (900_000, 1_000_000_00))
OUTCOME = 512_345
SETS = 50_000_00
EVIDENCE = bytes(keccak(text="what each reporter measured"))
LIMITLESS = 2**256 - 1
BOTH = 0b11
PANELS = (3, 5, 9)
MANY = 10


def instruments(world: World) -> Measured:
    """An agreement of one leg and two claims, from opening to redemption.

    Others hold positions of it all the time. `first`: the receivers' position slots are zero; `repeat`: the same holder
    again. Merge and redeem give up a part of what is held, so that no slot is cleared and nothing is refunded.
    """
    payer, payer_2 = world.role("outcome_payer"), world.role("outcome_payer_2")
    taker, other = world.role("provider"), world.role("investor")
    for account in (payer, payer_2, taker, other):
        _fund(world, account)
    card = world.open_scorecard([_metric(0)])
    opened, gas = _open(world, card)
    yield "open_agreement_4_knots", gas

    _mint(world, opened, other, [Allocation(other, BOTH, SETS)])
    yield "mint_two_claims_first", _mint(world, opened, payer, [Allocation(payer, BOTH, SETS)])
    yield "mint_two_claims_repeat", _mint(world, opened, payer, [Allocation(payer, BOTH, SETS)])
    parts = [Allocation(taker, 1, SETS), Allocation(payer_2, 2, SETS)]
    yield "mint_two_holders_first", _mint(world, opened, payer_2, parts)
    yield "merge", world.instruments.merge(opened, SETS // 3, payer, payer)["gasUsed"]

    card.finish(OUTCOME)
    settle = world.instruments.contract.functions.settle(opened.terms.abi(), opened.body)
    yield "settle_one_leg", world.chain.send(settle, world.role("relayer"))["gasUsed"]
    yield "redeem_one_claim", world.instruments.redeem(opened, 0, SETS // 3, taker, taker)["gasUsed"]


def oracle(world: World) -> Measured:
    """Panels of 3, 5 and 9 reporters who all sign: one metric, then ten at once.

    A live value overwrites an older one; a report goes into a slot that is zero. Each reporter signs another value,
    and the bundle of evidence that they agreed on.
    """
    for seats in PANELS:
        yield from _panel(world, seats, 1, (f"live_1_metric_{seats}_sigs", f"report_1_metric_{seats}_sigs"))
    yield from _panel(world, 5, MANY, ("live_10_metrics_5_sigs_per_metric", "report_10_metrics_5_sigs_per_metric"))


def _panel(world: World, seats: int, metrics: int, keys: tuple[str, str]) -> Measured:
    panel = world.panel(seats, seats // 2 + 1)
    card = world.open_scorecard([_metric(index) for index in range(metrics)], panel)
    relayer = world.role("relayer")
    for hours in (1, 2):
        at = card.scorecard.calendar.start + 3600 * hours
        world.node.advance_to(at)
        gas = world.oracle.report_live(card.scorecard, _live(card, seats, at), relayer)["gasUsed"]
    yield keys[0], gas
    card.go_to_close()
    yield keys[1], world.oracle.report(card.scorecard, _report(card, seats), relayer)["gasUsed"]


def _live(card: OpenScorecard, seats: int, at: int) -> Transmission:
    chosen, count = _all(card)
    return _signed(card, [LiveReport(card.scorecard_id, at, chosen, values(seat, count)) for seat in range(seats)])


def _report(card: OpenScorecard, seats: int) -> Transmission:
    chosen, count = _all(card)
    return _signed(
        card,
        [Report(card.scorecard_id, 0, chosen, values(seat, count), EVIDENCE) for seat in range(seats)],
    )


def _signed(card: OpenScorecard, reports: Sequence[Report | LiveReport]) -> Transmission:
    world, domain = card.world, card.world.oracle.domain()
    signed = [sign_report(one, domain, seat, world.reporters[seat]) for seat, one in enumerate(reports)]
    return transmission(signed, card.scorecard.panel.quorum)


def values(seat: int, metrics: int) -> tuple[int, ...]:
    """What a reporter measured: six digits, near to the others', in no order."""
    return tuple(OUTCOME + 7_919 * metric + (seat * 37) % 101 for metric in range(metrics))


def _all(card: OpenScorecard) -> tuple[int, int]:
    count = len(card.scorecard.metrics)
    return bits(range(count)), count


def _metric(index: int) -> Metric:
    return Metric(f"people in work {index}", "person", 2, 0, 1_000_000_00)


def _fund(world: World, account: ChecksumAddress) -> None:
    world.token.mint(account, 10 * SETS, world.role("deployer"))
    world.token.approve(world.instruments.address, LIMITLESS, account)


def _open(world: World, card: OpenScorecard) -> tuple[Opened, int]:
    """An agreement with a mission, a document and labels, as a real one has."""
    leg = MetricLeg(card.scorecard.metrics[0].name, ())
    agreement = Instrument("agreement", "agreement", FACE, Combine.SUM, (leg,), (Claim("provider", KNOTS),))
    body = encode_body(agreement, card.metric_ids(), {}, bytes(keccak(text="mission")), bytes(keccak(text="document")))
    terms = Terms(world.token.address, FACE, bytes(keccak(body)))
    function = world.instruments.contract.functions.open(terms.abi(), body)
    instrument_id = world.chain.call(function)
    return Opened(instrument_id, terms, body, agreement), world.chain.send(function, world.role("stranger"))["gasUsed"]


def _mint(world: World, opened: Opened, payer: ChecksumAddress, parts: Sequence[Allocation]) -> int:
    return world.instruments.mint(opened, SETS, parts, payer)["gasUsed"]
