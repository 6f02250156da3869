"""Short stories that pass on the right contracts and fail on a broken variant."""

from __future__ import annotations

from collections.abc import Callable

from tests.mutants.scenarios import payments, rounds, terms
from tests.support.world import World


def scenario(name: str) -> Callable[[World], None]:
    """The story of that name."""
    (found,) = (vars(module)[name] for module in (payments, rounds, terms) if name in vars(module))
    story: Callable[[World], None] = found
    return story
