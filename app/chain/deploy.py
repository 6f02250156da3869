"""The one deployment function: the singletons, in the order facts travel, and the record of where they are."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak

from app.chain.artifacts import artifact
from app.chain.client import Chain
from app.chain.instruments import Instruments
from app.chain.oracle import Oracle
from app.errors import ChainError

SINGLETONS = ("OutcomeOracle", "ImpactInstruments")
RECORDS = Path(__file__).parent / "deployments"


@dataclass(frozen=True)
class Deployment:
    """Where the singletons are, on which chain; `code` is the hash of the code that was deployed."""

    chain_id: int
    block: int
    outcome_oracle: ChecksumAddress
    impact_instruments: ChecksumAddress
    code: str

    def write(self, path: Path) -> None:
        """Keeps the record in a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> Deployment:
        """The record in a file.

        Raises: ChainError if there is none.
        """
        if not path.exists():
            raise ChainError(f"no deployment is recorded in {path}: deploy first")
        try:
            return cls(**json.loads(path.read_text()))
        except (ValueError, TypeError):
            raise ChainError(f"{path} is no record of a deployment by this version: deploy again") from None

    def oracle(self, chain: Chain) -> Oracle:
        """The oracle of this deployment."""
        return Oracle(chain, chain.at(artifact("OutcomeOracle"), self.outcome_oracle))

    def instruments(self, chain: Chain) -> Instruments:
        """The instruments of this deployment."""
        return Instruments(chain, chain.at(artifact("ImpactInstruments"), self.impact_instruments))

    @property
    def is_current(self) -> bool:
        """Whether what was deployed is what this version would deploy."""
        return self.code == code_hash()

    def check(self, chain: Chain) -> None:
        """Makes sure that the chain is the recorded one and that the contracts are there.

        Raises: ChainError saying what differs.
        """
        chain_id = chain.w3.eth.chain_id
        if chain_id != self.chain_id:
            raise ChainError(f"this chain has the id {chain_id}, the deployment is on chain {self.chain_id}")
        for name, address in (("OutcomeOracle", self.outcome_oracle), ("ImpactInstruments", self.impact_instruments)):
            if not chain.w3.eth.get_code(address):
                raise ChainError(f"{name} is not at {address}: this chain is another, or was reset")


def deploy(chain: Chain, sender: ChecksumAddress) -> Deployment:
    """Deploys the singletons."""
    oracle = chain.deploy(artifact("OutcomeOracle"), sender)
    instruments = chain.deploy(artifact("ImpactInstruments"), sender, oracle.address)
    block = chain.w3.eth.block_number
    return Deployment(chain.w3.eth.chain_id, block, oracle.address, instruments.address, code_hash())


def code_hash() -> str:
    """The hash of the code that `deploy` deploys."""
    return keccak(text="".join(artifact(name).bytecode for name in SINGLETONS)).hex()
