from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tests.support.community import HASH, NEVER, Community, Mission
from tests.support.events import events
from tests.support.pacts import CONFIRMED, MILLION, NOBODY, OPEN, REPORT, UNKNOWN, VALUE, Backing, Book, Kind, Milestone
from tests.support.reverts import reverts_with
from tests.support.world import DAY

PACT_TYPE = "(bytes32,address,uint40,uint40,uint112,uint112,uint112,uint24,uint24,bytes32,bytes32)"


def test_open_returns_the_hash_of_terms_contract_and_chain(book: Book) -> None:
    """K-01, K-23: the event has all three parts; opening again changes nothing and needs no time."""
    terms = book.terms()
    assert book.state(terms) == UNKNOWN
    function = book.acts.open(terms.pact(), b"", terms.body.encoded())
    receipt = book.send(function, "stranger")
    (event,) = events(book.contract, "PactOpened", receipt)
    home = keccak(encode(["string", "uint256", "address"], ["Pact", 31337, book.contract.address]))
    assert event["pact"] == keccak(encode(["bytes32", PACT_TYPE], [home, terms.pact()])) == book.id(terms)
    assert (event["body"], event["backing"]) == (terms.body.encoded(), b"")
    assert book.state(terms) == OPEN
    book.go(terms.close_at)
    assert book.send(function, "relayer")["logs"] == []


def test_open_needs_an_entry_with_the_sign_ons_of_the_mission(book: Book) -> None:
    """K-01."""
    strict = book.community.open(Mission("#Strict", sign_ons=1))
    terms = replace(book.terms(), mission=strict.mission)
    with reverts_with("PledgeBook_EntryNotReady", book.entry):
        book.open(terms)
    strict.join("guarantor")
    strict.send(strict.commons.functions.attest(strict.mission, book.entry, 0, bytes(32)), "guarantor")
    book.open(terms)
    with reverts_with("PledgeBook_EntryNotReady", book.entry):
        book.open(replace(terms, mission=HASH))


def test_open_refuses_other_bytes_than_the_terms_name(book: Book) -> None:
    """K-01: the body, and a backing where the terms name none."""
    terms = book.terms()
    other = replace(terms.body, goal=1).encoded()
    with reverts_with("PledgeBook_TermsMismatch", keccak(other), keccak(terms.body.encoded())):
        book.send(book.acts.open(terms.pact(), b"", other), "stranger")
    with reverts_with("PledgeBook_TermsMismatch", keccak(b"x"), bytes(32)):
        book.send(book.acts.open(terms.pact(), b"x", terms.body.encoded()), "stranger")


def test_open_refuses_times_out_of_order(book: Book) -> None:
    """K-02."""
    now = book.world.chain.now
    for lock_at, close_at in ((now, now + 1), (now + 2, now + 2), (now + 2, now + 1)):
        terms = book.terms(lock_at=lock_at, close_at=close_at)
        with reverts_with("PledgeBook_WrongTimes", now, lock_at, close_at):
            book.open(terms)


@pytest.mark.parametrize(
    "changes",
    [
        {"min_total": 0},
        {"min_total": 1_001},
        {"token": NOBODY},
        {"token": NOBODY, "min_total": 0, "max_total": 0, "min_pledgers": 1},
        {"token": NOBODY, "min_total": 0, "max_total": 0, "min_per_actor": 1},
    ],
)
def test_open_refuses_totals(book: Book, changes: dict[str, Any]) -> None:
    """K-02."""
    terms = book.terms(**changes)
    with reverts_with("PledgeBook_WrongTotals", terms.min_total, terms.max_total):
        book.open(terms)


def test_open_refuses_shares_that_are_not_a_million(book: Book) -> None:
    """K-02: with a token exactly a million, without one nothing."""
    terms = book.terms()
    late, provider = terms.close_at + 1, book.role("provider")
    for token, shares, expected in ((terms.token, (500_000, 499_999), MILLION), (NOBODY, (1,), 0)):
        milestones = tuple(Milestone(late, ((provider, share),)) for share in shares)
        totals = {} if token != NOBODY else {"min_total": 0, "max_total": 0}
        bad = replace(terms, token=token, body=replace(terms.body, milestones=milestones), **totals)
        with reverts_with("PledgeBook_WrongShares", sum(shares), expected):
            book.open(bad)


def test_open_takes_a_pure_promise(book: Book) -> None:
    """K-02: no money, a milestone that pays nobody."""
    terms = book.terms(token=NOBODY, min_total=0, max_total=0)
    book.open(replace(terms, body=replace(terms.body, milestones=(Milestone(terms.close_at + 1),))))


def test_open_refuses_milestones(book: Book) -> None:
    """K-02, K-10: due at the close, confirmed by nobody, by anybody; too many of them or of payees."""
    terms = book.terms()
    pay = ((book.role("provider"), MILLION),)
    cases: list[tuple[dict[str, Any], str, tuple[object, ...]]] = [
        ({"milestones": (Milestone(terms.close_at, pay),)}, "WrongMilestone", (0,)),
        ({"milestones": (Milestone(terms.close_at + 1, pay, CONFIRMED),)}, "WrongMilestone", (0,)),
        ({"milestones": (Milestone(terms.close_at + 1, pay, CONFIRMED),), "needed": 1}, "NoFixedConfirmers", ()),
        ({"milestones": (Milestone(NEVER, pay), *[Milestone(NEVER)] * 32)}, "TooMany", (33, 32)),
        ({"milestones": (Milestone(NEVER, pay + ((NOBODY, 0),) * 256),)}, "TooMany", (257, 256)),
    ]
    for changes, error, arguments in cases:
        with reverts_with(f"PledgeBook_{error}", *arguments):
            book.open(replace(terms, body=replace(terms.body, **changes)))


def test_open_refuses_sources_that_do_not_exist(book: Book) -> None:
    """K-09: no such report, no such metric."""
    terms = book.terms()
    pay = ((book.role("provider"), MILLION),)
    report = Milestone(NEVER, pay, REPORT, number=0)
    with reverts_with("MissionRegistry_UnknownAnnualReport", 0, 0):
        book.open(replace(terms, body=replace(terms.body, milestones=(report,))))
    value = Milestone(NEVER, pay, VALUE, metric_id=HASH)
    with reverts_with("OutcomeOracle_UnknownMetric", HASH):
        book.open(replace(terms, body=replace(terms.body, milestones=(value,))))


@pytest.mark.parametrize(
    "changes",
    [
        {"hold_share": 0},
        {"hold_share": MILLION + 1},
        {"hold_pledgers": 0},
        {"answer_within": 0},
    ],
)
def test_open_refuses_a_hold_rule_without_bounds(book: Book, changes: dict[str, int]) -> None:
    """K-12: with an arbiter, a share, a number and a time to answer."""
    terms = book.terms()
    rule = {"arbiter": book.role("stranger"), "hold_share": 1, "hold_pledgers": 1, "answer_within": 1, **changes}
    body = replace(terms.body, **rule)  # type: ignore[arg-type]
    with reverts_with("PledgeBook_WrongHoldRule", body.hold_share, body.hold_pledgers):
        book.open(replace(terms, body=body))


def test_open_refuses_kinds_and_backings(book: Book) -> None:
    """K-15, K-18, K-11: caps, dates, points that do not add up, points that addresses could multiply."""
    terms = book.terms()
    until = terms.close_at + DAY
    for kind in (Kind(terms.close_at), Kind(until, cap_per_actor=0), Kind(until, cap_per_actor=1_001)):
        with reverts_with("PledgeBook_WrongKind", 0):
            book.open(replace(terms, body=replace(terms.body, kinds=(kind,))))
    fixed = replace(terms.body, kinds=(Kind(until, points=2),), needed=1, min_stake=1)
    for backing in (
        Backing(256, 1, 1, 1_999, until),
        Backing(256, 1, 1, 2_000, until - 1),
        Backing(256, 0, 0, 2_000, until),
        Backing(256, 2**112 - 1, 1, 2_000, until),
    ):
        with reverts_with("PledgeBook_WrongBacking", backing.max_points, 2_000):
            book.open(replace(terms, body=fixed, backing=backing))
    good = Backing(256, 1, 1, 2_000, until)
    free = replace(fixed, min_stake=0)
    with reverts_with("PledgeBook_NoFixedConfirmers"):
        book.open(replace(terms, body=free, backing=good))
    book.open(replace(terms, body=fixed, backing=good))
    book.open(replace(terms, body=free, backing=replace(good, points=0)))


def test_open_takes_paid_points_without_fixed_confirmers_behind_a_gate(book: Book) -> None:
    """K-11."""
    gate = book.world.deploy("MerkleGate", bytes(32)).address
    gated: Community = book.community.open(Mission("#Gated", gate=gate))
    terms = book.terms(mission=gated.mission)
    until = terms.close_at + DAY
    body = replace(terms.body, kinds=(Kind(until),), needed=1)
    book.open(replace(terms, body=body, backing=Backing(256, 1, 1, 1_000, until)))
