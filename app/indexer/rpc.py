"""Raw JSON-RPC to several nodes: batches, a budget each, and another node when one fails or lags."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from app.errors import ChainError
from app.ops.metrics import RPC_ERRORS, RPC_REQUESTS

Call = tuple[str, list[Any]]

BATCH = 100  # calls; more at once are refused by many providers
TIMEOUT = 30.0  # [s]
BURST = 1.0  # a node that rested may be asked this long's budget at once [s]
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # after failures in a row, doubling [s]

_BUSY = re.compile(r"rate.?limit|too many requests|request count|request limit|capacity|throughput|quota", re.I)
_MISSING = re.compile(
    r"unknown block|(header|block)( for hash)?( [x0-9a-f]+)? (was )?not found|after last accepted", re.I
)
_TOO_MUCH = re.compile(
    r"(more than [\d,]+|too many) (results|logs|blocks)|limit exceeded|exceeds?\b.*\b(limit|range|max)|limited to|"
    r"response.*(size|large|big)|(range|query|request).*(too (large|wide|big|long|broad)|timed? ?out)",
    re.I,
)


class TooMuch(ChainError):
    """A node will not answer so large a question; a smaller one may do."""


class Missing(ChainError):
    """No node has what was asked for: all of them lag, or the chain took another branch."""


class Refused(ChainError):
    """A contract refused the call; every node would say so."""


class _Failed(ChainError):
    """A node did not answer usefully; another one may."""


@dataclass
class Node:
    """One endpoint. `number` is its place in the list; a URL may hold a key and is never told."""

    number: int
    url: str
    per_second: int
    client: httpx.Client
    free_at: float = 0.0  # when its budget is used up to, as if spent evenly
    rests_until: float = 0.0
    failures: int = 0

    def delay(self, now: float) -> float:
        """How long it should be left alone [s]."""
        return max(self.rests_until - now, self.free_at - now, 0.0)

    def spend(self, calls: int, now: float) -> None:
        """Takes calls out of its budget."""
        self.free_at = max(self.free_at, now - BURST) + calls / self.per_second

    def rest(self, now: float, least: float = 0.0) -> None:
        """It failed: the next pause is twice as long."""
        pause = min(FIRST_PAUSE * 2**self.failures, LONGEST_PAUSE)
        self.rests_until = now + max(pause, least)
        self.failures += 1

    def post(self, calls: Sequence[Call]) -> list[Any]:
        """The results of one batch, in order; None where the node has nothing.

        Raises: TooMuch, Missing, or _Failed.
        """
        body = [{"jsonrpc": "2.0", "id": i, "method": call[0], "params": call[1]} for i, call in enumerate(calls)]
        try:
            response = self.client.post(self.url, content=orjson.dumps(body))
        except httpx.ReadTimeout:
            if any(_is_range(call) for call in calls):
                raise TooMuch(f"node {self.number} did not answer in {TIMEOUT:.0f} s") from None
            raise _Failed("timed out") from None
        except httpx.HTTPError as error:
            raise _Failed(type(error).__name__) from None
        return list(_results(response, len(calls)))


@dataclass
class Nodes:
    """The endpoints of one chain, the preferred first. `sleep` waits some seconds, or less if the process stops."""

    nodes: list[Node]
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = field(default=time.monotonic)

    @classmethod
    def at(cls, urls: Sequence[str], per_second: int, sleep: Callable[[float], object] = time.sleep) -> Nodes:
        """The nodes at these addresses, each with a budget of calls a second."""
        client = httpx.Client(timeout=TIMEOUT, headers={"content-type": "application/json"})
        return cls([Node(number, url, per_second, client) for number, url in enumerate(urls, 1)], sleep)

    def close(self) -> None:
        """Closes the connections."""
        for node in self.nodes:
            node.client.close()

    def ask(self, calls: Sequence[Call], needed: bool = True) -> list[Any]:
        """The results in order, all from one node: the preferred one that works, has budget left and has them all.

        If they are not `needed`, None stands for what the node does not have.
        Raises: TooMuch, if a smaller question may do; Missing, if no node has it all; ChainError, if none answers.
        """
        lacking: Missing | None = None
        told = ""
        now = self.clock()
        for node in sorted(self.nodes, key=lambda one: (one.delay(now), one.number)):
            try:
                return self._ask(node, calls, needed)
            except Missing as error:
                lacking = error
            except _Failed as error:
                told = f"node {node.number}: {error}"
        if lacking:
            raise lacking
        raise ChainError(f"no node answers; the last one said: {told}")

    def _ask(self, node: Node, calls: Sequence[Call], needed: bool) -> list[Any]:
        results: list[Any] = []
        for start in range(0, len(calls), BATCH):
            part = calls[start : start + BATCH]
            if delay := node.delay(self.clock()):
                self.sleep(delay)
            node.spend(len(part), self.clock())
            RPC_REQUESTS.labels(endpoint=str(node.number)).inc(len(part))
            try:
                results += node.post(part)
            except ChainError as error:
                RPC_ERRORS.labels(endpoint=str(node.number), kind=type(error).__name__.strip("_").lower()).inc()
                if isinstance(error, _Failed):
                    node.rest(self.clock())
                raise
            node.failures = 0
            if needed and None in results:
                raise Missing(f"node {node.number} has no {calls[results.index(None)]}")
        return results


def problem(error: Any) -> ChainError:
    """What a node's JSON-RPC error means for whoever asked: another question, another node, or another time."""
    said = str(error.get("message", error)) if isinstance(error, dict) else str(error)
    code = error.get("code") if isinstance(error, dict) else None
    if code == 3 or "revert" in said.lower():
        return Refused(said)
    if _BUSY.search(said) or code == 429:
        return _Failed(said)
    if _MISSING.search(said):
        return Missing(said)
    if code == 3 or "revert" in said.lower():
        return Refused(said)
    return TooMuch(said) if _TOO_MUCH.search(said) or code == -32005 else _Failed(said)


def _results(response: httpx.Response, count: int) -> Iterator[Any]:
    if response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise TooMuch("the request is too large for the node")
    try:
        answers = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        raise _Failed(f"HTTP status {response.status_code}, no JSON") from None
    if isinstance(answers, dict) and "error" in answers:
        raise problem(answers["error"])
    if not isinstance(answers, list) or len(answers) != count:
        raise _Failed(f"HTTP status {response.status_code}, and no answer to each call")
    for answer in sorted(answers, key=lambda one: one["id"]):
        if "error" in answer:
            raise problem(answer["error"])
        yield answer.get("result")


def _is_range(call: Call) -> bool:
    return call[0] == "eth_getLogs" and "fromBlock" in call[1][0]
