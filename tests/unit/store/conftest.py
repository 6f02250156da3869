from __future__ import annotations

from tests.support.databases import engine, new_database, postgresql

__all__ = ["engine", "new_database", "postgresql"]
