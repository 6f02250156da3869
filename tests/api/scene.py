"""What the API's tests ask about: agreements that are settled, open, nested, and one that nobody reported on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eth_utils.crypto import keccak

from app.chain.body import encode_body
from app.chain.instruments import Opened, Terms
from app.config import Config
from app.domain.instrument import Claim, ClaimLeg, Combine, Instrument, Metric, MetricLeg
from app.indexer.run import run
from tests.support.world import OpenScorecard, World, running_world

MISSION = b"\x11" * 32
FINALITY = 4
RECIDIVISM = Metric("recidivism_reduction", "%", 2, -10_000, 10_000)
JOBS = Metric("jobs", "job", 0, 0, 1_000)


@dataclass
class Scene:
    """A world with instruments by name, and where each stands."""

    world: World
    record: Path
    card: OpenScorecard
    opened: dict[str, Opened]

    def config(self, database: str, **options: object) -> Config:
        """The configuration of a service of this world."""
        settings = {"rpc": self.world.node.url, "deployment": str(self.record), "finality_depth": FINALITY}
        return Config.load({}, database=database, **(settings | options))

    def index(self, database: str, rebuild: bool = False) -> None:
        """Reads the chain to its tip."""
        run(self.config(database), threading.Event(), once=True, rebuild=rebuild)

    def instrument_id(self, name: str) -> str:
        """An instrument's id as the API has it."""
        return f"0x{self.opened[name].instrument_id:064x}"

    def metric_id(self, index: int) -> str:
        """A metric's id as the API has it."""
        return f"0x{self.card.metric_id(index).hex()}"

    def account(self, role: str) -> str:
        """An account as the API has it."""
        return self.world.role(role).lower()

    def balance(self, name: str, claim: int, holder: str, block: int | str = "latest") -> int:
        """What the contract says that an account holds."""
        owner = self.world.chain.w3.to_checksum_address(holder)
        function = self.world.instruments.contract.functions.balanceOf(owner, self.opened[name].position_id(claim))
        return int(function.call(block_identifier=block))

    def payout_of(self, name: str, claim: int, units: int, block: int | str = "latest") -> int:
        """What the contract's `payoutOf` says."""
        function = self.world.instruments.contract.functions.payoutOf(self.opened[name].terms.abi(), claim, units)
        return int(function.call(block_identifier=block))

    def name_of(self, instrument_id: str) -> str:
        """The name of an instrument by its id."""
        return next(name for name in self.opened if self.instrument_id(name) == instrument_id)


@contextmanager
def playing(folder: Path) -> Iterator[Scene]:
    """Plays it on a chain of its own."""
    with running_world("anvil") as world:
        yield play(world, folder)


def play(world: World, folder: Path) -> Scene:
    """Opens, mints, reports, settles, transfers and redeems."""
    record = folder / "deployment.json"
    world.deployment.write(record)
    card = world.open_scorecard([RECIDIVISM, JOBS], periods=3, challenge_window=3_600)
    scene = Scene(world, record, card, {})
    _open(scene)
    investor, provider, payer = (world.role(role) for role in ("investor", "provider", "outcome_payer"))
    world.mint(scene.opened["bond"], 1_234_567, investor, payer)
    world.mint(scene.opened["guarantee"], 77_777, world.role("guarantor"), payer)
    world.mint(scene.opened["jobs"], 500_001, provider, payer)
    _move(scene, "bond", 0, 400_000, "investor", "provider")
    _live(scene, 3, 40)
    card.report(612, 35)
    _live(scene, 7, 41)
    card.go_to_final()
    world.instruments.settle(scene.opened["bond"], world.role("stranger"))
    world.instruments.redeem(scene.opened["bond"], 0, 333_333, world.role("guarantor"), investor)
    world.instruments.redeem(scene.opened["bond"], 1, 1_000_000, payer, payer)
    world.instruments.redeem(scene.opened["bond"], 0, 1, provider, provider)
    card.go_to_close(1)
    card.send(card.rows({0: [700, 50], 1: [710, 52]}, period=1))
    return scene


def _open(scene: Scene) -> None:
    rise = ((0, 0), (1_000, 10_000))
    leg, investor = MetricLeg(RECIDIVISM.name, rise), Claim("investor", ((0, 0), (10_000, 9_000)))
    bond = Instrument("bond", "bond", 10_000, Combine.SUM, (leg,), (investor,))
    source, guarantor = ClaimLeg("bond", 0, ()), Claim("guarantor", ((0, 7_000), (9_000, 0)))
    guarantee = Instrument("guarantee", "guarantee", 9_000, Combine.SUM, (source,), (guarantor,))
    later = MetricLeg(JOBS.name, (), 10, 1)
    last = MetricLeg(JOBS.name, ((0, 0), (1_000, 2_000)), 5, 2)
    provider, bonus = Claim("provider", ((0, 0), (100, 3_000))), Claim("bonus", ((50, 0), (75, 2_500)))
    jobs = Instrument("jobs", "jobs", 5_000, Combine.MAX, (later, last), (provider, bonus))
    legs = (later, MetricLeg(RECIDIVISM.name, rise, -7, 2))
    formula = Instrument("formula", "formula", 50_000, Combine.MIN, legs, (provider, bonus), formula=True)
    for one in (bond, guarantee, jobs, formula):
        scene.opened[one.name] = _opened(scene, one, MISSION if one is jobs else bytes(32))


def _opened(scene: Scene, instrument: Instrument, mission: bytes) -> Opened:
    world = scene.world
    ids: Mapping[str, int] = {name: one.instrument_id for name, one in scene.opened.items()}
    body = encode_body(instrument, scene.card.metric_ids(), ids, mission)
    token = "0x" + "0" * 40 if instrument.formula else world.token.address
    terms = Terms(token, instrument.face, bytes(keccak(body)))
    function = world.instruments.contract.functions.open(terms.abi(), body)
    instrument_id = world.call(function)
    world.send(function, "stranger")
    return Opened(instrument_id, terms, body, instrument)


def _move(scene: Scene, name: str, claim: int, units: int, sender: str, receiver: str) -> None:
    position = scene.opened[name].position_id(claim)
    function = scene.world.instruments.contract.functions.transfer(scene.world.role(receiver), position, units)
    scene.world.send(function, sender)


def _live(scene: Scene, recidivism: int, jobs: int) -> None:
    now = scene.world.chain.now
    scene.card.send_live(scene.card.live_rows({0: [recidivism, jobs], 1: [recidivism, jobs], 2: [0, 0]}, now))
    scene.world.node.advance_to(now + 60)
