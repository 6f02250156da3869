"""The chain's log, and what it tells by noun."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.store.numbers import Wide

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create everything."""
    _the_log()
    _the_oracle()
    _the_instruments()
    _positions()


def _the_log() -> None:
    op.create_table(
        "blocks",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        _text("hash", unique=True),
        _text("parent_hash"),
        _number("timestamp"),
        comment="Blocks that told something, and all of the newest ones, as far back as the chain may reorganise.",
    )
    op.create_table(
        "events",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        _block(),
        _number("log_index"),
        *map(_text, ("transaction_hash", "contract", "name")),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.UniqueConstraint("block_number", "log_index"),
        sqlite_autoincrement=True,
        comment="The whole log in the order it was read; ids only grow, and no id is given twice. Numbers are strings.",
    )
    op.create_index("ix_events_transaction", "events", ["transaction_hash"])
    op.create_table(
        "cursor",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.CheckConstraint("id = 1", name="single"),
        _number("chain_id"),
        *map(_text, ("outcome_oracle", "impact_instruments")),
        _number("number"),
        _text("hash"),
        comment="Up to which block everything is stored, and of which deployment.",
    )
    op.create_table(
        "tip",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.CheckConstraint("id = 1", name="single"),
        *map(_number, ("number", "reached_at")),
        comment="How far the chain is: with the cursor, how far the index is behind.",
    )
    op.create_table(
        "rewinds",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        *map(_number, ("at", "from_number", "to_number")),
        sa.Column("is_deep", sa.Boolean, nullable=False),
        _number("last_event_id"),
        sqlite_autoincrement=True,
        comment="Reorganisations of the chain that were met: what this machine lived through, not the chain's word.",
    )


def _the_oracle() -> None:
    _noun("panels", _text("panel_id"), _number("quorum"), key=["panel_id"])
    _noun("reporters", _text("panel_id"), _number("seat"), _text("address"), key=["panel_id", "seat"])
    _noun(
        "scorecards",
        *map(_text, ("scorecard_id", "panel_id")),
        *map(_number, ("start", "length", "count", "report_window", "challenge_window")),
        _text("arbiter"),
        _number("levels"),
        _text("bond_token"),
        _wide("bond"),
        _text("lost_bond_receiver"),
        key=["scorecard_id"],
    )
    _noun(
        "metrics",
        _text("metric_id"),
        _text("scorecard_id", index=True),
        _number("index"),
        *map(_text, ("name", "unit", "uri")),
        _number("decimals"),
        *map(_wide, ("lower", "upper")),
        *map(_text, ("evidence_method", "evidence_policy")),
        key=["metric_id"],
    )
    _noun("handovers", _text("scorecard_id", index=True), _number("seat"), *map(_text, ("holder", "successor")))
    values = map(_wide, ("value", "least", "greatest", "seats"))
    _noun("outcomes", _text("metric_id"), _number("period"), *values, _text("evidence"))
    op.create_index("ix_outcomes_round", "outcomes", ["metric_id", "period"])
    key = ["block_number", "log_index", "seat"]
    _noun("reported_values", _text("metric_id"), _number("period"), _number("seat"), _wide("value"), key=key)
    op.create_index("ix_reported_values_round", "reported_values", ["metric_id", "period"])
    _noun("live_values", _text("metric_id"), _wide("value"), _number("observed_at"))
    op.create_index("ix_live_values_metric", "live_values", ["metric_id", "observed_at"])


def _the_instruments() -> None:
    _noun(
        "instruments",
        *map(_text, ("instrument_id", "token")),
        _wide("face"),
        *map(_text, ("combine", "mission", "document", "body")),
        key=["instrument_id"],
    )
    _noun(
        "legs",
        _text("instrument_id"),
        _number("index"),
        _text("metric_id", nullable=True, index=True),
        _number("period", nullable=True),
        _wide("fallback", nullable=True),
        _text("source_instrument_id", nullable=True, index=True),
        _number("source_claim", nullable=True),
        sa.Column("curve", sa.JSON, nullable=False),
        key=["instrument_id", "index"],
    )
    curve = sa.Column("curve", sa.JSON, nullable=True)
    _noun("claims", _text("instrument_id"), _number("claim"), _text("label"), curve, key=["instrument_id", "claim"])
    _noun("settlements", _text("instrument_id"), _wide("score"), key=["instrument_id"])
    _noun("payoffs", _text("instrument_id"), _number("claim"), _wide("amount"), key=["instrument_id", "claim"])


def _positions() -> None:
    _noun(
        "transfers",
        _text("instrument_id"),
        _number("claim"),
        *(_text(name, index=True) for name in ("sender", "receiver")),
        _wide("units"),
    )
    op.create_index("ix_transfers_position", "transfers", ["instrument_id", "claim"])
    _noun(
        "payments",
        _text("instrument_id", index=True),
        _number("claim"),
        *(_text(name, index=True) for name in ("holder", "receiver")),
        *map(_wide, ("units", "payout")),
    )
    _noun("operators", *map(_text, ("owner", "spender")), sa.Column("approved", sa.Boolean, nullable=False))
    _noun("approvals", *map(_text, ("owner", "spender", "instrument_id")), _number("claim"), _wide("units"))


def _noun(name: str, *columns: Any, key: list[str] | None = None) -> None:
    key = key or ["block_number", "log_index"]
    op.create_table(name, _block(), _number("log_index"), *columns, sa.PrimaryKeyConstraint(*key))
    if key[0] != "block_number":
        op.create_index(f"ix_{name}_block", name, ["block_number"])


def _block() -> sa.Column[int]:
    return sa.Column("block_number", sa.BigInteger, sa.ForeignKey("blocks.number", ondelete="CASCADE"), nullable=False)


def _text(name: str, nullable: bool = False, **given: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, **given)


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _wide(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Wide, nullable=nullable)
