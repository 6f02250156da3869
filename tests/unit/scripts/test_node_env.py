"""What npm installed must be what the lock names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts.house.node_env import INSTALLED, LOCK, contradicts, differences, is_new_enough


def packages(**versions: dict[str, Any]) -> dict[str, Any]:
    return {"packages": {"": {}, **{f"node_modules/{name}": package for name, package in versions.items()}}}


@pytest.mark.parametrize("version", ["v20.0.0\n", "v24.19.0\n"])
def test_node_20_and_later_will_do(version: str) -> None:
    assert is_new_enough(version)


@pytest.mark.parametrize("version", ["", "v18.20.4\n", "v8.0.0\n", "command not found"])
def test_an_older_node_or_none_will_not(version: str) -> None:
    assert not is_new_enough(version)


def test_the_same_versions_do_not_differ() -> None:
    assert differences(packages(solc={"version": "1.0.0"}), packages(solc={"version": "1.0.0"})) == []


def test_another_version_is_told() -> None:
    told = differences(packages(solc={"version": "1.0.0"}), packages(solc={"version": "1.0.1"}))
    assert told == ["node_modules/solc is 1.0.1, locked is 1.0.0"]


def test_a_missing_and_a_foreign_package_are_told() -> None:
    told = differences(packages(solc={"version": "1.0.0"}), packages(rogue={"version": "6.6.6"}))
    assert told == ["node_modules/rogue is not in the lock", "node_modules/solc is missing"]


def test_only_a_package_for_another_platform_may_be_missing() -> None:
    assert differences(packages(anvil={"version": "1.0.0", "optional": True}), packages()) == []


def test_what_is_installed_here_is_what_the_lock_names() -> None:
    assert differences(json.loads(LOCK.read_text()), json.loads(INSTALLED.read_text())) == []


def test_a_lock_is_contradicted_by_another_package_or_another_wish() -> None:
    locked = packages(solc={"version": "1.0.0"})
    assert contradicts(locked, packages(solc={"version": "1.0.1"}))
    assert contradicts(locked, packages())
    assert contradicts(locked, {"packages": {**locked["packages"], "": {"dependencies": {"solc": "2"}}}})


def test_a_build_for_another_platform_may_come_and_go() -> None:
    with_build = packages(solc={"version": "1.0.0"}, anvil={"version": "1.0.0", "optional": True})
    without = packages(solc={"version": "1.0.0"})
    assert not contradicts(with_build, without)
    assert not contradicts(without, with_build)
