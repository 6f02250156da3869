"""Redeeming: totals are exact in any order and any split, and nothing is left at the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.position import redemption, totals
from app.errors import InputError


def test_totals_round_every_ordered_claim_down_and_the_residual_gets_the_rest() -> None:
    """P-01: 7 sets, a third for each claim."""
    assert totals(7, 3, (1, 1)) == (2, 2, 3)
    assert totals(0, 3, (1, 1)) == (0, 0, 0)


def test_a_redemption_pays_the_difference_of_two_prefixes() -> None:
    assert [redemption(2, 3, redeemed, 1) for redeemed in range(3)] == [0, 1, 1]
    assert redemption(2, 3, 1, 2) == 2
    assert redemption(0, 0, 0, 0) == 0


@pytest.mark.parametrize(("redeemed", "units"), [(2, 2), (0, 4), (0, -1)])
def test_no_more_units_than_were_minted_are_redeemed(redeemed: int, units: int) -> None:
    with pytest.raises(InputError, match=f"{units} units can't be redeemed: {redeemed} of 3"):
        redemption(2, 3, redeemed, units)


@given(st.data())
def test_any_split_pays_the_total_and_nobody_is_off_by_a_unit(data: st.DataObject) -> None:
    """P-02: any totals and pieces."""
    face = data.draw(st.integers(1, 1000))
    payoffs = data.draw(st.lists(st.integers(0, face // 3), max_size=3))
    parts = data.draw(st.lists(st.integers(0, 1000), min_size=1, max_size=6))
    sets = sum(parts)
    owed = totals(sets, face, payoffs)
    assert sum(owed) == sets
    for total in owed:
        paid, redeemed = 0, 0
        for units in parts:
            amount = redemption(total, sets, redeemed, units)
            assert not sets or abs(amount - units * total / sets) < 1
            paid, redeemed = paid + amount, redeemed + units
        assert paid == total
