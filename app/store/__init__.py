"""The database: what the chain told, exact and always as of a block; SQLite by default, PostgreSQL at scale."""
