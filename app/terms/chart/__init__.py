"""Payoff curves: the picture of an entry in exact numbers, drawn in the terminal or as an image."""

from __future__ import annotations

from app.terms.chart import terminal
from app.terms.chart.picturing import At, outcome_names, pays_at, picture
from app.terms.sheet import Entry


def draw_terminal(entry: Entry, at: At | None = None, width: int = 80, height: int = 12) -> str:
    """The payoff of the entry in `width` columns, with the point of the outcome `at` on it (◆)."""
    return terminal.draw(picture(entry, at), entry, width, height)


__all__ = ["At", "draw_terminal", "outcome_names", "pays_at", "picture"]
