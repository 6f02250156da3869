"""A transmission is read back as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chain.oracle import Panel, Row, Scorecard, Transmission
from app.domain.instrument import Metric
from app.domain.round import Calendar
from app.errors import InputError

SEATS = 5
METRICS = 4
CARD = Scorecard(
    Panel(tuple("0x" + f"{seat + 1:02x}" * 20 for seat in range(SEATS)), 3),
    Calendar(0, 10, 2, 10, 10),
    tuple(Metric(f"m{index}", "", 0, -5, 5) for index in range(METRICS)),
)
WORDS = st.binary(min_size=32, max_size=32)
KEYS = st.tuples(WORDS, WORDS.filter(any))
VALUES = st.integers(-(2**95), 2**95 - 1)


@st.composite
def transmissions(draw: st.DrawFn, live: bool) -> Transmission:
    metrics = draw(st.integers(1, 2**METRICS - 1))
    seats = draw(st.integers(1, 2**SEATS - 1))
    columns = st.tuples(*[VALUES] * metrics.bit_count())
    rows = draw(st.tuples(*[st.builds(Row, columns, KEYS | st.binary(max_size=80))] * seats.bit_count()))
    return Transmission(draw(st.integers(0, 2**32 - 1)), metrics, seats, rows, b"" if live else draw(WORDS))


@given(transmissions(live=False))
def test_decode_reads_what_encoded_wrote(transmission: Transmission) -> None:
    assert Transmission.decode(transmission.encoded(CARD.terms())) == transmission


@given(transmissions(live=True))
def test_decode_reads_a_live_transmission(transmission: Transmission) -> None:
    assert Transmission.decode(transmission.encoded(CARD.terms()), live=True) == transmission


def test_decode_refuses_missing_and_extra_bytes() -> None:
    data = Transmission(0, 1, 1, (Row((5,), (bytes(32), b"\1" * 32)),), bytes(32)).encoded(CARD.terms())
    with pytest.raises(InputError, match=f"the transmission has {len(data) - 1} bytes: expected at least {len(data)}"):
        Transmission.decode(data[:-1])
    with pytest.raises(InputError, match=f"the transmission has {len(data) + 1} bytes: expected {len(data)}"):
        Transmission.decode(data + b"\0")
