"""Deploys the singletons: `python -m scripts.deploy --rpc URL`, or `brownie run deploy` on Brownie's active network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import cast

from web3 import HTTPProvider

from app.chain.client import Chain
from app.chain.deploy import RECORDS, Deployment, deploy
from app.errors import ConcordError


def main() -> Deployment:
    """What Brownie calls: deploys on the active network from its first account."""
    from brownie import accounts, network

    chain = Chain.connect(str(cast(HTTPProvider, network.web3.provider).endpoint_uri))
    deployment = deploy(chain, accounts[0].address)
    _tell(deployment)
    return deployment


def _tell(deployment: Deployment) -> None:
    print(f"chain {deployment.chain_id}, block {deployment.block}")
    print(f"OutcomeOracle     {deployment.outcome_oracle}")
    print(f"ImpactInstruments {deployment.impact_instruments}")


def _command_line() -> int:
    parser = argparse.ArgumentParser(description="Deploy the singletons from the node's first account.")
    parser.add_argument("--rpc", default="http://127.0.0.1:8545", help="the chain's RPC address")
    parser.add_argument("--record", type=Path, help="where to write the record; default: by chain id")
    given = parser.parse_args()
    try:
        chain = Chain.connect(given.rpc)
        deployment = deploy(chain, chain.accounts[0])
    except ConcordError as error:
        print(f"not deployed: {error}", file=sys.stderr)
        return 1
    record = given.record or RECORDS / f"{deployment.chain_id}.json"
    deployment.write(record)
    _tell(deployment)
    print(f"recorded in {record}")
    return 0


if __name__ == "__main__":
    sys.exit(_command_line())
