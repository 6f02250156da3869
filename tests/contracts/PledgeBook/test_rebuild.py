from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from tests.support.community import signer
from tests.support.pacts import MILLION, NAMED, Book, Kind, Milestone, merkle_root
from tests.support.world import DAY


def logs(book: Book, name: str) -> list[Any]:
    events: Any = book.contract.events
    return [one["args"] for one in events[name]().get_logs(from_block=0)]


def test_stakes_totals_roots_and_payments_are_rebuilt_from_events(book: Book) -> None:
    """K-23, R-06: a pact that binds, with one milestone paid and one taken back."""
    terms = book.terms()
    provider = book.role("provider")
    milestones = tuple(Milestone(terms.close_at + DAY, ((provider, MILLION // 2),), condition) for condition in (0, 1))
    body = replace(terms.body, milestones=milestones, kinds=(Kind(terms.close_at + DAY),), needed=1, min_stake=1)
    terms = replace(terms, body=body)
    pact = book.open(terms)
    for role, amount in (("investor", 100), ("guarantor", 77), ("investor", 11)):
        book.pledge(terms, role, amount)
    book.send(book.acts.withdraw(terms.pact(), provider), "guarantor")
    book.pledge(terms, "guarantor", 5)
    people = [signer(number) for number in range(5)]
    book.community.enrol(*people)
    for group in (people[:3], people[3:]):
        signed = [book.signed_offer(terms, one, 0, 3) for one in group]
        book.send(book.with_body("offerSigned", terms, 0, signed), "relayer")
    book.send(book.with_body("offer", terms, 0, 9, NAMED), "investor")
    book.go(terms.close_at + DAY)
    book.send(book.with_body("release", terms, 0, 0, provider), "provider")
    for role in ("guarantor", "investor"):
        book.send(book.with_body("refundMilestone", terms, 1, book.role(role)), role)

    stakes: Counter[str] = Counter()
    moves = [(one["pledger"], one["amount"]) for one in logs(book, "Pledged")]
    moves += [(one["pledger"], -one["amount"]) for one in logs(book, "Withdrawn")]
    for who, amount in moves:
        stakes[who] += amount
    batches: dict[int, list[bytes]] = {}
    for one in logs(book, "Offered"):
        leaf = book.offer_id(terms, one["kind"], one["pledger"], one["units"])
        batches.setdefault(one["batch"], []).append(leaf)
    contributors = {one["pledger"] for one in logs(book, "Offered")}

    assert stakes == {book.role("investor"): 111, book.role("guarantor"): 5}
    for who, amount in stakes.items():
        assert book.call(book.acts.stakeOf(pact, who)) == amount
    assert book.call(book.acts.totalsOf(pact)) == [sum(stakes.values()), len(stakes), len(contributors), 0, 0]
    for batch, leaves in batches.items():
        assert book.call(book.acts.offersOf(pact, 0, batch)) == [24, 3, merkle_root(leaves)]
    paid = sum(one["amount"] for name in ("Released", "MilestoneRefunded") for one in logs(book, name))
    assert (paid, book.held()) == (116, 0)
