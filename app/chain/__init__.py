"""The chain: nodes, contracts, transactions. Knows instruments, but neither term sheets nor reporters' keys."""
