"""What the page shows equals the chain, read by web3 here."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from playwright.sync_api import Page, expect

from app.chain.history import InstrumentHistory, history
from app.chain.oracle import State
from app.terms.figures import money
from app.web.figures import spoken
from tests.e2e.conftest import Opens
from tests.e2e.scene import PER_CENT, Scene, instrument_id

RIKERS_REPORTED = {0: "0", 1: "-0.004", 2: "0.011"}


def told_on_chain(scene: Scene) -> list[InstrumentHistory]:
    return history(scene.stage.instruments, scene.stage.deployment.block)


def shown_payoffs(page: Page) -> list[int]:
    return [int(one.get_attribute("data-payoff") or "") for one in page.locator("#what-if [data-payoff]").all()]


def test_every_instrument_has_a_card_with_its_state(scene: Scene, opens: Opens) -> None:
    page = opens("/")
    for one in told_on_chain(scene):
        card = page.locator(f"#card-0x{one.instrument_id:064x}")
        expect(card.locator(".pill")).to_have_text("OPEN" if one.score is None else "SETTLED")
    assert page.locator(".card").count() == len(told_on_chain(scene))


def test_what_was_paid_is_shown_payment_by_payment(scene: Scene, opens: Opens) -> None:
    paid = [payment for one in told_on_chain(scene) for payment in one.payments]
    rows = opens("/payments").locator("tbody tr")
    expect(rows).to_have_count(len(paid))
    currencies = {"£": ("GBP", 2), "$": ("USD", 2)}
    shown = [row.locator("td").all_inner_texts() for row in rows.all()]
    expected = []
    for one in told_on_chain(scene):
        sign = "£" if one.face == 251_380_000 else "$"
        expected += [(money(p.units, *currencies[sign]), money(p.payout, *currencies[sign])) for p in one.payments]
    assert sorted((cells[4], cells[5]) for cells in shown) == sorted(expected)


def test_a_payment_leads_to_its_event(scene: Scene, opens: Opens) -> None:
    page = opens("/payments")
    row = page.locator("tbody tr").first
    holder = row.locator("[data-copy]").get_attribute("data-copy")
    row.get_by_role("link", name="event").click()
    expect(page.locator("h1")).to_have_text("Redeemed")
    newest = max((p for one in told_on_chain(scene) for p in one.payments), key=lambda p: p.block)
    assert holder == newest.holder.lower()
    expect(page.locator("pre")).to_contain_text(f'"payout": "{newest.payout}"')
    expect(page.locator("pre")).to_contain_text(holder)


def test_claims_show_who_holds_what_and_what_they_would_be_paid(scene: Scene, opens: Opens) -> None:
    play, oracle = scene.restoration, scene.stage.oracle
    name = "restoration_rate"
    page = opens(scene.instrument_path(play))
    metric = next(iter(play.scorecards[0].metric_ids().values()))
    live, _ = oracle.live(metric)
    assert live == 61 * PER_CENT
    payoffs = scene.contract_payoffs(play, {name: live})
    for claim in (0, 1):
        ((party, minted),) = play.compiled.units(claim)
        address = play.accounts[party].lower()
        row = page.locator(f"#claim-{claim} [data-holder='{address}']")
        held = scene.stage.instruments.units(play.main, claim, play.accounts[party])
        assert held == minted
        expect(row.locator("[data-units]")).to_have_attribute("data-units", str(held))
        expect(row.locator("[data-payout]")).to_have_attribute("data-payout", str(payoffs[claim]))
    assert shown_payoffs(page) == payoffs


def test_an_account_shows_its_positions_and_what_it_was_paid(scene: Scene, opens: Opens) -> None:
    rikers = scene.told[0]
    goldman = rikers.accounts["Goldman Sachs"]
    page = opens(f"/accounts/{goldman}")
    paid = sum(
        p.payout for one in told_on_chain(scene) for p in one.payments if p.to == goldman and one.face != 251_380_000
    )
    assert paid == 600_000_000
    expect(page.locator(".totals")).to_contain_text(money(paid, "USD", 2))
    for row in page.locator("[data-position]").all():
        position = int(row.get_attribute("data-position") or "", 16)
        on_chain = scene.stage.instruments.contract.functions.balanceOf(goldman, position).call()
        assert row.locator("[data-units]").get_attribute("data-units") == str(on_chain)


def test_a_round_shows_its_outcome_and_what_each_reporter_measured(scene: Scene, opens: Opens) -> None:
    page = opens("/rounds")
    page.get_by_role("link", name="recidivism reduction", exact=True).click()
    metric = bytes.fromhex(page.url.rpartition("/0x")[2])
    on_chain = scene.stage.oracle.round(metric, 0)
    assert on_chain.state is State.FINAL
    expect(page.locator(".pill")).to_have_text("FINAL")
    expect(page.locator("[data-value]").first).to_have_attribute("data-value", str(on_chain.value))
    for seat, said in RIKERS_REPORTED.items():
        expect(page.locator(f"[data-seat='{seat}']")).to_contain_text(said)
        expect(page.locator(f"[data-seat='{seat}']")).to_have_attribute("data-value", str(int(Decimal(said) * 10**18)))
        reporter = scene.stage.reporters[seat].address.lower()
        expect(page.locator("tr", has=page.locator(f"[data-seat='{seat}']"))).to_contain_text(reporter[2:8])


def test_every_round_of_the_price_list_is_shown_as_the_oracle_has_it(scene: Scene, opens: Opens) -> None:
    agreement = next(one for one in told_on_chain(scene) if one.face == 251_380_000)
    page = opens(f"/instruments/0x{agreement.instrument_id:064x}")
    rows = page.locator("table", has=page.get_by_role("columnheader", name="Source")).locator("tbody tr")
    expect(rows).to_have_count(21)
    for row in rows.all():
        metric = bytes.fromhex((row.locator("a").get_attribute("title") or "")[2:])
        on_chain = scene.stage.oracle.round(metric, 0)
        outcome = Fraction(on_chain.value, 10**18)
        expect(row.locator(".pill")).to_have_text(on_chain.state.name)
        expect(row.locator("td").nth(2)).to_have_text(f"{outcome} outcomes")


@pytest.mark.parametrize("value", ["0.5", "0.6", "0.67", "0.85"])
def test_the_slider_shows_what_the_contract_would_pay(scene: Scene, opens: Opens, value: str) -> None:
    page = opens(scene.instrument_path(scene.restoration))
    page.locator("input[type=range]").fill(value)
    supposed = int(Decimal(page.locator("input[type=range]").input_value()) * 10**18)
    payoffs = scene.contract_payoffs(scene.restoration, {"restoration_rate": supposed})
    expect(page.locator("[data-payoff]").first).to_have_attribute("data-payoff", str(payoffs[0]))
    assert shown_payoffs(page) == payoffs
    expect(page.locator("#x0")).to_have_value(page.locator("input[type=range]").input_value())
    expect(page.locator("#what-if figcaption")).to_contain_text("what if")
    assert "x0=" in page.url


def test_without_scripts_the_form_asks_the_same(scene: Scene, opens: Opens) -> None:
    page = opens(scene.instrument_path(scene.housing), java_script_enabled=False)
    names = [spoken(name) for name in ("adjusted_housing_days", "jail_component_cents")]
    given = dict(zip(names, ("200000.5", "123456789"), strict=True))
    for label, text in given.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Show", exact=True).click()
    metrics = scene.housing.compiled.metrics
    outcomes = {
        name: int(Decimal(given[spoken(name)]) * 10 ** metrics[name].decimals)
        for name in ("adjusted_housing_days", "jail_component_cents")
    }
    assert shown_payoffs(page) == scene.contract_payoffs(scene.housing, outcomes)
    assert instrument_id(scene.housing.main) in page.url


def test_what_is_no_number_is_told_and_nothing_breaks(scene: Scene, opens: Opens) -> None:
    page = opens(f"{scene.instrument_path(scene.restoration)}?x0=many")
    expect(page.get_by_role("alert")).to_contain_text('"many" is not a number')
