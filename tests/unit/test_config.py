"""One typed configuration: where it is read from, what it refuses, and that it keeps its secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from app.config import Config, LogFormat, Role
from app.errors import ConfigError
from app.ops.log import HIDDEN, set_up_logging
from scripts import config_table

PASSWORD = "hunter2"  # noqa: S105
SECRETS = {
    "CONCORD_DATABASE": f"postgresql+psycopg://concord:{PASSWORD}@db.example/concord",
    "CONCORD_RPC": "https://node.example/v3/secretkey, http://127.0.0.1:8545",
}


@pytest.fixture(autouse=True)
def logging_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_without_anything_the_defaults_hold() -> None:
    config = Config.load({})
    assert config.roles == {Role.API, Role.INDEXER}
    assert (config.host, config.port, config.finality_depth) == ("127.0.0.1", 8000, 64)


def test_options_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "concord.toml").write_text('port = 1\nhost = "file"\nstale_after = 7\nrpc = ["http://a", "http://b"]\n')
    config = Config.load({"CONCORD_PORT": "2", "CONCORD_HOST": "environment"}, port=3, roles=None)
    assert (config.port, config.host, config.stale_after) == (3, "environment", 7)
    assert [one.get_secret_value() for one in config.rpc] == ["http://a", "http://b"]


def test_a_named_file_must_be_there_and_sound(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml can't be read: No such file"):
        Config.load({"CONCORD_CONFIG": "nowhere.toml"})
    (tmp_path / "bad.toml").write_text("port = = 1")
    with pytest.raises(ConfigError, match=r"bad\.toml is no TOML"):
        Config.load({"CONCORD_CONFIG": "bad.toml"})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CONCORD_PORTS", "1", r"ports \(CONCORD_PORTS\) is no setting: did you mean port\?"),
        ("CONCORD_PORT", "70000", r"port \(CONCORD_PORT\) '70000': input should be less than or equal to 65535"),
        ("CONCORD_ROLES", "api,cook", r"roles \(CONCORD_ROLES\) 'cook': input should be 'api' or 'indexer'"),
        ("CONCORD_ROLES", "", r"roles \(CONCORD_ROLES\)"),
        ("CONCORD_LOG_FORMAT", "xml", r"log_format \(CONCORD_LOG_FORMAT\) 'xml'"),
        ("CONCORD_FINALITY_DEPTH", "-1", r"finality_depth \(CONCORD_FINALITY_DEPTH\) '-1'"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_given(name: str, value: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        Config.load({name: value})


def test_what_tests_are_told_is_no_setting() -> None:
    assert Config.load({"CONCORD_TEST_DATABASES": "sqlite"}) == Config.load({})


def test_a_wrong_secret_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "concord.toml").write_text(f'database = ["{PASSWORD}"]\n')
    with pytest.raises(ConfigError) as error:
        Config.load({})
    assert "database (CONCORD_DATABASE)" in str(error.value)
    assert PASSWORD not in str(error.value)


def test_secrets_are_printed_nowhere() -> None:
    config = Config.load(SECRETS)
    for shown in (repr(config), str(config), config.model_dump_json()):
        assert PASSWORD not in shown and "secretkey" not in shown


@pytest.mark.parametrize("form", list(LogFormat))
def test_secrets_get_into_no_log(form: LogFormat) -> None:
    """Neither as a value, nor within a sentence, nor in a traceback, nor from a library's own logger."""
    out = io.StringIO()
    config = Config.load(SECRETS, log_format=form.value, log_level="debug")
    set_up_logging(config, out)
    log = structlog.get_logger("test")
    url, rpc = config.database.get_secret_value(), config.rpc[0].get_secret_value()
    log.info("connecting", url=url, several=[rpc, {"deep": rpc}])
    log.info(f"connecting to {url}")
    logging.getLogger("library").warning("cannot reach %s", rpc)
    logging.getLogger("library").warning("the password is %s", PASSWORD)
    try:
        Config.load({"CONCORD_CONFIG": f"no answer from {rpc} and {url}"})
    except ConfigError:
        log.exception("failed")
        logging.getLogger("library").exception("failed, too")
    text = out.getvalue()
    assert PASSWORD not in text and "secretkey" not in text
    assert text.count(HIDDEN) >= 8
    assert "no answer from" in text


def test_a_log_line_for_machines_is_json() -> None:
    out = io.StringIO()
    set_up_logging(Config.load({}, log_format="json"), out)
    structlog.get_logger("app.test").warning("something happened", block=3)
    logging.getLogger("library").info("said %s", "so")
    ours, theirs = (json.loads(line) for line in out.getvalue().splitlines())
    assert {key: ours[key] for key in ("event", "level", "logger", "block")} == {
        "event": "something happened",
        "level": "warning",
        "logger": "app.test",
        "block": 3,
    }
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("said so", "info", "library")


def test_the_documented_table_is_what_the_code_says() -> None:
    assert config_table.PAGE.read_text() == config_table.page()
    for name in Config.model_fields:
        assert f"| `CONCORD_{name.upper()}` |" in config_table.page()
