"""Real agreements as the page meets them: instruments whose legs read sources by key."""

from __future__ import annotations

from pathlib import Path

from app.terms.compile import compile_sheet
from app.terms.compiled import CompiledSchedule
from app.terms.figures import money, money_short
from app.terms.load import read_files
from app.web.supposing import Chain, Source
from app.web.words import Voice

CASES = Path(__file__).parents[3] / "cases" / "real.json"
RIKERS = "us-nyc-able-rikers.main"
FAIR_CHANCE = "uk-fair-chance-fusion.main"


def compiled(key: str) -> CompiledSchedule:
    return compile_sheet(read_files([CASES]), [key])[key]


def chain_of(key: str) -> Chain:
    one = compiled(key)
    return Chain(one.instruments, {name: Source(name, metric) for name, metric in one.metrics.items()})


def voice_of(key: str) -> Voice:
    one = compiled(key)
    return Voice(lambda amount: money(amount, one.currency, one.decimals), one.metrics)


def short_dollars(amount: int) -> str:
    return money_short(amount, "USD", 2)
