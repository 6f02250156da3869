"""The client, the commands that use it, and the notebook: they say what the API says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import commands
from app.client import Client
from app.errors import ConcordError, Declined, Unavailable
from tests.api.scene import Scene
from tests.api.serving import Server

ROOT = Path(__file__).parents[2]


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """With pages of two rows, so that there are several."""
    monkeypatch.setattr("app.client.client.PAGE", 2)
    with Client(server.url) as made:
        yield made


LISTS: dict[str, Callable[[Client], object]] = {
    "missions": Client.missions,
    "metrics": Client.metrics,
    "rounds": Client.rounds,
    "live": Client.live,
    "instruments": Client.instruments,
    "positions": Client.positions,
    "payments": Client.payments,
    "blocks": Client.blocks,
    "events": Client.events,
}


@pytest.mark.parametrize("noun", LISTS)
def test_iterators_give_what_all_pages_hold(client: Client, server: Server, noun: str) -> None:
    found = [row.model_dump(mode="json") for row in LISTS[noun](client)]  # type: ignore[attr-defined]
    assert found == server.rows(f"/v1/{noun}")


def test_things_are_what_the_service_answers(client: Client, server: Server, scene: Scene) -> None:
    bond, metric, account = scene.instrument_id("bond"), scene.metric_id(0), scene.account("investor")
    asked = {
        f"/v1/metrics/{metric}": client.metric(metric),
        f"/v1/instruments/{bond}": client.instrument(bond),
        f"/v1/instruments/{bond}/payout-state": client.payout_state(bond),
        f"/v1/accounts/{account}": client.account(account),
        "/v1/events/1": client.event(1),
    }
    for path, answer in asked.items():
        assert answer.model_dump(mode="json") == server.get(path).json()
    assert client.status().data.chain_id == 31337
    assert client.payout_state(bond).data.claims[0].payoff == 5_508
    assert client.what_if(bond, {"recidivism_reduction": "10"}).data.claims[0].payoff == 9_000


def test_it_asks_as_of_a_block(client: Client, scene: Scene) -> None:
    settled_at = client.instrument(scene.instrument_id("bond")).data.settlement
    assert settled_at is not None
    before = settled_at.at.block - 1
    assert client.payout_state(scene.instrument_id("bond"), before).data.status == "OPEN"
    assert list(client.payments(block=before)) == []


def test_a_refusal_keeps_the_services_code(client: Client) -> None:
    with pytest.raises(Declined, match="expected 0x and 64 hexadecimal digits") as declined:
        client.metric("0x12")
    assert (declined.value.code, declined.value.status) == ("bad_id", 422)
    with pytest.raises(Declined) as declined:
        client.instrument(f"0x{'0' * 64}")
    assert (declined.value.code, declined.value.status) == ("unknown_instrument", 404)


def test_a_service_that_is_not_there_is_named() -> None:
    with Client("http://127.0.0.1:9") as nobody:
        for ask in (nobody.status, lambda: next(nobody.stream())):
            with pytest.raises(Unavailable, match=r"no service answers at http://127\.0\.0\.1:9"):
                ask()


def _run(*given: str) -> str:
    found = CliRunner(env={"COLUMNS": "200"}).invoke(commands, list(given))
    assert found.exit_code == 0, found.output
    return found.output


def test_concord_account_shows_positions_and_payments(server: Server, scene: Scene) -> None:
    shown = _run("account", scene.account("guarantor"), "--service", server.url)
    assert "not final yet" in shown
    assert "guarantor" in shown and "$777.77" in shown
    payout = scene.world.token.balance(scene.world.role("guarantor"))
    assert f"${payout // 100:,}.{payout % 100:02}" in shown
    nobody = _run("account", f"0x{'ab' * 20}", "--service", server.url)
    assert "It holds no position and was never paid." in nobody


def test_concord_instrument_shows_claims_holders_and_what_if(server: Server, scene: Scene) -> None:
    shown = _run("instrument", scene.instrument_id("bond"), "--service", server.url)
    assert "SETTLED, resting on SETTLED; the score is 6120." in shown
    assert "$55.08" in shown and scene.account("provider") in shown
    supposed = _run(
        "instrument", scene.instrument_id("bond"), "--what-if", "recidivism_reduction=10", "--service", server.url
    )
    assert "resting on SUPPOSED; the score is 10000." in supposed
    assert "$90.00" in supposed and "Holders" not in supposed
    nested = _run("instrument", scene.instrument_id("guarantee"), "--service", server.url)
    assert f"claim 0 of {scene.instrument_id('bond')[:10]}…" in nested


def test_a_wrong_what_if_is_told(server: Server, scene: Scene) -> None:
    given = ["instrument", scene.instrument_id("bond"), "--service", server.url, "--what-if"]
    for outcome, told in (("much", "is no outcome: expected metric=value"), ("x=1", "expected recidivism_reduction")):
        error = CliRunner().invoke(commands, [*given, outcome]).exception
        assert isinstance(error, ConcordError)
        assert told in str(error)


def test_the_notebook_draws_a_payout_state(server: Server, scene: Scene, tmp_path: Path) -> None:
    out = tmp_path / "state.png"
    script = ROOT / "docs" / "examples" / "payout_state.py"
    command = [sys.executable, str(script), scene.account("outcome_payer"), "--service", server.url, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    content = out.read_bytes()
    assert content.startswith(b"\x89PNG") and len(content) > 20_000
