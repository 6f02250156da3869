from __future__ import annotations

from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from web3.contract import Contract

from app.chain.token import Token
from tests.support.community import NEVER, Signer, signer
from tests.support.events import events
from tests.support.pacts import NAMED, POOLED, Book, Terms
from tests.support.reverts import reverts_with
from tests.support.strangers import PERMIT2, deploy_safe, install_permit2, safe_signature
from tests.support.typed import digest, person, sign

ANNA, BEN = signer("Anna"), signer("Ben")
EXACT, NO_RETURN, RETURNS_FALSE, RETURNS_TWO, LESS, MORE, NOTHING, FEE, REVERTS = range(9)


@pytest.fixture
def permit2(book: Book) -> Contract:
    return install_permit2(book.world)


def permit(book: Book, terms: Terms, who: Signer, amount: int, **changes: Any) -> Any:
    """What a pledger signs for Permit2: the tokens, and the whole pledge as witness."""
    fields: dict[str, Any] = {"spender": book.contract.address, "nonce": 0, "deadline": NEVER, "credit": NAMED}
    fields |= {
        "witness_amount": amount,
        "pledger": who.address,
        "pact": book.id(terms),
        "token": terms.token,
        **changes,
    }
    types = {
        "EIP712Domain": [_f("name", "string"), _f("chainId", "uint256"), _f("verifyingContract", "address")],
        "PermitWitnessTransferFrom": [
            _f("permitted", "TokenPermissions"),
            _f("spender", "address"),
            _f("nonce", "uint256"),
            _f("deadline", "uint256"),
            _f("witness", "Pledge"),
        ],
        "TokenPermissions": [_f("token", "address"), _f("amount", "uint256")],
        "Pledge": [_f("pact", "bytes32"), _f("pledger", "address"), _f("amount", "uint256"), _f("credit", "uint8")],
    }
    message = {
        "permitted": {"token": fields["token"], "amount": amount},
        "spender": fields["spender"],
        "nonce": fields["nonce"],
        "deadline": fields["deadline"],
        "witness": {
            "pact": fields["pact"],
            "pledger": fields["pledger"],
            "amount": fields["witness_amount"],
            "credit": fields["credit"],
        },
    }
    domain = {"name": "Permit2", "chainId": book.world.chain.w3.eth.chain_id, "verifyingContract": PERMIT2}
    kind = "PermitWitnessTransferFrom"
    return encode_typed_data(full_message={"types": types, "primaryType": kind, "domain": domain, "message": message})


def _f(name: str, kind: str) -> dict[str, str]:
    return {"name": name, "type": kind}


def item(who: Signer, amount: int, signature: bytes, credit: int = NAMED, nonce: int = 0) -> tuple[object, ...]:
    return (who.address, amount, credit, nonce, NEVER, signature)


def ready(book: Book, *people: Signer, amount: int = 500) -> Terms:
    """The pact is open; members have tokens and trust Permit2, once and for all."""
    terms = book.terms()
    book.open(terms)
    w3 = book.world.chain.w3
    for one in people:
        book.world.token.mint(one.address, amount, book.role("deployer"))
        w3.eth.send_transaction({"from": book.role("deployer"), "to": one.address, "value": w3.to_wei(1, "ether")})
        approve = book.world.token.contract.functions.approve(PERMIT2, 2**256 - 1)
        sent = approve.build_transaction({"from": one.address, "nonce": 0, "gas": 100_000})
        w3.eth.wait_for_transaction_receipt(w3.eth.send_raw_transaction(one.key.sign_transaction(sent).raw_transaction))
    return terms


def test_a_pledge_signed_for_permit2_needs_nothing_else(book: Book, permit2: Contract) -> None:
    """K-21: anyone sends it, once; credit and amount are the pledger's."""
    book.community.enrol(ANNA)
    terms = ready(book, ANNA)
    signature = sign(ANNA.key, permit(book, terms, ANNA, 120, credit=POOLED))
    pledge = book.acts.pledgePermitted(terms.pact(), item(ANNA, 120, signature, POOLED))
    (told,) = events(book.contract, "Pledged", book.send(pledge, "relayer"))
    assert (told["pledger"], told["amount"], told["credit"]) == (ANNA.address, 120, POOLED)
    assert (book.world.token.balance(ANNA.address), book.held()) == (380, 120)
    with reverts_with("unknown", "0x756688fe"):  # Permit2's InvalidNonce()
        book.send(pledge, "relayer")


@pytest.mark.parametrize(
    "changes",
    [
        {"credit": POOLED},
        {"witness_amount": 119},
        {"pledger": BEN.address},
        {"pact": bytes(32)},
        {"spender": BEN.address},
        {"nonce": 1},
        {"token": PERMIT2},
    ],
)
def test_a_permit_counts_for_the_pledge_it_names_only(book: Book, permit2: Contract, changes: dict[str, Any]) -> None:
    """K-21, S-01: the witness is the whole pledge."""
    book.community.enrol(ANNA)
    terms = ready(book, ANNA)
    signature = sign(ANNA.key, permit(book, terms, ANNA, 120, **changes))
    with reverts_with("unknown", "0x815e1d64"):  # Permit2's InvalidSigner()
        book.send(book.acts.pledgePermitted(terms.pact(), item(ANNA, 120, signature)), "relayer")


def test_permitted_pledges_come_in_batches_and_one_that_fails_harms_no_other(book: Book, permit2: Contract) -> None:
    """K-21, S-04: a stranger, a forged one, one without tokens, one twice; why stands in the event."""
    poor, stranger = signer("poor"), signer("x")
    book.community.enrol(ANNA, BEN, poor)
    terms = ready(book, ANNA, BEN)
    a, b = (sign(one.key, permit(book, terms, one, 100)) for one in (ANNA, BEN))
    empty = sign(poor.key, permit(book, terms, poor, 100))
    unknown = sign(stranger.key, permit(book, terms, stranger, 100))
    items = [
        item(stranger, 100, unknown),
        item(ANNA, 100, b),
        item(ANNA, 100, a),
        item(poor, 100, empty),
        item(ANNA, 100, a),
        item(BEN, 100, b),
    ]
    receipt = book.send(book.acts.pledgeManyPermitted(terms.pact(), items), "relayer")
    told = [one["pledger"] for one in events(book.contract, "Pledged", receipt)]
    assert told == [ANNA.address, BEN.address]
    refused = events(book.contract, "PledgeRefused", receipt)
    assert [one["pledger"] for one in refused] == [stranger.address, ANNA.address, poor.address, ANNA.address]
    assert refused[1]["reason"].hex() == "815e1d64" and refused[3]["reason"].hex() == "756688fe"
    assert book.held() == 200


def test_a_batch_reverts_rather_than_starve_a_pledge(book: Book, permit2: Contract) -> None:
    """S-03."""
    book.community.enrol(ANNA)
    terms = ready(book, ANNA)
    signature = sign(ANNA.key, permit(book, terms, ANNA, 100))
    function = book.acts.pledgeManyPermitted(terms.pact(), [item(ANNA, 100, signature)])
    w3 = book.world.chain.w3
    sent = (
        w3.eth.send_transaction(
            {
                "from": book.role("relayer"),
                "to": book.contract.address,
                "data": function._encode_transaction_data(),
                "gas": 500_000,
            }
        )
        if book.world.node.kind == "anvil"
        else None
    )
    if sent is not None:
        assert w3.eth.wait_for_transaction_receipt(sent)["status"] == 0
    book.send(function, "relayer")
    assert book.held() == 100


def test_a_safe_of_three_owners_joins_and_offers_two_signing(book: Book) -> None:
    """S-02: the real Safe 1.4.1 behind its proxy, 130 bytes of two owners; one of them is not enough."""
    owners = [person(f"owner {number}") for number in range(3)]
    safe = deploy_safe(book.world, owners, 2)
    here, who = book.community, Signer(owners[0], safe)
    asked = digest(here.join_message(who))
    one = here.signed_join(who, signature=safe_signature(book.world, safe, owners[:1], asked))
    two = here.signed_join(who, signature=safe_signature(book.world, safe, owners[1:], asked))
    receipt = here.join_signed([one, two])
    assert [one["reason"] for one in events(here.registry, "JoinRefused", receipt)] == [3]
    assert [one["member"] for one in events(here.registry, "Joined", receipt)] == [safe]


@pytest.mark.parametrize("sent_before", [False, True])
def test_a_permit_of_the_token_pledges_in_one_transaction(book: Book, sent_before: bool) -> None:
    """K-21: somebody who sends the permit ahead does no harm."""
    token = Token(book.world.chain, book.world.deploy("PermitToken"))
    terms = book.terms(token=token.address)
    book.open(terms)
    token.mint(book.role("investor"), 200, book.role("deployer"))
    account = book.community.key("investor")
    v, r, s = _permit(book, token, account, 200)
    if sent_before:
        permit_ = token.contract.functions.permit(account.address, book.contract.address, 200, NEVER, v, r, s)
        book.send(permit_, "stranger")
    book.send(book.acts.pledgeWithPermit(terms.pact(), 200, NAMED, NEVER, v, r, s), "investor")
    assert token.balance(book.contract.address) == 200


def test_a_bad_permit_leaves_the_allowance_to_decide(book: Book) -> None:
    """K-21."""
    token = Token(book.world.chain, book.world.deploy("PermitToken"))
    terms = book.terms(token=token.address)
    book.open(terms)
    token.mint(book.role("investor"), 200, book.role("deployer"))
    with reverts_with("Exact_InexactTransfer", 0, 200):
        book.send(book.acts.pledgeWithPermit(terms.pact(), 200, NAMED, NEVER, 27, b"\1" * 32, b"\1" * 32), "investor")


def _permit(book: Book, token: Token, account: Any, amount: int) -> tuple[int, bytes, bytes]:
    fields = ("owner:address", "spender:address", "value:uint256", "nonce:uint256", "deadline:uint256")
    domain_fields = ("name:string", "version:string", "chainId:uint256", "verifyingContract:address")
    chain_id = book.world.chain.w3.eth.chain_id
    signed = account.sign_message(
        encode_typed_data(
            full_message={
                "types": {
                    "EIP712Domain": [_f(*one.split(":")) for one in domain_fields],
                    "Permit": [_f(*one.split(":")) for one in fields],
                },
                "primaryType": "Permit",
                "domain": {
                    "name": "Permitted",
                    "version": "1",
                    "chainId": chain_id,
                    "verifyingContract": token.address,
                },
                "message": {
                    "owner": account.address,
                    "spender": book.contract.address,
                    "value": amount,
                    "nonce": 0,
                    "deadline": NEVER,
                },
            }
        )
    )
    return signed.v, signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big")


def strange(book: Book) -> tuple[Token, Terms]:
    token = Token(book.world.chain, book.world.deploy("StrangeToken", 6))
    terms = book.terms(token=token.address)
    book.open(terms)
    token.mint(book.role("investor"), 1_000, book.role("deployer"))
    return token, terms


@pytest.mark.parametrize(("mood", "moved"), [(RETURNS_FALSE, 0), (LESS, 99), (MORE, 101), (NOTHING, 0), (FEE, 99)])
def test_a_token_that_moves_another_amount_is_refused(book: Book, mood: int, moved: int) -> None:
    """K-03, R-05: coming in and going out; the whole call goes with it."""
    token, terms = strange(book)
    set_mood = token.contract.functions.setMood
    pledge = book.acts.pledge(terms.pact(), 100, NAMED)
    book.send(set_mood(mood), "stranger")
    with pytest.raises(Exception, match="Exact_InexactTransfer"):
        book.send(pledge, "investor")
    book.send(set_mood(EXACT), "stranger")
    book.send(pledge, "investor")
    book.send(set_mood(mood), "stranger")
    if mood != FEE:  # a fee of the receiver's is none of the book's
        with pytest.raises(Exception, match="Exact_InexactTransfer"):
            book.send(book.acts.withdraw(terms.pact(), book.role("investor")), "investor")
    assert token.balance(book.contract.address) == 100


def test_a_token_that_returns_nothing_is_taken(book: Book) -> None:
    """K-03."""
    token, terms = strange(book)
    book.send(token.contract.functions.setMood(NO_RETURN), "stranger")
    book.send(book.acts.pledge(terms.pact(), 100, NAMED), "investor")
    book.send(book.acts.withdraw(terms.pact(), book.role("stranger")), "investor")
    assert token.balance(book.role("stranger")) == 100


def test_a_blocked_pledger_takes_its_money_to_another_address(book: Book) -> None:
    """K-06, R-04: and nobody else is held up."""
    token, terms = strange(book)
    token.mint(book.role("guarantor"), 10, book.role("deployer"))
    book.send(book.acts.pledge(terms.pact(), 50, NAMED), "investor")
    book.send(book.acts.pledge(terms.pact(), 10, NAMED), "guarantor")
    book.send(token.contract.functions.setBlocked(book.role("investor"), True), "stranger")
    book.go(terms.close_at)
    with pytest.raises(Exception, match="Exact_InexactTransfer"):
        book.send(book.acts.refund(terms.pact(), book.role("investor")), "investor")
    book.send(book.acts.refund(terms.pact(), book.role("guarantor")), "guarantor")
    book.send(book.acts.refund(terms.pact(), book.role("stranger")), "investor")
    assert token.balance(book.contract.address) == 0


@pytest.mark.parametrize("nested", ["pledge", "withdraw"])
def test_a_call_nested_in_a_tokens_callback_gains_nothing(book: Book, nested: str) -> None:
    """K-22, PEERS: a token that is a pledger itself pledges or withdraws in the middle of another one's movement."""
    token, terms = strange(book)
    act = token.contract.functions.act
    join = book.community.registry.functions.joinMission(book.community.mission, [], b"")
    book.send(act(book.community.registry.address, join._encode_transaction_data()), "stranger")
    token.mint(token.address, 500, book.role("deployer"))
    pledge = book.acts.pledge(terms.pact(), 200, NAMED)._encode_transaction_data()
    book.send(act(book.contract.address, pledge), "stranger")
    inner = pledge if nested == "pledge" else book.acts.withdraw(terms.pact(), token.address)._encode_transaction_data()
    book.send(token.contract.functions.setCallback(book.contract.address, inner), "stranger")
    with pytest.raises(Exception, match=r"Exact_InexactTransfer|CallbackFailed"):
        book.send(book.acts.pledge(terms.pact(), 100, NAMED), "investor")
    assert token.balance(book.contract.address) == 200
    assert book.call(book.acts.totalsOf(book.id(terms)))[0] == 200
