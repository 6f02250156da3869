"""A connection to a chain: calls, transactions, and refusals told by the contract's own error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from eth_typing import ChecksumAddress
from requests.exceptions import ConnectionError as NoConnection
from web3 import HTTPProvider, Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.exceptions import ContractLogicError, Web3RPCError
from web3.types import TxParams, TxReceipt

from app.chain.artifacts import Artifact
from app.chain.reverts import Registry, committed_errors
from app.errors import ChainError

GAS_LIMIT = 12_000_000  # of one transaction; opening the largest instrument takes about half
NO_ADDRESS = ChecksumAddress("0x" + "0" * 40)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Chain:
    """A chain behind one RPC endpoint. Senders are accounts that the node, or a middleware of `w3`, signs for."""

    w3: Web3
    errors: Registry

    @classmethod
    def connect(cls, url: str, timeout: float = 30) -> Chain:
        """Connects to an endpoint.

        Raises: ChainError if nothing answers there.
        """
        w3 = Web3(HTTPProvider(url, request_kwargs={"timeout": timeout}))
        if not w3.is_connected():
            raise ChainError(f"no chain answers at {url}: is it running, and is this its address?")
        return cls(w3, committed_errors())

    @property
    def now(self) -> int:
        """The time of the newest block [s]."""
        return int(self.w3.eth.get_block("latest")["timestamp"])

    @property
    def accounts(self) -> list[ChecksumAddress]:
        """The accounts that the node signs for."""
        return list(self.w3.eth.accounts)

    def at(self, artifact: Artifact, address: ChecksumAddress) -> Contract:
        """A contract at an address."""
        return self.w3.eth.contract(address=address, abi=artifact.abi)

    def deploy(self, artifact: Artifact, sender: ChecksumAddress, *arguments: object) -> Contract:
        """Deploys a contract and waits for it."""
        factory = self.w3.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
        with self._told():
            sent = factory.constructor(*arguments).transact(_from(sender))
            receipt = self._receipt(sent)
        return self.at(artifact, cast(ChecksumAddress, receipt["contractAddress"]))

    def call(self, function: ContractFunction, sender: ChecksumAddress | None = None) -> Any:
        """What a function returns, without changing anything.

        Raises: Reverted with the contract's error.
        """
        with self._told():
            return function.call(_from(sender) if sender else {})

    def send(self, function: ContractFunction, sender: ChecksumAddress) -> TxReceipt:
        """Sends a transaction and waits for its receipt; it is called first, so that a refusal costs nothing.

        Raises: Reverted with the contract's error.
        """
        with self._told():
            function.call(_from(sender))
            return self._receipt(function.transact(_from(sender)))

    def _receipt(self, sent: Any) -> TxReceipt:
        receipt = self.w3.eth.wait_for_transaction_receipt(sent, timeout=60, poll_latency=0.01)
        if receipt["status"] != 1:
            raise ChainError(f"transaction {sent.to_0x_hex()} failed in block {receipt['blockNumber']}")
        return receipt

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except ContractLogicError as error:
            raise self.errors.from_node({"message": str(error), "data": error.data or "0x"}) or error from None
        except Web3RPCError as error:
            answer = (error.rpc_response or {}).get("error", str(error))
            raise self.errors.from_node(answer) or ChainError(f"the node refused: {error}") from None
        except NoConnection:
            raise ChainError("the connection to the chain broke: is the node still running?") from None


def _from(sender: ChecksumAddress) -> TxParams:
    return {"from": sender, "gas": GAS_LIMIT}
