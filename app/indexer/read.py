"""Reading what blocks told from nodes: far behind the tip by ranges, near it by block hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.chain.deploy import Deployment
from app.errors import ChainError
from app.indexer.decode import Event, decode_log
from app.indexer.project import project
from app.indexer.rpc import Call, Missing, Nodes
from app.indexer.write import Header, Part
from app.store.position import Position


class Moved(ChainError):
    """The chain took another branch while it was read, or before."""


@dataclass(frozen=True)
class Reader:
    """Reads the events of one deployment."""

    nodes: Nodes
    deployment: Deployment

    def chain_id(self) -> int:
        """The chain's id."""
        return int(self.nodes.ask([("eth_chainId", [])])[0], 16)

    def head(self) -> int:
        """The number of the newest block."""
        return int(self.nodes.ask([("eth_blockNumber", [])])[0], 16)

    def headers(self, numbers: Iterable[int]) -> list[Header]:
        """The headers of blocks by number, all from one node.

        Raises: Missing if no node has them all.
        """
        return [_header(block) for block in self.nodes.ask([by_number(number) for number in numbers])]

    def some(self, numbers: Sequence[int]) -> list[Header]:
        """The headers of those blocks that are there, from a node that has them all if there is one."""
        try:
            return self.headers(numbers)
        except Missing:
            found = self.nodes.ask([by_number(number) for number in numbers], needed=False)
            return [_header(block) for block in found if block is not None]

    def check(self, here: Position) -> None:
        """Makes sure that the chain is still the one that was read.

        Raises: Moved if it is not.
        """
        _same(here, self.headers([here.number])[0])

    def knows(self, here: Position) -> bool:
        """Whether any node still has the block on its chain."""
        try:
            self.nodes.ask([("eth_getBlockByHash", [here.hash, False])])
            self.check(here)
        except (Missing, Moved):
            return False
        return True

    def backfill(self, here: Position, last: int) -> Part:
        """What the blocks after `here` up to `last` told.

        Raises: TooMuch if a node refuses so large a range; Moved if the chain took another branch.
        """
        where = {"fromBlock": hex(here.number + 1), "toBlock": hex(last)}
        first, end, logs = self.nodes.ask([by_number(here.number), by_number(last), self._logs(where)])
        _same(here, _header(first))
        numbers = sorted({int(log["blockNumber"], 16) for log in logs} - {last})
        headers = {header.number: header for header in [*self.headers(numbers), _header(end)]}
        for log in logs:
            if headers[int(log["blockNumber"], 16)].hash != log["blockHash"]:
                raise Moved(f"block {log['blockNumber']} changed while it was read")
        return self._part(headers, logs, _header(end))

    def tip(self, here: Position, last: int) -> Part:
        """What the blocks after `here` up to `last` told, each asked for by its hash.

        Raises: Moved if the chain took another branch.
        """
        first, *rest = self.headers(range(here.number, last + 1))
        _same(here, first)
        chain = [first]
        for header in rest:
            if header.parent_hash != chain[-1].hash:
                raise Moved(f"block {header.number} does not follow the one before it")
            chain.append(header)
        pairs: list[Call] = []
        for header in rest:
            pairs += [("eth_getBlockByHash", [header.hash, False]), self._logs({"blockHash": header.hash})]
        logs = [log for found in self.nodes.ask(pairs)[1::2] for log in found]
        return self._part({header.number: header for header in rest}, logs, rest[-1])

    def _part(self, headers: dict[int, Header], logs: Sequence[Mapping[str, Any]], end: Header) -> Part:
        ordered = sorted(logs, key=lambda log: (int(log["blockNumber"], 16), int(log["logIndex"], 16)))
        events = [event for event in map(decode_log, ordered) if event is not None]
        return Part(headers, project(events, self._calls(events)), end)

    def _calls(self, events: Sequence[Event]) -> dict[str, bytes]:
        """What was sent straight to the oracle in the transactions that reported outcomes."""
        hashes = list({event.transaction_hash: None for event in events if event.name == "OutcomeReported"})
        found = self.nodes.ask([("eth_getTransactionByHash", [one]) for one in hashes])
        oracle = self.deployment.outcome_oracle.lower()
        return {one["hash"]: bytes.fromhex(one["input"][2:]) for one in found if (one["to"] or "").lower() == oracle}

    def _logs(self, where: dict[str, str]) -> Call:
        addresses = [self.deployment.outcome_oracle, self.deployment.impact_instruments]
        return ("eth_getLogs", [{"address": addresses, **where}])


def by_number(number: int) -> Call:
    """The call for the header of a block."""
    return ("eth_getBlockByNumber", [hex(number), False])


def _header(block: Mapping[str, Any]) -> Header:
    return Header(int(block["number"], 16), block["hash"], block["parentHash"], int(block["timestamp"], 16))


def _same(here: Position, there: Header) -> None:
    if there.hash != here.hash:
        raise Moved(f"block {here.number} was {here.hash} and is {there.hash} now")
