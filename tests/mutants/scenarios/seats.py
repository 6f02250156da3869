"""Who signs for which seat: transmissions and hand-overs that a scenario needs in unusual forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from app.chain.oracle import Transmission
from app.oracle.quorum import transmission
from app.oracle.report import Report, sign_report
from tests.support.world import EVIDENCE, OpenScorecard

HAND_OVER = {
    "HandOver": [
        {"name": "scorecard", "type": "bytes32"},
        {"name": "seat", "type": "uint256"},
        {"name": "successor", "type": "address"},
        {"name": "nonce", "type": "uint256"},
    ]
}


def signed_by(card: OpenScorecard, signers: Mapping[int, LocalAccount], value: int, period: int = 0) -> Transmission:
    """One value of metric 0 from each seat, signed by whoever is named."""
    report = Report(card.scorecard_id, period, 1, (value,), EVIDENCE)
    domain = card.world.oracle.domain()
    return transmission([sign_report(report, domain, seat, account) for seat, account in signers.items()], 1)


def hand_over(card: OpenScorecard, seat: int, successor: ChecksumAddress, holder: LocalAccount) -> Callable[[], None]:
    """Hands a seat over by its holder's signature, with the nonce of now; returns what sends the same once more."""
    world, terms = card.world, card.scorecard.terms()
    functions: Any = world.oracle.contract.functions
    _, nonce = world.chain.call(functions.holderOf(terms, seat, 2**255))
    message = {"scorecard": card.scorecard_id, "seat": seat, "successor": successor, "nonce": nonce}
    typed = encode_typed_data(world.oracle.domain(), HAND_OVER, message)
    signature = bytes(holder.sign_message(typed).signature)

    def send() -> None:
        world.chain.send(functions.handOver(terms, seat, successor, signature), world.role("relayer"))

    send()
    return send
