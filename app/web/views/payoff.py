"""The part of an instrument's page that asks and answers: its curve, what it pays, and the outcomes one may suppose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from app.domain.round import State
from app.errors import NumberError
from app.store.queries.instruments import Instrument, round_key
from app.store.queries.payout import Basis, Known, Pays, known
from app.store.queries.rounds import Round
from app.web.curves import NARROW, SPARK, WIDE, Curves, Mark, Picture
from app.web.figures import counting, spoken
from app.web.supposing import SCORE, Chain, Source, along, along_score, reach, stride, supposed
from app.web.views.context import Purse, View, as_domain, claim_name, reading_of

COLOURS = 4
SAID = {
    Basis.SETTLED: "As it was settled",
    Basis.FINAL: "As it would settle now",
    Basis.UNRESOLVED: "As it would settle now: a round stayed without value, so the fallback counts",
    Basis.REPORTED: "If the reported values become FINAL",
    Basis.LIVE: "If it settled at the live values",
    Basis.UNKNOWN: "Nothing is measured yet: as it would settle at these values",
    Basis.SUPPOSED: "If it were so",
}


@dataclass(frozen=True)
class Line:
    """What a face of one claim pays."""

    kind: str
    name: str
    amount: int
    said: str


@dataclass(frozen=True)
class Input:
    """An outcome that one may suppose: its field's name and value, the slider's range, and what is known."""

    name: str
    label: str
    value: str
    low: str
    high: str
    step: str
    known: str


@dataclass(frozen=True)
class Choice:
    """One number that the curve can be drawn along."""

    name: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Part:
    """All that `parts/what_if.html` shows."""

    id: str
    face: str
    pictures: tuple[Picture, ...]
    says: str
    along: str
    marks: tuple[Mark, ...]
    basis: str
    pays: tuple[Line, ...]
    inputs: tuple[Input, ...]
    choices: tuple[Choice, ...]
    refused: str


@dataclass(frozen=True)
class Payoff:
    """An instrument as it pays for what is known, and for what was asked (the field's text by its name)."""

    view: View
    known: Known
    instrument: Instrument
    asked: Mapping[str, str]

    @classmethod
    def of(cls, view: View, instrument_id: str, asked: Mapping[str, str] | None = None) -> Payoff:
        """The instrument's payoff as of the view's moment."""
        view.know([instrument_id])
        found = known(view.connection, view.moment, [instrument_id])
        return cls(view, found, found.instruments[instrument_id], asked or {})

    def part(self) -> Part:
        """The whole part."""
        outcomes, refused = self._outcomes()
        axis, marks, curves = self._curves(outcomes)
        pays = self._pays(outcomes)
        lines = self.lines(pays)
        return Part(
            self.instrument.instrument_id,
            self.purse.money(self.instrument.face),
            (curves.draw(WIDE), curves.draw(NARROW)),
            f"Payoff curve along {curves.axis.name}. {'; '.join(f'{one.name} {one.said}' for one in lines)}.",
            curves.axis.name,
            marks,
            SAID[pays.basis],
            lines,
            tuple(self._input(number, key, outcomes) for number, key in enumerate(self.chain.sources)),
            self._choices(axis),
            refused,
        )

    def spark(self) -> Picture:
        """The curve alone, small."""
        return self._curves(self.chain.known())[2].draw(SPARK)

    def pays_now(self) -> Pays:
        """What it pays as things are known; where nothing is, as at the values that one supposes first."""
        name = self.instrument.instrument_id
        now = self.known.pays()[name]
        if now.basis is not Basis.UNKNOWN:
            return now
        return replace(self.known.pays(self.chain.known())[name], basis=now.basis)

    def lines(self, pays: Pays) -> tuple[Line, ...]:
        """What a face of each claim pays."""
        return tuple(
            Line(kind_of(self.instrument, claim), claim_name(self.instrument, claim), amount, self.purse.money(amount))
            for claim, amount in enumerate(pays.payoffs)
        )

    @property
    def purse(self) -> Purse:
        """How its amounts are said."""
        return self.view.purse(self.instrument)

    @cached_property
    def chain(self) -> Chain:
        """The instrument with all that it stands on, and what is known of their rounds."""
        order = list(self.known.instruments)
        under = sorted(self._under(self.instrument), key=order.index)
        found = [self.known.instruments[name] for name in under]
        read = [round_key(leg.metric_id, leg.period or 0) for one in found for leg in one.legs if leg.metric_id]
        return Chain(tuple(one.domain() for one in found), {key: self._source(key) for key in dict.fromkeys(read)})

    def _under(self, instrument: Instrument) -> set[str]:
        """The instrument and all that its claim legs stand on."""
        found = {instrument.instrument_id}
        for leg in instrument.legs:
            if leg.source_instrument_id and leg.source_instrument_id not in found:
                found |= self._under(self.known.instruments[leg.source_instrument_id])
        return found

    def _source(self, key: str) -> Source:
        one = self.known.rounds[key]
        live = self.known.live.get(one.metric.metric_id)
        return Source(
            key,
            as_domain(one.metric),
            one.outcome.value if one.outcome else None,
            live.value if live else None,
            self._fallback(one) if one.state is State.UNRESOLVED else None,
        )

    def _fallback(self, one: Round) -> int:
        legs = [leg for instrument in self.known.instruments.values() for leg in instrument.legs]
        wanted = (one.metric.metric_id, one.period)
        return next(leg.fallback or 0 for leg in legs if (leg.metric_id, leg.period) == wanted)

    def _outcomes(self) -> tuple[dict[str, int], str]:
        """The outcomes to show, and why what was asked is refused."""
        chain = self.chain
        try:
            return supposed(chain, dict(zip(chain.sources, self._texts(), strict=True))), ""
        except NumberError as error:
            return chain.known(), str(error)

    def _texts(self) -> list[str]:
        return [self.asked.get(f"x{number}", "") for number in range(len(self.chain.sources))]

    def _is_asked(self, outcomes: Mapping[str, int]) -> bool:
        return any(text.strip() for text in self._texts()) and outcomes != self.chain.known()

    def _pays(self, outcomes: Mapping[str, int]) -> Pays:
        if not self._is_asked(outcomes):
            return self.pays_now()
        return self.known.pays(outcomes)[self.instrument.instrument_id]

    def _curves(self, outcomes: dict[str, int]) -> tuple[str, tuple[Mark, ...], Curves]:
        """Along what, with which marks, and the curves."""
        chain = self.chain
        names = dict(zip((f"x{number}" for number in range(len(chain.sources))), chain.sources, strict=True))
        axis = self.asked.get("along", "")
        key = names.get(axis) or (chain.best_axis() if axis != SCORE else SCORE)
        marks = self._score_marks(outcomes) if key == SCORE else self._marks(key, outcomes)
        if key == SCORE:
            return key, marks, along_score(chain, marks, self.purse.short)
        return key, marks, along(chain, key, outcomes, marks, self.purse.short)

    def _marks(self, key: str, outcomes: Mapping[str, int]) -> tuple[Mark, ...]:
        source, one = self.chain.sources[key], self.known.rounds[key]
        says = reading_of(source.metric, self.purse)
        marks = []
        if source.standing is not None:
            kind = "final" if one.state is State.FINAL else "live"
            marks.append(Mark(kind, source.standing, f"{one.state.name} {says(source.standing)}"))
        if source.live is not None and one.state is not State.FINAL:
            marks.append(Mark("live", source.live, f"live {says(source.live)}"))
        if self._is_asked(outcomes) or not marks:
            marks.append(Mark("if", outcomes[key], f"what if {says(outcomes[key])}"))
        return tuple(marks)

    def _score_marks(self, outcomes: Mapping[str, int]) -> tuple[Mark, ...]:
        now = self.pays_now()
        kind = "final" if now.basis <= Basis.UNRESOLVED else "live" if now.basis < Basis.UNKNOWN else "if"
        words = {"final": now.basis.name, "live": "as known now", "if": "what if"}
        marks = [Mark(kind, now.score, words[kind])]
        if self._is_asked(outcomes):
            marks.append(Mark("if", self.chain.pays(outcomes).score, "what if"))
        return tuple(marks)

    def _input(self, number: int, key: str, outcomes: Mapping[str, int]) -> Input:
        source, one = self.chain.sources[key], self.known.rounds[key]
        decimals, says = source.metric.decimals, reading_of(source.metric, self.purse)
        low, high = reach(self.chain, key, outcomes)
        told = f"{one.state.name}: {says(source.known)}" if source.standing is not None else one.state.name
        if source.standing is None and source.live is not None:
            told += f", live {says(source.live)}"
        value, least, most, step = (counting(at, decimals) for at in (outcomes[key], low, high, stride(low, high)))
        return Input(f"x{number}", spoken(one.metric.name), value, least, most, step, told)

    def _choices(self, axis: str) -> tuple[Choice, ...]:
        sources = self.chain.sources.items()
        each = [
            Choice(f"x{number}", spoken(source.metric.name), key == axis)
            for number, (key, source) in enumerate(sources)
        ]
        return (Choice(SCORE, "all outcomes together", axis == SCORE), *each) if len(each) > 1 else ()


def kind_of(instrument: Instrument, claim: int) -> str:
    """How a claim is coloured; the residual stays quiet."""
    return "rest" if claim == len(instrument.claims) - 1 else f"claim-{claim % COLOURS}"
