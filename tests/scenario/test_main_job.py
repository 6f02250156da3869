"""`make run` as a person meets it: two real agreements are paid, the page shows them, Ctrl-C ends everything."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.chain.local import free_port, port_is_free

ROOT = Path(__file__).parents[2]
CONCORD = [sys.executable, "-m", "app.cli.main"]
AGREEMENTS = 4  # that each run opens: three are paid, one stays open
LAST_WORDS = "forgets it."


def demo(*arguments: str, state: Path) -> list[str]:
    return [sys.executable, "-m", "scripts.demo", "--state", str(state), *arguments]


def test_the_story_pays_what_was_really_paid(tmp_path: Path) -> None:
    """Goldman Sachs loses 1.2 million, Bloomberg pays 6 million, the City nothing; Fusion's payers pay the cap."""
    told = subprocess.run(
        demo("--exit", "--port", str(free_port()), state=tmp_path),
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [" ".join(line.replace("│", " ").split()) for line in told.splitlines()]
    assert "Goldman Sachs $7,200,000.00 $6,000,000.00 -$1,200,000.00" in lines
    assert "Bloomberg Philanthropies $6,000,000.00 $0.00 -$6,000,000.00" in lines
    assert "City of New York $11,712,000.00 $11,712,000.00 $0.00" in lines
    assert "MHCLG £1,508,280.00 £0.00 -£1,508,280.00" in lines
    assert "Cabinet Office £1,005,520.00 £0.00 -£1,005,520.00" in lines
    assert "Investor B £252,000.00 £301,656.00 £49,656.00" in lines
    assert lines.count("Left in the contract: $0.00.") == 1
    assert lines.count("Left in the contract: £0.00.") == 1
    assert "◆" in told


@contextmanager
def running(state: Path, port: int, until: str = LAST_WORDS) -> Iterator[tuple[subprocess.Popen[str], str]]:
    ports = ("--port", str(port), "--page-port", str(free_port()))
    process = subprocess.Popen(
        demo(*ports, state=state), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    told = ""
    while until not in told:
        line = process.stdout.readline()
        assert line, told
        told += line
    try:
        yield process, told
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_chain_stays_up_until_it_is_interrupted_and_is_found_again(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    with running(tmp_path, port) as (process, told):
        assert "are still there" not in told
        record = str(tmp_path / "anvil" / "deployment.json")
        shown = subprocess.run(
            [*CONCORD, "chain", "show", "--rpc", f"http://127.0.0.1:{port}", "--record", record],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "160"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "251380000" in shown
        page = page_of(told)
        assert "£2,513,800.00" in httpx.get(page, trust_env=False).text
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
    assert port_is_free(port)
    assert port_is_free(httpx.URL(page).port or 0)
    with running(tmp_path, port) as (_, told):
        assert "are still there" in told


def page_of(told: str) -> str:
    found = re.search(r"Open the page: +(\S+)", told)
    assert found, told
    return found[1]


def instruments(told: str) -> int:
    """How many instruments the service knows."""
    return int(httpx.get(f"{page_of(told)}v1/status", trust_env=False).json()["data"]["counts"]["instruments"])


def wait_until_free(port: int) -> None:
    for _ in range(100):
        if port_is_free(port):
            return
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError("the node still runs")


def test_whatever_is_killed_in_the_middle_goes_on(tmp_path: Path) -> None:
    """Killed while the second story is told, then once more while the page is up: nothing is lost, all is shown."""
    port = free_port()
    with running(tmp_path, port, until="Fair Chance Fund") as (process, _):
        process.kill()
    wait_until_free(port)
    with running(tmp_path, port) as (process, told):
        assert "are still there" in told
        before = instruments(told)
        assert before >= 2 + 3  # the first story of the killed run, and both of this one
        process.kill()
    wait_until_free(port)
    with running(tmp_path, port) as (_, told):
        assert instruments(told) == before + AGREEMENTS


def test_the_index_of_a_chain_that_was_reset_is_made_anew(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as (process, _):
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
    (tmp_path / "anvil" / "anvil.json").unlink()
    with running(tmp_path, port) as (_, told):
        assert "are still there" not in told
        assert instruments(told) == AGREEMENTS


def test_a_node_does_not_outlive_whoever_started_it(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as (process, _):
        process.kill()
        process.wait()
        wait_until_free(port)


def test_a_taken_port_is_told_and_another_is_taken(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path / "one", port):
        told = subprocess.run(
            demo("--exit", "--port", str(port), state=tmp_path / "other"),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    assert f"Port {port} is taken: taking" in told


def test_the_main_job_plays_on_ganache(tmp_path: Path) -> None:
    told = subprocess.run(
        demo("--exit", "--chain", "ganache", "--port", str(free_port()), state=tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "ganache runs at" in told
    assert told.count("paid on chain; the real contract paid exactly this.") == 3
