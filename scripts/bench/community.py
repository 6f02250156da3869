"""What members do, as signed batches that a relayer sends: gas of whole transactions [gas]."""

from __future__ import annotations

from collections.abc import Iterator

from eth_utils.crypto import keccak

from app.domain.instrument import Claim, Combine, Instrument, Metric, MetricLeg
from tests.support.community import SIGN_ON, Community, Goal, Mission, signer
from tests.support.pacts import NAMED, Backing, Body, Book, Kind, Milestone, Terms
from tests.support.world import DAY, World

Measured = Iterator[tuple[str, int]]

BATCH = 100
_AMOUNT = 5_000_00
_FACE = 1_000_000_00
_TEXT = bytes(keccak(text="what the goal is"))


def community(world: World) -> Measured:
    """A hundred people join, and sign on to one entry, each by a signature of 65 bytes.

    Another hundred did both before, so that counters are not zero; the members' own slots are, and so are the bits.
    Nobody uses an invitation.
    """
    here = Community.deploy(world).open(Mission(goals=(Goal(_TEXT, 0, 1_000_00),)))
    here.join("provider")
    first, people = ([signer(f"{group} {number}") for number in range(BATCH)] for group in ("first", "second"))
    here.enrol(*first)
    yield "join_batch100_each", here.join_signed([here.signed_join(one) for one in people])["gasUsed"]

    entry = here.anchor("provider", 1, _TEXT)
    here.attest_signed(entry, SIGN_ON, [here.signed_attest(one, entry, SIGN_ON) for one in first])
    signed = [here.signed_attest(one, entry, SIGN_ON) for one in people]
    yield "attest_batch100_each", here.attest_signed(entry, SIGN_ON, signed)["gasUsed"]


def pledges(world: World) -> Measured:
    """Money by approval, a hundred signed offers of time, and a pledger who collects its part of the backing.

    Others pledged before, so that totals and bits are not zero. `first`: the pledger's own slot is; `repeat`: it
    pledges again. Tokens are approved without limit. Whoever collects holds the residual of the same set, as who funds
    agreements does, so that the slot of its positions is not zero.
    """
    book = Book.deploy(world).begin()
    book.community.join("outcome_payer")
    backing = _backing(book)
    terms = _terms(book, backing)
    book.open(terms)
    book.fund("outcome_payer", _AMOUNT)
    for role in ("investor", "guarantor"):
        book.fund(role, 9 * _AMOUNT)
    pledge = book.acts.pledge(terms.pact(), _AMOUNT, NAMED)
    book.send(pledge, "investor")
    yield "pledge_money_first", book.send(pledge, "guarantor")["gasUsed"]
    yield "pledge_money_repeat", book.send(pledge, "guarantor")["gasUsed"]

    first, people = ([signer(f"{group} {number}") for number in range(BATCH)] for group in ("one", "two"))
    for group in (first, people):
        book.community.enrol(*group)
        offers = [book.signed_offer(terms, one, 0, 40) for one in group]
        gas = book.send(book.with_body("offerSigned", terms, 0, offers), "relayer")["gasUsed"]
    yield "pledge_signed_batch100_each", gas

    move = world.instruments.contract.functions.setOperator(book.contract.address, True)
    book.send(move, "outcome_payer")
    deposit = book.acts.depositBacking(terms.pact(), backing.abi(), backing.money)
    book.send(deposit, "outcome_payer")
    book.go(terms.close_at)
    collect = [book.acts.collect(terms.pact(), backing.abi(), book.role(role)) for role in ("investor", "guarantor")]
    book.send(collect[0], "investor")
    yield "pact_claim", book.send(collect[1], "guarantor")["gasUsed"]


def _backing(book: Book) -> Backing:
    """Half of the first claim of an agreement for money, nothing for points, of which the kinds can earn 203,000."""
    world = book.world
    card = world.open_scorecard([Metric("jobs", "job", 0, 0, 1_000_000)])
    claim = Claim("provider", ((0, 0), (1_000, _FACE)))
    opened = world.open(Instrument("a", "a", _FACE, Combine.SUM, (MetricLeg("jobs", ()),), (claim,)), card)
    payer = world.role("outcome_payer")
    for holder in ("investor", "guarantor"):
        world.mint(opened, 10, payer, world.role(holder))
    world.mint(opened, _FACE, payer, payer)
    return Backing(opened.position_id(0), _FACE // 2, 0, 203_000, world.chain.now + 60 * DAY)


def _terms(book: Book, backing: Backing) -> Terms:
    """Three milestones, two kinds, a hold rule."""
    now, provider = book.world.chain.now, book.role("provider")
    shares = ((20, 300_000), (40, 300_000), (60, 400_000))
    milestones = tuple(Milestone(now + days * DAY, ((provider, share),)) for days, share in shares)
    kinds = (Kind(now + 50 * DAY, 2, 40, 100_000), Kind(now + 60 * DAY, 3, 10, 1_000, 1, "day"))
    rule = {"hold_share": 200_000, "hold_pledgers": 10, "window": 7 * DAY, "answer_within": 30 * DAY}
    body = Body(book.entry, milestones, kinds, 3, bytes(32), _AMOUNT, arbiter=book.role("stranger"), **rule)
    return book.terms(
        body=body,
        lock_at=now + 10 * DAY,
        close_at=now + 15 * DAY,
        min_total=_AMOUNT,
        max_total=1_000 * _AMOUNT,
        min_per_actor=_AMOUNT,
        min_pledgers=2,
        min_contributors=100,
        backing=backing,
    )
