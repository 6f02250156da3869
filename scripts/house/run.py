"""Run a tool with its output in the log, a line on the terminal, and a sentence if it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.house.problems import SetupError, explain

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / "build" / "setup.log"
TAIL = 15  # lines of the log shown when a tool fails in a way that is not known


class Step:
    """A line that says what is being done, for how long already, and when it is done."""

    def __init__(self, title: str, total: int = 0) -> None:
        self.title, self.total, self.count = title, total, 0
        self._begun = time.monotonic()
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Step:
        print(f"  {self.title}", end="\r" if sys.stdout.isatty() else "\n", flush=True)
        self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._over.set()
        self._ticker.join()
        mark = "✗" if kind else "✓"
        if sys.stdout.isatty():
            print(f"\r\033[K{mark} {self.title} ({self._seconds():.0f} s)")
        elif self._seconds() >= 1 or kind:
            print(f"{mark} {self.title} ({self._seconds():.0f} s)", flush=True)

    def _tick(self) -> None:
        on_terminal = sys.stdout.isatty()
        while not self._over.wait(0.5 if on_terminal else 30):
            count = f" {min(self.count, self.total)} of {self.total}," if self.total else ""
            line = f"  {self.title}:{count} {self._seconds():.0f} s"
            print(f"\r\033[K{line}" if on_terminal else line, end="" if on_terminal else "\n", flush=True)

    def _seconds(self) -> float:
        return time.monotonic() - self._begun


def run(
    command: list[str | Path],
    step: Step | None = None,
    counts: Callable[[str], bool] = lambda line: False,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run `command` in the project's folder and return what it printed, which is also in `build/setup.log`.

    `step` counts the lines for which `counts` is true. Raises SetupError with a sentence if the command fails.
    """
    words = [str(word) for word in command]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    output: list[str] = []
    with LOG.open("a") as log, _started(words, environment or {}) as process:
        log.write(f"$ {' '.join(words)}\n")
        for line in process.stdout or ():
            log.write(line)
            output.append(line)
            if step and counts(line):
                step.count += 1
    if process.returncode:
        raise SetupError(_failure(words, "".join(output)))
    return "".join(output)


def _started(words: list[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        words,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def _failure(words: list[str], output: str) -> str:
    shown = f"All that was printed is in {LOG.relative_to(ROOT)}."
    sentence = explain(output)
    if sentence:
        return f"{sentence} {shown}"
    tail = "\n".join(f"    {line}" for line in output.splitlines()[-TAIL:])
    return f"`{Path(words[0]).name} {' '.join(words[1:4])} …` failed:\n{tail}\n{shown}"
