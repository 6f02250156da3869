"""What collateral tokens say of themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "tokens",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("symbol", sa.Text, nullable=False),
        sa.Column("decimals", sa.BigInteger, nullable=False),
        comment="What collateral tokens say of themselves, asked once: how amounts are written, never what they are.",
    )
