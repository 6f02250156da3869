"""The committed bundle is what the page's sources make."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scripts import build_page


def test_the_committed_bundle_is_fresh() -> None:
    assert build_page.stale_files() == [], "run `make web` and commit app/web/static/dist"


def test_changed_missing_and_superfluous_files_are_stale(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    shutil.copytree(build_page.COMMITTED, folder)
    (folder / "page.css").write_text("body{}")
    (folder / "page.js").unlink()
    (folder / "old.js").write_text("")
    assert build_page.stale_files(folder) == ["old.js", "page.css", "page.js"]


def test_the_bundle_asks_nobody_else() -> None:
    made = build_page.bundle()
    text = made["page.js"].decode() + made["page.css"].decode()
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "https://" not in text


def test_a_broken_source_is_told_in_the_bundlers_words(tmp_path: Path) -> None:
    broken = tmp_path / "page.js"
    broken.write_text("const = 1;")
    with pytest.raises(build_page.BundleError, match="Expected identifier"):
        build_page.bundle(broken)
