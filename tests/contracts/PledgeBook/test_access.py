"""Who may call what, of missions, the whiteboard and pledges: every function that changes anything stands here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.chain.artifacts import artifact
from tests.support.community import HASH, Mission
from tests.support.pacts import BOUND, CONFIRMED, FAILED, NAMED, OPEN, Backing, Book, Kind, Milestone, Terms
from tests.support.reverts import reverts_with
from tests.support.world import DAY

ANYONE, MEMBERS, OWNERS = "anyone", "members", "whose it is"
WHO = {
    "MissionRegistry": {
        ANYONE: "open joinMission joinSigned leaveMission leaveSigned revokeInvitation",
        MEMBERS: "hardwire publishAnnualReport",
        OWNERS: "unhardwire",
    },
    "Commons": {ANYONE: "anchorSigned attestSigned retractSigned", MEMBERS: "anchor attest retract", OWNERS: ""},
    "PledgeBook": {
        ANYONE: "open pledgePermitted pledgeManyPermitted offerSigned depositBacking confirmMilestone confirmDelivery "
        "countQuestions",
        MEMBERS: "pledge pledgeWithPermit offer voidOffer",
        OWNERS: "withdraw refund release refundMilestone answerHold deliver returnBacking collect collectPoints "
        "collectRest",
    },
}


@pytest.mark.parametrize("name", WHO)
def test_every_function_has_its_line(name: str) -> None:
    """R-04: nothing else changes anything; there is no owner, pause, fee or upgrade."""
    entries = [one for one in artifact(name).abi if one["type"] == "function"]
    changing = {one["name"] for one in entries if one["stateMutability"] not in ("view", "pure")}
    assert changing == {function for line in WHO[name].values() for function in line.split()}
    assert not [one["name"] for one in entries if one["stateMutability"] == "payable"]


def test_strangers_change_nothing_in_a_mission(book: Book) -> None:
    """R-04, M-09, M-10, W-01, W-03."""
    here, stranger = book.community, book.role("stranger")
    registry, commons, mission = here.registry.functions, here.commons.functions, here.mission
    for function, error, argument in (
        (registry.hardwire(mission, HASH, 1, ""), "MissionRegistry_NotMember", stranger),
        (registry.publishAnnualReport(mission, 0, HASH, ""), "MissionRegistry_NotMember", stranger),
        (registry.unhardwire(mission), "MissionRegistry_NotHardwired", stranger),
        (commons.anchor(mission, 0, HASH, []), "Commons_Refused", 2),
        (commons.attest(mission, HASH, 0, HASH), "Commons_Refused", 2),
        (commons.retract(mission, HASH, 0), "Commons_Refused", 2),
    ):
        with reverts_with(error, argument):
            book.send(function, "stranger")


def everything(book: Book) -> Terms:
    """A pact with milestones of both kinds, a kind, a hold rule and a backing that nobody deposits."""
    terms = book.terms()
    late, provider = terms.close_at + DAY, book.role("provider")
    milestones = (Milestone(late, ((provider, 500_000),)), Milestone(late, ((provider, 500_000),), CONFIRMED))
    rule: dict[str, Any] = {"hold_share": 1, "hold_pledgers": 1, "answer_within": DAY, "arbiter": book.role("investor")}
    body = replace(terms.body, milestones=milestones, kinds=(Kind(late),), needed=1, min_stake=1, **rule)
    return replace(terms, body=body)


def test_strangers_move_no_money_and_no_position(book: Book) -> None:
    """R-04, K-03 to K-08, K-19: while it is open, bound, failed."""
    terms = everything(book)
    acts, stranger = book.acts, book.role("stranger")
    backing = Backing(256, 1, 0, 1_000, terms.close_at + DAY)
    failing = replace(terms, backing=backing)
    book.open(terms)
    book.open(failing)
    for function, error in (
        (acts.pledge(terms.pact(), 1, NAMED), "NotMember"),
        (acts.voidOffer(terms.pact(), 0), "NotMember"),
        (acts.withdraw(terms.pact(), stranger), "NothingLeft"),
    ):
        with reverts_with(f"PledgeBook_{error}", stranger):
            book.send(function, "stranger")
    with reverts_with("PledgeBook_OfferRefused", 2):
        book.send(book.with_body("offer", terms, 0, 1, NAMED), "stranger")
    for pact in (terms, failing):
        book.pledge(pact, "investor", 100)
    book.go(terms.close_at)
    assert (book.state(terms), book.state(failing)) == (BOUND, FAILED)
    for function in (
        acts.refund(failing.pact(), stranger),
        acts.returnBacking(failing.pact(), backing.abi(), stranger),
    ):
        with reverts_with("PledgeBook_NothingLeft", stranger):
            book.send(function, "stranger")
    book.question(terms, 0, "investor")
    book.send(book.with_body("countQuestions", terms, 0, [book.role("investor")]), "stranger")
    with reverts_with("PledgeBook_NotArbiter", stranger, book.role("investor")):
        book.send(book.with_body("answerHold", terms, 0, True), "stranger")
    book.send(book.with_body("answerHold", terms, 0, True), "investor")
    book.go(terms.close_at + DAY)
    with reverts_with("PledgeBook_NotPayee", stranger, book.role("provider")):
        book.send(book.with_body("release", terms, 0, 0, stranger), "stranger")
    with reverts_with("PledgeBook_NothingLeft", stranger):
        book.send(book.with_body("refundMilestone", terms, 1, stranger), "stranger")


def test_nothing_works_in_a_pact_that_nobody_opened(book: Book) -> None:
    """K-01: each act is refused, by name."""
    terms = everything(book)
    acts, to, pact = book.acts, book.role("stranger"), book.id(terms)
    offer = (0, to, 1, 0, [])
    backing = Backing(256, 1, 0, 1_000, terms.close_at + DAY).abi()
    for function in (
        acts.pledge(terms.pact(), 1, NAMED),
        acts.withdraw(terms.pact(), to),
        acts.refund(terms.pact(), to),
        acts.pledgeManyPermitted(terms.pact(), []),
        acts.voidOffer(terms.pact(), 0),
        acts.depositBacking(terms.pact(), backing, 1),
        acts.returnBacking(terms.pact(), backing, to),
        acts.collect(terms.pact(), backing, to),
        acts.collectPoints(terms.pact(), backing, to),
        acts.collectRest(terms.pact(), backing, to),
        book.with_body("release", terms, 0, 0, to),
        book.with_body("refundMilestone", terms, 0, to),
        book.with_body("confirmMilestone", terms, 1, [], []),
        book.with_body("countQuestions", terms, 0, []),
        book.with_body("answerHold", terms, 0, True),
        book.with_body("offer", terms, 0, 1, NAMED),
        book.with_body("offerSigned", terms, 0, []),
        book.with_body("deliver", terms, offer, HASH, 0, b""),
        book.with_body("confirmDelivery", terms, offer, [], []),
    ):
        with reverts_with("PledgeBook_UnknownPact", pact):
            book.send(function, "stranger")


def test_opening_gives_no_power(book: Book) -> None:
    """K-01, M-01: whoever opens mission and pact is a stranger to both."""
    opened = book.begin(book.community.open(Mission("#Opened")))
    terms = opened.terms()
    opened.open(terms)  # by the stranger
    assert opened.state(terms) == OPEN
    with reverts_with("PledgeBook_NotMember", opened.role("stranger")):
        opened.pledge(terms, "stranger", 100)
