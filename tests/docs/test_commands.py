"""Every command that the docs tell is run, in the order of its page; files that they show are written first.

A block that follows `<!-- runs until: WORDS -->` is started, left running once it says WORDS, and stopped at the end.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(
    r"(?:<!-- runs until: (?P<until>.+?) -->\n+)?```(?P<kind>\w+)(?P<title>[^\n]*)\n(?P<text>.*?)\n```", re.S
)


@dataclass(frozen=True)
class Step:
    """A file to write, or a command to run; `until` is what a command that goes on running says when it is ready."""

    text: str
    file: str = ""
    until: str = ""


def steps(page: Path) -> list[Step]:
    found: list[Step] = []
    for block in _BLOCK.finditer(page.read_text()):
        title = re.search(r'title="([^"]+)"', block["title"])
        if title:
            found.append(Step(block["text"], file=title[1]))
        elif block["kind"] == "console":
            lines = [line.removeprefix("$ ") for line in block["text"].splitlines() if line.startswith("$ ")]
            found += [Step(line, until=block["until"] or "") for line in lines]
    return found


GENERATED = DOCS / "reference"
TOLD = [page for page in sorted(DOCS.rglob("*.md")) if not page.is_relative_to(GENERATED)]
PAGES = [page for page in TOLD if any(not step.file for step in steps(page))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_the_commands_of_a_page_work(page: Path) -> None:
    with ExitStack() as running:
        for step in steps(page):
            if step.file:
                (ROOT / step.file).parent.mkdir(parents=True, exist_ok=True)
                (ROOT / step.file).write_text(step.text)
            elif step.until:
                running.enter_context(going_on(step))
            else:
                done = subprocess.run(
                    ["bash", "-c", step.text],
                    cwd=ROOT,
                    env=environment(),
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, f"$ {step.text}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"


@contextmanager
def going_on(step: Step) -> Iterator[None]:
    """The command runs while the page's other commands do, and ends well when it is interrupted."""
    process = subprocess.Popen(
        ["bash", "-c", step.text],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    told = ""
    try:
        while step.until not in told:
            line = process.stdout.readline()
            assert line, f"$ {step.text}\n{told[-2000:]}"
            told += line
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)


def environment() -> dict[str, str]:
    """As in a shell that activated the environment; the state of `make run` is one of the test's own."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120"}


def test_the_pages_that_tell_commands_are_found() -> None:
    assert {page.name for page in PAGES} >= {"tutorial.md", "term-sheet.md"}


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr[-3000:]
    for page in ("tutorial.html", "reference/contracts.html", "reference/commands.html", "reference/api.html"):
        assert (tmp_path / "site" / page).exists(), page
    assert "OutcomeOracle_QuorumNotAboveHalf" in (tmp_path / "site/reference/contracts.html").read_text()
