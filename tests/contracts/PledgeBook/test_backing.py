from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.instrument import Claim, Combine, Instrument, Metric, MetricLeg
from tests.support.community import HASH
from tests.support.events import events
from tests.support.pacts import BOUND, FAILED, NAMED, Backing, Book, Kind, Terms
from tests.support.reverts import reverts_with
from tests.support.world import DAY

FACE = 1_000


def backed(book: Book, money: int = 100, points: int = 60, **changes: int) -> Terms:
    """The outcome payer backs the pact by units of a claim; hours earn 3 points, at most 30, until day four."""
    world = book.world
    card = world.open_scorecard([Metric("jobs", "job", 0, 0, 1_000)])
    claim = Claim("provider", ((0, 0), (1_000, FACE)))
    agreement = Instrument("a", "a", FACE, Combine.SUM, (MetricLeg("jobs", ()),), (claim,))
    opened = world.open(agreement, card)
    world.mint(opened, FACE, world.role("outcome_payer"), world.role("outcome_payer"))
    book.send(world.instruments.contract.functions.setOperator(book.contract.address, True), "outcome_payer")
    terms = book.terms(**changes)
    until = terms.close_at + 4 * DAY
    body = replace(terms.body, kinds=(Kind(until, 3, 10, 10),), needed=1, min_stake=50)
    return replace(terms, body=body, backing=Backing(opened.position_id(0), money, points, 30, until))


def deposit(book: Book, terms: Terms, units: int, role: str = "outcome_payer") -> None:
    assert terms.backing is not None
    book.send(book.acts.depositBacking(terms.pact(), terms.backing.abi(), units), role)


def positions(book: Book, terms: Terms, account: str) -> int:
    assert terms.backing is not None
    contract = book.world.instruments.contract
    return int(book.call(contract.functions.balanceOf(account, terms.backing.position_id)))


def collect(book: Book, terms: Terms, role: str, act: str = "collect", to: str = "") -> int:
    assert terms.backing is not None
    told = {"collect": "Collected", "collectPoints": "PointsCollected", "collectRest": "RestCollected"}
    function = book.acts[act](terms.pact(), terms.backing.abi(), book.role(to or role))
    return int(events(book.contract, told[act], book.send(function, role))[0]["units"])


def confirmed(book: Book, terms: Terms, role: str, units: int, confirmer: str) -> None:
    """The role's offer, the first of its batch, is delivered and confirmed."""
    account = book.role(role)
    offer = (0, account, units, 0, [])
    book.send(book.with_body("deliver", terms, offer, HASH, 0, b""), role)
    subject = bytes(book.call(book.acts.deliveryIdOf(book.offer_id(terms, 0, account, units), HASH)))
    book.confirm(subject, confirmer)
    book.send(book.with_body("confirmDelivery", terms, offer, [book.role(confirmer)], []), "relayer")


def test_a_pact_binds_with_its_whole_backing_only(book: Book) -> None:
    """K-05, K-18: one unit short fails; deposits come from many, never more than asked."""
    terms = backed(book)
    book.open(terms)
    book.pledge(terms, "investor", 100)
    deposit(book, terms, 159)
    with reverts_with("PledgeBook_AboveMaximum", 2, 1):
        deposit(book, terms, 2)
    with reverts_with("PledgeBook_BelowMinimum", 0, 1):
        deposit(book, terms, 0)
    snapshot = book.world.chain.w3.provider.make_request("evm_snapshot", [])["result"]  # type: ignore[arg-type]
    book.go(terms.close_at)
    assert book.state(terms) == FAILED
    book.world.chain.w3.provider.make_request("evm_revert", [snapshot])  # type: ignore[arg-type]
    book.go(terms.close_at - 1)
    deposit(book, terms, 1)
    book.go(terms.close_at)
    assert book.state(terms) == BOUND
    with reverts_with("PledgeBook_TooLate", terms.close_at, terms.close_at):
        deposit(book, terms, 1)


def test_a_failed_pact_returns_the_backing_to_its_depositors(book: Book) -> None:
    """K-06, K-18: by pull, once."""
    terms = backed(book)
    book.open(terms)
    deposit(book, terms, 70)
    assert terms.backing is not None
    back = book.acts.returnBacking(terms.pact(), terms.backing.abi(), book.role("stranger"))
    with reverts_with("PledgeBook_WrongState", 1, FAILED):
        book.send(back, "outcome_payer")
    book.go(terms.close_at)
    with reverts_with("PledgeBook_NothingLeft", book.role("investor")):
        book.send(back, "investor")
    book.send(back, "outcome_payer")
    assert positions(book, terms, book.role("stranger")) == 70
    with reverts_with("PledgeBook_NothingLeft", book.role("outcome_payer")):
        book.send(back, "outcome_payer")


@pytest.mark.parametrize("order", [("investor", "guarantor", "provider"), ("provider", "guarantor", "investor")])
def test_pledgers_collect_positions_in_any_order_to_any_address(book: Book, order: tuple[str, ...]) -> None:
    """K-19: by stakes 1 : 2 : 4 of 100; within one unit of the exact part; together exactly 100."""
    terms = backed(book, points=0, min_total=1)
    book.open(terms)
    stakes = {"investor": 1, "guarantor": 2, "provider": 4}
    for role, amount in stakes.items():
        book.pledge(terms, role, amount)
    deposit(book, terms, 100)
    with reverts_with("PledgeBook_WrongState", 1, BOUND):
        collect(book, terms, "investor")
    book.go(terms.close_at)
    got = {role: collect(book, terms, role, to="stranger") for role in order}
    assert sum(got.values()) == 100 == positions(book, terms, book.role("stranger"))
    assert all(abs(got[role] * 7 - 100 * stake) < 7 for role, stake in stakes.items())
    for role in ("investor", "stranger"):
        with reverts_with("PledgeBook_NothingLeft", book.role(role)):
            collect(book, terms, role)
    assert positions(book, terms, book.contract.address) == 0


def test_points_are_worth_their_part_and_the_rest_falls_to_money(book: Book) -> None:
    """K-19: 21 of 30 points confirmed earn 42 of 60 units; 18 fall to money by stakes 50 : 50 after the date."""
    terms = backed(book)
    book.open(terms)
    for role in ("investor", "guarantor"):
        book.pledge(terms, role, 50)
    book.send(book.with_body("offer", terms, 0, 7, NAMED), "provider")
    deposit(book, terms, 160)
    book.go(terms.close_at)
    with reverts_with("PledgeBook_NothingLeft", book.role("provider")):
        collect(book, terms, "provider", "collectPoints")
    confirmed(book, terms, "provider", 7, "investor")
    assert collect(book, terms, "provider", "collectPoints") == 42
    with reverts_with("PledgeBook_NothingLeft", book.role("provider")):
        collect(book, terms, "provider", "collectPoints")
    assert terms.backing is not None
    until = terms.backing.until
    book.go(until - 1)
    with reverts_with("PledgeBook_TooEarly", until - 1, until):
        collect(book, terms, "investor", "collectRest")
    book.go(until)
    assert [collect(book, terms, role, "collectRest") for role in ("guarantor", "investor")] == [9, 9]
    with reverts_with("PledgeBook_NothingLeft", book.role("investor")):
        collect(book, terms, "investor", "collectRest")
    assert [collect(book, terms, role) for role in ("guarantor", "investor")] == [50, 50]
    assert positions(book, terms, book.contract.address) == 0


def test_points_collected_late_are_still_worth_the_same(book: Book) -> None:
    """K-19: the rest is fixed at the date by confirmations, not by who collected; 7 units over 30 points."""
    terms = backed(book, points=7)
    book.open(terms)
    book.pledge(terms, "investor", 100)
    book.send(book.with_body("offer", terms, 0, 5, NAMED), "provider")
    book.send(book.with_body("offer", terms, 0, 5, NAMED), "guarantor")
    deposit(book, terms, 107)
    book.go(terms.close_at)
    confirmed(book, terms, "provider", 5, "investor")
    assert terms.backing is not None
    book.go(terms.backing.until)
    assert collect(book, terms, "investor", "collectRest") == 7 - 7 * 15 // 30
    assert collect(book, terms, "provider", "collectPoints") == 7 * 15 // 30
    assert collect(book, terms, "investor") == 100
    assert positions(book, terms, book.contract.address) == 0


def test_another_backing_than_that_of_the_terms_is_refused(book: Book) -> None:
    """K-18: PEERS: terms swapped."""
    terms = backed(book)
    book.open(terms)
    assert terms.backing is not None
    other = replace(terms.backing, points=0)
    for act in ("depositBacking", "returnBacking", "collect", "collectPoints", "collectRest"):
        arguments = (1,) if act == "depositBacking" else (book.role("investor"),)
        with pytest.raises(Exception, match=r"TermsMismatch|WrongState"):
            book.send(book.acts[act](terms.pact(), other.abi(), *arguments), "outcome_payer")


def test_positions_of_others_cannot_be_deposited(book: Book) -> None:
    """K-18: without positions, or without the book as operator."""
    terms = backed(book)
    book.open(terms)
    with pytest.raises(Exception, match="Insufficient"):
        deposit(book, terms, 1, "investor")
