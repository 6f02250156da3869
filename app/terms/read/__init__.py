"""From JSON text to a term sheet: strict, exact, and telling every fault with its place."""
