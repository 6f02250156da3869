"""An ERC-20 token from Python; local chains use a token that anyone may mint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress
from web3.contract import Contract

from app.chain.artifacts import artifact
from app.chain.client import Chain


@dataclass(frozen=True)
class Token:
    """A token at its address; amounts are in its smallest unit."""

    chain: Chain
    contract: Contract

    @classmethod
    def deploy_demo(cls, chain: Chain, symbol: str, decimals: int, sender: ChecksumAddress) -> Token:
        """Deploys a token for a local chain."""
        return cls(chain, chain.deploy(artifact("DemoToken"), sender, f"Demo {symbol}", symbol, decimals))

    @property
    def address(self) -> ChecksumAddress:
        """Where the token is."""
        return self.contract.address

    @property
    def _functions(self) -> Any:
        return self.contract.functions

    def balance(self, owner: ChecksumAddress) -> int:
        """What an account holds [token]."""
        return int(self.chain.call(self._functions.balanceOf(owner)))

    def approve(self, spender: ChecksumAddress, amount: int, sender: ChecksumAddress) -> None:
        """Lets `spender` pull up to `amount` [token]."""
        self.chain.send(self._functions.approve(spender, amount), sender)

    def transfer(self, to: ChecksumAddress, amount: int, sender: ChecksumAddress) -> None:
        """Moves `amount` [token]."""
        self.chain.send(self._functions.transfer(to, amount), sender)

    def mint(self, to: ChecksumAddress, amount: int, sender: ChecksumAddress) -> None:
        """Makes tokens out of nothing; demo tokens only."""
        self.chain.send(self._functions.mint(to, amount), sender)
