from __future__ import annotations

from tests.support.community import HASH, Community, Mission
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.typed import digest, sign
from tests.support.world import DAY

UNINVITED = 4


def test_revoke_invitation_ends_it_for_its_inviter_only(here: Community) -> None:
    """M-07: another one's revocation changes nothing; revoking again says nothing."""
    here.join("investor")
    investor = here.world.role("investor")
    account = here.key("investor")
    values = {"inviter": investor, "invitee": "0x" + "0" * 40, "expires": 2**40 - 1, "salt": 1}
    message = here.message("MissionRegistry", "Invitation", values)
    invitation = (*values.values(), sign(account, message))
    assert here.call(here.registry.functions.invitationIdOf(here.mission, invitation)) == digest(message)
    join = here.registry.functions.joinMission(here.mission, [invitation], b"")
    revoke = here.registry.functions.revokeInvitation(here.mission, digest(message))
    here.send(revoke, "stranger")
    here.world.chain.call(join, here.world.role("provider"))
    receipt = here.send(revoke, "investor")
    told = {"mission": here.mission, "inviter": investor, "invitation": digest(message)}
    assert events(here.registry, "InvitationRevoked", receipt) == [told]
    assert here.call(here.registry.functions.isRevoked(investor, digest(message)))
    with reverts_with("MissionRegistry_Refused", UNINVITED):
        here.send(join, "provider")
    assert here.send(revoke, "investor")["logs"] == []


def test_hardwire_and_unhardwire(here: Community) -> None:
    """M-09: replaced, and ended even after leaving."""
    here.join("investor")
    investor = here.world.role("investor")
    functions = here.registry.functions
    for articles, version in ((HASH, 1), (b"\2" * 32, 2)):
        receipt = here.send(functions.hardwire(here.mission, articles, version, "ipfs://articles"), "investor")
        (event,) = events(here.registry, "Hardwired", receipt)
        assert (event["member"], event["articles"], event["goalVersion"]) == (investor, articles, version)
        assert here.call(functions.articlesOf(here.mission, investor)) == articles
    here.send(functions.leaveMission(here.mission), "investor")
    receipt = here.send(functions.unhardwire(here.mission), "investor")
    assert events(here.registry, "Unhardwired", receipt)[0]["articles"] == b"\2" * 32
    with reverts_with("MissionRegistry_NotHardwired", investor):
        here.send(functions.unhardwire(here.mission), "investor")


def test_hardwire_refuses_strangers_and_no_articles(here: Community) -> None:
    """M-09: equality of two empty slots means nothing."""
    stranger = here.world.role("stranger")
    with reverts_with("MissionRegistry_NotMember", stranger):
        here.send(here.registry.functions.hardwire(here.mission, HASH, 1, ""), "stranger")
    here.join("investor")
    with reverts_with("MissionRegistry_ZeroArticles"):
        here.send(here.registry.functions.hardwire(here.mission, bytes(32), 1, ""), "investor")
    with reverts_with("MissionRegistry_NotHardwired", stranger):
        here.send(here.registry.functions.unhardwire(here.mission), "stranger")


def test_an_annual_report_lapses_at_its_due_date_until_it_is_published(here: Community) -> None:
    """M-10: t - 1, t; the first report's time is kept."""
    due = here.world.chain.now + DAY
    yearly = here.open(Mission(reports_due=(due, due + DAY)))
    yearly.join("provider")
    functions = yearly.registry.functions
    yearly.later(DAY - 1)
    assert not yearly.call(functions.lapsed(yearly.mission, 0))
    yearly.later(1)
    assert yearly.call(functions.lapsed(yearly.mission, 0))
    assert not yearly.call(functions.lapsed(yearly.mission, 1))
    receipt = yearly.send(functions.publishAnnualReport(yearly.mission, 0, HASH, "ipfs://2024"), "provider")
    (event,) = events(yearly.registry, "AnnualReportPublished", receipt)
    assert (event["number"], event["member"], event["content"]) == (0, yearly.world.role("provider"), HASH)
    assert not yearly.call(functions.lapsed(yearly.mission, 0))
    first = yearly.world.chain.now
    yearly.later(5)
    yearly.send(functions.publishAnnualReport(yearly.mission, 0, b"\3" * 32, ""), "provider")
    assert yearly.call(functions.annualReport(yearly.mission, 0)) == [due, first]


def test_an_annual_report_comes_from_members_and_from_the_terms(here: Community) -> None:
    """M-10."""
    functions = here.registry.functions
    with reverts_with("MissionRegistry_NotMember", here.world.role("stranger")):
        here.send(functions.publishAnnualReport(here.mission, 0, HASH, ""), "stranger")
    here.join("provider")
    with reverts_with("MissionRegistry_UnknownAnnualReport", 0, 0):
        here.send(functions.publishAnnualReport(here.mission, 0, HASH, ""), "provider")
    with reverts_with("MissionRegistry_UnknownAnnualReport", 0, 0):
        here.call(functions.lapsed(here.mission, 0))


def test_nobody_acts_in_a_mission_that_does_not_exist(here: Community) -> None:
    """M-01: each act is refused, by name."""
    functions = here.registry.functions
    acts = (
        functions.joinMission(HASH, [], b""),
        functions.joinSigned(HASH, [], [], []),
        functions.leaveMission(HASH),
        functions.leaveSigned(HASH, []),
        functions.revokeInvitation(HASH, HASH),
        functions.hardwire(HASH, HASH, 1, ""),
        functions.unhardwire(HASH),
        functions.publishAnnualReport(HASH, 0, HASH, ""),
    )
    for act in acts:
        with reverts_with("MissionRegistry_UnknownMission", HASH):
            here.send(act, "stranger")
