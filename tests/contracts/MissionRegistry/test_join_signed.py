from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tests.support.community import HASH, Community, Mission, Signer, signer
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.typed import compact, high_s, person, sign, signable

EXPIRED, ALREADY_MEMBER, BAD_SIGNATURE, UNINVITED, NOT_ADMITTED = range(1, 6)
HONEST, BURNS_GAS, RETURNS_A_BOMB, REVERTS, ANSWERS_SHORT, ANSWERS_ONE, SAYS_NO = range(7)
ANNA, BEN = signer("Anna"), signer("Ben")


def refusals(here: Community, receipt: object) -> list[tuple[str, int]]:
    return [(one["member"], one["reason"]) for one in events(here.registry, "JoinRefused", receipt)]  # type: ignore[arg-type]


def joined(here: Community, receipt: object) -> list[tuple[str, int]]:
    return [(one["member"], one["index"]) for one in events(here.registry, "Joined", receipt)]  # type: ignore[arg-type]


def wallet(here: Community, manner: int = HONEST) -> Signer:
    key = person("wallet owner")
    return Signer(key, here.world.deploy("DemoWallet", key.address, manner).address)


def test_join_signed_takes_accounts_in_both_forms(here: Community) -> None:
    """S-02, M-05: 65 bytes, and the 64 of EIP-2098."""
    short = compact(sign(BEN.key, here.join_message(BEN)))
    receipt = here.join_signed([here.signed_join(ANNA), here.signed_join(BEN, signature=short)])
    assert joined(here, receipt) == [(ANNA.address, 1), (BEN.address, 2)]
    assert here.call(here.registry.functions.stateOf(here.mission))[1:3] == (3, 2)


def test_join_signed_refuses_other_forms_of_a_signature(here: Community) -> None:
    """S-02: high s in both forms, v 0 and 1, zeros, nothing, a byte more."""
    good = sign(ANNA.key, here.join_message(ANNA))
    bad = [high_s(good), good[:64] + bytes([good[64] - 27]), bytes(65), bytes(64), b"", good + b"\0", good[:63]]
    high = int.from_bytes(high_s(good)[32:64], "big")
    bad.append(good[:32] + (high | (28 - good[64]) << 255).to_bytes(32, "big"))
    receipt = here.join_signed([here.signed_join(ANNA, signature=one) for one in bad])
    assert refusals(here, receipt) == [(ANNA.address, BAD_SIGNATURE)] * len(bad)


def test_join_signed_of_address_zero_is_refused(here: Community) -> None:
    """S-02: what does not recover is nobody's."""
    nobody = Signer(ANNA.key, "0x" + "0" * 40)
    receipt = here.join_signed([here.signed_join(nobody, signature=bytes(65)), here.signed_join(nobody)])
    assert refusals(here, receipt) == [(nobody.address, BAD_SIGNATURE)] * 2


@pytest.mark.parametrize("length", [65, 130, 500])
def test_join_signed_hands_a_wallet_its_signature_whole(here: Community, length: int) -> None:
    """S-02: at any length."""
    safe = wallet(here)
    signature = sign(safe.key, here.join_message(safe)).ljust(length, b"\x05")
    assert joined(here, here.join_signed([here.signed_join(safe, signature=signature)])) == [(safe.address, 1)]


def test_join_signed_for_one_wallet_is_none_for_another_of_its_owner(here: Community) -> None:
    """S-01."""
    one, other = wallet(here), wallet(here)
    signature = sign(one.key, here.join_message(one))
    receipt = here.join_signed([here.signed_join(other, signature=signature), here.signed_join(one)])
    assert (refusals(here, receipt), joined(here, receipt)) == ([(other.address, BAD_SIGNATURE)], [(one.address, 1)])


@pytest.mark.parametrize("manner", [BURNS_GAS, RETURNS_A_BOMB, REVERTS, ANSWERS_SHORT, ANSWERS_ONE, SAYS_NO])
def test_join_signed_skips_a_hostile_wallet_and_nobody_else(here: Community, manner: int) -> None:
    """S-03, S-04, R-04."""
    bad = wallet(here, manner)
    receipt = here.join_signed([here.signed_join(ANNA), here.signed_join(bad), here.signed_join(BEN)])
    assert joined(here, receipt) == [(ANNA.address, 1), (BEN.address, 2)]
    assert refusals(here, receipt) == [(bad.address, BAD_SIGNATURE)]
    assert receipt["gasUsed"] < 800_000


def test_join_signed_of_a_wallet_that_changes_its_mind_can_be_sent_again(here: Community) -> None:
    """S-04."""
    one = wallet(here, SAYS_NO)
    item = here.signed_join(one)
    assert refusals(here, here.join_signed([item])) == [(one.address, BAD_SIGNATURE)]
    contract = here.world.chain.w3.eth.contract(one.address, abi=_BECOME)
    here.send(contract.functions.become(HONEST), "stranger")
    assert joined(here, here.join_signed([item])) == [(one.address, 1)]


def test_join_signed_reverts_rather_than_starve_a_wallet(here: Community) -> None:
    """S-03: with any amount of gas, the item is carried out or everything reverts."""
    one = wallet(here)
    function = here.registry.functions.joinSigned(here.mission, [], [here.signed_join(one), here.signed_join(ANNA)], [])
    w3, outcomes = here.world.chain.w3, set()
    for gas in range(60_000, 520_000, 20_000):
        snapshot = w3.provider.make_request("evm_snapshot", [])["result"]  # type: ignore[arg-type]
        sent = (
            w3.eth.send_transaction(
                {
                    "to": here.registry.address,
                    "data": function._encode_transaction_data(),
                    "gas": gas,
                    "from": here.world.role("relayer"),
                }
            )
            if gas > 200_000
            else None
        )
        if sent is not None:
            receipt = w3.eth.get_transaction_receipt(sent)
            outcomes.add(receipt["status"])
            assert receipt["status"] == 0 or len(joined(here, receipt)) == 2
        w3.provider.make_request("evm_revert", [snapshot])  # type: ignore[arg-type]
    assert outcomes == {0, 1}


def test_join_signed_never_brings_anybody_back(here: Community) -> None:
    """M-06, S-05: a join and a leave signed for an earlier epoch."""
    item, gone = here.signed_join(ANNA), here.signed_leave(ANNA)
    here.join_signed([item])
    receipt = here.send(here.registry.functions.leaveSigned(here.mission, [gone, gone]), "relayer")
    assert [one["epoch"] for one in events(here.registry, "Left", receipt)] == [1]
    assert [one["reason"] for one in events(here.registry, "LeaveRefused", receipt)] == [BAD_SIGNATURE]
    assert refusals(here, here.join_signed([item])) == [(ANNA.address, BAD_SIGNATURE)]
    assert joined(here, here.join_signed([here.signed_join(ANNA, epoch=1)])) == [(ANNA.address, 1)]
    receipt = here.send(here.registry.functions.leaveSigned(here.mission, [gone]), "relayer")
    assert [one["reason"] for one in events(here.registry, "LeaveRefused", receipt)] == [BAD_SIGNATURE]
    assert here.member(ANNA)[0] == 1


def test_leave_signed_before_joining_voids_a_signed_join(here: Community) -> None:
    """S-06."""
    here.send(here.registry.functions.leaveSigned(here.mission, [here.signed_leave(ANNA)]), "relayer")
    assert refusals(here, here.join_signed([here.signed_join(ANNA)])) == [(ANNA.address, BAD_SIGNATURE)]


def test_join_and_leave_signed_count_through_their_deadline(here: Community) -> None:
    """S-01: t, and t + 1."""
    at = here.world.chain.now + 10
    items = [here.signed_join(ANNA, deadline=at), here.signed_join(BEN, deadline=at)]
    here.later(10)
    assert joined(here, here.join_signed(items[:1])) == [(ANNA.address, 1)]
    gone = here.signed_leave(ANNA, deadline=at)
    here.later(1)
    assert refusals(here, here.join_signed(items[1:])) == [(BEN.address, EXPIRED)]
    receipt = here.send(here.registry.functions.leaveSigned(here.mission, [gone]), "relayer")
    assert [one["reason"] for one in events(here.registry, "LeaveRefused", receipt)] == [EXPIRED]


def test_join_signed_elsewhere_counts_nowhere_else(here: Community) -> None:
    """S-01: another chain, contract, mission, act."""
    values = {"mission": here.mission, "member": ANNA.address, "epoch": 0, "invitation": bytes(32)}
    values["deadline"] = 2**40 - 1
    other = Community.deploy(here.world)
    messages = [
        signable(here.registry, "MissionRegistry", "Join", values, chain_id=1),
        signable(other.registry, "MissionRegistry", "Join", values),
        signable(here.registry, "Commons", "Join", values),
        here.open(Mission("#Other")).join_message(ANNA),
        here.message("MissionRegistry", "Leave", values),
    ]
    receipt = here.join_signed([here.signed_join(ANNA, signature=sign(ANNA.key, one)) for one in messages])
    assert refusals(here, receipt) == [(ANNA.address, BAD_SIGNATURE)] * len(messages)


def test_join_signed_lands_whatever_else_is_in_a_batch_of_200(here: Community) -> None:
    """S-04: duplicates, expired, members, bad signatures; the rest land."""
    people = [signer(number) for number in range(120)]
    here.enrol(people[0])
    expired = [here.signed_join(one, deadline=here.world.chain.now - 1) for one in people[1:41]]
    forged = [here.signed_join(one, signature=sign(BEN.key, here.join_message(one))) for one in people[41:80]]
    good = [here.signed_join(one) for one in people]
    receipt = here.join_signed([*expired, *good, *forged, good[7]])
    assert [member for member, _ in joined(here, receipt)] == [one.address for one in people[1:]]
    assert [index for _, index in joined(here, receipt)] == list(range(2, 121))
    reasons = [reason for _, reason in refusals(here, receipt)]
    assert reasons == [EXPIRED] * 40 + [ALREADY_MEMBER] * 41


def test_join_signed_binds_the_invitation(here: Community) -> None:
    """M-07: a relayer cannot put another inviter in, nor leave the invitation out."""
    host, rival = signer("host"), signer("rival")
    here.enrol(host, rival)
    (one, its_id), (other, _) = here.invitation(host), here.invitation(rival)
    item = here.signed_join(ANNA, invitation=(1, its_id))
    assert refusals(here, here.join_signed([item], [other])) == [(ANNA.address, BAD_SIGNATURE)]
    bare = (*item[:2], 0, *item[3:])
    assert refusals(here, here.join_signed([bare])) == [(ANNA.address, BAD_SIGNATURE)]
    receipt = here.join_signed([(*item[:2], 2, *item[3:])], [other, one])
    assert events(here.registry, "Joined", receipt)[0]["inviter"] == host.address


def test_join_signed_refuses_who_was_not_invited(here: Community) -> None:
    """M-07: an invitation to another; the rest of the batch lands."""
    host = signer("host")
    here.enrol(host)
    invitation, its_id = here.invitation(host, BEN.address)
    items = [here.signed_join(one, invitation=(1, its_id)) for one in (ANNA, BEN)]
    receipt = here.join_signed(items, [invitation])
    assert (refusals(here, receipt), joined(here, receipt)) == ([(ANNA.address, UNINVITED)], [(BEN.address, 2)])


def test_join_signed_with_an_unknown_invitation_reverts(here: Community) -> None:
    item = here.signed_join(ANNA, invitation=(1, HASH))
    with reverts_with("MissionRegistry_UnknownInvitation", 1, 0):
        here.join_signed([item])


def test_join_signed_passes_a_merkle_gate_with_a_proof(here: Community) -> None:
    """M-08: a list of two."""
    leaves = [keccak(keccak(encode(["address"], [one.address]))) for one in (ANNA, BEN)]
    root = keccak(b"".join(sorted(leaves)))
    gated = here.open(Mission(gate=here.world.deploy("MerkleGate", root).address))
    cleo = signer("Cleo")
    proofs = [encode(["bytes32[]"], [[leaves[1 - i]]]) for i in (0, 1)]
    items = [gated.signed_join(one) for one in (ANNA, BEN, cleo, cleo)]
    receipt = gated.join_signed(items, gate_data=[*proofs, proofs[0], b"nonsense"])
    assert joined(gated, receipt) == [(ANNA.address, 1), (BEN.address, 2)]
    assert refusals(gated, receipt) == [(cleo.address, NOT_ADMITTED)] * 2


def test_join_signed_costs_no_more_with_many_members(here: Community) -> None:
    """M-12: 100 more members change no gas."""
    first = here.join_signed([here.signed_join(signer("x"))])["gasUsed"]
    here.enrol(*[signer(number) for number in range(100)])
    again = here.join_signed([here.signed_join(signer("y"))])["gasUsed"]
    assert abs(first - again) < 500 + 17_100  # calldata differs by bytes; the first one writes the first counter


_BECOME = [
    {
        "type": "function",
        "name": "become",
        "inputs": [{"type": "uint8", "name": "manner"}],
        "outputs": [],
        "stateMutability": "nonpayable",
    }
]


@pytest.mark.parametrize("manner", [SAYS_NO, BURNS_GAS])
def test_join_signed_takes_the_key_of_an_account_with_code(here: Community, manner: int) -> None:
    """S-02: an EIP-7702 account signs with its key, whatever its code would answer."""
    node = here.world.node
    delegate = wallet(here, manner).address
    code = here.world.chain.w3.eth.get_code(delegate).hex()  # type: ignore[arg-type]
    method = "evm_setAccountCode" if node.kind == "ganache" else "anvil_setCode"
    designator = f"ef0100{str(delegate)[2:]}"  # what Prague keeps of an account that delegates
    given = code if node.kind == "ganache" else designator
    node.chain.w3.provider.make_request(method, [ANNA.address, f"0x{given}"])  # type: ignore[arg-type]
    assert joined(here, here.join_signed([here.signed_join(ANNA)])) == [(ANNA.address, 1)]
