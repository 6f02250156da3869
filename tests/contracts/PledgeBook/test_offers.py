from __future__ import annotations

from dataclasses import replace

import pytest
from web3.types import TxReceipt

from tests.support.community import HASH, NEVER, Signer, signer
from tests.support.events import events
from tests.support.pacts import (
    BOUND,
    LOCKED,
    NAMED,
    POOLED,
    Book,
    Kind,
    Terms,
    account_leaf,
    merkle_proof,
    merkle_root,
)
from tests.support.reverts import reverts_with
from tests.support.typed import high_s, person, sign, signable
from tests.support.world import DAY

EXPIRED, NOT_MEMBER, ALREADY_RECORDED, CAP_PER_ACTOR, CAP_IN_ALL, BAD_SIGNATURE = range(1, 7)
NONE, DELIVERED, CONFIRMED = range(3)
ANNA, BEN, CLEO = signer("Anna"), signer("Ben"), signer("Cleo")


def giving(book: Book, **changes: int) -> Terms:
    """Hours at 2 points and days at 5, delivered within four days after the close; confirmed by two with a stake."""
    terms = book.terms(**changes)
    until = terms.close_at + 4 * DAY
    kinds = (Kind(until, 2), Kind(until, 5, 10, 100, 1, "day"))
    return replace(terms, body=replace(terms.body, kinds=kinds, needed=2, min_stake=50))


def record(book: Book, terms: Terms, kind: int, *offers: tuple[object, ...]) -> TxReceipt:
    return book.send(book.with_body("offerSigned", terms, kind, list(offers)), "relayer")


def refusals(book: Book, receipt: TxReceipt) -> list[tuple[str, int]]:
    return [(one["pledger"], one["reason"]) for one in events(book.contract, "OfferRefused", receipt)]


def test_offers_are_told_counted_and_kept_under_a_root(book: Book) -> None:
    """K-15, K-20, K-23: contributors are counted once over kinds; a root for each batch."""
    terms = giving(book)
    pact = book.open(terms)
    book.community.enrol(ANNA, BEN, CLEO)
    signed = [book.signed_offer(terms, one, 0, 10 + n, POOLED) for n, one in enumerate((ANNA, BEN, CLEO))]
    receipt = record(book, terms, 0, *signed)
    told = events(book.contract, "Offered", receipt)
    assert [(one["pledger"], one["batch"], one["kind"], one["units"], one["credit"]) for one in told] == [
        (one.address, 0, 0, 10 + n, POOLED) for n, one in enumerate((ANNA, BEN, CLEO))
    ]
    leaves = [book.offer_id(terms, 0, one.address, 10 + n) for n, one in enumerate((ANNA, BEN, CLEO))]
    assert book.call(book.acts.offersOf(pact, 0, 0)) == [33, 1, merkle_root(leaves)]
    book.send(book.with_body("offer", terms, 1, 3, NAMED), "investor")
    record(book, terms, 1, book.signed_offer(terms, ANNA, 1, 2))
    leaf = book.offer_id(terms, 1, ANNA.address, 2)
    assert book.call(book.acts.offersOf(pact, 1, 1)) == [5, 2, leaf]
    assert book.call(book.acts.totalsOf(pact))[2] == 4


def test_offers_that_do_not_fit_are_skipped(book: Book) -> None:
    """K-15, S-04: caps in the order of recording, duplicates, strangers, expired, forged; the rest land."""
    terms = giving(book)
    book.open(terms)
    people = [signer(number) for number in range(12)]
    book.community.enrol(*people)
    good = [book.signed_offer(terms, one, 1, 10) for one in people]
    late = book.signed_offer(terms, people[0], 1, 1, deadline=book.world.chain.now - 1)
    nothing, much = (book.signed_offer(terms, people[0], 1, units) for units in (0, 11))
    forged = (*good[0][:4], high_s(good[0][4]))  # type: ignore[arg-type]
    stranger = book.signed_offer(terms, signer("x"), 1, 1)
    receipt = record(book, terms, 1, late, nothing, much, forged, stranger, *good, good[0])
    first = people[0].address
    expected = [(first, EXPIRED), (first, CAP_PER_ACTOR), (first, CAP_PER_ACTOR), (first, BAD_SIGNATURE)]
    expected += [(signer("x").address, NOT_MEMBER)]
    expected += [(people[10].address, CAP_IN_ALL), (people[11].address, CAP_IN_ALL), (first, ALREADY_RECORDED)]
    assert refusals(book, receipt) == expected
    assert len(events(book.contract, "Offered", receipt)) == 10


def test_a_batch_that_records_nothing_leaves_no_root(book: Book) -> None:
    """S-04."""
    terms = giving(book)
    pact = book.open(terms)
    record(book, terms, 0, book.signed_offer(terms, ANNA, 0, 1))
    assert book.call(book.acts.offersOf(pact, 0, 0)) == [0, 0, bytes(32)]


def test_own_offers_are_refused_by_name(book: Book) -> None:
    """K-15."""
    terms = giving(book)
    with reverts_with("PledgeBook_UnknownPact", book.id(terms)):
        book.send(book.with_body("offer", terms, 0, 1, NAMED), "investor")
    book.open(terms)
    book.send(book.with_body("offer", terms, 0, 100, NAMED), "investor")
    cases = (("investor", 0, 1, ALREADY_RECORDED), ("stranger", 0, 1, NOT_MEMBER), ("guarantor", 0, 101, CAP_PER_ACTOR))
    for role, kind, units, reason in cases:
        with reverts_with("PledgeBook_OfferRefused", reason):
            book.send(book.with_body("offer", terms, kind, units, NAMED), role)
    with reverts_with("PledgeBook_UnknownKind", 2, 2):
        book.send(book.with_body("offer", terms, 2, 1, NAMED), "investor")
    book.go(terms.close_at - 1)
    book.send(book.with_body("offer", terms, 0, 1, NAMED), "guarantor")
    book.go(terms.close_at)
    with reverts_with("PledgeBook_TooLate", terms.close_at, terms.close_at):
        book.send(book.with_body("offer", terms, 0, 1, NAMED), "provider")


def test_a_voided_offer_is_never_recorded(book: Book) -> None:
    """K-16, S-06: once, by its member, for one kind."""
    terms = giving(book)
    book.open(terms)
    key = book.community.key("investor")
    signed = book.signed_offer(terms, Signer(key), 0, 5)
    receipt = book.send(book.acts.voidOffer(terms.pact(), 0), "investor")
    assert events(book.contract, "OfferVoided", receipt)[0]["kind"] == 0
    assert refusals(book, record(book, terms, 0, signed)) == [(book.role("investor"), ALREADY_RECORDED)]
    with reverts_with("PledgeBook_OfferRefused", ALREADY_RECORDED):
        book.send(book.acts.voidOffer(terms.pact(), 0), "investor")
    with reverts_with("PledgeBook_NotMember", book.role("stranger")):
        book.send(book.acts.voidOffer(terms.pact(), 0), "stranger")
    assert refusals(book, record(book, terms, 1, book.signed_offer(terms, Signer(key), 1, 5))) == []


@pytest.mark.parametrize(("contributors", "state"), [(3, BOUND), (4, BOUND + 1)])
def test_contributors_bind(book: Book, contributors: int, state: int) -> None:
    """K-05."""
    terms = giving(book, min_contributors=contributors)
    book.open(terms)
    book.community.enrol(ANNA, BEN, CLEO)
    record(book, terms, 0, *[book.signed_offer(terms, one, 0, 1) for one in (ANNA, BEN, CLEO)])
    book.pledge(terms, "investor", 100)
    book.go(terms.close_at)
    assert book.state(terms) == state


def offered(book: Book, terms: Terms) -> list[bytes]:
    """Anna, Ben and Cleo offer 10, 20 and 30 hours in one batch, the pact binds with two who can confirm."""
    book.open(terms)
    book.community.enrol(ANNA, BEN, CLEO)
    people = (ANNA, BEN, CLEO)
    record(book, terms, 0, *[book.signed_offer(terms, one, 0, 10 * n) for n, one in enumerate(people, 1)])
    for role in ("investor", "guarantor"):
        book.pledge(terms, role, 50)
    return [book.offer_id(terms, 0, one.address, 10 * n) for n, one in enumerate(people, 1)]


def one(leaves: list[bytes], place: int, units: int = 0, who: Signer | None = None) -> tuple[object, ...]:
    person_ = who or (ANNA, BEN, CLEO)[place]
    return (0, person_.address, units or 10 * (place + 1), 0, merkle_proof(leaves, place))


def delivery(book: Book, leaf: bytes, who: Signer, content: bytes = HASH, deadline: int = NEVER) -> tuple[object, ...]:
    values = {"offer": leaf, "content": content, "deadline": deadline}
    return (content, deadline, sign(who.key, signable(book.contract, "PledgeBook", "Deliver", values)))


def test_a_delivery_is_confirmed_and_earns_points(book: Book) -> None:
    """K-17, K-10, K-15: by signature, with the batch's proof; two confirmers, never oneself."""
    terms = giving(book)
    leaves = offered(book, terms)
    ben = one(leaves, 1)
    with reverts_with("PledgeBook_WrongState", LOCKED - 1, BOUND):
        book.send(book.with_body("deliver", terms, ben, *delivery(book, leaves[1], BEN)), "relayer")
    book.go(terms.close_at)
    receipt = book.send(book.with_body("deliver", terms, ben, *delivery(book, leaves[1], BEN)), "relayer")
    told = events(book.contract, "Delivered", receipt)[0]
    assert (told["pledger"], told["offer"], told["content"]) == (BEN.address, leaves[1], HASH)
    assert book.call(book.acts.deliveryOf(leaves[1])) == DELIVERED
    with reverts_with("PledgeBook_WrongDelivery", DELIVERED, NONE):
        book.send(book.with_body("deliver", terms, ben, *delivery(book, leaves[1], BEN, b"\2" * 32)), "relayer")
    subject = bytes(book.call(book.acts.deliveryIdOf(leaves[1], HASH)))
    confirmers = sorted((book.role("investor"), book.role("guarantor")), key=str.lower)
    confirm = book.with_body("confirmDelivery", terms, ben, confirmers, [])
    book.confirm(subject, "investor")
    with reverts_with("PledgeBook_NotConfirmer", book.role("guarantor")):
        book.send(confirm, "relayer")
    book.confirm(subject, "guarantor")
    receipt = book.send(confirm, "relayer")
    assert events(book.contract, "DeliveryConfirmed", receipt)[0]["points"] == 40
    pact = book.id(terms)
    assert book.call(book.acts.deliveryOf(leaves[1])) == CONFIRMED
    assert (book.call(book.acts.pointsOf(pact, BEN.address)), book.call(book.acts.totalsOf(pact))[3]) == (40, 40)
    with reverts_with("PledgeBook_WrongDelivery", CONFIRMED, DELIVERED):
        book.send(confirm, "relayer")


def test_nobody_delivers_what_was_not_recorded(book: Book) -> None:
    """K-15, K-17: other units, person, batch or proof; another's signature, expired, no content."""
    terms = giving(book)
    leaves = offered(book, terms)
    book.go(terms.close_at)
    more = one(leaves, 0, units=11)
    unknown = book.offer_id(terms, 0, ANNA.address, 11)
    with reverts_with("PledgeBook_UnknownOffer", unknown):
        book.send(book.with_body("deliver", terms, more, *delivery(book, unknown, ANNA)), "relayer")
    with reverts_with("PledgeBook_UnknownOffer", leaves[0]):
        wrong = (*one(leaves, 0)[:4], merkle_proof(leaves, 1))
        book.send(book.with_body("deliver", terms, wrong, *delivery(book, leaves[0], ANNA)), "relayer")
    with reverts_with("PledgeBook_UnknownOffer", leaves[0]):
        elsewhere = (*one(leaves, 0)[:3], 1, one(leaves, 0)[4])
        book.send(book.with_body("deliver", terms, elsewhere, *delivery(book, leaves[0], ANNA)), "relayer")
    with reverts_with("PledgeBook_BadSignature", ANNA.address):
        book.send(book.with_body("deliver", terms, one(leaves, 0), *delivery(book, leaves[0], BEN)), "relayer")
    with reverts_with("PledgeBook_ZeroContent"):
        nothing = delivery(book, leaves[0], ANNA, bytes(32))
        book.send(book.with_body("deliver", terms, one(leaves, 0), *nothing), "relayer")
    past = terms.close_at - 1
    with reverts_with("PledgeBook_TooLate", terms.close_at, past):
        late = delivery(book, leaves[0], ANNA, deadline=past)
        book.send(book.with_body("deliver", terms, one(leaves, 0), *late), "relayer")
    with reverts_with("PledgeBook_WrongDelivery", NONE, DELIVERED):
        book.send(book.with_body("confirmDelivery", terms, one(leaves, 0), [], []), "relayer")


def test_an_offer_lapses_at_its_date(book: Book) -> None:
    """K-15: neither delivered nor confirmed then; t - 1 and t."""
    terms = giving(book)
    leaves = offered(book, terms)
    until = terms.close_at + 4 * DAY
    book.go(until - 1)
    book.send(book.with_body("deliver", terms, one(leaves, 0), *delivery(book, leaves[0], ANNA)), "relayer")
    book.go(until)
    with reverts_with("PledgeBook_TooLate", until, until):
        book.send(book.with_body("deliver", terms, one(leaves, 1), *delivery(book, leaves[1], BEN)), "relayer")
    with reverts_with("PledgeBook_TooLate", until, until):
        book.send(book.with_body("confirmDelivery", terms, one(leaves, 0), [], []), "relayer")


def test_nobody_confirms_the_own_delivery(book: Book) -> None:
    """K-10: not even from the list of confirmers; PEERS: own items, and items that do not exist."""
    roles = ("investor", "guarantor")
    leaves = [account_leaf(book.role(role)) for role in roles]
    terms = giving(book)
    terms = replace(terms, body=replace(terms.body, needed=1, min_stake=0, root=merkle_root(leaves)))
    book.open(terms)
    book.send(book.with_body("offer", terms, 0, 7, NAMED), "investor")
    book.pledge(terms, "investor", 100)
    book.go(terms.close_at)
    investor = book.role("investor")
    offer = (0, investor, 7, 0, [])
    book.send(book.with_body("deliver", terms, offer, HASH, 0, b""), "investor")
    subject = bytes(book.call(book.acts.deliveryIdOf(book.offer_id(terms, 0, investor, 7), HASH)))
    book.confirm(subject, "investor", "guarantor")
    with reverts_with("PledgeBook_NotConfirmer", investor):
        arguments = (offer, [investor], [merkle_proof(leaves, 0)])
        book.send(book.with_body("confirmDelivery", terms, *arguments), "relayer")
    arguments = (offer, [book.role("guarantor")], [merkle_proof(leaves, 1)])
    book.send(book.with_body("confirmDelivery", terms, *arguments), "relayer")


@pytest.mark.parametrize(("manner", "lands"), [(0, True), (1, False), (2, False)])
def test_wallets_offer_and_deliver(book: Book, manner: int, lands: bool) -> None:
    """S-02, S-03: 130 bytes; a hostile one harms only itself."""
    key = person("wallet")
    wallet = book.world.deploy("DemoWallet", key.address, 0)
    safe = Signer(key, wallet.address)
    terms = giving(book)
    book.open(terms)
    book.community.enrol(safe, ANNA)
    abi = [{"type": "function", "name": "become", "inputs": [{"type": "uint8", "name": "manner"}], "outputs": []}]
    become = book.world.chain.w3.eth.contract(wallet.address, abi=abi).functions.become
    book.send(become(manner), "stranger")
    signed = book.signed_offer(terms, safe, 0, 5)
    long = (*signed[:4], bytes(signed[4]).ljust(130, b"\3"))  # type: ignore[arg-type]
    receipt = record(book, terms, 0, long, book.signed_offer(terms, ANNA, 0, 5))
    assert refusals(book, receipt) == ([] if lands else [(safe.address, BAD_SIGNATURE)])


def test_offers_cost_no_more_with_many_members(book: Book) -> None:
    """K-23."""
    terms = giving(book)
    book.open(terms)
    book.community.enrol(*[signer(number) for number in range(100)], ANNA, BEN)
    first = record(book, terms, 0, book.signed_offer(terms, ANNA, 0, 1))["gasUsed"]
    many = [book.signed_offer(terms, signer(number), 0, 1) for number in range(60)]
    record(book, terms, 0, *many)
    assert record(book, terms, 0, book.signed_offer(terms, BEN, 0, 1))["gasUsed"] < first
