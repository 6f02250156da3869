"""What members do, as signed batches that a relayer sends: gas of whole transactions [gas]."""

from __future__ import annotations

from collections.abc import Iterator

from eth_utils.crypto import keccak

from tests.support.community import SIGN_ON, Community, Goal, Mission, signer
from tests.support.world import World

Measured = Iterator[tuple[str, int]]

BATCH = 100
_TEXT = bytes(keccak(text="what the goal is"))


def community(world: World) -> Measured:
    """A hundred people join, and sign on to one entry, each by a signature of 65 bytes.

    Another hundred did both before, so that counters are not zero; the members' own slots are, and so are the bits.
    Nobody uses an invitation.
    """
    here = Community.deploy(world).open(Mission(goals=(Goal(_TEXT, 0, 1_000_00),)))
    here.join("provider")
    first, people = ([signer(f"{group} {number}") for number in range(BATCH)] for group in ("first", "second"))
    here.enrol(*first)
    yield "join_batch100_each", here.join_signed([here.signed_join(one) for one in people])["gasUsed"]

    entry = here.anchor("provider", 1, _TEXT)
    here.attest_signed(entry, SIGN_ON, [here.signed_attest(one, entry, SIGN_ON) for one in first])
    signed = [here.signed_attest(one, entry, SIGN_ON) for one in people]
    yield "attest_batch100_each", here.attest_signed(entry, SIGN_ON, signed)["gasUsed"]
