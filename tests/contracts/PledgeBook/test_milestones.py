from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.instrument import Metric
from tests.support.community import HASH, Mission
from tests.support.events import events
from tests.support.pacts import (
    BOUND,
    CONFIRMED,
    FAILED,
    FAILED_MILESTONE,
    HELD,
    MILLION,
    PAYABLE,
    PENDING,
    REPORT,
    VALUE,
    Book,
    Milestone,
    Terms,
    account_leaf,
    merkle_proof,
    merkle_root,
)
from tests.support.reverts import reverts_with
from tests.support.world import DAY


def paying(book: Book, *milestones: tuple[int, int], **milestone: object) -> Terms:
    """A pact whose milestones pay the provider: (days after the close, share)."""
    terms = book.terms()
    provider = book.role("provider")
    made = tuple(
        Milestone(terms.close_at + days * DAY, ((provider, share),), **milestone)  # type: ignore[arg-type]
        for days, share in milestones
    )
    return replace(terms, body=replace(terms.body, milestones=made))


def with_body(terms: Terms, **changes: object) -> Terms:
    return replace(terms, body=replace(terms.body, **changes))  # type: ignore[arg-type]


def release(book: Book, terms: Terms, milestone: int = 0, place: int = 0, by: str = "provider", to: str = "") -> int:
    function = book.with_body("release", terms, milestone, place, book.role(to or by))
    return int(events(book.contract, "Released", book.send(function, by))[0]["amount"])


def take_back(book: Book, terms: Terms, role: str, milestone: int = 0) -> int:
    function = book.with_body("refundMilestone", terms, milestone, book.role(role))
    return int(events(book.contract, "MilestoneRefunded", book.send(function, role))[0]["amount"])


def holdable(book: Book, terms: Terms, share: int = 500_000, pledgers: int = 2, window: int = DAY) -> Terms:
    """An arbiter (the stranger) with a day to answer."""
    rule = {"hold_share": share, "hold_pledgers": pledgers, "window": window, "answer_within": DAY}
    return with_body(terms, arbiter=book.role("stranger"), **rule)


def test_a_timed_milestone_pays_from_its_date_on_and_once(book: Book) -> None:
    """K-07, K-09: t - 1, t; to any address for the payee, to the payee for anyone."""
    terms = book.bound(paying(book, (1, 400_000), (2, 600_000)), investor=101)
    book.go(terms.close_at + DAY - 1)
    with reverts_with("PledgeBook_WrongProgress", PENDING, PAYABLE):
        release(book, terms)
    book.go(terms.close_at + DAY)
    with reverts_with("PledgeBook_NotPayee", book.role("stranger"), book.role("provider")):
        release(book, terms, by="stranger")
    assert release(book, terms, to="stranger") == 40
    with reverts_with("PledgeBook_AlreadyReleased", 0, 0):
        release(book, terms)
    with reverts_with("PledgeBook_WrongProgress", PAYABLE, FAILED_MILESTONE):
        take_back(book, terms, "investor")
    book.go(terms.close_at + 2 * DAY)
    assert release(book, terms, 1, by="relayer", to="provider") == 61
    assert book.held() == 0


def test_shares_add_up_in_any_order(book: Book) -> None:
    """K-07: 7 [token] over three payees of a third each, in two milestones, last ones first."""
    terms = book.terms(min_total=1, max_total=7)
    payees = [book.role(role) for role in ("provider", "guarantor", "stranger")]
    late = terms.close_at + DAY
    shares = (Milestone(late, ((payees[0], 333_333),)), Milestone(late, ((payees[1], 333_333), (payees[2], 333_334))))
    terms = book.bound(with_body(terms, milestones=shares), investor=7)
    book.go(late)
    amounts = [release(book, terms, 1, 1, "stranger"), release(book, terms, 1, 0, "guarantor"), release(book, terms)]
    assert amounts == [3, 2, 2] and book.held() == 0


def test_a_pact_that_is_not_bound_pays_nothing(book: Book) -> None:
    """K-05."""
    terms = book.bound(paying(book, (1, MILLION)), investor=99)
    book.go(terms.close_at + DAY)
    with reverts_with("PledgeBook_WrongState", FAILED, BOUND):
        release(book, terms)
    with reverts_with("PledgeBook_WrongState", FAILED, BOUND):
        take_back(book, terms, "investor")


def test_milestones_and_payees_are_those_of_the_terms(book: Book) -> None:
    """K-07: by name; another body is refused."""
    terms = book.bound(paying(book, (1, MILLION)), investor=100)
    book.go(terms.close_at + DAY)
    with reverts_with("PledgeBook_UnknownMilestone", 1, 1):
        release(book, terms, 1)
    with reverts_with("PledgeBook_UnknownPayee", 1, 1):
        release(book, terms, 0, 1)
    other = with_body(terms, goal=1).body.encoded()
    with pytest.raises(Exception, match="TermsMismatch"):
        book.send(book.acts.release(terms.pact(), other, 0, 0, book.role("provider")), "provider")


def test_a_missed_milestone_goes_back_by_stakes_and_nothing_is_left(book: Book) -> None:
    """K-08, K-09: unconfirmed by its date; the other milestone pays all the same."""
    terms = paying(book, (1, 300_001), (2, 699_999), condition=CONFIRMED)
    timed = replace(terms.body.milestones[1], condition=0)
    terms = with_body(terms, milestones=(terms.body.milestones[0], timed), needed=1, min_stake=1)
    book.bound(terms, investor=501, guarantor=100, provider=7)
    book.go(terms.close_at + DAY - 1)
    assert book.progress(terms) == PENDING
    with reverts_with("PledgeBook_WrongProgress", PENDING, FAILED_MILESTONE):
        take_back(book, terms, "investor")
    book.go(terms.close_at + DAY)
    parts = [take_back(book, terms, role) for role in ("guarantor", "investor", "provider")]
    assert parts == [29, 150, 3] and sum(parts) == 608 * 300_001 // MILLION
    with reverts_with("PledgeBook_NothingLeft", book.role("investor")):
        take_back(book, terms, "investor")
    with reverts_with("PledgeBook_NothingLeft", book.role("stranger")):
        take_back(book, terms, "stranger")
    book.go(terms.close_at + 2 * DAY)
    assert release(book, terms, 1) == 608 - 182 and book.held() == 0


def test_confirmers_with_a_stake_confirm(book: Book) -> None:
    """K-10: distinct ones, with enough escrowed, whose attestation stands; never the payee."""
    terms = with_body(paying(book, (2, MILLION), condition=CONFIRMED), needed=2, min_stake=100)
    book.community.join("outcome_payer")
    book.bound(terms, investor=100, guarantor=100, provider=100, outcome_payer=99)
    subject = bytes(book.call(book.acts.milestoneIdOf(book.id(terms), 0)))
    accounts = {role: book.role(role) for role in ("investor", "guarantor", "provider", "outcome_payer", "stranger")}

    def confirm(*roles: str, sort: bool = True) -> None:
        given = [accounts[role] for role in roles]
        listed = sorted(given, key=str.lower) if sort else given
        book.send(book.with_body("confirmMilestone", terms, 0, listed, []), "relayer")

    with reverts_with("PledgeBook_TooFewConfirmers", 1, 2):
        confirm("investor")
    book.confirm(subject, "investor", "outcome_payer", "provider")
    with reverts_with("PledgeBook_NotConfirmer", accounts["provider"]):
        confirm("investor", "provider")
    for other in ("guarantor", "outcome_payer", "stranger"):  # no attestation, too little, no pledger
        with reverts_with("PledgeBook_NotConfirmer", accounts[other]):
            confirm("investor", other)
    with reverts_with("PledgeBook_NotRising", accounts["investor"]):
        confirm("investor", "investor")
    book.confirm(subject, "guarantor")
    backwards = sorted(("investor", "guarantor"), key=lambda role: accounts[role].lower(), reverse=True)
    with reverts_with("PledgeBook_NotRising", accounts[backwards[1]]):
        confirm(*backwards, sort=False)
    confirm("investor", "guarantor")
    assert book.progress(terms) == PAYABLE
    with reverts_with("PledgeBook_WrongMilestone", 0):
        confirm("investor", "guarantor")
    assert release(book, terms) == 399


def test_a_retracted_confirmation_does_not_count(book: Book) -> None:
    """K-10."""
    terms = with_body(paying(book, (2, MILLION), condition=CONFIRMED), needed=1, min_stake=1)
    book.bound(terms, investor=100)
    subject = bytes(book.call(book.acts.milestoneIdOf(book.id(terms), 0)))
    book.confirm(subject, "investor")
    commons = book.community.commons.functions
    book.send(commons.retract(book.community.mission, subject, 1), "investor")
    with reverts_with("PledgeBook_NotConfirmer", book.role("investor")):
        book.send(book.with_body("confirmMilestone", terms, 0, [book.role("investor")], []), "relayer")


def test_confirmers_on_a_list_confirm_before_the_date(book: Book) -> None:
    """K-10, K-09: a Merkle root over three; t - 1 and t; a timed milestone is not confirmed."""
    roles = ("investor", "guarantor", "stranger")
    leaves = [account_leaf(book.role(role)) for role in roles]
    terms = with_body(paying(book, (2, 500_000), (3, 500_000), condition=CONFIRMED), needed=1, root=merkle_root(leaves))
    timed = replace(terms.body.milestones[1], condition=0)
    terms = with_body(terms, milestones=(*terms.body.milestones, replace(timed, payees=())))
    book.bound(terms, guarantor=100)
    for milestone in (0, 1):
        book.confirm(bytes(book.call(book.acts.milestoneIdOf(book.id(terms), milestone))), "investor")

    def confirm(milestone: int, proof: list[bytes]) -> None:
        arguments = (milestone, [book.role("investor")], [proof])
        book.send(book.with_body("confirmMilestone", terms, *arguments), "relayer")

    with reverts_with("PledgeBook_NotConfirmer", book.role("investor")):
        confirm(0, merkle_proof(leaves, 1))
    with reverts_with("PledgeBook_WrongMilestone", 2):
        confirm(2, merkle_proof(leaves, 0))
    book.go(terms.close_at + 2 * DAY - 1)
    confirm(0, merkle_proof(leaves, 0))
    book.go(terms.close_at + 3 * DAY)
    with reverts_with("PledgeBook_TooLate", terms.close_at + 3 * DAY, terms.close_at + 3 * DAY):
        confirm(1, merkle_proof(leaves, 0))
    assert [book.progress(terms, milestone) for milestone in (0, 1)] == [PAYABLE, FAILED_MILESTONE]


@pytest.mark.parametrize(("late", "progress"), [(-1, PAYABLE), (0, FAILED_MILESTONE)])
def test_an_annual_report_pays_if_it_is_published_in_time(book: Book, late: int, progress: int) -> None:
    """K-09: t - 1 and t."""
    now = book.world.chain.now
    yearly = book.begin(book.community.open(Mission("#Yearly", reports_due=(now + DAY,))))
    terms = yearly.bound(paying(yearly, (5, MILLION), condition=REPORT), investor=100)
    assert yearly.progress(terms) == PENDING
    yearly.go(terms.close_at + 5 * DAY + late)
    publish = yearly.community.registry.functions.publishAnnualReport
    yearly.send(publish(yearly.community.mission, 0, HASH, ""), "provider")
    assert yearly.progress(terms) == progress


@pytest.mark.parametrize(
    ("value", "up", "progress"),
    [(50, True, PAYABLE), (49, True, FAILED_MILESTONE), (50, False, PAYABLE), (51, False, FAILED_MILESTONE)],
)
def test_a_final_value_pays_on_the_side_of_the_target(book: Book, value: int, up: bool, progress: int) -> None:
    """K-09, K-14: the target included; nobody holds it then."""
    card = book.world.open_scorecard([Metric("jobs", "job", 0, 0, 100)], periods=3)
    details = {"number": 1, "metric_id": card.metric_id(), "target": 50, "up": up}
    terms = holdable(book, paying(book, (30, MILLION), condition=VALUE, **details), 1, 1)
    book.bound(terms, investor=100)
    book.question(terms, 0, "investor")
    card.report(value, period=1)
    assert book.progress(terms) == PENDING
    card.go_to_final(1)
    assert book.progress(terms) == progress
    with reverts_with("PledgeBook_WrongProgress", progress, PENDING):
        book.send(book.with_body("countQuestions", terms, 0, [book.role("investor")]), "relayer")


def test_a_value_that_nobody_reports_or_that_is_late_is_missed(book: Book) -> None:
    """K-09: UNRESOLVED is not the number 0; FINAL one second after the date is late, at the date it is not."""
    card = book.world.open_scorecard([Metric("jobs", "job", 0, 0, 100)], periods=9)
    final_at = card.scorecard.calendar.final_at(2)
    terms, provider = book.terms(), book.role("provider")
    details = {"condition": VALUE, "metric_id": card.metric_id(), "target": 0, "up": False}
    dates = ((final_at + 90 * DAY, 1), (final_at - 1, 2), (final_at, 2))
    milestones = tuple(
        Milestone(at, ((provider, share),), number=number, **details)  # type: ignore[arg-type]
        for (at, number), share in zip(dates, (300_000, 300_000, 400_000), strict=True)
    )
    terms = book.bound(with_body(terms, milestones=milestones), investor=100)
    card.finish(0, period=2)
    progress = [book.progress(terms, milestone) for milestone in range(3)]
    assert progress == [FAILED_MILESTONE, FAILED_MILESTONE, PAYABLE]


def test_a_hold_needs_share_and_number(book: Book) -> None:
    """K-12: in portions, each counted once, in the terms' window."""
    terms = holdable(book, paying(book, (1, MILLION)), share=500_000, pledgers=2)
    book.bound(terms, investor=499, guarantor=1, provider=500)
    hold = "countQuestions"

    def count(*roles: str) -> list[int]:
        receipt = book.send(book.with_body(hold, terms, 0, [book.role(role) for role in roles]), "relayer")
        return [one["stake"] for one in events(book.contract, "QuestionCounted", receipt)]

    book.question(terms, 0, "investor")
    assert count("investor", "guarantor", "stranger") == [499]
    assert count("investor") == [] and book.progress(terms) == PENDING
    book.question(terms, 0, "guarantor")
    book.go(terms.close_at + 2 * DAY - 1)  # met since a day less a second: the window's last second
    assert count("guarantor", "investor") == [1]
    assert book.progress(terms) == HELD
    with reverts_with("PledgeBook_WrongProgress", HELD, PENDING):
        count("provider")


def test_a_large_share_of_one_pledger_is_no_hold(book: Book) -> None:
    """K-12: nor after the window."""
    terms = holdable(book, paying(book, (1, MILLION)), share=1, pledgers=2)
    book.bound(terms, investor=999, guarantor=1)
    book.question(terms, 0, "investor", "guarantor")
    book.send(book.with_body("countQuestions", terms, 0, [book.role("investor")] * 3), "relayer")
    assert book.progress(terms) == PENDING
    book.go(terms.close_at + 2 * DAY)
    assert book.progress(terms) == PAYABLE
    with reverts_with("PledgeBook_WrongProgress", PAYABLE, PENDING):
        book.send(book.with_body("countQuestions", terms, 0, [book.role("guarantor")]), "relayer")


def held(book: Book, terms: Terms) -> Terms:
    terms = holdable(book, terms, share=1, pledgers=1)
    book.bound(terms, investor=100)
    book.question(terms, 0, "investor")
    book.send(book.with_body("countQuestions", terms, 0, [book.role("investor")]), "relayer")
    return terms


@pytest.mark.parametrize("lift", [True, False])
def test_the_arbiter_lifts_or_refuses_a_hold_once(book: Book, lift: bool) -> None:
    """K-13, K-12: and no second hold."""
    terms = held(book, paying(book, (1, MILLION)))
    answer = book.with_body("answerHold", terms, 0, lift)
    with reverts_with("PledgeBook_NotArbiter", book.role("investor"), book.role("stranger")):
        book.send(answer, "investor")
    receipt = book.send(answer, "stranger")
    assert events(book.contract, "HoldAnswered", receipt)[0]["answer"] == (1 if lift else 2)
    after = PENDING if lift else FAILED_MILESTONE
    with reverts_with("PledgeBook_WrongProgress", after, HELD):
        book.send(answer, "stranger")
    if lift:
        with reverts_with("PledgeBook_NoHold", 0):
            book.send(book.with_body("countQuestions", terms, 0, [book.role("investor")]), "relayer")
        book.go(terms.close_at + DAY)
        assert release(book, terms) == 100
    else:
        assert take_back(book, terms, "investor") == 100
    assert book.held() == 0


def test_an_arbiters_silence_refuses(book: Book) -> None:
    """K-13, R-03: t - 1 and t."""
    terms = held(book, paying(book, (1, MILLION)))
    book.go(terms.close_at + DAY - 1)
    assert book.progress(terms) == HELD
    book.go(terms.close_at + DAY)
    assert book.progress(terms) == FAILED_MILESTONE
    with reverts_with("PledgeBook_WrongProgress", FAILED_MILESTONE, HELD):
        book.send(book.with_body("answerHold", terms, 0, True), "stranger")
    assert take_back(book, terms, "investor") == 100


def test_lifting_does_not_meet_the_condition(book: Book) -> None:
    """K-13: what is not confirmed by its date fails after a lifted hold, too; confirming goes on during one."""
    terms = with_body(paying(book, (3, MILLION), condition=CONFIRMED), needed=1, min_stake=1)
    terms = held(book, terms)
    book.send(book.with_body("answerHold", terms, 0, True), "stranger")
    book.go(terms.close_at + 3 * DAY)
    assert book.progress(terms) == FAILED_MILESTONE


def test_without_an_arbiter_there_is_no_hold(book: Book) -> None:
    """K-12."""
    terms = book.bound(paying(book, (1, MILLION)), investor=100)
    book.question(terms, 0, "investor")
    with reverts_with("PledgeBook_NoHold", 0):
        book.send(book.with_body("countQuestions", terms, 0, [book.role("investor")]), "relayer")


def test_what_was_met_before_the_close_can_still_be_held(book: Book) -> None:
    """K-12: the window of a report that was out already begins at the close."""
    now = book.world.chain.now
    yearly = book.begin(book.community.open(Mission("#Yearly", reports_due=(now + DAY,))))
    publish = yearly.community.registry.functions.publishAnnualReport
    yearly.send(publish(yearly.community.mission, 0, HASH, ""), "provider")
    terms = held(yearly, paying(yearly, (9, MILLION), condition=REPORT))
    assert yearly.progress(terms) == HELD
