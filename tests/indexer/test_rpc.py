"""Several nodes, each with its moods: which one is asked, how often, and what its answers mean."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.domain.instrument import Instrument
from app.errors import ChainError
from app.indexer.rpc import BATCH, Missing, Nodes, Refused, TooMuch, problem
from tests.indexer.conftest import NewIndex
from tests.indexer.following import DEPTH
from tests.support.picky_node import Answer, PickyNode, picky_node, refusal
from tests.support.world import OpenScorecard, World

HEAD = ("eth_blockNumber", [])


@pytest.fixture
def picky(world: World) -> Iterator[PickyNode]:
    with picky_node(world.node.url) as node:
        yield node


@pytest.fixture
def other(world: World) -> Iterator[PickyNode]:
    with picky_node(world.node.url) as node:
        yield node


@pytest.mark.parametrize(
    ("code", "said", "kind"),
    [
        (-32005, "query returned more than 10000 results", TooMuch),  # Infura
        (-32602, "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range", TooMuch),
        (-32000, "exceed maximum block range: 5000", TooMuch),  # BSC
        (-32614, "eth_getLogs is limited to a 10,000 range", TooMuch),  # QuickNode
        (-32602, "query exceeds max results 20000, retry with the range 1-2", TooMuch),  # reth
        (-32000, "block range is too wide", TooMuch),
        (-32000, "query timed out", TooMuch),
        (-32005, "limit exceeded", TooMuch),
        (-32000, "unknown block", Missing),  # geth, anvil
        (-32000, "header not found", Missing),
        (-32001, "block not found", Missing),  # erigon
        (-32000, "header for hash 0x12ab not found", Missing),
        (-32000, "cannot query unfinalized data: after last accepted block 12", Missing),  # avalanche
        (3, "execution reverted: no", Refused),
        (-32015, "VM execution error: Reverted 0x", Refused),  # nethermind
        (429, "Your app has exceeded its compute units per second capacity", ChainError),  # Alchemy
        (-32005, "daily request count exceeded, request rate limited", ChainError),
        (-32601, "the method does not exist", ChainError),
        (-32603, "internal error", ChainError),
    ],
)
def test_what_a_refusal_means(code: int, said: str, kind: type[ChainError]) -> None:
    found = problem({"code": code, "message": said})
    assert type(found) is kind or (kind is ChainError and type(found) not in (TooMuch, Missing, Refused))
    assert str(found) == said


def test_a_node_that_fails_rests_and_another_is_asked(picky: PickyNode, other: PickyNode) -> None:
    picky.status = 503
    nodes = Nodes.at([picky.url, other.url], 1000)
    now = [50.0]
    nodes.clock = lambda: now[0]
    for _ in range(3):
        nodes.ask([HEAD])
    assert (len(picky.asked), len(other.asked)) == (1, 3)
    now[0] += 0.6  # the first pause is half a second, the next one twice as long
    nodes.ask([HEAD])
    now[0] += 0.6
    nodes.ask([HEAD])
    assert (len(picky.asked), len(other.asked)) == (2, 5)
    picky.status = 200
    now[0] += 0.6
    nodes.ask([HEAD])
    nodes.ask([HEAD])
    assert (len(picky.asked), len(other.asked)) == (4, 5)
    nodes.close()


def test_when_no_node_answers_the_last_reason_is_told_and_no_address(picky: PickyNode) -> None:
    picky.status = 500
    nodes = Nodes.at([picky.url + "/secret-key", "http://127.0.0.1:1/secret-key"], 1000)
    with pytest.raises(ChainError, match="no node answers; the last one said: node 2: ConnectError") as caught:
        nodes.ask([HEAD])
    assert "secret" not in str(caught.value)
    nodes.close()


def test_a_budget_is_kept_on_average_and_another_node_takes_over(picky: PickyNode, other: PickyNode) -> None:
    now, slept = [50.0], [0.0]

    def sleep(seconds: float) -> None:
        slept[0] += seconds
        now[0] += seconds

    nodes = Nodes.at([picky.url, other.url], 10, sleep)
    nodes.clock = lambda: now[0]
    for _ in range(20):  # what both may be asked at once after a rest
        nodes.ask([HEAD])
    assert (len(picky.asked), len(other.asked), slept[0]) == (10, 10, 0.0)
    for _ in range(40):
        nodes.ask([HEAD])
    assert slept[0] == pytest.approx(2.0, abs=0.2)  # 40 more at 20 a second
    nodes.ask([HEAD] * 50)
    nodes.ask([HEAD])
    assert len(picky.asked) + len(other.asked) == 111
    nodes.close()


def test_large_questions_are_asked_in_batches_and_answered_in_order(world: World, picky: PickyNode) -> None:
    nodes = Nodes.at([picky.url], 10_000)
    numbers = [index % (world.chain.w3.eth.block_number + 1) for index in range(2 * BATCH + 7)]
    found = nodes.ask([("eth_getBlockByNumber", [hex(number), False]) for number in numbers])
    assert [int(block["number"], 16) for block in found] == numbers
    nodes.close()


def test_what_one_node_lacks_another_is_asked_for(picky: PickyNode, other: PickyNode) -> None:
    picky.rule = lambda method, _: {"result": None} if method == "eth_getBlockByNumber" else None
    nodes = Nodes.at([picky.url, other.url], 1000)
    call = ("eth_getBlockByNumber", ["0x1", False])
    assert nodes.ask([HEAD, call])[1]["number"] == "0x1"
    assert nodes.ask([call], needed=False) == [None]
    other.rule = lambda method, _: refusal("header not found") if method == "eth_getBlockByNumber" else None
    with pytest.raises(Missing, match="header not found"):
        nodes.ask([call])
    nodes.close()


def few(most_blocks: int, most_logs: int, real: World) -> object:
    """The rule of a provider that gives few blocks and few logs at once."""

    def rule(method: str, parameters: list[object]) -> Answer:
        if method != "eth_getLogs" or "fromBlock" not in parameters[0]:
            return None
        asked = parameters[0]
        if int(asked["toBlock"], 16) - int(asked["fromBlock"], 16) >= most_blocks:
            return refusal(f"exceed maximum block range: {most_blocks}")
        found = real.chain.w3.provider.make_request(method, parameters)["result"]
        return refusal(f"query returned more than {most_logs} results", -32005) if len(found) > most_logs else None

    return rule


def test_ranges_adapt_to_what_a_node_gives(
    world: World, card: OpenScorecard, agreement: Instrument, picky: PickyNode, new_index: NewIndex
) -> None:
    """One block has more logs than the node gives for any range: it is asked for by its hash."""
    opened = world.open(agreement, card)
    for _ in range(8):
        world.mint(opened, 100, world.holder(0), world.holder(1))
    picky.rule = few(8, 1, world)
    index = new_index(picky.url).catch_up()
    sizes = [
        int(asked[0]["toBlock"], 16) - int(asked[0]["fromBlock"], 16) + 1
        for method, asked in picky.asked
        if method == "eth_getLogs" and "fromBlock" in asked[0]
    ]
    assert max(sizes) > 8 and min(sizes) == 1
    assert index.content() == new_index().catch_up().content()


def test_a_lagging_node_is_no_reorganisation(
    world: World, card: OpenScorecard, agreement: Instrument, picky: PickyNode, new_index: NewIndex
) -> None:
    """The preferred node tells of the newest blocks, but has neither them nor their logs yet."""
    lacking: set[str] = set()

    def rule(method: str, parameters: list[object]) -> Answer:
        if method == "eth_getLogs" and parameters[0].get("blockHash") in lacking:
            return refusal("unknown block")
        if method == "eth_getBlockByHash" and parameters[0] in lacking:
            return {"result": None}
        return None

    picky.rule = rule
    index = new_index(picky.url, world.node.url).catch_up()
    opened = world.open(agreement, card)
    for _ in range(2 * DEPTH):
        world.mint(opened, 100, world.holder(0), world.holder(1))
        lacking.add(world.chain.w3.eth.get_block("latest")["hash"].to_0x_hex())
        index.catch_up()
    assert index.rewinds() == 0
    assert index.content() == new_index().catch_up().content()


def test_a_node_on_another_branch_does_not_take_back_what_the_chain_still_has(
    world: World, card: OpenScorecard, agreement: Instrument, picky: PickyNode, new_index: NewIndex
) -> None:
    """The other node tells another newest block; the preferred one, asked again, still has ours."""
    world.open(agreement, card)
    index = new_index(picky.url).catch_up()
    before = index.content()
    told = iter([True])

    def rule(method: str, parameters: list[object]) -> Answer:
        if method != "eth_getBlockByNumber" or not next(told, False):
            return None
        block = world.chain.w3.provider.make_request(method, parameters)["result"]
        return {"result": {**block, "hash": "0x" + "ab" * 32}}

    picky.rule = rule
    assert not index.follower.step()
    assert (index.rewinds(), index.content()) == (0, before)
