from __future__ import annotations

import pytest

from app.chain.client import NO_ADDRESS
from tests.support.community import HASH, Community, Mission, signer
from tests.support.events import events
from tests.support.reverts import reverts_with

EXPIRED, ALREADY_MEMBER, BAD_SIGNATURE, UNINVITED, NOT_ADMITTED = range(1, 6)
INVITED, BURNS_GAS, REVERTS, ANSWERS_TWO = range(4)


def test_join_gives_the_next_index_and_tells_it(here: Community) -> None:
    """M-05, M-11: 1 first."""
    receipt = here.send(here.registry.functions.joinMission(here.mission, [], b""), "investor")
    investor = here.world.role("investor")
    assert events(here.registry, "Joined", receipt) == [
        {"mission": here.mission, "member": investor, "inviter": NO_ADDRESS, "index": 1}
    ]
    here.join("provider")
    assert here.member("investor") == (1, 0, here.world.chain.now)
    assert here.member("provider") == (2, 0, here.world.chain.now)
    accounts = [here.world.role(role) for role in ("provider", "stranger", "investor")]
    assert here.call(here.registry.functions.indexesOf(here.mission, accounts)) == [2, 0, 1]


def test_join_of_an_unknown_mission_or_of_a_member_is_refused(here: Community) -> None:
    with reverts_with("MissionRegistry_UnknownMission", HASH):
        here.send(here.registry.functions.joinMission(HASH, [], b""), "investor")
    here.join("investor")
    with reverts_with("MissionRegistry_Refused", ALREADY_MEMBER):
        here.join("investor")


def test_join_keeps_missions_apart(here: Community) -> None:
    """M-04: a fork begins with nobody in it."""
    here.join("investor")
    child = here.open(Mission(parent=here.mission))
    assert child.member("investor") == (0, 0, 0)
    child.join("provider")
    assert child.member("provider")[0] == 1


def test_join_uses_an_invitation(here: Community) -> None:
    """M-07: to the bearer, and to one address only; the event names the inviter."""
    host = signer("host")
    here.enrol(host)
    bearer, _ = here.invitation(host)
    addressed, _ = here.invitation(host, here.world.role("provider"))
    join = here.registry.functions.joinMission
    receipt = here.send(join(here.mission, [bearer], b""), "investor")
    assert events(here.registry, "Joined", receipt)[0]["inviter"] == host.address
    with reverts_with("MissionRegistry_Refused", UNINVITED):
        here.send(join(here.mission, [addressed], b""), "stranger")
    here.send(join(here.mission, [addressed], b""), "provider")


@pytest.mark.parametrize("ended", ["expired", "inviter left", "never a member", "tampered", "elsewhere"])
def test_join_refuses_an_invitation_that_does_not_count(here: Community, ended: str) -> None:
    """M-07."""
    host = signer("host")
    if ended != "never a member":
        here.enrol(host)
    at = here.world.chain.now
    invitation, _ = (here.open(Mission("#Other")) if ended == "elsewhere" else here).invitation(host, expires=at)
    if ended == "expired":
        here.later(1)
    if ended == "inviter left":
        here.send(here.registry.functions.leaveSigned(here.mission, [here.signed_leave(host)]), "relayer")
    if ended == "tampered":
        invitation = (*invitation[:3], 1, invitation[4])
    with reverts_with("MissionRegistry_Refused", UNINVITED):
        here.send(here.registry.functions.joinMission(here.mission, [invitation], b""), "investor")


def test_join_uses_an_invitation_in_the_second_in_which_it_expires(here: Community) -> None:
    """M-07: inclusive."""
    host = signer("host")
    here.enrol(host)
    invitation, _ = here.invitation(host, expires=here.world.chain.now + 10)
    here.later(10)
    here.send(here.registry.functions.joinMission(here.mission, [invitation], b""), "investor")


def test_join_asks_the_gate_with_the_inviter(here: Community) -> None:
    """M-08: this gate admits whoever was invited; nobody can be the first one there."""
    gated = here.open(Mission(gate=here.world.deploy("DemoGate", INVITED).address))
    with reverts_with("MissionRegistry_Refused", NOT_ADMITTED):
        gated.join("investor")


@pytest.mark.parametrize("manner", [BURNS_GAS, REVERTS, ANSWERS_TWO])
def test_join_takes_anything_but_yes_from_a_gate_as_no(here: Community, manner: int) -> None:
    """M-08, R-04: a hostile gate harms only its own mission."""
    gated = here.open(Mission(gate=here.world.deploy("DemoGate", manner).address))
    with reverts_with("MissionRegistry_Refused", NOT_ADMITTED):
        gated.join("investor")


def test_join_takes_a_gate_without_code_as_no(here: Community) -> None:
    """M-08."""
    gated = here.open(Mission(gate=here.world.role("stranger")))
    with reverts_with("MissionRegistry_Refused", NOT_ADMITTED):
        gated.join("investor")


def test_leaving_raises_the_epoch_and_keeps_the_index(here: Community) -> None:
    """M-05, M-06."""
    here.join("investor", "provider")
    receipt = here.send(here.registry.functions.leaveMission(here.mission), "investor")
    told = {"mission": here.mission, "member": here.world.role("investor"), "epoch": 1, "wasMember": True}
    assert events(here.registry, "Left", receipt) == [told]
    assert here.member("investor") == (1, 1, 0)
    assert here.call(here.registry.functions.stateOf(here.mission))[1:3] == (3, 1)
    here.join("investor")
    assert here.member("investor")[:2] == (1, 1)
    assert here.call(here.registry.functions.stateOf(here.mission))[1:3] == (3, 2)


def test_leaving_without_being_a_member_voids_what_was_signed(here: Community) -> None:
    """M-06, S-06."""
    receipt = here.send(here.registry.functions.leaveMission(here.mission), "stranger")
    assert events(here.registry, "Left", receipt)[0]["wasMember"] is False
    assert here.member("stranger") == (0, 1, 0)
    assert here.call(here.registry.functions.stateOf(here.mission))[1:3] == (1, 0)
