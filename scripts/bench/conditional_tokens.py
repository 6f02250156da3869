"""Gnosis' Conditional Tokens doing the same work, deployed from the bytecode of their npm package."""

from __future__ import annotations

import json

from eth_utils.crypto import keccak

from app.chain.artifacts import Artifact
from scripts.bench.ours import LIMITLESS, SETS, Measured
from scripts.solc.install import ROOT
from tests.support.world import World

BUILT = ROOT / "node_modules/@gnosis.pm/conditional-tokens-contracts/build/contracts/ConditionalTokens.json"
QUESTION = keccak(text="how many are in work?")
TOP = bytes(32)
LONG, SHORT = 1, 2


def conditional_tokens(world: World) -> Measured:
    """A condition of two outcomes, from opening to redemption, with the same token, in the same states as ours."""
    content = json.loads(BUILT.read_text())
    contract = world.chain.deploy(
        Artifact("ConditionalTokens", content["abi"], content["bytecode"]), world.role("deployer")
    )
    call, resolver, holder, other = contract.functions, world.role("relayer"), world.holder(0), world.holder(1)
    for account in (holder, other):
        world.token.mint(account, 10 * SETS, world.role("deployer"))
        world.token.approve(contract.address, LIMITLESS, account)

    prepare = call.prepareCondition(resolver, QUESTION, 2)
    yield "open_agreement_4_knots", world.chain.send(prepare, world.role("stranger"))["gasUsed"]
    condition = world.chain.call(call.getConditionId(resolver, QUESTION, 2))
    split = call.splitPosition(world.token.address, TOP, condition, [LONG, SHORT], SETS)
    world.chain.send(split, other)
    yield "mint_two_claims_first", world.chain.send(split, holder)["gasUsed"]
    yield "mint_two_claims_repeat", world.chain.send(split, holder)["gasUsed"]
    merge = call.mergePositions(world.token.address, TOP, condition, [LONG, SHORT], SETS // 3)
    yield "merge", world.chain.send(merge, holder)["gasUsed"]
    yield "settle_one_leg", world.chain.send(call.reportPayouts(QUESTION, [1, 0]), resolver)["gasUsed"]
    redeem = call.redeemPositions(world.token.address, TOP, condition, [LONG])
    yield "redeem_one_claim", world.chain.send(redeem, holder)["gasUsed"]
