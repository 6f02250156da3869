"""What every view needs: one moment of the store, and how its instruments, money and metrics are said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import Connection

from app.domain import instrument as domain
from app.store.queries.instruments import Instrument, with_sources
from app.store.queries.metrics import Metric, metrics_by_id
from app.store.queries.moment import Moment
from app.store.queries.tokens import Token, tokens_by_address
from app.terms.figures import money, money_short
from app.web.figures import MINOR, reading, short_id, spoken

NAMED = 2  # metrics that a title names


@dataclass(frozen=True)
class Fact:
    """A line of facts: a value, or an id that can be copied, perhaps with a link; `at` is a time [s]."""

    name: str
    value: str = ""
    id: str = ""
    link: str = ""
    at: int = 0


@dataclass(frozen=True)
class Total:
    """A number that stands large on a page; several where there are several currencies."""

    name: str
    values: list[str]


@dataclass(frozen=True)
class Purse:
    """How amounts of one token are said; of a formula, or a token that was not asked yet, as plain numbers."""

    token: Token | None

    def money(self, amount: Fraction | int) -> str:
        """An amount [token], exactly."""
        return money(amount, self._symbol, self._decimals).strip()

    def short(self, amount: int) -> str:
        """An amount [token] in few figures. Rounds to the nearest."""
        return money_short(amount, self._symbol, self._decimals).strip()

    @property
    def _symbol(self) -> str:
        return self.token.symbol if self.token else ""

    @property
    def _decimals(self) -> int:
        return self.token.decimals if self.token else 0


@dataclass
class View:
    """One moment of the store, and what was read of it already."""

    connection: Connection
    moment: Moment
    _instruments: dict[str, Instrument] = field(default_factory=dict)
    _metrics: dict[str, Metric] = field(default_factory=dict)
    _tokens: dict[str, Token] = field(default_factory=dict)

    def know(self, ids: Iterable[str]) -> None:
        """Reads these instruments, what they stand on, their metrics and tokens, all at once."""
        missing = set(ids) - self._instruments.keys()
        self._instruments |= with_sources(self.connection, self.moment, missing)
        legs = [leg for one in self._instruments.values() for leg in one.legs]
        unknown = {leg.metric_id for leg in legs if leg.metric_id} - self._metrics.keys()
        self._metrics |= metrics_by_id(self.connection, self.moment, unknown)
        tokens = {one.token for one in self._instruments.values() if one.token} - self._tokens.keys()
        self._tokens |= tokens_by_address(self.connection, tokens)

    def instrument(self, instrument_id: str) -> Instrument:
        """An instrument that stands on the chain."""
        if instrument_id not in self._instruments:
            self.know([instrument_id])
        return self._instruments[instrument_id]

    def metric(self, metric_id: str) -> Metric:
        """A metric that an instrument reads."""
        return self._metrics[metric_id]

    def purse(self, instrument: Instrument) -> Purse:
        """How the instrument's amounts are said."""
        return Purse(self._tokens.get(instrument.token) if instrument.token else None)

    def title(self, instrument_id: str) -> str:
        """What an instrument is about, in words: the metrics, or the instruments, that it reads."""
        read = self.instrument(instrument_id).legs
        names = list(dict.fromkeys(self._source(leg.metric_id, leg.source_instrument_id) for leg in read))
        more = [f"{len(names) - NAMED} more"] if len(names) > NAMED + 1 else names[NAMED:]
        said = [*names[:NAMED], *more]
        text = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
        return text[:1].upper() + text[1:]

    def kind(self, instrument: Instrument) -> str:
        """What sort of instrument it is, and between whom."""
        sources = [leg.source_instrument_id for leg in instrument.legs if leg.source_instrument_id]
        over = any(self.instrument(one).token for one in sources)
        sort = "Formula" if instrument.token is None else "Derivative" if over else "Agreement"
        return f"{sort} of {' and '.join(claim_name(instrument, one.claim).lower() for one in instrument.claims)}"

    def _source(self, metric_id: str | None, source_id: str | None) -> str:
        return spoken(self.metric(metric_id).name) if metric_id else f"claim of {short_id(source_id or '')}"


def claim_name(instrument: Instrument, claim: int) -> str:
    """A claim by its label."""
    text = spoken(instrument.claims[claim].label)
    return text[:1].upper() + text[1:]


def as_domain(metric: Metric) -> domain.Metric:
    """A metric as the words and curves take it."""
    return domain.Metric(metric.name, metric.unit, metric.decimals, metric.lower, metric.upper)


def reading_of(metric: domain.Metric, purse: Purse | None = None) -> Callable[[int], str]:
    """How a metric's values are said; minor units as money where the token is known."""
    if metric.unit == MINOR and purse and purse.token:
        return purse.money
    return lambda value: reading(value, metric)


def period_said(period: int, count: int) -> str:
    """A period among all of its calendar: 3 of 12."""
    return f"{period + 1:,} of {count:,}"
