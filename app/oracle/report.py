"""A reporter's signed numbers: one signature over one row of values for any number of metrics (SPEC: O-rules)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

Domain = Mapping[str, object]

_DOMAIN = {
    "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ]
}
_REPORT = {
    "Report": [
        {"name": "scorecard", "type": "bytes32"},
        {"name": "period", "type": "uint32"},
        {"name": "metrics", "type": "uint64"},
        {"name": "values", "type": "int96[]"},
        {"name": "evidence", "type": "bytes32"},
    ]
}
_LIVE = {
    "Live": [
        {"name": "scorecard", "type": "bytes32"},
        {"name": "observedAt", "type": "uint32"},
        {"name": "metrics", "type": "uint64"},
        {"name": "values", "type": "int96[]"},
    ]
}


@dataclass(frozen=True)
class Report:
    """What one reporter says of one closed period: `values` [metric] of the `metrics` (bit i = metric i), in order.

    `evidence` is the content id of the bundle that the reporters agreed on before signing: what each of them measured.
    """

    scorecard: bytes
    period: int
    metrics: int
    values: tuple[int, ...]
    evidence: bytes


@dataclass(frozen=True)
class LiveReport:
    """What one reporter says of the moment `observed_at` [s]; it settles nothing."""

    scorecard: bytes
    observed_at: int
    metrics: int
    values: tuple[int, ...]


@dataclass(frozen=True)
class SignedReport:
    """A report with the EIP-2098 signature (r, vs) of the reporter in `seat`, or the signature of its wallet."""

    seat: int
    report: Report | LiveReport
    signature: tuple[bytes, bytes] | bytes


def sign_report(report: Report | LiveReport, domain: Domain, seat: int, account: LocalAccount) -> SignedReport:
    """Signs a report for a seat with the key of its holder."""
    signed = account.sign_message(encode_typed_data(full_message=typed_data(report, domain)))
    return SignedReport(seat, report, compact(signed.r, signed.s, signed.v))


def typed_data(report: Report | LiveReport, domain: Domain) -> dict[str, Any]:
    """The EIP-712 message as wallets show it."""
    message: dict[str, object] = {
        "scorecard": report.scorecard,
        "metrics": report.metrics,
        "values": list(report.values),
    }
    if isinstance(report, Report):
        message |= {"period": report.period, "evidence": report.evidence}
    else:
        message |= {"observedAt": report.observed_at}
    kind = "Report" if isinstance(report, Report) else "Live"
    types = _REPORT if isinstance(report, Report) else _LIVE
    return {"types": {**_DOMAIN, **types}, "primaryType": kind, "domain": dict(domain), "message": message}


def compact(r: int, s: int, v: int) -> tuple[bytes, bytes]:
    """A signature in the two words of EIP-2098."""
    return r.to_bytes(32, "big"), (s | (v - 27) << 255).to_bytes(32, "big")


def local_reporters(count: int, name: str = "concord reporter") -> tuple[LocalAccount, ...]:
    """Reporters with keys that everyone knows: for local chains only."""
    return tuple(_known_key(f"{name} {number}") for number in range(1, count + 1))


def _known_key(name: str) -> LocalAccount:
    account: LocalAccount = Account.from_key(keccak(text=name))
    return account


def bits(indexes: Sequence[int]) -> int:
    """A mask with these bits set."""
    return sum(1 << index for index in indexes)
