"""Pure rules: no chain, database or clock."""
