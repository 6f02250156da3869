"""How the page behaves: it follows the chain, works by keyboard, on a phone, in the dark, and asks nobody else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.chain.oracle import State
from app.replay.play import open_play
from app.terms.compile import compile_sheet
from app.terms.load import read_files
from scripts.demo import CASES
from tests.e2e.conftest import Opens
from tests.e2e.scene import Scene, report_live, units

PHONE = {"width": 360, "height": 800}
SANITATION, VILLAGES = "kh-sanitation-dib.main", "odf_villages"
SOON = 10_000  # [ms]


def paths(scene: Scene) -> list[str]:
    """A page of each kind."""
    play = scene.restoration
    (metric,) = play.scorecards[0].metric_ids().values()
    account = next(iter(play.accounts.values())).lower()
    return [
        "/",
        scene.instrument_path(play),
        scene.instrument_path(scene.housing),
        "/rounds",
        f"/metrics/0x{metric.hex()}",
        f"/accounts/{account}",
        "/payments",
        "/events/1",
        "/status",
        "/instruments/0x00",
    ]


def test_a_new_live_value_and_a_new_round_appear_without_reloading(scene: Scene, opens: Opens) -> None:
    sheet = read_files([CASES])
    play = open_play(scene.stage, compile_sheet(sheet, [SANITATION])[SANITATION], {})
    play.fund()
    page = opens("/")
    card = page.locator(f"#card-{scene.instrument_path(play).rpartition('/')[2]}")
    expect(card).to_be_visible(timeout=SOON)
    card.get_by_role("link").click()
    page.evaluate("window.sameDocument = true")
    field = page.locator("#x0")
    field.focus()
    report_live(scene.stage, play, [units(play, VILLAGES, "800")])
    expect(page.locator(".key.live")).to_have_text("live 800 villages", timeout=SOON)
    expect(page.locator("[data-payoff]").first).to_have_text("$5,000,000.00")
    play.report([{VILLAGES: units(play, VILLAGES, said)} for said in ("1000", "1200", "1100")])
    expect(page.locator("[data-payoff]").first).to_have_text("$6,875,000.00", timeout=SOON)
    expect(page.locator("#hangs ~ .table .pill")).to_have_text(scene.round(play, VILLAGES).state.name)
    assert scene.round(play, VILLAGES).state is State.REPORTED
    play.wait_until_final()
    expect(page.locator("#hangs ~ .table .pill")).to_have_text("FINAL", timeout=SOON)
    play.settle()
    expect(page.locator(".title .pill")).to_have_text("SETTLED", timeout=SOON)
    assert page.evaluate("window.sameDocument") is True
    expect(field).to_be_focused()


def test_the_page_tells_whether_it_follows_the_chain(opens: Opens) -> None:
    expect(opens("/").locator("#live")).to_have_text("live")


def test_everything_is_reached_by_keyboard(scene: Scene, opens: Opens) -> None:
    page = opens("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    first = page.locator(".card a").first
    expect(first).to_be_focused()
    outline = first.evaluate("node => getComputedStyle(node).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/instruments/0x"))


def test_the_slider_and_the_curve_answer_arrow_keys(scene: Scene, opens: Opens) -> None:
    page = opens(f"{scene.instrument_path(scene.restoration)}?x0=0.6")
    before = page.locator("[data-payoff]").first.get_attribute("data-payoff")
    page.locator("input[type=range]").focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-payoff]").first).not_to_have_attribute("data-payoff", before or "")
    expect(page.locator("input[type=range]")).to_be_focused()
    page.locator("svg.wide[data-samples]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".read")).to_contain_text("A$")
    expect(page.locator(".reader")).to_have_count(1)


def test_a_full_id_is_copied(scene: Scene, opens: Opens) -> None:
    path = scene.instrument_path(scene.restoration)
    page = opens(path, permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy").first
    button.click()
    expect(button).to_have_attribute("title", "Copied")
    assert page.evaluate("navigator.clipboard.readText()") == path.rpartition("/")[2]


def test_no_page_is_wider_than_a_phone(scene: Scene, opens: Opens) -> None:
    for path in paths(scene):
        page = opens(path, viewport=PHONE)
        widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1], path
        assert widths[1] <= PHONE["width"]


def test_text_is_readable_by_day_and_by_night(opens: Opens) -> None:
    for scheme in ("light", "dark"):
        page = opens("/", color_scheme=scheme)
        for selector in ("body", ".lead", ".card .row span", ".pill"):
            assert contrast(page, selector) >= 4.5, (scheme, selector)


def test_who_wants_no_motion_gets_none(scene: Scene, opens: Opens) -> None:
    for preference, moves in (("reduce", False), ("no-preference", True)):
        page = opens(scene.instrument_path(scene.restoration), reduced_motion=preference)
        seconds = page.locator("svg.wide .mark").first.evaluate("node => getComputedStyle(node).transitionDuration")
        assert (seconds != "0s") is moves


def test_every_page_allows_only_its_own_scripts_and_styles(scene: Scene, opens: Opens) -> None:
    page = opens("/")
    for path in paths(scene):
        answer = page.request.get(scene.url(path))
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy and "style-src 'self'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?! type=\"module\" src=\"/static/)", answer.text())


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/instruments/0x00", 404, "nobody opened it"),
        ("/metrics/0x00", 404, "nobody opened it"),
        ("/events/999999", 404, "not told up to block"),
        ("/accounts/nobody", 422, "expected 0x and 40 hexadecimal digits"),
        ("/payments?after=x", 422, "expected 2 numbers joined by hyphens"),
    ],
)
def test_what_cannot_be_shown_is_told_on_a_page(opens: Opens, path: str, status: int, told: str) -> None:
    page = opens("/")
    answer = page.goto(page.url.rstrip("/") + path)
    assert answer is not None and answer.status == status
    expect(page.locator(".lead")).to_contain_text(told)


def test_an_account_is_found_by_its_address(scene: Scene, opens: Opens) -> None:
    page = opens("/")
    address = scene.restoration.accounts["taker"]
    page.get_by_label("Address of an account").fill(address)
    page.get_by_role("button", name="Show its positions").click()
    page.wait_for_url(f"**/accounts/{address.lower()}")
    expect(page.locator("[data-position]").first).to_be_visible()


def contrast(page: Page, selector: str) -> float:
    """The contrast of a text with what is behind it, as WCAG computes it."""
    return page.locator(selector).first.evaluate(
        """node => {
          const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
          const rgb = (colour) => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
          };
          const light = ([r, g, b]) => {
            const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * x + 0.7152 * y + 0.0722 * z;
          };
          let behind = node;
          while (behind && rgb(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
          const [a, b] = [getComputedStyle(node).color, getComputedStyle(behind).backgroundColor].map(rgb).map(light);
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }"""
    )
