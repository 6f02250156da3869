"""What instruments would pay if outcomes were so: the inputs that one may suppose, and the curves over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.domain.evaluate import Settled, evaluate, settle_all
from app.domain.instrument import MAX_METRIC, Combine, Instrument, Metric, MetricLeg
from app.domain.number import parse_number, to_units
from app.web.curves import Axis, Curves, Mark, Says, curves, widened
from app.web.figures import MINOR, short_reading, spoken
from app.web.words import scale_of, through

STEPS = 1000  # a slider has about so many places
SCORE = "score"


@dataclass(frozen=True)
class Source:
    """A round that legs read, and what is known of it [metric]; `standing` is its outcome, FINAL or not yet.

    `fallback` is what counts if the round stays without outcome; it is given once that is certain.
    """

    key: str
    metric: Metric
    standing: int | None = None
    live: int | None = None
    fallback: int | None = None

    @property
    def known(self) -> int:
        """What one supposes first: the outcome, else the fallback if that counts, else the live value, else 0."""
        found = next((one for one in (self.standing, self.fallback, self.live) if one is not None), 0)
        return min(max(found, self.metric.lower), self.metric.upper)


@dataclass(frozen=True)
class Chain:
    """Instruments in the order in which they settle; the last is the one that is asked about.

    Their metric legs name sources by key, their claim legs instruments by name.
    """

    instruments: tuple[Instrument, ...]
    sources: Mapping[str, Source]

    @property
    def main(self) -> Instrument:
        """The instrument that is asked about."""
        return self.instruments[-1]

    def pays(self, outcomes: Mapping[str, int]) -> Settled:
        """Score and payoffs per face [token] for the outcomes by source."""
        return settle_all(self.instruments, outcomes)[self.main.name]

    def known(self) -> dict[str, int]:
        """The outcomes as they are known now."""
        return {key: source.known for key, source in self.sources.items()}

    def best_axis(self) -> str:
        """Along what the curve says most: the only source, or the score of several."""
        return next(iter(self.sources)) if len(self.sources) == 1 else SCORE


def supposed(chain: Chain, asked: Mapping[str, str]) -> dict[str, int]:
    """The outcomes that were asked for, a decimal by source, and the known ones for the others.

    Rounds toward zero to the metric's decimals. Raises: NumberError for what is no number.
    """
    outcomes = chain.known()
    for key, written in asked.items():
        if key in outcomes and written.strip():
            metric = chain.sources[key].metric
            value = to_units(parse_number(written.replace(",", "")), metric.decimals)
            outcomes[key] = min(max(value, metric.lower), metric.upper)
    return outcomes


def reach(chain: Chain, key: str, outcomes: Mapping[str, int]) -> tuple[int, int]:
    """From where to where a source is worth looking at [metric]: whole steps of the slider, within the bounds."""
    source = chain.sources[key]
    places = [*turns(chain, key, outcomes), *filter(is_bound, (outcomes[key], source.known))]
    low, high = widened(places, source.metric.lower, source.metric.upper)
    step = stride(low, high)
    return max(low - low % step, source.metric.lower), min(high + -high % step, source.metric.upper)


def stride(low: int, high: int) -> int:
    """The round step of a slider over a range."""
    rough, step = max((high - low) // STEPS, 1), 1
    while step * 10 <= rough:
        step *= 10
    return next(step * part for part in (1, 2, 5, 10) if step * part >= rough)


def turns(chain: Chain, key: str, outcomes: Mapping[str, int]) -> list[int]:
    """Where a curve over the source may bend: its legs' knots, and where the score meets a claim's knot."""
    metric = chain.sources[key].metric
    found: set[int] = set()
    for instrument in chain.instruments:
        for index, leg in enumerate(instrument.legs):
            if isinstance(leg, MetricLeg) and leg.metric == key:
                found |= {x for x, _ in leg.curve} | _meetings(instrument, index, outcomes)
    return sorted(x for x in found if is_bound(x) and metric.lower <= x <= metric.upper)


def is_bound(value: int) -> bool:
    """Whether a value [metric] says something, and is not just the end of all values."""
    return -MAX_METRIC < value < MAX_METRIC - 1


def along(chain: Chain, key: str, outcomes: Mapping[str, int], marks: Sequence[Mark], money: Says) -> Curves:
    """The curves over one source, the others as supposed."""
    source = chain.sources[key]
    low, high = reach(chain, key, outcomes)
    says: Says = money if source.metric.unit == MINOR else lambda value: short_reading(value, source.metric)
    axis = Axis(low, high, spoken(source.metric.name), says)
    return curves(
        axis,
        lambda value: chain.pays({**outcomes, key: value}).amounts,
        marks,
        turns(chain, key, outcomes),
        money,
    )


def along_score(chain: Chain, scores: Iterable[Mark], money: Says) -> Curves:
    """The curves over the score, which is money where the claims' curves say how much."""
    scale, marks = scale_of(chain.main), tuple(scores)
    knots = [x for claim in chain.main.claims for x, _ in claim.curve]
    low, high = widened([*knots, *(mark.x for mark in marks)], -(2**250), 2**250)
    name = "worth of all outcomes together" if scale else SCORE
    says: Says = (lambda value: money(int(Fraction(value) / scale))) if scale else (lambda value: f"{value:,}")
    only = replace(chain.main, combine=Combine.SUM, legs=(MetricLeg(SCORE, ()),))
    return curves(Axis(low, high, name, says), lambda at: evaluate(only, [at]).amounts, marks, knots, money)


def _meetings(instrument: Instrument, index: int, outcomes: Mapping[str, int]) -> set[int]:
    """Where a leg of a sum brings the score to a knot of a claim, the other metric legs as supposed."""
    leg = instrument.legs[index]
    if instrument.combine is not Combine.SUM or not all(isinstance(one, MetricLeg) for one in instrument.legs):
        return set()
    alone = replace(instrument, legs=tuple(one for at, one in enumerate(instrument.legs) if at != index))
    read = [outcomes.get(one.metric, one.fallback) for one in alone.legs if isinstance(one, MetricLeg)]
    rest = evaluate(alone, read).score if read else 0
    shifted = [tuple((x - rest, y) for x, y in claim.curve) for claim in instrument.claims]
    return {x for curve in shifted for x, _ in through(leg.curve, curve)}
