"""What is stored, by noun. Every row of the chain hangs on its block and is inserted once, never changed.

A reorganisation of the chain deletes blocks, and with them everything that they told; the present is a query over what
is left, and the past is the same query up to an earlier block. `log_index` is the event's place in its block: with
`block_number` it names the event.

Hashes, ids and addresses are text: `0x` and lower-case digits, an instrument's id in 64 of them. Amounts, values and
scores are `Wide` whole numbers: amounts [token], values [metric]. Times are seconds since 1970 [s].
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from app.store.numbers import Wide

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _text(name: str, **given: Any) -> Column[str]:
    return Column(name, Text, nullable=given.pop("nullable", False), **given)


def _number(name: str, **given: Any) -> Column[int]:
    """A number of at most 63 bits: a count, an index, a time."""
    return Column(name, BigInteger, nullable=given.pop("nullable", False), **given)


def _wide(name: str, nullable: bool = False) -> Column[int]:
    return Column(name, Wide, nullable=nullable)


def _noun(name: str, *columns: Any, key: tuple[str, ...] = ("block_number", "log_index")) -> Table:
    """A table whose rows hang on a block. `key` names a row; it begins with the block unless the noun has an id."""
    block = Column("block_number", BigInteger, ForeignKey("blocks.number", ondelete="CASCADE"), nullable=False)
    table = Table(name, metadata, block, _number("log_index"), *columns, PrimaryKeyConstraint(*key))
    if key[0] != "block_number":
        Index(f"ix_{name}_block", table.c.block_number)
    return table


blocks = Table(
    "blocks",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _text("hash", unique=True),
    _text("parent_hash"),
    _number("timestamp"),
    comment="Blocks that told something, and all of the newest ones, as far back as the chain may reorganise.",
)

events = Table(
    "events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("block_number", BigInteger, ForeignKey("blocks.number", ondelete="CASCADE"), nullable=False),
    _number("log_index"),
    _text("transaction_hash"),
    _text("contract"),
    _text("name"),
    Column("arguments", JSON, nullable=False),
    UniqueConstraint("block_number", "log_index"),
    Index("ix_events_transaction", "transaction_hash"),
    sqlite_autoincrement=True,
    comment="The whole log in the order it was read; ids only grow, and no id is given twice. Numbers are strings.",
)

panels = _noun("panels", _text("panel_id"), _number("quorum"), key=("panel_id",))
reporters = _noun("reporters", _text("panel_id"), _number("seat"), _text("address"), key=("panel_id", "seat"))

scorecards = _noun(
    "scorecards",
    _text("scorecard_id"),
    _text("panel_id"),
    _number("start"),
    _number("length"),
    _number("count"),
    _number("report_window"),
    _number("challenge_window"),
    _text("arbiter"),
    _number("levels"),
    _text("bond_token"),
    _wide("bond"),
    _text("lost_bond_receiver"),
    key=("scorecard_id",),
)
metrics = _noun(
    "metrics",
    _text("metric_id"),
    _text("scorecard_id", index=True),
    _number("index"),
    _text("name"),
    _text("unit"),
    _text("uri"),
    _number("decimals"),
    _wide("lower"),
    _wide("upper"),
    _text("evidence_method"),
    _text("evidence_policy"),
    key=("metric_id",),
)
handovers = _noun("handovers", _text("scorecard_id", index=True), _number("seat"), _text("holder"), _text("successor"))

outcomes = _noun(
    "outcomes",
    _text("metric_id"),
    _number("period"),
    _wide("value"),
    _wide("least"),
    _wide("greatest"),
    _wide("seats"),  # bit s = seat s
    _text("evidence"),
)
Index("ix_outcomes_round", outcomes.c.metric_id, outcomes.c.period)

reported_values = _noun(
    "reported_values",  # what each reporter behind an outcome said, where the transmission itself can be read
    _text("metric_id"),
    _number("period"),
    _number("seat"),
    _wide("value"),
    key=("block_number", "log_index", "seat"),
)
Index("ix_reported_values_round", reported_values.c.metric_id, reported_values.c.period)

live_values = _noun("live_values", _text("metric_id"), _wide("value"), _number("observed_at"))
Index("ix_live_values_metric", live_values.c.metric_id, live_values.c.observed_at)

instruments = _noun(
    "instruments",
    _text("instrument_id"),
    _text("token"),  # 0x00…00: a formula, which holds no tokens
    _wide("face"),
    _text("combine"),  # SUM, MIN or MAX
    _text("mission"),
    _text("document"),
    _text("body"),
    key=("instrument_id",),
)
legs = _noun(
    "legs",
    _text("instrument_id"),
    _number("index"),
    _text("metric_id", nullable=True, index=True),  # of a metric leg, with `period` and `fallback` [metric]
    _number("period", nullable=True),
    _wide("fallback", nullable=True),
    _text("source_instrument_id", nullable=True, index=True),  # of a claim leg, with `source_claim`
    _number("source_claim", nullable=True),
    Column("curve", JSON, nullable=False),  # [[x, y], …] as decimal strings; [] is the identity
    key=("instrument_id", "index"),
)
claims = _noun(
    "claims",
    _text("instrument_id"),
    _number("claim"),
    _text("label"),
    Column("curve", JSON(none_as_null=True), nullable=True),  # as of legs; null: the residual
    key=("instrument_id", "claim"),
)

settlements = _noun("settlements", _text("instrument_id"), _wide("score"), key=("instrument_id",))
payoffs = _noun(
    "payoffs",  # [token] per face
    _text("instrument_id"),
    _number("claim"),
    _wide("amount"),
    key=("instrument_id", "claim"),
)

transfers = _noun(
    "transfers",  # from 0x00…00: minted; to it: merged, or redeemed where the same transaction made a payment
    _text("instrument_id"),
    _number("claim"),
    _text("sender", index=True),
    _text("receiver", index=True),
    _wide("units"),
)
Index("ix_transfers_position", transfers.c.instrument_id, transfers.c.claim)

payments = _noun(
    "payments",
    _text("instrument_id", index=True),
    _number("claim"),
    _text("holder", index=True),
    _text("receiver", index=True),
    _wide("units"),
    _wide("payout"),
)

operators = _noun("operators", _text("owner"), _text("spender"), Column("approved", Boolean, nullable=False))
approvals = _noun(
    "approvals", _text("owner"), _text("spender"), _text("instrument_id"), _number("claim"), _wide("units")
)

cursor = Table(
    "cursor",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    CheckConstraint("id = 1", name="single"),
    _number("chain_id"),
    _text("outcome_oracle"),
    _text("impact_instruments"),
    _number("number"),
    _text("hash"),
    comment="Up to which block everything is stored, and of which deployment.",
)

tip = Table(
    "tip",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    CheckConstraint("id = 1", name="single"),
    _number("number"),  # the chain's newest block when it was last asked
    _number("reached_at"),  # when the index last had all of the chain, by the machine's clock
    comment="How far the chain is: with the cursor, how far the index is behind.",
)

rewinds = Table(
    "rewinds",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _number("at"),  # the machine's clock
    _number("from_number"),  # the newest block until then
    _number("to_number"),  # the newest block that stayed
    Column("is_deep", Boolean, nullable=False),  # deeper than what counted as final
    _number("last_event_id"),  # the newest event's id until then, 0 if there was none
    sqlite_autoincrement=True,
    comment="Reorganisations of the chain that were met: what this machine lived through, not the chain's word.",
)

tokens = Table(
    "tokens",
    metadata,
    _text("address", primary_key=True),
    _text("symbol"),
    _number("decimals"),
    comment="What collateral tokens say of themselves, asked once: how amounts are written, never what they are.",
)

NOUNS = tuple(table for table in metadata.sorted_tables if "block_number" in table.c)
