from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tests.support.community import HASH, IDEA, LEARNING, PLAN, RETROSPECTIVE, Community, Mission, signer
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.typed import sign

EXPIRED, NOT_MEMBER, ONESELF, ALREADY_GIVEN, RETRACTED, BAD_SIGNATURE, ALREADY_ANCHORED, TOO_MANY, UNKNOWN = range(
    1, 10
)
ANNA, BEN = signer("Anna"), signer("Ben")


def refusals(here: Community, receipt: object) -> list[int]:
    return [one["reason"] for one in events(here.commons, "AnchorRefused", receipt)]  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", range(IDEA, RETROSPECTIVE + 1))
def test_anchor_tells_the_entry_and_its_hash(here: Community, kind: int) -> None:
    """W-01, W-09."""
    investor = here.world.role("investor")
    entry = here.anchor("investor", kind, HASH)
    home = keccak(
        encode(["string", "uint256", "address"], ["Entry", here.world.chain.w3.eth.chain_id, here.commons.address])
    )
    types = ["bytes32", "bytes32", "address", "uint8", "bytes32", "bytes32[]"]
    assert entry == keccak(encode(types, [home, here.mission, investor, kind, HASH, []]))
    assert here.call(here.commons.functions.entryOf(entry)) == (investor, here.world.chain.now, kind)


def test_anchor_forks_and_merges(here: Community) -> None:
    """W-02, W-09: parents of any mission; the event names them."""
    one, other = here.anchor("investor", IDEA, HASH), here.anchor("provider", IDEA, HASH)
    assert one != other
    child = here.open(Mission(parent=here.mission))
    child.join("guarantor")
    receipt = child.send(child.commons.functions.anchor(child.mission, PLAN, HASH, [one, other]), "guarantor")
    assert events(child.commons, "Anchored", receipt)[0]["parents"] == [one, other]


def test_anchor_again_changes_nothing(here: Community) -> None:
    """W-01: and nobody takes another's authorship."""
    entry = here.anchor("investor", IDEA, HASH)
    first = here.call(here.commons.functions.entryOf(entry))
    here.later()
    assert here.send(here.commons.functions.anchor(here.mission, IDEA, HASH, []), "investor")["logs"] == []
    here.anchor("provider", IDEA, HASH)
    assert here.call(here.commons.functions.entryOf(entry)) == first


def test_anchor_is_for_members_with_known_parents(here: Community) -> None:
    """W-01, W-02."""
    anchor = here.commons.functions.anchor
    with reverts_with("Commons_Refused", NOT_MEMBER):
        here.send(anchor(here.mission, IDEA, HASH, []), "stranger")
    with reverts_with("Commons_Refused", UNKNOWN):
        here.send(anchor(here.mission, IDEA, HASH, [HASH]), "investor")
    entry = here.anchor("investor", IDEA, HASH)
    here.send(anchor(here.mission, IDEA, HASH, [entry] * 16), "investor")
    with reverts_with("Commons_Refused", TOO_MANY):
        here.send(anchor(here.mission, IDEA, HASH, [entry] * 17), "investor")


def test_anchor_signed_carries_out_what_it_can(here: Community) -> None:
    """W-07, S-01, S-04, S-05: a batch in which only two items land, one of them by the other's anchoring."""
    here.enrol(ANNA)
    first = here.signed_anchor(ANNA, LEARNING, HASH)
    entry = here.call(here.commons.functions.entryIdOf(here.mission, ANNA.address, LEARNING, HASH, []))
    child = here.signed_anchor(ANNA, PLAN, HASH, [entry])
    items = [
        child,
        first,
        first,
        child,
        here.signed_anchor(BEN, PLAN, HASH),
        here.signed_anchor(ANNA, PLAN, b"\1" * 32, deadline=here.world.chain.now - 1),
        (*here.signed_anchor(ANNA, PLAN, b"\2" * 32)[:5], first[5]),
        here.signed_anchor(ANNA, PLAN, b"\3" * 32, [entry] * 17),
    ]
    receipt = here.send(here.commons.functions.anchorSigned(here.mission, items), "relayer")
    assert [one["kind"] for one in events(here.commons, "Anchored", receipt)] == [LEARNING, PLAN]
    assert refusals(here, receipt) == [UNKNOWN, ALREADY_ANCHORED, NOT_MEMBER, EXPIRED, BAD_SIGNATURE, TOO_MANY]


def test_anchor_signed_elsewhere_counts_nowhere_else(here: Community) -> None:
    """S-01: other parents, mission, contract."""
    here.enrol(ANNA)
    other = here.open(Mission("#Other"))
    second = Community.deploy(here.world)
    foreign = [other.signed_anchor(ANNA, PLAN, HASH), second.signed_anchor(ANNA, PLAN, HASH)]
    receipt = here.send(here.commons.functions.anchorSigned(here.mission, foreign), "relayer")
    assert refusals(here, receipt) == [BAD_SIGNATURE] * 2
    values = {"author": ANNA.address, "kind": PLAN, "content": HASH, "parents": [], "deadline": 2**40 - 1}
    good = sign(ANNA.key, here.message("Commons", "Anchor", values))
    receipt = here.send(
        here.commons.functions.anchorSigned(here.mission, [(ANNA.address, 2**40 - 1, PLAN, HASH, [], good)]), "relayer"
    )
    assert refusals(here, receipt) == []
