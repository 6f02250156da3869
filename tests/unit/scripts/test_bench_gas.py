from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from eth_account import Account
from eth_utils.crypto import keccak
from rich.console import Console

from app.oracle.report import local_reporters
from scripts import bench_gas
from scripts.bench import redstone
from scripts.bench.budget import BUDGETS, Budget, Row, rows

MEASURED = Budget("mint", 84_000, 78_000, "Conditional Tokens")
CARRIED = Budget("pledge", 84_000, 73_000, "ERC-4626", 73_946)


def test_keys_are_unique_and_goals_are_below_musts() -> None:
    assert len({budget.key for budget in BUDGETS}) == len(BUDGETS)
    assert all(0 < budget.goal < budget.must for budget in BUDGETS)


def test_a_measured_peer_is_told_from_a_carried_figure() -> None:
    mint, pledge = rows({"mint": 60_000, "pledge": 70_000}, {"mint": 120_000}, (MEASURED, CARRIED))
    assert mint.json() == {
        "gas": 60_000,
        "must": 84_000,
        "goal": 78_000,
        "peer": "Conditional Tokens",
        "peer_gas": 120_000,
        "peer_measured": True,
        "ratio": 0.5,
    }
    assert (pledge.peer_gas, pledge.json()["peer_measured"]) == (73_946, False)


def test_a_shared_transaction_counts_a_part_rounded_up() -> None:
    (row,) = rows({"live": 101}, {"live": 200}, (Budget("live", 11, 10, "RedStone", per=10),))
    assert (row.gas, row.peer_gas, row.holds) == (11, 20, True)


@pytest.mark.parametrize(("gas", "status"), [(84_000, 0), (84_001, 1)])
def test_the_bench_fails_when_a_must_fails(
    gas: int, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "build" / "gas.json"
    monkeypatch.setattr(bench_gas, "GAS", written)
    monkeypatch.setattr(bench_gas, "measure", lambda _: [Row(MEASURED, gas, 120_000)])
    assert bench_gas.main() == status
    assert json.loads(written.read_text())["mint"]["gas"] == gas
    assert ("mint takes 84,001 gas" in capsys.readouterr().out) == bool(status)


def test_the_table_fits_a_terminal_and_names_peers_where_there_is_room() -> None:
    measured = [Row(budget, 123_456, 123_456) for budget in BUDGETS]
    for width in (80, 120):
        console = Console(width=width, file=io.StringIO(), record=True)
        console.print(bench_gas.table(measured, wide=width == 120))
        shown = console.export_text()
        assert all(budget.key in shown for budget in BUDGETS)
        assert "…" not in shown
        assert ("RedStone" in shown) == (width == 120)


def test_a_redstone_payload_carries_packages_that_their_signers_signed() -> None:
    signers = local_reporters(3)
    payload = redstone.payload(signers, 2, 1_700_000_000_000)
    assert payload[-14:] == bytes([0, 3, 0, 0, 0]) + redstone.MARKER
    size = 2 * 64 + 13 + 65
    assert len(payload) == 3 * size + 14
    for seat, signer in enumerate(signers):
        package = payload[seat * size : (seat + 1) * size]
        assert Account._recover_hash(keccak(package[:-65]), signature=package[-65:]) == signer.address
