"""The body of an instrument's terms as bytes; `contracts/libraries/Terms.sol` reads it (SPEC: T-rules)."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.instrument import Curve, Instrument, Leg, MetricLeg
from app.errors import InputError

MAX_TEXT = 255
METRIC_LEG = 0
CLAIM_LEG = 1
NONE = bytes(32)


def encode_body(
    instrument: Instrument,
    metric_ids: Mapping[str, bytes],
    instrument_ids: Mapping[str, int],
    mission: bytes = NONE,
    document: bytes = NONE,
) -> bytes:
    """The body that the contract's `open`, `settle` and `payoffs` take.

    Raises: InputError if a leg names a metric or instrument without id, or a label is too long.
    """
    parts = [_word(mission), _word(document), _integer(int(instrument.combine)), _integer(len(instrument.legs))]
    parts += [_leg(leg, metric_ids, instrument_ids) for leg in instrument.legs]
    parts.append(_integer(len(instrument.claims)))
    parts += [_text(claim.label) + _curve(claim.curve) for claim in instrument.claims]
    parts.append(_text(instrument.residual))
    return b"".join(parts)


def _leg(leg: Leg, metric_ids: Mapping[str, bytes], instrument_ids: Mapping[str, int]) -> bytes:
    if isinstance(leg, MetricLeg):
        source = metric_ids.get(leg.metric)
        if source is None:
            raise InputError(f"a leg reads the metric {leg.metric!r}, which has no id")
        head = [_integer(METRIC_LEG), _word(source), _integer(leg.period), _integer(leg.fallback)]
    else:
        if leg.instrument not in instrument_ids:
            raise InputError(f"a leg reads the instrument {leg.instrument!r}, which is not open")
        source = instrument_ids[leg.instrument].to_bytes(32, "big")
        head = [_integer(CLAIM_LEG), _word(source), _integer(leg.claim)]
    return b"".join(head) + _curve(leg.curve)


def _curve(curve: Curve) -> bytes:
    return _integer(len(curve)) + b"".join(_integer(x) + _integer(y) for x, y in curve)


def _text(text: str) -> bytes:
    content = text.encode()
    if len(content) > MAX_TEXT:
        raise InputError(f"the label {text[:20]!r}… has {len(content)} bytes, at most {MAX_TEXT} are allowed")
    return _integer(len(content)) + content


def _word(word: bytes) -> bytes:
    return _integer(int.from_bytes(word, "big"))


def _integer(value: int) -> bytes:
    """A header byte (bit 7 the sign, the rest the length), then the magnitude without leading zeros."""
    magnitude = abs(value).to_bytes((abs(value).bit_length() + 7) // 8, "big")
    return bytes([(0x80 if value < 0 else 0) | len(magnitude)]) + magnitude
