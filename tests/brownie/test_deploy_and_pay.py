"""The deployment script, and a payment, through Brownie."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Any

import brownie
import psutil
import pytest

from app.chain.client import Chain
from app.chain.instruments import Opened
from app.chain.local import LocalChain
from app.chain.token import Token
from app.domain.instrument import Claim, Combine, Instrument, Metric, MetricLeg
from scripts import deploy
from scripts.compile import compile_contracts
from tests.support.world import TAKER, World

SOURCES_HASH = 2 * 41  # [hexadecimal digits]
SETS, JOBS, PAID = 1000, 30, 300  # 10 for each of 30 jobs


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The singletons as the script deploys them on Brownie's own chain."""
    url = brownie.web3.provider.endpoint_uri
    chain = Chain.connect(url)
    with TemporaryDirectory() as home:
        node = LocalChain("anvil", url, chain, psutil.Process(brownie.rpc.process.pid), home)  # type: ignore[arg-type]
        yield World(node, deploy.main(), Token.deploy_demo(chain, "USD", 2, chain.accounts[0]))


@pytest.fixture(scope="module")
def opened(world: World) -> Opened:
    """Pays 10 per job from 0 to 100 jobs; minted, and its outcome FINAL."""
    card = world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)])
    leg = MetricLeg("jobs", (), fallback=0)
    instrument = Instrument("pay", "pay", SETS, Combine.SUM, (leg,), (Claim("provider", ((0, 0), (100, 1000))),))
    opened = world.open(instrument, card)
    world.mint(opened, SETS, taker=world.role("provider"), payer=world.role("outcome_payer"))
    card.finish(JOBS)
    return opened


def test_settle_and_redeem_pay_what_the_curve_says(
    world: World, opened: Opened, ImpactInstruments: Any, DemoToken: Any
) -> None:
    instruments = ImpactInstruments.at(world.deployment.impact_instruments)
    token = DemoToken.at(world.token.address)
    provider = world.role("provider")

    settled = instruments.settle(opened.terms.abi(), opened.body, {"from": world.role("stranger")})
    assert settled.events["Settled"]["payoffs"] == (PAID, SETS - PAID)

    redeemed = instruments.redeem(opened.terms.abi(), TAKER, SETS, provider, {"from": provider})
    assert redeemed.events["Redeemed"]["payout"] == PAID
    assert token.balanceOf(provider) == PAID
    assert token.balanceOf(instruments) == SETS - PAID
    with brownie.reverts(f"ImpactInstruments_AlreadySettled: {opened.instrument_id}"):
        instruments.settle(opened.terms.abi(), opened.body, {"from": provider})


@pytest.mark.parametrize("name", ["OutcomeOracle", "ImpactInstruments", "DemoToken"])
def test_brownie_compiles_with_the_committed_settings(name: str) -> None:
    made = getattr(brownie.project.get_loaded_projects()[0], name)._build
    committed = compile_contracts()[name]
    compiler = committed["compiler"]
    assert made["compiler"]["evm_version"] == compiler["evmVersion"]
    assert made["compiler"]["optimizer"] == compiler["optimizer"]
    assert made["compiler"]["version"] == compiler["version"]
    # The code is the same but for the hash of the sources, which Brownie keeps at its end: offsets differ by that.
    assert len(made["deployedBytecode"]) - len(committed["deployedBytecode"].removeprefix("0x")) == SOURCES_HASH
