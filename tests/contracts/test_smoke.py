from app.domain.instrument import Instrument
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World


def test_an_agreement_pays_what_was_measured(world: World, card: OpenScorecard, agreement: Instrument) -> None:
    opened = world.open(agreement, card)
    world.mint(opened, 1000, taker=world.role("provider"), payer=world.role("outcome_payer"))
    with reverts_with("ImpactInstruments_OutcomeNotFinal", card.metric_id(), 0):
        world.instruments.settle(opened, world.role("stranger"))
    card.finish(42)
    assert world.instruments.settle(opened, world.role("stranger")) == (42, [420, 580])
    world.instruments.redeem(opened, 0, 1000, world.role("provider"), world.role("provider"))
    world.instruments.redeem(opened, 1, 1000, world.role("outcome_payer"), world.role("outcome_payer"))
    assert world.token.balance(world.role("provider")) == 420
    assert world.token.balance(world.role("outcome_payer")) == 580
    assert world.token.balance(world.instruments.address) == 0
