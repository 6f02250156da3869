"""Each broken variant is deployed in place of the right contract, and its scenario must tell the two apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from web3.types import RPCEndpoint

from app.chain.artifacts import Artifact
from app.chain.deploy import Deployment
from app.chain.local import LocalChain, local_chain
from app.chain.token import Token
from app.errors import Reverted
from tests.mutants.broken.mutant import INSTRUMENTS, ORACLE, Mutant
from tests.mutants.scenarios import scenario
from tests.mutants.table import MUTANTS
from tests.mutants.variants import RIGHT, artifacts
from tests.support.world import World

Artifacts = dict[str, dict[str, Artifact]]
TOLD = (AssertionError, Reverted, pytest.fail.Exception)


@pytest.fixture(scope="module")
def variants() -> Artifacts:
    return artifacts()


@pytest.fixture(scope="module")
def node() -> Iterator[LocalChain]:
    with local_chain() as one:
        yield one


@pytest.mark.parametrize("name", sorted({mutant.scenario for mutant in MUTANTS}))
def test_the_right_contracts_pass(variants: Artifacts, node: LocalChain, name: str) -> None:
    with deployed(node, variants[RIGHT], variants[RIGHT]) as world:
        scenario(name)(world)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_a_broken_variant_fails(variants: Artifacts, node: LocalChain, mutant: Mutant) -> None:
    with deployed(node, variants[RIGHT], variants[mutant.name]) as world, pytest.raises(TOLD):
        scenario(mutant.scenario)(world)


@contextmanager
def deployed(node: LocalChain, right: dict[str, Artifact], variant: dict[str, Artifact]) -> Iterator[World]:
    """A world of the right contracts, but for those that the variant has; the node is as before afterwards."""
    provider, chain = node.chain.w3.provider, node.chain
    snapshot = provider.make_request(RPCEndpoint("evm_snapshot"), [])["result"]
    deployer = chain.accounts[0]
    made = {**right, **variant}
    oracle = chain.deploy(made[ORACLE], deployer)
    instruments = chain.deploy(made[INSTRUMENTS], deployer, oracle.address)
    token = Token(chain, chain.deploy(right["OddToken"], deployer))
    deployment = Deployment(chain.w3.eth.chain_id, chain.w3.eth.block_number, oracle.address, instruments.address, "")
    yield World(node, deployment, token)
    provider.make_request(RPCEndpoint("evm_revert"), [snapshot])
