"""The pledge book's money under random use: people pledge, withdraw, ask, confirm, release, take back, donate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.errors import Reverted
from tests.support.pacts import (
    BOUND,
    CONFIRMED,
    FAILED,
    FAILED_MILESTONE,
    HELD,
    MILLION,
    PAYABLE,
    PENDING,
    TIMED,
    Book,
    Milestone,
)
from tests.support.world import DAY, World, running_world

PEOPLE = ("investor", "guarantor", "provider", "outcome_payer", "outcome_payer_2")
PAYEES = ("provider", "stranger")
AMOUNTS = st.one_of(st.integers(1, 12), st.integers(1, 10**6), st.integers(1, 10**27))
WHO = st.sampled_from(PEOPLE)


class PledgedMoney(RuleBasedStateMachine):
    """Plays against the contract and keeps its own books beside it."""

    book: Book
    snapshot: Any

    @initialize(data=st.data(), minimum=AMOUNTS, pledgers=st.integers(0, 3))
    def open_a_pact(self, data: Any, minimum: int, pledgers: int) -> None:
        provider = self.book.world.chain.w3.provider
        self.snapshot = provider.make_request("evm_snapshot", [])["result"]  # type: ignore[arg-type]
        terms = self.book.terms()
        cuts = sorted(data.draw(st.lists(st.integers(0, MILLION), min_size=5, max_size=5)))
        shares = [high - low for low, high in zip([0, *cuts], [*cuts, MILLION], strict=True)]
        accounts = [self.book.role(role) for role in PAYEES]
        milestones = tuple(
            Milestone(
                terms.close_at + (number + 1) * DAY,
                tuple(zip(accounts, shares[2 * number : 2 * number + 2], strict=True)),
                condition,
            )
            for number, condition in enumerate((TIMED, CONFIRMED, TIMED))
        )
        rule_ = {"hold_share": 1, "hold_pledgers": 1, "window": DAY // 2, "answer_within": DAY // 3}
        body = replace(
            terms.body, milestones=milestones, needed=1, min_stake=1, arbiter=self.book.role("relayer"), **rule_
        )
        self.shares = shares
        self.terms = replace(terms, body=body, min_total=minimum, max_total=2**112 - 1, min_pledgers=pledgers)
        self.book.open(self.terms)
        self.stakes = dict.fromkeys(PEOPLE, 0)
        self.held = self.donated = 0
        self.total = 0  # at the close
        self.refunded: set[tuple[int, str]] = set()
        self.served = [0, 0, 0]
        self.released: set[tuple[int, int]] = set()

    @rule(who=WHO, amount=AMOUNTS)
    def pledge(self, who: str, amount: int) -> None:
        if self._now() < self.terms.close_at:
            self.book.pledge(self.terms, who, amount)
            self.stakes[who] += amount
            self.held += amount

    @rule(who=WHO)
    def withdraw(self, who: str) -> None:
        withdraw = self.book.acts.withdraw(self.terms.pact(), self.book.role("deployer"))
        if self._now() < self.terms.lock_at and self.stakes[who]:
            self.book.send(withdraw, who)
            self.held -= self.stakes[who]
            self.stakes[who] = 0
        else:
            with pytest.raises(Reverted, match=r"WrongState|NothingLeft"):
                self.book.send(withdraw, who)

    @rule(amount=AMOUNTS)
    def donate(self, amount: int) -> None:
        self.book.world.token.mint(self.book.contract.address, amount, self.book.role("deployer"))
        self.donated += amount

    @rule(hours=st.sampled_from((1, 12, 25)))
    def wait(self, hours: int) -> None:
        self.book.go(self._now() + hours * 3_600)

    @precondition(lambda self: self._closed())
    @rule(who=WHO)
    def refund(self, who: str) -> None:
        refund = self.book.acts.refund(self.terms.pact(), self.book.role("deployer"))
        if self._binds() or not self.stakes[who]:
            with pytest.raises(Reverted, match=r"WrongState|NothingLeft"):
                self.book.send(refund, who)
            return
        self._fix()
        self.book.send(refund, who)
        self.held -= self.stakes[who]
        self.stakes[who] = 0

    @precondition(lambda self: self._bound())
    @rule(who=WHO, milestone=st.integers(0, 2))
    def ask(self, who: str, milestone: int) -> None:
        with suppress(Reverted):  # it asked before
            self.book.question(self.terms, milestone, who)
        count = self.book.with_body("countQuestions", self.terms, milestone, [self.book.role(who)])
        if self.book.progress(self.terms, milestone) != PENDING:
            with pytest.raises(Reverted, match="WrongProgress"):
                self.book.send(count, "relayer")
            return
        with suppress(Reverted):  # a hold was lifted before
            self.book.send(count, "relayer")
            assert self.book.progress(self.terms, milestone) == (HELD if self.stakes[who] else PENDING)

    @precondition(lambda self: self._bound())
    @rule(milestone=st.integers(0, 2), lift=st.booleans())
    def answer(self, milestone: int, lift: bool) -> None:
        if self.book.progress(self.terms, milestone) == HELD:
            self.book.send(self.book.with_body("answerHold", self.terms, milestone, lift), "relayer")

    @precondition(lambda self: self._bound())
    @rule(who=WHO)
    def confirm(self, who: str) -> None:
        subject = bytes(self.book.call(self.book.acts.milestoneIdOf(self.book.id(self.terms), 1)))
        with suppress(Reverted):  # it confirmed before
            self.book.confirm(subject, who)
        confirm = self.book.with_body("confirmMilestone", self.terms, 1, [self.book.role(who)], [])
        with suppress(Reverted):  # too late, or confirmed by another
            self.book.send(confirm, "relayer")
            assert self.stakes[who] and who not in PAYEES

    @precondition(lambda self: self._bound())
    @rule(milestone=st.integers(0, 2), place=st.integers(0, 1))
    def release(self, milestone: int, place: int) -> None:
        self._fix()
        payable = self.book.progress(self.terms, milestone) == PAYABLE
        if payable and (milestone, place) not in self.released:
            self._release(milestone, place)
            return
        function = self.book.with_body("release", self.terms, milestone, place, self.book.role(PAYEES[place]))
        with pytest.raises(Reverted, match=r"WrongProgress|AlreadyReleased"):
            self.book.send(function, "relayer")

    @precondition(lambda self: self._bound())
    @rule(who=WHO, milestone=st.integers(0, 2))
    def take_back(self, who: str, milestone: int) -> None:
        self._fix()
        failed = self.book.progress(self.terms, milestone) == FAILED_MILESTONE
        if failed and self.stakes[who] and (milestone, who) not in self.refunded:
            self._take_back(who, milestone)
            return
        function = self.book.with_body("refundMilestone", self.terms, milestone, self.book.role("deployer"))
        with pytest.raises(Reverted, match=r"WrongProgress|NothingLeft"):
            self.book.send(function, who)

    @invariant()
    def the_book_holds_what_it_owes_and_what_was_donated(self) -> None:
        if hasattr(self, "held"):
            assert self.book.held() == self.held + self.donated

    def teardown(self) -> None:
        """At the end all is decided, everybody pulls, and nothing but donations is left."""
        if not hasattr(self, "held"):
            return
        self.book.go(max(self._now(), self.terms.close_at + 30 * DAY))
        if self._binds():
            self._fix()
            for milestone in range(3):
                self._empty(milestone)
        else:
            for who in PEOPLE:
                self.refund(who)
        assert self.held == 0
        assert self.book.held() == self.donated
        provider = self.book.world.chain.w3.provider
        provider.make_request("evm_revert", [self.snapshot])  # type: ignore[arg-type]

    def _empty(self, milestone: int) -> None:
        progress = self.book.progress(self.terms, milestone)
        assert progress in (PAYABLE, FAILED_MILESTONE) and progress not in (PENDING, HELD)
        if progress == PAYABLE:
            for place in range(2):
                if (milestone, place) not in self.released:
                    self._release(milestone, place)
            return
        for who in PEOPLE:
            if self.stakes[who] and (milestone, who) not in self.refunded:
                self._take_back(who, milestone)

    def _release(self, milestone: int, place: int) -> None:
        account = self.book.role(PAYEES[place])
        before = self.book.world.token.balance(account)
        self.book.send(self.book.with_body("release", self.terms, milestone, place, account), "relayer")
        first = 2 * milestone + place
        low, high = (self.total * sum(self.shares[:number]) // MILLION for number in (first, first + 1))
        assert self.book.world.token.balance(account) - before == high - low
        self.released.add((milestone, place))
        self.held -= high - low

    def _take_back(self, who: str, milestone: int) -> None:
        account = self.book.role("deployer")
        before = self.book.world.token.balance(account)
        self.book.send(self.book.with_body("refundMilestone", self.terms, milestone, account), who)
        low, high = (self.total * sum(self.shares[: 2 * number]) // MILLION for number in (milestone, milestone + 1))
        served, mine = self.served[milestone], self.stakes[who]
        part = (served + mine) * (high - low) // self.total - served * (high - low) // self.total
        assert self.book.world.token.balance(account) - before == part
        assert abs(part * self.total - mine * (high - low)) < self.total  # within one unit of the exact share
        self.served[milestone] += mine
        self.refunded.add((milestone, who))
        self.held -= part

    def _now(self) -> int:
        return self.book.world.chain.now

    def _closed(self) -> bool:
        return hasattr(self, "held") and self._now() >= self.terms.close_at

    def _binds(self) -> bool:
        bound = self.book.state(self.terms)
        assert bound in (BOUND, FAILED)
        if self.total == 0:
            pledgers = sum(stake > 0 for stake in self.stakes.values())
            enough = self.held >= self.terms.min_total and pledgers >= self.terms.min_pledgers
            assert bound == (BOUND if enough else FAILED)
        return bound == BOUND

    def _bound(self) -> bool:
        return self._closed() and self._binds()

    def _fix(self) -> None:
        self.total = self.total or self.held


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running_world() as one:
        yield one


def test_pledged_money_goes_to_payees_or_back_and_nothing_is_left(world: World) -> None:
    """K-04, K-05, K-06, K-07, K-08, K-13, K-22, R-01, R-03: whatever happens in whatever order."""
    book = Book.deploy(world).begin()
    book.community.join("outcome_payer", "outcome_payer_2")
    for role in PEOPLE:
        book.fund(role, 0)
    PledgedMoney.book = book
    run_state_machine_as_test(
        PledgedMoney,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=HealthCheck.all(),
        ),
    )
