"""The ordinary way to index: web3.py reads and decodes, SQLAlchemy's ORM writes. Same events, same durability."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from web3 import Web3
from web3.contract import Contract

from app.chain.deploy import Deployment
from app.store.engine import open_engine
from app.store.numbers import Wide

RANGE = 2_000  # blocks at once


class Base(DeclarativeBase):
    """The tables."""


class Block(Base):
    """A block that told something."""

    __tablename__ = "blocks"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[str] = mapped_column(Text)
    timestamp: Mapped[int] = mapped_column(BigInteger)


class Log(Base):
    """One event."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    block_number: Mapped[int] = mapped_column(ForeignKey("blocks.number"))
    log_index: Mapped[int] = mapped_column(BigInteger)
    transaction_hash: Mapped[str] = mapped_column(Text)
    contract: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)


class Transfer(Base):
    """A position that moved."""

    __tablename__ = "transfers"
    block_number: Mapped[int] = mapped_column(ForeignKey("blocks.number"), primary_key=True)
    log_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    position_id: Mapped[int] = mapped_column(Wide, index=True)
    sender: Mapped[str] = mapped_column(Text, index=True)
    receiver: Mapped[str] = mapped_column(Text, index=True)
    units: Mapped[int] = mapped_column(Wide)


class LiveValue(Base):
    """A live value."""

    __tablename__ = "live_values"
    block_number: Mapped[int] = mapped_column(ForeignKey("blocks.number"), primary_key=True)
    log_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    metric_id: Mapped[str] = mapped_column(Text, index=True)
    value: Mapped[int] = mapped_column(Wide)
    observed_at: Mapped[int] = mapped_column(BigInteger)


def index(w3: Web3, deployment: Deployment, contracts: list[Contract], database: str) -> int:
    """Indexes the whole chain; returns how many events."""
    engine = open_engine(database)
    Base.metadata.create_all(engine)
    count = 0
    newest = w3.eth.block_number
    for start in range(deployment.block, newest + 1, RANGE):
        with Session(engine) as session:
            count += _range(w3, contracts, session, start, min(start + RANGE - 1, newest))
            session.commit()
    engine.dispose()
    return count


def _range(w3: Web3, contracts: list[Contract], session: Session, first: int, last: int) -> int:
    """Asks each contract for each of its events, as web3.py's documentation does."""
    found = []
    for contract in contracts:
        declared: Any = contract.events
        for kind in declared:
            found += kind().get_logs(from_block=first, to_block=last)
    seen = set()
    for event in sorted(found, key=lambda one: (one["blockNumber"], one["logIndex"])):
        number = event["blockNumber"]
        if number not in seen:
            seen.add(number)
            block = w3.eth.get_block(number)
            session.add(Block(number=number, hash=block["hash"].to_0x_hex(), timestamp=block["timestamp"]))
        session.add(_log(event))
        if (row := _noun(event)) is not None:
            session.add(row)
    return len(found)


def _log(event: Any) -> Log:
    return Log(
        block_number=event["blockNumber"],
        log_index=event["logIndex"],
        transaction_hash=event["transactionHash"].to_0x_hex(),
        contract=event["address"],
        name=event["event"],
        arguments=_plain(event["args"]),
    )


def _noun(event: Any) -> Base | None:
    place = {"block_number": event["blockNumber"], "log_index": event["logIndex"]}
    given = event["args"]
    if event["event"] == "Transfer":
        moved = {"position_id": given["id"], "sender": given["sender"], "receiver": given["receiver"]}
        return Transfer(**place, **moved, units=given["amount"])
    if event["event"] == "LiveValueReported":
        said = {"value": given["value"], "observed_at": given["observedAt"]}
        return LiveValue(**place, metric_id=f"0x{given['metricId'].hex()}", **said)
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return str(value)
    return (
        {key: _plain(one) for key, one in value.items()} if hasattr(value, "items") else [_plain(one) for one in value]
    )
