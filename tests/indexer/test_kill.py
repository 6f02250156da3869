"""Killed at any moment and started again, `concord index` goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from app.domain.instrument import Instrument
from app.errors import ConfigError, Unavailable
from app.indexer.write import Header, Part, append
from app.store.engine import reading, writing
from app.store.position import position
from tests.indexer.conftest import NewIndex
from tests.indexer.following import Index
from tests.support.databases import NewDatabase
from tests.support.world import OpenScorecard, World

KILLS = 5


def busy(world: World, card: OpenScorecard, agreement: Instrument) -> None:
    opened = world.open(agreement, card)
    for _ in range(60):
        world.mint(opened, 100, world.holder(0), world.holder(1))


def command(index_url: str, world: World, record: Path, *options: str) -> subprocess.Popen[str]:
    """The indexer in a process of its own, with ranges so small that there is time to kill it."""
    world.deployment.write(record)
    given = {"database": index_url, "rpc": world.node.url, "deployment": str(record), "finality_depth": "5"}
    given |= {"block_range": "3", "rpc_per_second": "100000", "poll_ms": "10"}
    environment = {f"CONCORD_{name.upper()}": value for name, value in given.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", "index", *options],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_at_any_moment_it_goes_on(
    world: World, card: OpenScorecard, agreement: Instrument, new_index: NewIndex, tmp_path: Path
) -> None:
    busy(world, card, agreement)
    index, record, random = new_index(), tmp_path / "deployment.json", Random(3)
    reached = []
    for _ in range(KILLS):
        process = command(index.url, world, record)
        deadline = time.monotonic() + 30
        further = random.randint(1, 12)
        before = _number(index)
        while _number(index) < before + further and process.poll() is None and time.monotonic() < deadline:
            time.sleep(random.random() / 50)
        process.kill()
        _, told = process.communicate()
        assert process.returncode == -signal.SIGKILL, told
        reached.append(_number(index))
    assert reached == sorted(reached) and len(set(reached)) > KILLS // 2
    last = command(index.url, world, record, "--once")
    _, told = last.communicate(timeout=60)
    assert last.returncode == 0, told
    fresh = new_index(finality_depth=5, block_range=3).catch_up()
    assert index.content() == fresh.content()


def test_asked_to_stop_it_ends_well_and_rebuild_makes_identical_rows(
    world: World, card: OpenScorecard, agreement: Instrument, new_index: NewIndex, tmp_path: Path
) -> None:
    busy(world, card, agreement)
    index, record = new_index(), tmp_path / "deployment.json"
    process = command(index.url, world, record)
    deadline = time.monotonic() + 60
    while _number(index) < world.chain.w3.eth.block_number and time.monotonic() < deadline:
        time.sleep(0.05)
    process.terminate()
    _, told = process.communicate(timeout=20)
    assert process.returncode == 0 and "the indexer stopped" in told
    before = index.content()
    again = command(index.url, world, record, "--rebuild", "--once")
    _, told = again.communicate(timeout=60)
    assert again.returncode == 0, told
    assert index.content() == before == new_index().catch_up().content()


def test_two_indexers_do_not_write_the_same_blocks(world: World, card: OpenScorecard, new_index: NewIndex) -> None:
    index = new_index().catch_up()
    with reading(index.engine) as connection:
        here = position(connection)
    assert here is not None
    world.chain.w3.provider.make_request("evm_mine", [])
    index.catch_up()
    before = index.content()
    late = Header(here.number + 1, "0x12", here.hash, 0)
    with pytest.raises(Unavailable, match="another indexer"), writing(index.engine) as connection:
        append(connection, here, Part({late.number: late}, {}, late), 5)
    assert index.content() == before


def test_a_database_of_another_deployment_is_refused_and_can_be_rebuilt(
    world: World, card: OpenScorecard, new_index: NewIndex, new_database: NewDatabase
) -> None:
    index = new_index().catch_up()
    other = replace(world.deployment, impact_instruments=world.role("stranger"))
    index.follower.deployment = other
    with pytest.raises(ConfigError, match="the database holds the deployment on chain 31337"):
        index.follower.step()
    index.follower.rebuild()
    assert index.follower.step()


def _number(index: Index) -> int:
    with reading(index.engine) as connection:
        here = position(connection)
    return here.number if here else 0
