"""What a body says is read back as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chain.body import decode_body, encode_body
from app.domain.instrument import Claim, ClaimLeg, Combine, Curve, Instrument, MetricLeg
from app.errors import InputError

IDS = st.binary(min_size=32, max_size=32).map(lambda data: f"0x{data.hex()}")
NUMBERS = st.integers(-(2**247) + 1, 2**247 - 1)
LABELS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=60)


def curves(least: int) -> st.SearchStrategy[Curve]:
    xs = st.lists(NUMBERS, min_size=least, max_size=5, unique=True).map(sorted)
    return xs.flatmap(lambda given: st.tuples(*(st.tuples(st.just(x), NUMBERS) for x in given)))


METRIC_LEGS = st.builds(
    MetricLeg, IDS, curves(0), fallback=st.integers(-(2**95), 2**95 - 1), period=st.integers(0, 2**32 - 1)
)
CLAIM_LEGS = st.builds(ClaimLeg, IDS, st.integers(0, 15), curves(0))
INSTRUMENTS = st.builds(
    Instrument,
    name=st.just("0x12"),
    label=st.just("0x12"),
    face=st.integers(1, 2**112 - 1),
    combine=st.sampled_from(Combine),
    legs=st.lists(METRIC_LEGS | CLAIM_LEGS, min_size=1, max_size=4).map(tuple),
    claims=st.lists(st.builds(Claim, LABELS, curves(1)), min_size=1, max_size=4).map(tuple),
    residual=LABELS,
    formula=st.booleans(),
)


def encoded(instrument: Instrument, mission: bytes = bytes(32), document: bytes = bytes(32)) -> bytes:
    metrics = {leg.metric: bytes.fromhex(leg.metric[2:]) for leg in instrument.legs if isinstance(leg, MetricLeg)}
    others = {leg.instrument: int(leg.instrument, 16) for leg in instrument.legs if isinstance(leg, ClaimLeg)}
    return encode_body(instrument, metrics, others, mission, document)


@given(INSTRUMENTS, st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_decode_body_reads_what_encode_body_wrote(instrument: Instrument, mission: bytes, document: bytes) -> None:
    read = decode_body(encoded(instrument, mission, document))
    assert (read.mission, read.document) == (mission, document)
    assert read.instrument("0x12", instrument.face, instrument.formula) == instrument


PLAIN = Instrument(
    "0x12", "0x12", 100, Combine.SUM, (MetricLeg("0x" + "ab" * 32, ()),), (Claim("taker", ((0, 0), (1, 100))),)
)


def test_decode_body_refuses_missing_and_extra_bytes() -> None:
    body = encoded(PLAIN)
    with pytest.raises(InputError, match=f"the body has {len(body) - 1} bytes: expected at least {len(body)}"):
        decode_body(body[:-1])
    with pytest.raises(InputError, match=f"the body has {len(body) + 1} bytes: expected {len(body)}"):
        decode_body(body + b"\0")


def test_decode_body_mends_labels_that_are_no_text() -> None:
    body = encoded(PLAIN).replace(b"taker", b"ta\0\xffr")
    assert decode_body(body).claims[0].label == "ta\ufffd\ufffdr"
