"""The value of a round: the lower median of what the reporters said."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import InputError


def lower_median(values: Sequence[int]) -> int:
    """The middle value, and of two middle values the smaller [metric].

    Raises: InputError if there is no value.
    """
    if not values:
        raise InputError("no median of no values: at least one report is needed")
    return sorted(values)[(len(values) - 1) // 2]
