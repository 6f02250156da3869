"""What the reader makes of sound term sheets."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from app.domain.inputs import Inputs
from app.domain.schedule import (
    AllTargets,
    Call,
    Compare,
    Condition,
    GateAnyPooled,
    KOfN,
    MarginalBrackets,
    PerPersonRateCard,
    ProRataPayers,
    RateCard,
    RateItem,
    SignedBands,
    Steps,
    SumOf,
    TranchesMaturity,
    Waterfall,
    WeightedBasket,
)
from app.terms.load import read_files, read_texts
from app.terms.read.links import find_claim
from app.terms.read.schedule import READERS
from tests.unit.terms.sheets import STEPS, everything, read, with_schedule

CASES = Path(__file__).parents[3] / "cases"
F = Fraction


def terms(key: str) -> object:
    entry = read(everything()).entry(key)
    assert entry is not None
    return entry.terms


def test_the_sheet_with_everything_has_every_type() -> None:
    kinds = {entry.kind for entry in read(everything()).entries}
    assert kinds == set(READERS)


def test_steps_keep_thresholds_exact() -> None:
    assert terms("c.steps") == Steps("x", Compare.GTE, ((F("0.085"), F(100)), (F("0.1"), F(200))), F(5))


def test_steps_may_leave_out_compare_and_below() -> None:
    entry = read(with_schedule({"type": "steps", "metric": "x", "table": [[1, 2]]})).entries[0]
    assert entry.terms == Steps("x", Compare.GTE, ((F(1), F(2)),), F(0))


def test_a_null_cap_is_no_cap() -> None:
    item = {"metric": "a", "rate_minor": 1, "cap_units": None, "cap_minor": None}
    entry = read(with_schedule({"type": "rate_card", "items": [item], "share": None, "cap_minor": None})).entries[0]
    assert entry.terms == RateCard((RateItem("a", F(1)),), F(1), None)


def test_rate_card_items_keep_their_caps() -> None:
    card = terms("c.rates")
    assert isinstance(card, RateCard)
    assert (card.items[0].cap_units, card.items[0].cap, card.items[1].rate) == (F(3), F(250), F("0.5"))
    assert (card.share, card.cap) == (F("0.95"), F(9000))


def test_the_last_bracket_may_be_open() -> None:
    brackets = terms("c.brackets")
    assert isinstance(brackets, MarginalBrackets)
    assert [one.to_units for one in brackets.brackets] == [F(370), None]


def test_schedules_nest() -> None:
    whole = terms("c.sum")
    assert isinstance(whole, SumOf)
    assert [type(part) for part in whole.parts] == [Steps, RateCard]


def test_targets_are_read_as_a_map_or_as_a_list() -> None:
    listed = {"type": "all_targets", "targets": [["a", "0.79"], ["b", 50, "lte"]], "amount_minor": 1}
    entry = read(with_schedule(listed)).entries[0]
    assert entry.terms == AllTargets((Condition("a", F("0.79")), Condition("b", F(50), Compare.LTE)), F(1))
    assert terms("c.targets") == AllTargets((Condition("a", F(5592)), Condition("b", F("0.79"))), F(422))


def test_a_gate_and_people_read_their_caps() -> None:
    assert terms("c.gate") == GateAnyPooled(F("0.1"), F("0.075"))
    people = terms("c.people")
    assert isinstance(people, PerPersonRateCard)
    assert people.per_person_cap == 300


def test_bands_are_put_in_ascending_order() -> None:
    bands = everything()["cases"][0]["schedules"]["bands"]
    bands["bands"].reverse()
    entry = read(with_schedule(bands)).entries[0]
    assert entry.terms == terms("c.bands")
    assert isinstance(entry.terms, SignedBands)
    assert [band.amount for band in entry.terms.bands] == [-500, 0, 500]


def test_a_class_without_a_rate_below_is_lost_below() -> None:
    classes = terms("c.classes")
    assert isinstance(classes, TranchesMaturity)
    assert classes.classes[1].below_rate == -1


def test_payers_keep_their_maxima() -> None:
    payers = terms("c.pro_rata")
    assert isinstance(payers, ProRataPayers)
    assert [(payer.name, payer.maximum) for payer in payers.payers] == [("city", 100), ("state", 200)]


def test_derivatives_are_read() -> None:
    assert terms("W") == Waterfall(("c.steps", "c.rates"), terms("W").tranches, "junior")  # type: ignore[attr-defined]
    assert terms("C") == Call("W.junior", F(45), F(1, 2), F(1000))
    basket, goals = terms("B"), terms("K")
    assert isinstance(basket, WeightedBasket) and isinstance(goals, KOfN)
    assert (basket.low, basket.high, basket.items[1].divisor) == (F(1, 4), None, 1)
    assert goals.goals == (Condition("a", F("0.79")), Condition("b", F(50), Compare.LTE), Condition("c", F(1)))


def test_inputs_of_a_case_are_its_own() -> None:
    sheet = read(everything())
    gate = sheet.entry("c.gate")
    assert gate and gate.tests[0].inputs == {"c": Inputs({"pooled": F("0.09")}, cohorts=(F(13, 155), F(0)))}
    people = sheet.entry("c.people")
    assert people and people.tests[0].inputs["c"].people == ({"a": F(1)}, {"a": F(2), "b": F(4)})


def test_inputs_of_a_derivative_are_by_case() -> None:
    call = read(everything()).entry("C")
    assert call and call.tests[0].inputs == {"c": Inputs({"x": F("0.1"), "a": F(1)})}


def test_own_inputs_stand_beside_those_of_other_cases() -> None:
    sheet = everything()
    inner = {"type": "call", "on": "c.steps", "strike_minor": 1}
    test = {"inputs": {"gate": 1, "c": {"x": 1}}, "expected": 4}
    knock = {"id": "N2", "type": "knock_in", "condition": ["gate", 1], "inner": inner, "tests": [test]}
    sheet["derivatives"].append({**knock, "currency": "USD", "minor_exponent": 2})
    entry = read(sheet).entry("N2")
    assert entry and entry.tests[0].inputs == {"c": Inputs({"x": F(1)}), "N2": Inputs({"gate": F(1)})}


def test_a_gate_is_expected_to_be_true_or_false() -> None:
    gate = everything()["cases"][0]["schedules"]["gate"]
    tests = [{"schedule": "main", "inputs": {}, "expected": given} for given in (True, False, 1, 0)]
    assert [test.expected for test in read(with_schedule(gate, tests)).entries[0].tests] == [True, False, True, False]


def test_a_plain_amount_is_the_total_of_all_payers() -> None:
    pro_rata = everything()["cases"][0]["schedules"]["pro_rata"]
    tests = [{"schedule": "main", "inputs": {"x": 1}, "expected": 200}]
    assert read(with_schedule(pro_rata, tests)).entries[0].tests[0].expected == {"total": 200}


def test_what_people_read_is_kept_and_other_keys_are_ignored() -> None:
    document = with_schedule({**STEPS, "colour": 0.5})
    document["cases"][0] |= {"name": "A", "realised": {"rate": 0.089}, "colour": ["red"]}
    entry = read(document).entries[0]
    assert entry.prose == {"name": "A", "realised": {"rate": "0.089"}}


def test_a_test_keeps_its_words_and_its_place() -> None:
    steps = read(everything()).entry("c.steps")
    assert steps and steps.place == "cases[0].schedules.steps"
    test = steps.tests[0]
    assert (test.place, test.name, test.basis, test.expected) == ("cases[0].tests[0]", "ten percent", "realised", 200)


def test_references_are_looked_up_in_all_texts() -> None:
    whole = everything()
    cases, derivatives = json.dumps({"cases": whole["cases"]}), json.dumps({"derivatives": whole["derivatives"]})
    sheet = read_texts([("d.json", derivatives), ("c.json", cases)])
    found = find_claim(sheet, "W.junior")
    assert found and (found[0].key, found[1]) == ("W", "junior")
    assert sheet.entries[-1].place == "c.json: cases[0].schedules.pro_rata"


@pytest.mark.parametrize("name", ["real.json", "examples.json"])
def test_the_project_s_own_cases_are_sound(name: str) -> None:
    assert all(entry.tests for entry in read_files([CASES / name]).entries if entry.schedule)


def test_the_project_s_own_cases_are_sound_together() -> None:
    sheet = read_files(sorted(CASES.glob("*.json")))
    assert len({entry.owner for entry in sheet.entries if entry.prose.get("sources")}) == 15
    assert {entry.kind for entry in sheet.entries} == set(READERS)
    assert sum(len(entry.tests) for entry in sheet.entries) >= 116


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "sheet.json"
    path.write_text(json.dumps(with_schedule(STEPS)), encoding="utf-8-sig")
    assert read_files([path]).entries[0].key == "c.main"
