"""The indexer: what the contracts told becomes rows; it alone writes what the chain says."""
