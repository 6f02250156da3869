"""Broken variants of the pledge book: the rules each breaks, how, and the test of the right one that tells it.

`right` stands exactly once in the file; the variant has `broken` instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.contracts.PledgeBook import test_backing as backing
from tests.contracts.PledgeBook import test_milestones as milestones
from tests.contracts.PledgeBook import test_money as money
from tests.contracts.PledgeBook import test_offers as offers
from tests.contracts.PledgeBook import test_open as opening
from tests.contracts.PledgeBook import test_ways_of_paying as paying
from tests.support.pacts import FAILED, PAYABLE, Book
from tests.support.strangers import install_permit2

Test = Callable[[Book], None]


@dataclass(frozen=True)
class PledgeMutant:
    """One broken variant, in whose `file` under `contracts/` one snippet is changed."""

    name: str
    rules: tuple[str, ...]
    file: str
    right: str
    broken: str
    test: Test


def _money(name: str, rules: str, right: str, broken: str, test: Test) -> PledgeMutant:
    return PledgeMutant(name, tuple(rules.split()), "pledges/Money.sol", right, broken, test)


def _milestones(name: str, rules: str, right: str, broken: str, test: Test) -> PledgeMutant:
    return PledgeMutant(name, tuple(rules.split()), "pledges/Milestones.sol", right, broken, test)


def _backing(name: str, right: str, broken: str, test: Test) -> PledgeMutant:
    return PledgeMutant(name, ("K-19",), "pledges/Backings.sol", right, broken, test)


def _pacts(name: str, rules: str, right: str, broken: str, test: Test) -> PledgeMutant:
    return PledgeMutant(name, tuple(rules.split()), "pledges/Pacts.sol", right, broken, test)


def _binding(changes: dict[str, int], pledges: dict[str, int], state: int) -> Test:
    return lambda book: money.test_the_totals_alone_bind_or_fail(book, changes, pledges, state)


def _other_credit(book: Book) -> None:
    paying.test_a_permit_counts_for_the_pledge_it_names_only(book, install_permit2(book.world), {"credit": 1})


_PULLED = "uint256 moved = held > before ? held - before : 0;\n        if (!ok || moved != amount)"

BACKING_ORDER = ("investor", "guarantor", "provider")

MUTANTS = (
    _money(
        "pledges beyond the maximum",
        "K-03",
        "if (amount > room) revert PledgeBook_AboveMaximum(amount, room);",
        "",
        money.test_pledge_is_refused_by_name,
    ),
    _money(
        "money leaves after the lock",
        "K-04",
        "bytes32 id = _checkState(pact, State.OPEN);",
        "bytes32 id = _pactId(pact);",
        money.test_money_goes_in_until_the_close_and_out_until_the_lock,
    ),
    _money(
        "money comes in after the close",
        "K-03 K-05",
        "id = _checkPledging(pact);\n        if (amount == 0)",
        "id = _pactId(pact);\n        if (amount == 0)",
        money.test_money_goes_in_until_the_close_and_out_until_the_lock,
    ),
    _money(
        "money is refunded twice",
        "K-06 K-22",
        "delete _stakes[id][pledger];",
        "",
        money.test_a_failed_pact_gives_everybody_back_exactly_its_own,
    ),
    _money(
        "withdrawn money binds",
        "K-04 K-05",
        "(totals.money, totals.pledgers) = (uint112(totals.money - amount), totals.pledgers - 1);",
        "",
        money.test_depositing_and_withdrawing_in_one_go_moves_nothing,
    ),
    _money(
        "a relayer chooses the credit",
        "K-21 S-01",
        "keccak256(abi.encode(_pledgeType, id, item.pledger, item.amount, item.credit)),",
        "keccak256(abi.encode(_pledgeType, id, item.pledger, item.amount, 1)),",
        _other_credit,
    ),
    PledgeMutant(
        "less may come in than was pledged",
        ("K-03", "K-22", "R-05"),
        "libraries/Exact.sol",
        _PULLED,
        _PULLED.replace("if (!ok || moved != amount)", "if (!ok)"),
        lambda book: paying.test_a_token_that_moves_another_amount_is_refused(book, paying.LESS, 99),
    ),
    _pacts(
        "too few pledgers bind",
        "K-05",
        " || totals.pledgers < pact.minPledgers",
        "",
        _binding({"min_pledgers": 2}, {"investor": 1_000}, FAILED),
    ),
    _pacts(
        "too little money binds",
        "K-05",
        "totals.money < pact.minTotal || ",
        "",
        _binding({}, {"investor": 99}, FAILED),
    ),
    _pacts(
        "a pact binds without its backing",
        "K-05 K-18",
        "return pact.backing == 0 || others.backed ? State.BOUND : State.FAILED;",
        "return State.BOUND;",
        backing.test_a_pact_binds_with_its_whole_backing_only,
    ),
    PledgeMutant(
        "shares need not add up",
        ("K-02",),
        "libraries/PactTerms.sol",
        "if (shares != expected) revert IPledgeTypes.PledgeBook_WrongShares(shares, expected);",
        "",
        opening.test_open_refuses_shares_that_are_not_a_million,
    ),
    _milestones(
        "a share is paid twice",
        "K-07 K-22",
        "_released[id] |= 1 << number;",
        "",
        milestones.test_a_timed_milestone_pays_from_its_date_on_and_once,
    ),
    _milestones(
        "anyone takes a payee's share",
        "K-07",
        "if (to != payee && msg.sender != payee) revert PledgeBook_NotPayee(msg.sender, payee);",
        "",
        milestones.test_a_timed_milestone_pays_from_its_date_on_and_once,
    ),
    _milestones(
        "a milestone is refunded twice",
        "K-08",
        "stake.refunded |= bit;",
        "",
        milestones.test_a_missed_milestone_goes_back_by_stakes_and_nothing_is_left,
    ),
    _milestones(
        "each refund is rounded on its own",
        "K-08",
        "_refundedStakes[id][milestone] = before + mine;",
        "_refundedStakes[id][milestone] = 1;",
        milestones.test_a_missed_milestone_goes_back_by_stakes_and_nothing_is_left,
    ),
    _milestones(
        "a late value pays",
        "K-09",
        " && finalAt <= one.dueAt",
        "",
        milestones.test_a_value_that_nobody_reports_or_that_is_late_is_missed,
    ),
    _milestones(
        "a late report pays",
        "K-09",
        "publishedAt < one.dueAt ?",
        "publishedAt <= one.dueAt ?",
        lambda book: milestones.test_an_annual_report_pays_if_it_is_published_in_time(book, 0, 3),
    ),
    _milestones(
        "a payee confirms its own milestone",
        "K-10",
        "if (accounts[i] == one.payees[j].account) revert PledgeBook_NotConfirmer(accounts[i]);",
        "",
        milestones.test_confirmers_with_a_stake_confirm,
    ),
    PledgeMutant(
        "one confirmer counts twice",
        ("K-10",),
        "pledges/Confirming.sol",
        "if (account <= last) revert PledgeBook_NotRising(account);",
        "",
        milestones.test_confirmers_with_a_stake_confirm,
    ),
    PledgeMutant(
        "confirmers need not have confirmed",
        ("K-10",),
        "pledges/Confirming.sol",
        "if (!given[i] || !entitled)",
        "if (!entitled)",
        milestones.test_a_retracted_confirmation_does_not_count,
    ),
    _milestones(
        "one large pledger holds",
        "K-12",
        "share && state.questions >= rule.pledgers",
        "share",
        milestones.test_a_large_share_of_one_pledger_is_no_hold,
    ),
    _milestones(
        "one question counts many times",
        "K-12",
        "stake.counted |= bit;",
        "",
        milestones.test_a_large_share_of_one_pledger_is_no_hold,
    ),
    _milestones(
        "an arbiter's silence approves",
        "K-13",
        "? Progress.HELD : Progress.FAILED;",
        "? Progress.HELD : Progress.PAYABLE;",
        milestones.test_an_arbiters_silence_refuses,
    ),
    _milestones(
        "lifting meets the condition",
        "K-13",
        "(uint256 metAt, bool missed) =",
        "if (state.answer == Answer.LIFTED) return Progress.PAYABLE;\n        (uint256 metAt, bool missed) =",
        milestones.test_lifting_does_not_meet_the_condition,
    ),
    _milestones(
        "a value that met the condition is held",
        "K-14",
        "one.condition != Condition.VALUE && state.answer",
        "state.answer",
        lambda book: milestones.test_a_final_value_pays_on_the_side_of_the_target(book, 50, True, PAYABLE),
    ),
    PledgeMutant(
        "more backing than the terms ask",
        ("K-18",),
        "pledges/Backings.sol",
        "if (units > room) revert PledgeBook_AboveMaximum(units, room);",
        "",
        backing.test_a_pact_binds_with_its_whole_backing_only,
    ),
    _backing(
        "positions are collected twice",
        "stake.collected = true;",
        "",
        lambda book: backing.test_pledgers_collect_positions_in_any_order_to_any_address(book, BACKING_ORDER),
    ),
    _backing(
        "each part is rounded on its own",
        "totals.collected = uint112(before + mine);",
        "",
        lambda book: backing.test_pledgers_collect_positions_in_any_order_to_any_address(book, BACKING_ORDER),
    ),
    _backing(
        "points are collected twice",
        "delete _points[id][msg.sender];",
        "",
        backing.test_points_are_worth_their_part_and_the_rest_falls_to_money,
    ),
    _backing(
        "the rest is collected twice",
        "stake.collectedRest = true;",
        "",
        backing.test_points_are_worth_their_part_and_the_rest_falls_to_money,
    ),
    _backing(
        "the rest is what nobody collected",
        "(uint256(_others[id].points) * rest)",
        "(uint256(served.points) * rest)",
        backing.test_points_collected_late_are_still_worth_the_same,
    ),
    PledgeMutant(
        "pledgers confirm their own delivery",
        ("K-10",),
        "pledges/Offers.sol",
        "if (accounts[i] == one.pledger) revert PledgeBook_NotConfirmer(one.pledger);",
        "",
        offers.test_nobody_confirms_the_own_delivery,
    ),
)
