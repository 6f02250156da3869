"""Payoff curves: exact at every turn, with the point of an outcome where it belongs."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.inputs import Inputs
from app.domain.payoff import payoff
from app.terms.breakpoints import breakpoints
from app.terms.chart import draw_terminal, outcome_names, pays_at, picture
from app.terms.chart.image import save_image
from app.terms.chart.picture import Bars, Dot, Panel
from app.terms.chart.scale import Scale, ticks
from app.terms.chart.terminal import CLOSED, OPEN, POINT, cell
from app.terms.load import read_files
from app.terms.sheet import Entry
from tests.unit.terms.sheets import everything, read, with_schedule

F = Fraction
SHEET = read_files(sorted((Path(__file__).parents[3] / "cases").glob("*.json")))
WIDTH, HEIGHT = 90, 12


def entry(key: str) -> Entry:
    found = SHEET.entry(key)
    assert found is not None
    return found


def panel_of(key: str, at: dict[str, Fraction] | None = None) -> Panel:
    shown = picture(entry(key), at).panels[0]
    assert isinstance(shown, Panel)
    return shown


def bars_of(key: str, at: dict[str, Fraction] | None = None) -> Bars:
    shown = picture(entry(key), at).panels[0]
    assert isinstance(shown, Bars)
    return shown


def test_steps_jump_with_open_and_closed_ends() -> None:
    (line,) = panel_of("us-nyc-able-rikers.main").lines
    assert Dot(F("0.085"), F(0), closed=False) in line.dots
    assert Dot(F("0.085"), F(480000000), closed=True) in line.dots
    assert len(line.stretches) == 9
    assert len(line.dots) == 16


def test_strict_thresholds_close_the_lower_end() -> None:
    (line,) = panel_of("za-wildlife-conservation-bond.success").lines
    assert Dot(F(0), F(0), closed=True) in line.dots
    assert Dot(F(0), F(550350000), closed=False) in line.dots


def test_a_band_that_ends_within_has_three_values_at_its_edge() -> None:
    (line,) = panel_of("example-signed-bands.main").lines
    assert [(dot.y, dot.closed) for dot in line.dots] == [(-500, False), (0, True), (500, False), (0, True)]


def test_lines_bend_without_a_jump() -> None:
    (line,) = panel_of("au-newpin-sbb.coupon_interpolated").lines
    assert line.dots == ()
    assert (F("0.6"), F(52500000)) in line.stretches[0]


@pytest.mark.parametrize(
    "key", ["us-nyc-able-rikers.main", "au-newpin-sbb.coupon_years_1_to_3", "tr-istanbul-kodluyor.sustained"]
)
def test_every_point_of_a_curve_is_the_exact_payoff(key: str) -> None:
    shown = panel_of(key)
    for stretch in shown.lines[0].stretches:
        for x, y in stretch[1:-1]:
            assert payoff(entry(key).terms, Inputs({shown.metric: x})) == y


def test_a_curve_shows_every_turn() -> None:
    for one in SHEET.entries:
        for shown in picture(one).panels:
            if isinstance(shown, Panel) and shown.metric in breakpoints(one.terms):
                turns = breakpoints(one.terms)[shown.metric]
                assert all(shown.low < turn < shown.high for turn in turns)


def test_a_price_list_is_bars_for_what_was_measured() -> None:
    shown = bars_of("uk-fair-chance-fusion.main")
    assert (shown.total, shown.cap, shown.paid) == (303295000, 251380000, 251380000)
    assert (shown.bars[3].label, shown.bars[3].amount) == ("Move into Accommodation", 293 * 50000)
    assert bars_of("uk-fair-chance-fusion.main", {"m04": F(2)}).total == 100000


def test_people_are_bars_under_their_cap() -> None:
    shown = bars_of("uk-dwp-innovation-fund-r2.main")
    assert [bar.amount for bar in shown.bars] == [1170000, 430000, 130000]
    assert (shown.each_cap, shown.paid) == (1170000, 1730000)


def test_other_metrics_are_held_where_they_were_measured() -> None:
    learning, enrolment = picture(entry("in-educate-girls-dib.at_or_above_targets")).panels
    assert isinstance(learning, Panel) and isinstance(enrolment, Panel)
    assert (learning.note, enrolment.note) == ("enrolment_rate 92 %", "learning_gain_levels 8,940")
    assert learning.top == enrolment.top == 42200000


def test_a_waterfall_fills_its_tranches_in_order() -> None:
    shown = panel_of("W1-fair-chance-waterfall")
    senior, mezzanine, junior = (dict(row for part in line.stretches for row in part) for line in shown.lines)
    full = F(347200000)
    assert (senior[full], mezzanine[full], junior[full]) == (260000000, 87200000, 0)
    assert junior[shown.high] == shown.high - full


def test_a_guarantee_shows_who_bears_what() -> None:
    shown = panel_of("us-nyc-able-rikers.guarantee", {"loan": F(720000000), "outcome_payment": F(0)})
    assert [line.name for line in shown.lines] == ["guarantor_pays", "lender_loss"]
    assert shown.marks == ((0, 600000000), (0, 120000000))


@pytest.mark.parametrize(
    ("key", "at", "paid"),
    [
        ("us-nyc-able-rikers.main", {"recidivism_reduction": "0.135"}, {"taker": 1036800000}),
        ("C0-call-on-case", {"uk-fair-chance-fusion.main": "251380000"}, {"taker": 25690000}),
        ("example-tranches.main", {"x": "0.1"}, {"A": F("1157625"), "B": 665500}),
        ("uk-hmp-peterborough.trigger", {"cohort": "0.11"}, {"taker": 1}),
        ("uk-hmp-peterborough.trigger", {"pooled": "0.07"}, {"taker": 0}),
        ("uk-dwp-innovation-fund-r2.main", {"m3": "1", "m8": "1", "m9": "2"}, {"taker": 430000}),
    ],
)
def test_what_an_outcome_pays(key: str, at: dict[str, str], paid: dict[str, Fraction]) -> None:
    outcome = {name: F(value) for name, value in at.items()}
    assert outcome.keys() <= outcome_names(entry(key))
    assert pays_at(entry(key), outcome) == paid


@pytest.mark.parametrize("reduction", ["0.05", "0.09", "0.135", "0.22"])
def test_the_terminal_marks_the_point_in_its_place(reduction: str) -> None:
    at = {"recidivism_reduction": F(reduction)}
    rikers = entry("us-nyc-able-rikers.main")
    lines = draw_terminal(rikers, at, WIDTH, HEIGHT).splitlines()
    amount = pays_at(rikers, at)["taker"]
    column, row = cell(panel_of("us-nyc-able-rikers.main", at), at["recidivism_reduction"], amount, WIDTH, HEIGHT)
    assert [(index, line.index(POINT)) for index, line in enumerate(lines) if POINT in line] == [(row, column)]


def test_the_place_of_a_point_follows_the_axes() -> None:
    shown = panel_of("us-nyc-able-rikers.main")
    left, bottom = cell(shown, shown.low, shown.bottom, WIDTH, HEIGHT)
    right, top = cell(shown, shown.high, shown.top, WIDTH, HEIGHT)
    assert (bottom, top, right) == (HEIGHT - 1, 0, WIDTH - 1)
    middle, _ = cell(shown, (shown.low + shown.high) / 2, shown.bottom, WIDTH, HEIGHT)
    assert abs(middle - (left + right) / 2) <= 1


def test_the_terminal_names_axes_jumps_and_metric() -> None:
    text = draw_terminal(entry("us-nyc-able-rikers.main"), None, WIDTH, HEIGHT)
    assert all(part in text for part in ("$10M ┤", "$0 ┤", "15 %", "recidivism_reduction", OPEN, CLOSED))
    assert POINT not in text


def test_the_terminal_draws_bars_with_amounts() -> None:
    lines = draw_terminal(entry("uk-fair-chance-fusion.main"), None, WIDTH, HEIGHT).splitlines()
    bar = next(line for line in lines if line.startswith("Accommodation sustained for 3 Months"))
    assert bar.endswith("█ £423,000.00")
    assert lines[-1].split("│")[1] == " £2,513,800.00"


@pytest.mark.parametrize("width", [60, 80, 140])
def test_no_line_is_wider_than_asked(width: int) -> None:
    for one in SHEET.entries:
        shown = draw_terminal(one, None, width, 8).splitlines()
        plots = [line for line in shown if "┤" in line or "│" in line or "└" in line]
        assert plots
        assert max(map(len, plots)) <= width


def test_every_type_has_a_picture() -> None:
    for one in read(everything()).entries:
        assert picture(one).panels
        assert draw_terminal(one)


def test_terms_without_any_outcome_are_drawn_too() -> None:
    untested = with_schedule({"type": "rate_card", "items": [{"metric": "a", "rate_minor": 3}]})
    assert "a" in draw_terminal(read(untested).entries[0])


@pytest.mark.parametrize(("name", "start"), [("curve.png", b"\x89PNG\r\n"), ("curve.svg", b"<?xml")])
@pytest.mark.parametrize("key", ["us-nyc-able-rikers.main", "uk-fair-chance-fusion.main"])
def test_images_are_written(tmp_path: Path, name: str, start: bytes, key: str) -> None:
    path = save_image(entry(key), tmp_path / name, None)
    assert path.read_bytes().startswith(start)
    assert path.stat().st_size > 10_000


def test_the_same_picture_is_the_same_file(tmp_path: Path) -> None:
    at = {"recidivism_reduction": F("0.135")}
    first, second = (save_image(entry("us-nyc-able-rikers.main"), tmp_path / name, at) for name in ("a.svg", "b.svg"))
    assert first.read_bytes() == second.read_bytes()


@given(st.fractions(), st.fractions(min_value=F(1, 10**6), max_value=10**12), st.integers(2, 9))
def test_ticks_are_round_and_within(low: Fraction, span: Fraction, most: int) -> None:
    found = ticks(low, low + span, most)
    assert 1 <= len(found) <= most + 1 or not found
    assert all(low <= tick <= low + span for tick in found)
    assert len({after - before for before, after in pairwise(found)}) <= 1


def test_a_scale_keeps_values_within_its_cells() -> None:
    scale = Scale(F(0), F(10), 11)
    assert [scale.cell(F(value)) for value in (-5, 0, 4, 10, 99)] == [0, 0, 4, 10, 10]


def test_a_sum_over_people_alone_is_one_amount() -> None:
    people = everything()["cases"][0]["schedules"]["people"]
    test = {"schedule": "main", "inputs": {"people": [{"a": 1}, {"b": 2}]}, "expected": 101}
    (shown,) = picture(read(with_schedule({"type": "sum", "parts": [people]}, [test])).entries[0]).panels
    assert isinstance(shown, Bars)
    assert shown.paid == 101
