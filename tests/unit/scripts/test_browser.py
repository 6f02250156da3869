"""Where the browser for the tests comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import browser


def executable(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_browser_on_the_path_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(browser.GIVEN, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = executable(tmp_path / "chromium")
    assert browser.ensure_browser() == found


def test_the_named_browser_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    executable(tmp_path / "chromium")
    named = executable(tmp_path / "mine")
    monkeypatch.setenv(browser.GIVEN, str(named))
    assert browser.find_browser() == named


def test_a_name_of_nothing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(browser.GIVEN, str(tmp_path / "none"))
    assert browser.main() == 1
    assert "CHROMIUM names no program" in capsys.readouterr().err


def test_whoever_may_not_install_is_told_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(browser.GIVEN, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert browser.main() == 1
    assert "`sudo apt-get install --no-install-recommends chromium`" in capsys.readouterr().err


def test_root_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for apt-get on the PATH puts the browser there, as the real one would."""
    monkeypatch.delenv(browser.GIVEN, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    place = tmp_path / "chromium"
    script = executable(tmp_path / "apt-get")
    script.write_text(f'#!/bin/sh\n[ "$1" = install ] && : > {place} && /bin/chmod 755 {place}\nexit 0\n')
    assert browser.ensure_browser() == place
