"""Numbers of 256 bits: exact, in order, and summed exactly, on every database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import StatementError

from app.errors import NumberError
from app.store.engine import reading, writing
from app.store.numbers import from_text, to_text, total
from app.store.tables import blocks, transfers

WIDE = st.integers(-(2**256) + 1, 2**256 - 1)
EDGES = (0, 1, -1, 9, 10, -9, -10, -11, 2**63, -(2**63) - 1, 2**256 - 1, -(2**256) + 1, -(2**255), 10**77, -(10**77))


@given(WIDE)
def test_text_is_read_back(number: int) -> None:
    assert from_text(to_text(number)) == number


@given(WIDE, WIDE)
def test_text_sorts_as_numbers_do(one: int, other: int) -> None:
    assert (to_text(one) < to_text(other)) == (one < other)


def _store(engine: Engine, numbers: tuple[object, ...]) -> None:
    rows = [
        {"block_number": 1, "log_index": index, "instrument_id": "i", "claim": 0, "sender": "s", "receiver": "r"}
        | {"units": number}
        for index, number in enumerate(numbers)
    ]
    with writing(engine) as connection:
        connection.execute(insert(blocks), {"number": 1, "hash": "h", "parent_hash": "p", "timestamp": 1})
        connection.execute(insert(transfers), rows)


def test_database_keeps_sorts_and_compares(engine: Engine) -> None:
    _store(engine, EDGES)
    units = transfers.c.units
    with reading(engine) as connection:
        assert list(connection.execute(select(units).order_by(units)).scalars()) == sorted(EDGES)
        below = select(units).where(units < -10).order_by(units)
        assert list(connection.execute(below).scalars()) == sorted(edge for edge in EDGES if edge < -10)


def test_database_adds_exactly(engine: Engine) -> None:
    numbers = (2**200, 2**200 + 1, -(2**199), 7)
    _store(engine, numbers)
    with reading(engine) as connection:
        assert connection.execute(select(total(transfers.c.units))).scalar() == sum(numbers)
        assert connection.execute(select(total(transfers.c.units)).where(transfers.c.claim == 1)).scalar() is None


@pytest.mark.parametrize("number", [2**256, -(2**256), 1.0, True, "1"])
def test_database_refuses_what_is_no_wide_number(engine: Engine, number: object) -> None:
    with pytest.raises(StatementError) as caught:
        _store(engine, (number,))
    assert isinstance(caught.value.orig, NumberError)
    assert f"{number!r} can't be stored" in str(caught.value.orig)
