"""Asks each new collateral token once what it is called and how many decimals it has."""

from __future__ import annotations

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak
from sqlalchemy import Engine, insert, select

from app.indexer.rpc import Nodes, Refused
from app.store.engine import reading, writing
from app.store.queries.instruments import NO_TOKEN
from app.store.tables import instruments, tokens

MAX_SYMBOL = 32  # characters
MAX_DECIMALS = 77  # more than a 256-bit number has digits

SYMBOL, DECIMALS = (f"0x{keccak(text=name)[:4].hex()}" for name in ("symbol()", "decimals()"))


def learn_tokens(engine: Engine, nodes: Nodes) -> int:
    """Stores what tokens say that are not known yet; returns how many.

    A token that does not answer as ERC-20 asks is called by no name and counted in its smallest unit.
    """
    with reading(engine) as connection:
        known = select(tokens.c.address)
        query = select(instruments.c.token).where(instruments.c.token != NO_TOKEN, ~instruments.c.token.in_(known))
        new = sorted(set(connection.execute(query).scalars()))
    rows = [{"address": one, "symbol": _symbol(nodes, one), "decimals": _decimals(nodes, one)} for one in new]
    if rows:
        with writing(engine) as connection:
            connection.execute(insert(tokens), rows)
    return len(rows)


def _symbol(nodes: Nodes, token: str) -> str:
    """As a string, or as the 32 bytes of some old tokens; what cannot be printed is left out."""
    answer = _call(nodes, token, SYMBOL)
    try:
        text = decode(["string"], answer)[0] if len(answer) > 32 else answer.rstrip(b"\0").decode()
    except (DecodingError, UnicodeDecodeError):
        return ""
    return "".join(letter for letter in text if letter.isprintable())[:MAX_SYMBOL]


def _decimals(nodes: Nodes, token: str) -> int:
    answer = _call(nodes, token, DECIMALS)
    number = int.from_bytes(answer, "big") if len(answer) == 32 else 0
    return number if number <= MAX_DECIMALS else 0


def _call(nodes: Nodes, token: str, data: str) -> bytes:
    """What a call returns; nothing if the token refuses it."""
    try:
        (answer,) = nodes.ask([("eth_call", [{"to": token, "data": data}, "latest"])], needed=False)
    except Refused:
        return b""
    return bytes.fromhex((answer or "0x")[2:])
