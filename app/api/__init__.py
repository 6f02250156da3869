"""The API `/v1`: what the store knows, as of a block, as JSON; a module a noun. It reads and never writes."""
