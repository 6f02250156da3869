"""What the browser tests look at: the stories of `make run`, and two agreements that are still open."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from rich.console import Console

from app.chain.instruments import Opened
from app.chain.local import free_port, local_chain
from app.chain.oracle import Round
from app.domain.instrument import MetricLeg
from app.oracle.quorum import transmission
from app.oracle.report import LiveReport, bits, sign_report
from app.replay.play import Play, open_play
from app.replay.stage import QUORUM, Stage
from app.terms.compile import compile_sheet
from app.terms.load import read_files
from app.terms.measured import outcome_units
from app.terms.sheet import Sheet
from scripts.demo import CASES
from scripts.service import Service, start_service
from scripts.story import STORIES
from scripts.telling import Teller

RESTORATION = "au-newpin-sbb.coupon_interpolated"
HOUSING = "us-denver-supportive-housing.total"
PER_CENT = 10**16  # of a metric with 18 decimals
HOUR = 3_600  # [s]


@dataclass(frozen=True)
class Scene:
    """A chain with stories told on it, the service that reads it, and the agreements that are still open."""

    stage: Stage
    service: Service
    told: tuple[Teller, ...]
    restoration: Play
    housing: Play

    def url(self, path: str = "/") -> str:
        """The address of a page."""
        return f"{self.service.url}{path}"

    def instrument_path(self, play: Play) -> str:
        """The address of an agreement's page."""
        return f"/instruments/{instrument_id(play.main)}"

    def round(self, play: Play, name: str) -> Round:
        """A round as the contract has it."""
        return play.rounds()[name]

    def observe(self, play: Play, values: Sequence[int]) -> None:
        """All reporters report the same live values [metric], an hour after whatever was last."""
        self.stage.node.advance_to(self.stage.node.chain.now + HOUR)
        report_live(self.stage, play, values)

    def contract_payoffs(self, play: Play, outcomes: dict[str, int]) -> list[int]:
        """What the contract's `payoffs` view says for outcomes by metric name [metric]."""
        legs = play.main.instrument.legs
        inputs = [outcomes[leg.metric] for leg in legs if isinstance(leg, MetricLeg)]
        return self.stage.instruments.payoffs(play.main, inputs)[1]


def instrument_id(opened: Opened) -> str:
    """An instrument's id as addresses have it."""
    return f"0x{opened.instrument_id:064x}"


def report_live(stage: Stage, play: Play, values: Sequence[int]) -> None:
    """All reporters of the only scorecard report the same live values [metric], observed now."""
    (card,) = play.scorecards
    metrics = bits(range(len(card.scorecard.metrics)))
    report = LiveReport(card.scorecard_id, stage.node.chain.now, metrics, tuple(values))
    signed = [sign_report(report, stage.oracle.domain(), seat, key) for seat, key in enumerate(stage.reporters)]
    stage.oracle.report_live(card.scorecard, transmission(signed, QUORUM), stage.helper)


@contextmanager
def playing(folder: Path) -> Iterator[Scene]:
    """Tells the stories, opens the agreements, and starts the service."""
    with local_chain() as node, (folder / "service.log").open("wb") as log:
        stage = Stage.build(node)
        sheet = read_files([CASES])
        told = tuple(Teller(Console(file=io.StringIO()), stage, sheet, story) for story in STORIES)
        for teller in told:
            teller.tell()
        restoration, housing = (_open(stage, sheet, key) for key in (RESTORATION, HOUSING))
        record = folder / "deployment.json"
        stage.deployment.write(record)
        service = start_service(node, record, folder / "concord.db", free_port(), log)
        try:
            scene = Scene(stage, service, told, restoration, housing)
            for value in (54, 58, 61):
                scene.observe(restoration, [value * PER_CENT])
            yield scene
        finally:
            service.stop()


def _open(stage: Stage, sheet: Sheet, key: str) -> Play:
    play = open_play(stage, compile_sheet(sheet, [key])[key], {})
    play.fund()
    return play


def units(play: Play, name: str, value: str) -> int:
    """A decimal in a metric's smallest units."""
    return outcome_units(play.compiled.metrics[name], Fraction(value))
