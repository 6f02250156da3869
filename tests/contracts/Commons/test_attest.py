from __future__ import annotations

import pytest

from tests.support.community import (
    CONFIRM,
    ENDORSE,
    HASH,
    NEVER,
    PLAN,
    QUESTION,
    SIGN_ON,
    Community,
    Mission,
    Signer,
    signer,
)
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.typed import compact, high_s, person, sign

EXPIRED, NOT_MEMBER, ONESELF, ALREADY_GIVEN, RETRACTED, BAD_SIGNATURE = range(1, 7)
ANNA, BEN, CLEO = signer("Anna"), signer("Ben"), signer("Cleo")
KINDS = (SIGN_ON, CONFIRM, QUESTION, ENDORSE)


def attest(here: Community, subject: bytes, kind: int, role: str) -> None:
    here.send(here.commons.functions.attest(here.mission, subject, kind, HASH), role)


def retract(here: Community, subject: bytes, kind: int, role: str) -> object:
    return here.send(here.commons.functions.retract(here.mission, subject, kind), role)


def count(here: Community, subject: bytes, kind: int) -> int:
    return int(here.call(here.commons.functions.countOf(here.mission, subject, kind)))


def refusals(here: Community, receipt: object) -> list[tuple[str, int]]:
    told = events(here.commons, "AttestationRefused", receipt)  # type: ignore[arg-type]
    return [(one["attester"], one["reason"]) for one in told]


def about(address: str) -> bytes:
    return bytes(12) + bytes.fromhex(address[2:])


@pytest.mark.parametrize("kind", KINDS)
def test_attest_counts_once_and_tells_the_note(here: Community, kind: int) -> None:
    """W-03, W-06, W-09: kinds, subjects and missions are apart."""
    functions = here.commons.functions
    receipt = here.send(functions.attest(here.mission, HASH, kind, b"\5" * 32), "investor")
    told = {"mission": here.mission, "subject": HASH, "attester": here.world.role("investor"), "kind": kind}
    assert events(here.commons, "Attested", receipt) == [{**told, "note": b"\5" * 32}]
    with reverts_with("Commons_Refused", ALREADY_GIVEN):
        attest(here, HASH, kind, "investor")
    attest(here, HASH, kind, "provider")
    assert [count(here, HASH, one) for one in KINDS] == [2 if one == kind else 0 for one in KINDS]
    assert [here.call(functions.isGiven(here.mission, HASH, kind, index)) for index in range(4)] == [0, 1, 1, 0]
    accounts = [here.world.role(role) for role in ("provider", "guarantor", "stranger")]
    assert here.call(functions.areGiven(here.mission, HASH, kind, accounts)) == [True, False, False]
    assert here.call(functions.countOf(HASH, HASH, kind)) == 0


def test_attest_is_for_members_and_not_about_oneself(here: Community) -> None:
    """W-03, W-04: neither the own address nor the own entry, not even by a batch."""
    entry = here.anchor("investor", PLAN, HASH)
    for subject, role, reason in (
        (HASH, "stranger", NOT_MEMBER),
        (entry, "investor", ONESELF),
        (about(here.world.role("investor")), "investor", ONESELF),
    ):
        with reverts_with("Commons_Refused", reason):
            attest(here, subject, ENDORSE, role)
    attest(here, entry, ENDORSE, "provider")
    attest(here, about(here.world.role("investor")), ENDORSE, "provider")
    here.enrol(ANNA)
    here.send(here.commons.functions.anchorSigned(here.mission, [here.signed_anchor(ANNA, PLAN, HASH)]), "relayer")
    own = here.call(here.commons.functions.entryIdOf(here.mission, ANNA.address, PLAN, HASH, []))
    for subject in (own, about(ANNA.address)):
        receipt = here.attest_signed(subject, SIGN_ON, [here.signed_attest(ANNA, subject, SIGN_ON)])
        assert refusals(here, receipt) == [(ANNA.address, ONESELF)]


def test_attest_after_leaving_is_refused_and_what_stands_stays(here: Community) -> None:
    """W-06."""
    attest(here, HASH, SIGN_ON, "investor")
    here.send(here.registry.functions.leaveMission(here.mission), "investor")
    assert count(here, HASH, SIGN_ON) == 1
    with reverts_with("Commons_Refused", NOT_MEMBER):
        attest(here, HASH, CONFIRM, "investor")
    retract(here, HASH, SIGN_ON, "investor")
    assert count(here, HASH, SIGN_ON) == 0


def test_retract_ends_it_and_the_own_transaction_gives_it_again(here: Community) -> None:
    """W-05."""
    attest(here, HASH, QUESTION, "investor")
    receipt = retract(here, HASH, QUESTION, "investor")
    assert events(here.commons, "Retracted", receipt)[0]["wasGiven"] is True  # type: ignore[arg-type]
    assert count(here, HASH, QUESTION) == 0
    receipt = retract(here, HASH, QUESTION, "investor")
    assert events(here.commons, "Retracted", receipt)[0]["wasGiven"] is False  # type: ignore[arg-type]
    attest(here, HASH, QUESTION, "investor")
    assert count(here, HASH, QUESTION) == 1
    with reverts_with("Commons_Refused", NOT_MEMBER):
        retract(here, HASH, QUESTION, "stranger")


def test_attest_signed_lands_in_any_order_beside_what_is_refused(here: Community) -> None:
    """W-07, S-04, S-05: duplicates, expired, strangers, other forms, in 200 items over several words of bits."""
    people = [signer(number) for number in range(270)]
    for start in range(0, 270, 90):
        here.enrol(*people[start : start + 90])
    chosen = [*people[:80], *people[200:270]]
    good = [here.signed_attest(one, HASH, SIGN_ON) for one in chosen]
    good[3] = (*good[3][:3], compact(good[3][3]))
    late = [here.signed_attest(one, HASH, SIGN_ON, deadline=here.world.chain.now - 1) for one in people[80:90]]
    items = [*good[::-1], *late, *good[:30], here.signed_attest(ANNA, HASH, SIGN_ON)]
    items.append((*here.signed_attest(people[90], HASH, SIGN_ON)[:3], high_s(good[4][3])))
    receipt = here.attest_signed(HASH, SIGN_ON, items)
    assert [one["attester"] for one in events(here.commons, "Attested", receipt)] == [
        one.address for one in reversed(chosen)
    ]
    reasons = [reason for _, reason in refusals(here, receipt)]
    assert reasons == [EXPIRED] * 10 + [ALREADY_GIVEN] * 30 + [NOT_MEMBER, BAD_SIGNATURE]
    assert count(here, HASH, SIGN_ON) == 150
    accounts = [one.address for one in people]
    given = here.call(here.commons.functions.areGiven(here.mission, HASH, SIGN_ON, accounts))
    assert given == [one in chosen for one in people]


def test_a_retracted_attestation_never_comes_back_by_a_signature(here: Community) -> None:
    """W-05, S-05: nor does a retraction: old signatures of either kind are spent."""
    here.enrol(ANNA)
    given, back = here.signed_attest(ANNA, HASH, QUESTION), here.signed_retract(ANNA, HASH, QUESTION)
    sends = here.commons.functions.retractSigned(here.mission, HASH, QUESTION, [back])
    here.attest_signed(HASH, QUESTION, [given])
    here.send(sends, "relayer")
    assert count(here, HASH, QUESTION) == 0
    assert refusals(here, here.attest_signed(HASH, QUESTION, [given])) == [(ANNA.address, RETRACTED)]
    assert refusals(here, here.send(sends, "relayer")) == [(ANNA.address, RETRACTED)]


def test_a_retraction_before_the_attestation_voids_it(here: Community) -> None:
    """S-06, W-05: signed and own."""
    here.enrol(ANNA, BEN)
    back = here.signed_retract(ANNA, HASH, ENDORSE)
    here.send(here.commons.functions.retractSigned(here.mission, HASH, ENDORSE, [back]), "relayer")
    given = [here.signed_attest(one, HASH, ENDORSE) for one in (ANNA, BEN)]
    receipt = here.attest_signed(HASH, ENDORSE, given)
    assert refusals(here, receipt) == [(ANNA.address, RETRACTED)]
    assert count(here, HASH, ENDORSE) == 1


def test_retract_signed_refuses_by_name(here: Community) -> None:
    """S-01, S-04: strangers, expired, another's signature."""
    here.enrol(ANNA, BEN)
    late = here.signed_retract(ANNA, HASH, ENDORSE, deadline=here.world.chain.now - 1)
    forged = (*here.signed_retract(ANNA, HASH, ENDORSE)[:2], here.signed_retract(BEN, HASH, ENDORSE)[2])
    items = [late, here.signed_retract(CLEO, HASH, ENDORSE), forged, here.signed_retract(BEN, HASH, ENDORSE)]
    receipt = here.send(here.commons.functions.retractSigned(here.mission, HASH, ENDORSE, items), "relayer")
    expected = [(ANNA.address, EXPIRED), (CLEO.address, NOT_MEMBER), (ANNA.address, BAD_SIGNATURE)]
    assert refusals(here, receipt) == expected


def test_attest_signed_elsewhere_counts_nowhere_else(here: Community) -> None:
    """S-01: another subject, kind, note, mission, contract, chain."""
    here.enrol(ANNA)
    other = here.open(Mission("#Other"))
    values = {"subject": HASH, "kind": SIGN_ON, "attester": ANNA.address, "note": bytes(32), "deadline": NEVER}
    wrong = [
        here.message("Commons", "Attest", {**values, "subject": b"\1" * 32}),
        here.message("Commons", "Attest", {**values, "kind": CONFIRM}),
        here.message("Commons", "Attest", {**values, "note": HASH}),
        here.message("Commons", "Attest", values, chain_id=1),
        other.message("Commons", "Attest", values),
        Community.deploy(here.world).message("Commons", "Attest", {**values, "mission": here.mission}),
    ]
    items = [(ANNA.address, NEVER, bytes(32), sign(ANNA.key, one)) for one in wrong]
    assert refusals(here, here.attest_signed(HASH, SIGN_ON, items)) == [(ANNA.address, BAD_SIGNATURE)] * len(wrong)


@pytest.mark.parametrize(("manner", "lands"), [(0, True), (1, False), (2, False), (3, False)])
def test_attest_signed_takes_wallets(here: Community, manner: int, lands: bool) -> None:
    """S-02, S-03: 500 bytes from an honest one; hostile ones harm only themselves."""
    key = person("owner")
    wallet = here.world.deploy("DemoWallet", key.address, 0)
    safe = Signer(key, wallet.address)
    here.enrol(safe, ANNA)
    become = [{"type": "uint8", "name": "manner"}]
    abi = [{"type": "function", "name": "become", "inputs": become, "outputs": [], "stateMutability": "nonpayable"}]
    here.send(here.world.chain.w3.eth.contract(wallet.address, abi=abi).functions.become(manner), "stranger")
    item = here.signed_attest(safe, HASH, SIGN_ON)
    padded = (*item[:3], item[3].ljust(500, b"\1"))
    receipt = here.attest_signed(HASH, SIGN_ON, [padded, here.signed_attest(ANNA, HASH, SIGN_ON)])
    assert refusals(here, receipt) == ([] if lands else [(safe.address, BAD_SIGNATURE)])
    assert count(here, HASH, SIGN_ON) == 1 + lands


def test_an_entry_is_ready_with_the_sign_ons_of_this_mission(here: Community) -> None:
    """W-08: an entry of another mission, too; no other id."""
    child = here.open(Mission(parent=here.mission, sign_ons=2))
    child.join("investor", "provider", "guarantor")
    entry = here.anchor("investor", PLAN, HASH)
    ready = child.commons.functions.isReady
    assert child.call(ready(here.mission, entry)) and not child.call(ready(child.mission, entry))
    attest(here, entry, SIGN_ON, "provider")
    attest(child, entry, SIGN_ON, "provider")
    assert not child.call(ready(child.mission, entry))
    attest(child, entry, SIGN_ON, "guarantor")
    assert child.call(ready(child.mission, entry))
    assert not child.call(ready(here.mission, HASH)) and not child.call(ready(HASH, entry))


def test_attest_signed_costs_no_more_with_many_members(here: Community) -> None:
    """W-09."""
    here.enrol(ANNA, *[signer(number) for number in range(100)], BEN)
    first = here.attest_signed(HASH, SIGN_ON, [here.signed_attest(ANNA, HASH, SIGN_ON)])["gasUsed"]
    here.attest_signed(HASH, SIGN_ON, [here.signed_attest(signer(number), HASH, SIGN_ON) for number in range(100)])
    again = here.attest_signed(HASH, SIGN_ON, [here.signed_attest(BEN, HASH, SIGN_ON)])["gasUsed"]
    assert again < first
