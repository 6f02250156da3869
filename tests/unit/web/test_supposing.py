from __future__ import annotations

import pytest

from app.errors import NumberError
from app.web.curves import NARROW, WIDE, Mark, Size
from app.web.supposing import SCORE, along, along_score, reach, stride, supposed
from tests.unit.web.chains import FAIR_CHANCE, RIKERS, chain_of, short_dollars

RECIDIVISM = "recidivism_reduction"
PER_MILLE = 10**15  # of a metric with 18 decimals


def test_what_is_supposed_is_read_exactly_and_the_rest_is_as_known() -> None:
    chain = chain_of(FAIR_CHANCE)
    outcomes = supposed(chain, {"m01": "1,234.5", "m02": " ", "unknown": "7"})
    assert outcomes["m01"] == 12345 * 10**17
    assert outcomes["m02"] == 0
    assert set(outcomes) == set(chain.sources)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(NumberError, match='"many" is not a number'):
        supposed(chain_of(RIKERS), {RECIDIVISM: "many"})


def test_what_is_out_of_bounds_is_brought_to_the_bound() -> None:
    chain = chain_of("us-denver-supportive-housing.housing")
    assert supposed(chain, {"adjusted_housing_days": "9999999999"}) == {
        "adjusted_housing_days": chain.sources["adjusted_housing_days"].metric.upper
    }


@pytest.mark.parametrize(
    ("per_mille", "pays"), [(84, 0), (85, 480_000_000), (110, 1_008_000_000), (999, 1_171_200_000)]
)
def test_the_supposed_payoff_is_the_agreed_one(per_mille: int, pays: int) -> None:
    settled = chain_of(RIKERS).pays({RECIDIVISM: per_mille * PER_MILLE})
    assert settled.amounts == (pays, 1_171_200_000 - pays)


def test_a_slider_reaches_over_all_steps_of_the_curve() -> None:
    chain = chain_of(RIKERS)
    low, high = reach(chain, RECIDIVISM, chain.known())
    assert low <= 84 * PER_MILLE
    assert high >= 200 * PER_MILLE
    assert stride(low, high) == PER_MILLE // 2


def test_a_slider_stands_on_whole_steps_wherever_the_outcome_lies() -> None:
    chain = chain_of("au-newpin-sbb.coupon_interpolated")
    for per_mille in (545, 611, 907):
        low, high = reach(chain, "restoration_rate", {"restoration_rate": per_mille * PER_MILLE})
        step = stride(low, high)
        assert low % step == high % step == 0
        assert low <= per_mille * PER_MILLE <= high


def test_the_curve_is_exact_at_each_sample_and_sharp_at_a_step() -> None:
    chain = chain_of(RIKERS)
    drawn = along(chain, RECIDIVISM, chain.known(), [], short_dollars)
    for x, amounts in drawn.samples:
        assert tuple(amounts) == chain.pays({RECIDIVISM: x}).amounts
    assert {85 * PER_MILLE - 1, 85 * PER_MILLE} <= {x for x, _ in drawn.samples}


def test_a_mark_stands_on_the_curve() -> None:
    chain = chain_of(RIKERS)
    drawn = along(chain, RECIDIVISM, chain.known(), [Mark("if", 90 * PER_MILLE, "what if")], short_dollars)
    places = drawn.draw(WIDE).marks
    assert [(place.kind, place.claim) for place in places] == [("if", 0), ("if", 1)]
    samples = {sample[0]: sample for sample in drawn.draw(WIDE).samples}
    assert samples[float(places[0].x)][2:] == ("$4.8M", "$6.91M")


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_everything_is_drawn_within_the_frame(size: Size) -> None:
    chain = chain_of(RIKERS)
    picture = along(chain, RECIDIVISM, chain.known(), [], short_dollars).draw(size)
    numbers = [float(one) for path in picture.paths for one in path.replace("M", "").replace("L", "").split()]
    assert all(0 <= x <= picture.size.width for x in numbers[::2])
    assert all(0 <= y <= picture.size.height for y in numbers[1::2])


def test_the_score_of_a_price_list_is_shown_as_money() -> None:
    chain = chain_of(FAIR_CHANCE)
    assert chain.best_axis() == SCORE
    score = chain.pays({**chain.known(), "m01": 100 * 10**18}).score
    drawn = along_score(chain, [Mark("if", score, "what if")], short_dollars)
    assert drawn.axis.name == "worth of all outcomes together"
    assert drawn.axis.says(score) == "$50k"
    assert dict(drawn.samples)[score] == (5_000_000, 246_380_000)
