"""Schedules inside schedules, and on the claims of others; every amount was worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.domain.evaluate import Settled, settle_all
from app.domain.inputs import Inputs
from app.domain.instrument import ClaimLeg
from app.domain.position import redemption
from app.domain.schedule import (
    AllTargets,
    Band,
    Bracket,
    Call,
    Compare,
    Condition,
    GateAnyPooled,
    Guarantee,
    KnockIn,
    KOfN,
    MarginalBrackets,
    Payer,
    PerPersonRateCard,
    PiecewiseLinear,
    ProRataPayers,
    RateCard,
    RateItem,
    SignedBands,
    Steps,
    SumOf,
    Tranche,
    TrancheClass,
    TranchesMaturity,
    Waterfall,
)
from app.errors import InputError, TermsError
from app.terms.compile import compile_sheet
from app.terms.compiled import CompiledSchedule
from app.terms.measured import measured, measured_units, outcome_units
from app.terms.sheet import Entry, Sheet
from tests.differential.rules import check_compiled
from tests.unit.terms.compiling import compiled, entry, outcomes, paid, rows, settled

CAPPED_CARD = RateCard((RateItem("starts", Fraction(10)), RateItem("jobs", Fraction(30))), cap=Fraction(100))
BRACKETS = MarginalBrackets("jobs", (Bracket(Fraction(5), None, Fraction(7)),))
SWAP = SignedBands(
    "x", (Band(None, Fraction(0), False, False, Fraction(-50)), Band(Fraction(1), None, True, False, Fraction(80)))
)


def test_a_sum_of_capped_parts_reads_a_formula_for_each_inner_cap() -> None:
    """C-10: one for each."""
    both = SumOf((CAPPED_CARD, BRACKETS), Fraction(150))
    one = compiled(both)
    assert [instrument.formula for instrument in one.instruments] == [True, False]
    assert paid(both, outcomes(starts=4, jobs=1)) == 70
    assert paid(both, outcomes(starts=4, jobs=9)) == 128  # 100, capped, and 4 x 7
    assert paid(both, outcomes(starts=4, jobs=30)) == 150
    assert one.main.face == 150


def test_parts_that_use_the_same_metric_share_a_leg() -> None:
    twice = SumOf((Steps("x", Compare.GTE, rows((1, 5))), Steps("x", Compare.LT, rows((1, 3)))))
    one = compiled(twice)
    assert (len(one.main.legs), one.main.face) == (1, 5)  # never 5 and 3 together
    assert [paid(twice, outcomes(x=x)) for x in (0, 1)] == [3, 5]


def test_parts_are_not_truncated_on_their_own() -> None:
    halves = SumOf(tuple(RateCard((RateItem(name, Fraction("0.5")),), cap=Fraction(9)) for name in ("a", "b")))
    assert paid(halves, outcomes(a=1, b=1)) == 1


def test_a_knock_in_pays_its_inner_only_if_the_condition_holds() -> None:
    line = PiecewiseLinear("gain", rows((1, 0), ("2.5", "1.5")), scale=Fraction(1_000_000))
    knock = KnockIn(Condition("effect", Fraction(5)), line)
    assert paid(knock, Inputs({"gain": Fraction(7, 5), "effect": Fraction("9.089")})) == 400_000
    assert paid(knock, outcomes(gain="1.4", effect="-4.137")) == 0
    assert paid(knock, outcomes(gain="9.3", effect=5)) == 1_500_000
    assert len(compiled(knock).instruments) == 1


def test_a_knock_in_over_what_the_taker_may_owe_takes_both_away() -> None:
    knock = KnockIn(Condition("effect", Fraction(1)), SWAP)
    assert [paid(knock, outcomes(x=x, effect=1)) for x in (-1, "0.5", 1)] == [-50, 0, 80]
    assert [paid(knock, outcomes(x=x, effect=0)) for x in (-1, "0.5", 1)] == [0, 0, 0]
    assert compiled(knock).taker_deposit == 50


def test_a_knock_in_inside_a_sum_inside_a_knock_in() -> None:
    inner = KnockIn(Condition("a", Fraction(1)), CAPPED_CARD)
    outer = KnockIn(Condition("b", Fraction(1), Compare.LTE), SumOf((inner, BRACKETS), Fraction(110)))
    assert paid(outer, outcomes(a=1, b=1, starts=4, jobs=6)) == 107
    assert paid(outer, outcomes(a=1, b=1, starts=4, jobs=8)) == 110
    assert paid(outer, outcomes(a=0, b=1, starts=4, jobs=6)) == 7
    assert paid(outer, outcomes(a=1, b=2, starts=4, jobs=6)) == 0


def test_every_kind_of_schedule_can_be_a_part() -> None:
    goal = (Condition("x", Fraction(1)),)
    parts = (
        AllTargets(goal, Fraction(1)),
        GateAnyPooled(Fraction(1), None),
        PerPersonRateCard((RateItem("m", Fraction(3)),)),
        PerPersonRateCard((RateItem("m", Fraction(5)),), cap=Fraction(7)),
        Guarantee(Fraction(100)),
        KOfN(goal, ((1, Fraction(1_000)),)),
        TranchesMaturity("x", 1, (TrancheClass("A", Fraction(10_000), rows((0, 0))),)),
    )
    inputs = Inputs({"x": Fraction(1), "loan": Fraction(50)}, (Fraction(1),), ({"m": Fraction(1)}, {"m": Fraction(1)}))
    assert paid(SumOf(parts), inputs) == 1 + 1 + 6 + 7 + 50 + 1_000 + 10_000
    assert {"people_due", "people_due_2", "cohort_8", "loan"} <= set(measured(SumOf(parts), inputs))


@pytest.mark.parametrize("weights", [(1, 1, 1), (2, 3), (7,), (600, 250, 150), (10**9 + 7, 10**9 + 9)])
def test_several_payers_share_every_payout_to_within_a_unit_in_any_order(weights: tuple[int, ...]) -> None:
    """C-09: any weights."""
    payers = tuple(Payer(f"payer {index}", Fraction(weight)) for index, weight in enumerate(weights))
    terms = ProRataPayers(PiecewiseLinear("x", rows((0, 0), (100, 100))), payers)
    one = compiled(terms)
    for x in (0, 1, 33, 50, 99, 100):
        amount, rest = settled(one, outcomes(x=x)).amounts
        assert amount == x
        for order in (one.deposits, one.deposits[::-1]):
            redeemed, pays = 0, {}
            for deposit in order:
                back = redemption(rest, one.main.face, redeemed, deposit.sets)
                redeemed += deposit.sets
                pays[deposit.party] = deposit.sets - back
            assert sum(pays.values()) == x
            assert all(abs(pays[payer.name] - x * payer.maximum / sum(weights)) < 1 for payer in payers)


def test_several_payers_of_what_the_taker_may_owe_share_that_too() -> None:
    """C-08, C-09: the taker deposits with each payer."""
    one = compiled(ProRataPayers(SWAP, (Payer("p", Fraction(1)), Payer("q", Fraction(2)))))
    assert [(deposit.party, deposit.sets) for deposit in one.deposits] == [
        ("p", 27),
        ("q", 54),
        ("taker", 17),
        ("taker", 34),
    ]
    assert [deposit.receivers for deposit in one.deposits] == [("taker", "p"), ("taker", "q")] * 2


def test_payers_of_a_part_are_told_rather_than_forgotten() -> None:
    shared = ProRataPayers(CAPPED_CARD, (Payer("p", Fraction(1)),))
    with pytest.raises(TermsError, match="several payers of a part given"):
        compiled(SumOf((shared, BRACKETS)))
    with pytest.raises(TermsError, match="several payers of a part given"):
        compiled(ProRataPayers(shared, (Payer("q", Fraction(1)),)))
    assert {deposit.party for deposit in compiled(KnockIn(Condition("x", Fraction(1)), shared)).deposits} == {"p"}
    with pytest.raises(TermsError, match=r"main\.payers: maxima of 0 in all"):
        compiled(ProRataPayers(CAPPED_CARD, (Payer("p", Fraction(0)),)))
    with pytest.raises(TermsError, match='"taker" given: expected distinct names'):
        compiled(ProRataPayers(CAPPED_CARD, (Payer("taker", Fraction(1)),)))


def test_a_call_pays_a_share_of_what_another_agreement_pays_above_the_strike() -> None:
    call = Call("case.main", Fraction(40), Fraction(1, 2), Fraction(25))
    sheet = Sheet((_derivative(call), entry(CAPPED_CARD)))
    assert list(compile_sheet(sheet)) == ["case.main", "call"]
    assert _paid(sheet, "call", outcomes(starts=4)) == 0
    assert _paid(sheet, "call", outcomes(starts=9)) == 25
    assert _paid(sheet, "call", outcomes(starts=7)) == 15
    one = compile_sheet(sheet, ["call"])["call"]
    assert one.main.face == 25
    assert one.depends_on == ("case.main",)
    assert one.main.legs == (ClaimLeg("case.main", 0, ()),)


def test_a_call_reads_the_amount_after_its_one_truncation() -> None:
    """C-11: what was paid."""
    card = RateCard((RateItem("x", Fraction("0.5")),), cap=Fraction(10))
    sheet = Sheet((entry(card), _derivative(Call("case.main", Fraction(0), Fraction(3)))))
    assert _paid(sheet, "call", outcomes(x=3)) == 3  # three times 1, not 4.5


def test_a_call_can_stand_on_a_class_on_a_swap_and_on_a_call() -> None:
    """C-11: of the swap less the taker's own deposit."""
    bond = TranchesMaturity("x", 1, tuple(TrancheClass(name, Fraction(100), rows((0, "0.5"))) for name in "AB"))
    assert _paid(Sheet((entry(bond), _derivative(Call("case.main.B", Fraction(100))))), "call", outcomes(x=1)) == 50
    on_swap = Sheet((entry(SWAP), _derivative(Call("case.main", Fraction(20)))))
    assert [_paid(on_swap, "call", outcomes(x=x)) for x in (-1, 0, 1)] == [0, 0, 60]
    assert compile_sheet(on_swap)["call"].main.face == 60
    second = Entry("second", "", "call", "EUR", 2, Call("call", Fraction(10), Fraction(1, 7)), (), "derivatives[1]")
    assert _paid(Sheet((second, *on_swap.entries)), "second", outcomes(x=1)) == 7


def test_what_a_call_was_tested_with_bounds_the_agreement_beneath() -> None:
    card = RateCard((RateItem("x", Fraction(1)),))
    call = entry(Call("case.main", Fraction(0)), owner="call")
    test = entry(card, outcomes(x=50)).tests
    sheet = Sheet((entry(card, outcomes(x=3)), Entry(**{**vars(call), "tests": test})))
    assert compile_sheet(sheet)["case.main"].main.face == 100


def test_references_that_lead_nowhere_in_a_circle_or_to_other_money_are_told() -> None:
    """C-12: with their place."""
    with pytest.raises(TermsError, match=r'"case\.other" names no claim'):
        compile_sheet(Sheet((entry(CAPPED_CARD), _derivative(Call("case.other", Fraction(0))))))
    ring = [Entry(f"c{i}", "", "call", "EUR", 2, Call(f"c{1 - i}", Fraction(0)), (), f"d[{i}]") for i in (0, 1)]
    with pytest.raises(TermsError, match="d\\[0\\]: stands on itself: c0 on c1 on c0"):
        compile_sheet(Sheet(tuple(ring)))
    with pytest.raises(TermsError, match="pays USD with 2 decimals: expected EUR with 2"):
        compile_sheet(Sheet((entry(CAPPED_CARD, currency="USD"), _derivative(Call("case.main", Fraction(0))))))
    with pytest.raises(TermsError, match="none: is in none of the files given"):
        compile_sheet(Sheet(()), ["none"])


def test_waterfalls_are_told_to_be_not_compiled_yet_and_so_is_what_stands_on_them() -> None:
    fall = Waterfall(("case.main",), (Tranche("senior", Fraction(10)),), "junior")
    waterfall = Entry("fall", "", "waterfall", "EUR", 2, fall, (), "derivatives[0]")
    sheet = Sheet((entry(CAPPED_CARD), waterfall, _derivative(Call("fall.junior", Fraction(0)))))
    for key in ("fall", "call"):
        with pytest.raises(TermsError, match="waterfalls are not compiled yet"):
            compile_sheet(sheet, [key])
    assert list(compile_sheet(sheet, ["case.main"])) == ["case.main"]


def test_nothing_to_pay_still_makes_an_instrument() -> None:
    one = compiled(Steps("x", Compare.GTE, rows((1, 0))))
    assert (one.main.face, settled(one, outcomes(x=5)).amounts) == (1, (0, 1))


def test_a_round_without_outcome_adds_least() -> None:
    """C-07: of several the one nearest to 0."""

    def unresolved(terms: CompiledSchedule) -> int:
        amounts = settle_all(terms.instruments, {})[terms.main.name].amounts
        return amounts[0] - terms.taker_deposit

    assert unresolved(compiled(Steps("days", Compare.LTE, rows((30, 100), (20, 200)), Fraction(7)))) == 7
    lent = settle_all(compiled(Guarantee(Fraction(600))).instruments, {"loan": 600})
    assert lent["case.main"].amounts == (0, 600)
    assert unresolved(compiled(KnockIn(Condition("effect", Fraction(-1)), CAPPED_CARD))) == 0
    assert unresolved(compiled(SWAP)) == 0  # where the taker may owe: nothing, rather than the most
    assert unresolved(compiled(KnockIn(Condition("effect", Fraction(-1)), SWAP))) == 0
    assert unresolved(compiled(AllTargets((Condition("x", Fraction(-5)),), Fraction(9)))) == 0


def test_a_name_that_is_made_here_cannot_be_a_metric_too() -> None:
    gate = GateAnyPooled(Fraction(1), None)
    with pytest.raises(TermsError, match="cohort_2 given as a metric"):
        compiled(SumOf((gate, Steps("cohort_2", Compare.GTE, rows((1, 5))))))
    with pytest.raises(TermsError, match="people_due given as a metric"):
        compiled(SumOf((PerPersonRateCard(()), Steps("people_due", Compare.GTE, rows((1, 5))))))


def test_outcomes_are_reported_toward_zero_within_bounds() -> None:
    metric = compiled(Steps("x", Compare.GTE, rows((1, 5)))).metrics["x"]
    assert outcome_units(metric, Fraction(-1, 3)) == -333_333_333_333_333_333
    assert outcome_units(metric, Fraction(2, 3)) == 666_666_666_666_666_666
    with pytest.raises(InputError, match="x: 39614081258 was measured"):
        outcome_units(metric, Fraction(39_614_081_258))


def test_what_was_not_measured_is_zero() -> None:
    one = compiled(CAPPED_CARD)
    assert measured_units(one, entry(CAPPED_CARD), None) == {"starts": 0, "jobs": 0}


def _derivative(call: Call) -> Entry:
    return Entry("call", "", "call", "EUR", 2, call, (), "derivatives[0]")


def _paid(sheet: Sheet, key: str, inputs: Inputs) -> int:
    known: dict[str, Settled] = {}
    for one in compile_sheet(sheet, [key]).values():
        check_compiled(one)
        under = sheet.entry(one.key)
        assert under is not None
        known |= settle_all(one.instruments, measured_units(one, under, inputs), known)
    return known[key].amounts[0]
