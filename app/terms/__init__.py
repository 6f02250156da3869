"""Term sheets: read, checked, explained, drawn, and compiled to instruments. Knows no chain."""
