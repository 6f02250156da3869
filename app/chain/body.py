"""The body of an instrument's terms as bytes; `contracts/libraries/Terms.sol` reads it (SPEC: T-rules)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.chain.stream import Stream, readable
from app.domain.instrument import Claim, ClaimLeg, Combine, Curve, Instrument, Leg, MetricLeg
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
    parts = [mission, document, _number(int(instrument.combine), 1), _number(len(instrument.legs), 1)]
    parts += [_leg(leg, metric_ids, instrument_ids) for leg in instrument.legs]
    parts.append(_number(len(instrument.claims), 1))
    parts += [_text(claim.label) + _curve(claim.curve) for claim in instrument.claims]
    parts.append(_text(instrument.residual))
    return b"".join(parts)


@dataclass(frozen=True)
class Body:
    """What a body says. Legs name their sources by id: `0x` and 64 digits, of a metric or of an instrument."""

    mission: bytes
    document: bytes
    combine: Combine
    legs: tuple[Leg, ...]
    claims: tuple[Claim, ...]
    residual: str

    def instrument(self, instrument_id: str, face: int, formula: bool) -> Instrument:
        """The instrument, whose name is its id."""
        terms = (self.combine, self.legs, self.claims, self.residual)
        return Instrument(instrument_id, instrument_id, face, *terms, formula)


def decode_body(body: bytes) -> Body:
    """What `encode_body` wrote. Labels that are no UTF-8, or hold a zero byte, are mended with U+FFFD.

    Raises: InputError if bytes are missing or left over; the contract opens no such body.
    """
    stream = Stream(body, "the body")
    mission, document, combine = stream.take(32), stream.take(32), Combine(stream.number(1))
    legs = tuple(_read_leg(stream) for _ in range(stream.number(1)))
    claims = tuple(Claim(_read_text(stream), _read_curve(stream)) for _ in range(stream.number(1)))
    residual = _read_text(stream)
    stream.finish()
    return Body(mission, document, combine, legs, claims, residual)


def _leg(leg: Leg, metric_ids: Mapping[str, bytes], instrument_ids: Mapping[str, int]) -> bytes:
    if isinstance(leg, MetricLeg):
        source = metric_ids.get(leg.metric)
        if source is None:
            raise InputError(f"a leg reads the metric {leg.metric!r}, which has no id")
        head = [_number(METRIC_LEG, 1), source, _number(leg.period, 4), leg.fallback.to_bytes(12, "big", signed=True)]
    else:
        if leg.instrument not in instrument_ids:
            raise InputError(f"a leg reads the instrument {leg.instrument!r}, which is not open")
        head = [_number(CLAIM_LEG, 1), _number(instrument_ids[leg.instrument], 32), _number(leg.claim, 4)]
    return b"".join(head) + _curve(leg.curve)


def _curve(curve: Curve) -> bytes:
    """The number of knots, and if there are any, the bytes that each number takes, as few as will hold them all."""
    if not curve:
        return _number(0, 1)
    numbers = [number for knot in curve for number in knot]
    width = max((number ^ (number >> 255)).bit_length() // 8 + 1 for number in numbers)
    return bytes([len(curve), width]) + b"".join(number.to_bytes(width, "big", signed=True) for number in numbers)


def _text(text: str) -> bytes:
    content = text.encode()
    if len(content) > MAX_TEXT:
        raise InputError(f"the label {text[:20]!r}… has {len(content)} bytes, at most {MAX_TEXT} are allowed")
    return _number(len(content), 1) + content


def _number(value: int, width: int) -> bytes:
    return value.to_bytes(width, "big")


def _read_leg(stream: Stream) -> Leg:
    kind, source, which = stream.number(1), f"0x{stream.take(32).hex()}", stream.number(4)
    if kind == METRIC_LEG:
        fallback = stream.signed(12)
        return MetricLeg(source, _read_curve(stream), fallback, which)
    if kind == CLAIM_LEG:
        return ClaimLeg(source, which, _read_curve(stream))
    raise InputError(f"a leg of kind {kind}: expected {METRIC_LEG} or {CLAIM_LEG}")


def _read_curve(stream: Stream) -> Curve:
    count = stream.number(1)
    width = stream.number(1) if count else 0
    return tuple((stream.signed(width), stream.signed(width)) for _ in range(count))


def _read_text(stream: Stream) -> str:
    return readable(stream.take(stream.number(1)))
