"""How amounts of a token are written is asked of the token itself, once, and whatever it answers."""

from __future__ import annotations

from dataclasses import replace

from eth_typing import ChecksumAddress

from app.chain.token import Token
from app.domain.instrument import Instrument
from app.indexer.tokens import learn_tokens
from app.store.engine import reading
from app.store.queries.tokens import Token as Known
from app.store.queries.tokens import tokens_by_address
from tests.indexer.following import Index
from tests.support.world import OpenScorecard, World

NO_DECIMALS = 2**256 - 1  # a StrangeToken deployed with it refuses to say


def open_with(world: World, card: OpenScorecard, instrument: Instrument, tokens: list[ChecksumAddress]) -> None:
    for place, token in enumerate(tokens):
        one = replace(instrument, face=instrument.face + 10 * place)
        world.instruments.open(one, token, card.metric_ids(), {}, world.role("stranger"))


def known(index: Index, *addresses: str) -> list[Known]:
    asked = [address.lower() for address in addresses]
    with reading(index.engine) as connection:
        found = tokens_by_address(connection, asked)
    return [found[address] for address in asked]


def test_a_token_is_known_by_its_symbol_and_decimals(
    world: World, card: OpenScorecard, agreement: Instrument, index: Index
) -> None:
    yen = Token.deploy_demo(world.chain, "JPY", 0, world.role("deployer")).address
    open_with(world, card, agreement, [world.token.address, yen])
    index.catch_up()
    usd = world.token.address
    assert known(index, usd, yen) == [Known(usd.lower(), "USD", 2), Known(yen.lower(), "JPY", 0)]
    assert learn_tokens(index.engine, index.nodes) == 0


def test_what_answers_as_no_token_does_is_counted_in_its_smallest_unit(
    world: World, card: OpenScorecard, agreement: Instrument, index: Index
) -> None:
    """A token that refuses, a contract that is no token, and an account without code: none of them stops the index."""
    strange = world.deploy("StrangeToken", NO_DECIMALS).address
    oracle, stranger = world.oracle.contract.address, world.role("stranger")
    open_with(world, card, agreement, [strange, oracle, stranger])
    index.catch_up()
    assert index.number == world.chain.w3.eth.block_number
    assert known(index, strange) == [Known(strange.lower(), "STRANGE", 0)]
    assert [(one.symbol, one.decimals) for one in known(index, oracle, stranger)] == [("", 0), ("", 0)]


def test_a_token_that_was_not_asked_yet_is_not_known(world: World, index: Index) -> None:
    with reading(index.engine) as connection:
        assert tokens_by_address(connection, [world.token.address.lower()]) == {}
