"""What redeeming a position pays: totals are exact in any order and any split, and nothing is left at the end."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import InputError


def totals(sets: int, face: int, payoffs: Sequence[int]) -> tuple[int, ...]:
    """What all holders of each claim get together [token], the residual last.

    `sets` is N, the sets outstanding; `payoffs` is what a `face` of each ordered claim pays.
    Rounds: each ordered claim down, T = floor(N * y / face); the residual gets N less those.
    """
    ordered = tuple(sets * payoff // face for payoff in payoffs)
    return (*ordered, sets - sum(ordered))


def redemption(total: int, sets: int, redeemed: int, units: int) -> int:
    """What the next `units` of a claim pay [token] after `redeemed` of its `sets` units were given up.

    Rounds every prefix down, so that any split pays the claim's total in the end.
    Raises: InputError if more units than were minted would be redeemed.
    """
    if units < 0 or redeemed + units > sets:
        raise InputError(f"{units} units can't be redeemed: {redeemed} of {sets} are redeemed already")
    return (redeemed + units) * total // sets - redeemed * total // sets if sets else 0
