from __future__ import annotations

import pytest

from tests.support.events import events
from tests.support.pacts import BOUND, FAILED, LOCKED, NAMED, OPEN, POOLED, Book
from tests.support.reverts import reverts_with
from tests.support.world import DAY


def test_pledge_moves_the_money_and_tells_it(book: Book) -> None:
    """K-03, K-20, K-23: totals, the pledger's stake, and its credit in the event."""
    terms = book.terms()
    pact = book.open(terms)
    book.fund("investor", 300)
    receipt = book.send(book.acts.pledge(terms.pact(), 100, POOLED), "investor")
    investor = book.role("investor")
    told = {"pact": pact, "pledger": investor, "amount": 100, "stake": 100, "credit": POOLED}
    assert events(book.contract, "Pledged", receipt) == [told]
    receipt = book.send(book.acts.pledge(terms.pact(), 200, NAMED), "investor")
    assert events(book.contract, "Pledged", receipt)[0]["stake"] == 300
    assert book.call(book.acts.totalsOf(pact)) == [300, 1, 0, 0, 0]
    assert (book.call(book.acts.stakeOf(pact, investor)), book.held()) == (300, 300)


def test_pledge_is_refused_by_name(book: Book) -> None:
    """K-01, K-03: unknown pact, strangers, too little, too much, nothing."""
    terms = book.terms(min_per_actor=50)
    pledge = book.acts.pledge
    with reverts_with("PledgeBook_UnknownPact", book.id(terms)):
        book.pledge(terms, "investor", 100)
    book.open(terms)
    for role, amount, error, arguments in (
        ("stranger", 100, "NotMember", (book.role("stranger"),)),
        ("investor", 49, "BelowMinimum", (49, 50)),
        ("investor", 0, "BelowMinimum", (0, 1)),
        ("investor", 1_001, "AboveMaximum", (1_001, 1_000)),
    ):
        with reverts_with(f"PledgeBook_{error}", *arguments):
            book.pledge(terms, role, amount)
    book.pledge(terms, "investor", 50)
    book.send(pledge(terms.pact(), 1, NAMED), "investor")
    with reverts_with("PledgeBook_AboveMaximum", 950, 949):
        book.pledge(terms, "guarantor", 950)
    book.pledge(terms, "guarantor", 949)


def test_pledge_without_a_token_is_refused(book: Book) -> None:
    """K-02."""
    terms = book.terms(token="0x" + "0" * 40, min_total=0, max_total=0)
    body = terms.body.__class__(book.entry)
    terms = terms.__class__(terms.mission, body, terms.lock_at, terms.close_at)
    book.open(terms)
    with reverts_with("PledgeBook_AboveMaximum", 1, 0):
        book.send(book.acts.pledge(terms.pact(), 1, NAMED), "investor")


def test_money_goes_in_until_the_close_and_out_until_the_lock(book: Book) -> None:
    """K-03, K-04: t - 1 and t of both."""
    terms = book.terms()
    book.open(terms)
    book.pledge(terms, "investor", 200)
    book.go(terms.lock_at - 1)
    assert book.state(terms) == OPEN
    receipt = book.send(book.acts.withdraw(terms.pact(), book.role("stranger")), "investor")
    assert events(book.contract, "Withdrawn", receipt)[0]["amount"] == 200
    assert book.world.token.balance(book.role("stranger")) == 200
    assert book.call(book.acts.totalsOf(book.id(terms))) == [0, 0, 0, 0, 0]
    with reverts_with("PledgeBook_NothingLeft", book.role("investor")):
        book.send(book.acts.withdraw(terms.pact(), book.role("investor")), "investor")
    book.pledge(terms, "investor", 200)
    book.go(terms.lock_at)
    assert book.state(terms) == LOCKED
    with reverts_with("PledgeBook_WrongState", LOCKED, OPEN):
        book.send(book.acts.withdraw(terms.pact(), book.role("investor")), "investor")
    book.go(terms.close_at - 1)
    book.pledge(terms, "guarantor", 1)
    book.go(terms.close_at)
    with reverts_with("PledgeBook_TooLate", terms.close_at, terms.close_at):
        book.pledge(terms, "guarantor", 1)
    assert book.state(terms) == BOUND


@pytest.mark.parametrize(
    ("changes", "pledges", "state"),
    [
        ({}, {"investor": 100}, BOUND),
        ({}, {"investor": 99}, FAILED),
        ({}, {}, FAILED),
        ({"min_pledgers": 2}, {"investor": 60, "guarantor": 40}, BOUND),
        ({"min_pledgers": 2}, {"investor": 1_000}, FAILED),
        ({"min_contributors": 1}, {"investor": 1_000}, FAILED),
    ],
)
def test_the_totals_alone_bind_or_fail(
    book: Book, changes: dict[str, int], pledges: dict[str, int], state: int
) -> None:
    """K-05: no transaction at the close."""
    terms = book.bound(book.terms(**changes), **pledges)
    assert book.state(terms) == state
    book.go(terms.close_at + 1_000 * DAY)
    assert book.state(terms) == state


def test_a_failed_pact_gives_everybody_back_exactly_its_own(book: Book) -> None:
    """K-06: once, to any address; the state stays."""
    terms = book.bound(book.terms(min_pledgers=3), investor=333, guarantor=1)
    assert book.state(terms) == FAILED
    receipt = book.send(book.acts.refund(terms.pact(), book.role("stranger")), "investor")
    assert events(book.contract, "Refunded", receipt)[0]["amount"] == 333
    assert book.world.token.balance(book.role("stranger")) == 333
    for role in ("investor", "provider"):
        with reverts_with("PledgeBook_NothingLeft", book.role(role)):
            book.send(book.acts.refund(terms.pact(), book.role(role)), role)
    book.send(book.acts.refund(terms.pact(), book.role("guarantor")), "guarantor")
    assert (book.held(), book.state(terms)) == (0, FAILED)


def test_a_bound_pact_refunds_nothing_as_a_whole(book: Book) -> None:
    """K-05."""
    terms = book.bound(book.terms(), investor=100)
    for act in (book.acts.refund, book.acts.withdraw):
        with reverts_with("PledgeBook_WrongState", BOUND, FAILED if act is book.acts.refund else OPEN):
            book.send(act(terms.pact(), book.role("investor")), "investor")


def test_pacts_do_not_touch_each_others_money(book: Book) -> None:
    """K-22: one fails, one binds; a donation changes nothing."""
    one, other = book.terms(), book.terms(min_total=200)
    book.open(one)
    book.open(other)
    book.pledge(one, "investor", 150)
    book.pledge(other, "guarantor", 150)
    book.world.token.mint(book.contract.address, 1_000, book.role("deployer"))
    book.go(one.close_at)
    assert (book.state(one), book.state(other)) == (BOUND, FAILED)
    with reverts_with("PledgeBook_NothingLeft", book.role("investor")):
        book.send(book.acts.refund(other.pact(), book.role("investor")), "investor")
    book.send(book.acts.refund(other.pact(), book.role("guarantor")), "guarantor")
    assert book.held() == 1_150


def test_depositing_and_withdrawing_in_one_go_moves_nothing(book: Book) -> None:
    """K-04, K-05: what was taken back before the lock counts neither as money nor as a pledger."""
    terms = book.terms(min_pledgers=1)
    book.open(terms)
    book.pledge(terms, "investor", 1_000)
    book.send(book.acts.withdraw(terms.pact(), book.role("investor")), "investor")
    book.go(terms.close_at)
    assert book.state(terms) == FAILED


def test_the_code_behind_the_book_knows_no_pact_by_itself(book: Book) -> None:
    """R-04: called directly, it has no storage to act on."""
    terms = book.bound(book.terms(), investor=100)
    behind = book.world.chain.w3.eth.contract(book.call(book.acts.acts()), abi=book.contract.abi)
    release = behind.functions.release(terms.pact(), terms.body.encoded(), 0, 0, book.role("provider"))
    with reverts_with("PledgeBook_UnknownPact", book.id(terms)):
        book.send(release, "provider")
