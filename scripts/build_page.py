"""Bundle the page's styles and scripts: `python -m scripts.build_page [--check]`.

What the page serves is written to `app/web/static/dist` and committed, so that serving it needs no Node.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app.errors import ConcordError

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "app" / "web" / "source" / "page.js"
COMMITTED = ROOT / "app" / "web" / "static" / "dist"
ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"
OPTIONS = (
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022,chrome123,firefox125,safari17.5",
    "--loader:.woff2=file",
    "--asset-names=[name]",
    "--legal-comments=eof",
    "--log-level=warning",
)


class BundleError(ConcordError):
    """The page's sources cannot be bundled."""

    code = "bundle_error"


def bundle(source: Path = SOURCE) -> dict[str, bytes]:
    """Every file of the bundle by name.

    Raises: BundleError with esbuild's own words.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    with tempfile.TemporaryDirectory() as made:
        command = [str(ESBUILD), str(source), *OPTIONS, f"--outdir={made}"]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BundleError(f"The page's sources cannot be bundled.\n{done.stderr}")
        return {path.name: path.read_bytes() for path in sorted(Path(made).iterdir())}


def stale_files(folder: Path = COMMITTED) -> list[str]:
    """The names of files that differ between the folder and what the sources make now."""
    made = bundle()
    there = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}
    return sorted(name for name in {*made, *there} if made.get(name) != there.get(name))


def write_committed() -> list[str]:
    """Write the bundle; returns the names of files that changed."""
    stale, made = stale_files(), bundle()
    COMMITTED.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in made:
            (COMMITTED / name).write_bytes(made[name])
        else:
            (COMMITTED / name).unlink()
    return stale


def main(words: list[str] | None = None) -> int:
    """Bundle and write, or with `--check` only say whether the committed files are fresh; 1 if they are not."""
    parser = argparse.ArgumentParser(prog="python -m scripts.build_page", description="Bundle the page.")
    parser.add_argument("--check", action="store_true", help="only say whether app/web/static/dist is fresh")
    check = parser.parse_args(words).check
    try:
        changed = stale_files() if check else write_committed()
    except BundleError as error:
        print(error, file=sys.stderr)
        return 1
    for name in changed:
        print(f"{name} {'is stale: run `make web`' if check else 'written'}")
    if not changed:
        print("app/web/static/dist is fresh.")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
