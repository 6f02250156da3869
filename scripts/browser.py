"""Find a Chromium for the browser tests, or install Debian's: `python -m scripts.browser`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from scripts.house.problems import SetupError
from scripts.house.run import Step, run

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GIVEN = "CHROMIUM"
PACKAGE = "chromium"


def find_browser() -> Path | None:
    """The browser that CHROMIUM names, else the first Chromium on the PATH."""
    given = os.environ.get(GIVEN)
    found = shutil.which(given) if given else next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def ensure_browser() -> Path:
    """The browser; installed where one may install.

    Raises: SetupError with the command to type.
    """
    if os.environ.get(GIVEN) and not find_browser():
        raise SetupError(f"{GIVEN} names no program: {os.environ[GIVEN]}.")
    if not find_browser():
        _install()
    found = find_browser()
    if not found:
        raise SetupError(f"{PACKAGE} was installed, but is not on the PATH: give its place in {GIVEN}.")
    return found


def _install() -> None:
    how = f"apt-get install --no-install-recommends {PACKAGE}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        raise SetupError(
            f"The browser tests need Chromium: type `{sudo}{how}`, or give the place of one in {GIVEN}, and run again."
        )
    with Step("Chromium"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update"], environment=quiet)
        run(["apt-get", "install", "-y", "--no-install-recommends", PACKAGE], environment=quiet)


def main() -> int:
    """Make sure that there is a browser; 1 with a sentence if there cannot be one."""
    try:
        ensure_browser()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
