"""The service's configuration: one typed value, from `CONCORD_*` in the environment over an optional TOML file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from app.errors import ConfigError

PREFIX = "CONCORD_"
FILE = "CONFIG"
TESTS = "TEST_"  # what tests are told in the environment is no setting
DEFAULT_FILE = Path("concord.toml")


class Role(StrEnum):
    """What a process does; roles meet only in the database and on the chain."""

    API = "api"
    INDEXER = "indexer"


class LogFormat(StrEnum):
    """How log lines look: for machines, or for people."""

    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """The least important lines that are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Config(BaseModel):
    """Every setting, with its default; a description is its line in the documented table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: SecretStr = Field(
        SecretStr("sqlite:///build/run/concord.db"),
        description="Where rows are kept: `sqlite:///FILE` or `postgresql+psycopg://USER:PASSWORD@HOST/NAME`.",
    )
    rpc: tuple[SecretStr, ...] = Field(
        (SecretStr("http://127.0.0.1:8545"),),
        min_length=1,
        description="RPC endpoints of the chain, the preferred first, separated by commas.",
    )
    rpc_per_second: int = Field(
        100,
        ge=1,
        description="How many requests each endpoint may be asked in a second; a batch counts as all it asks.",
    )
    deployment: Path = Field(
        Path("build/run/anvil/deployment.json"),
        description="The record of where the contracts are, as deploying wrote it.",
    )
    finality_depth: int = Field(
        64, ge=0, description="How many blocks must lie above a block before its rows are called final."
    )
    block_range: int = Field(
        2_000,
        ge=1,
        description="The most blocks whose logs are asked for at once; adapted downward where a node refuses.",
    )
    poll_ms: int = Field(500, ge=10, description="How long the indexer waits before it asks for a new block [ms].")
    roles: frozenset[Role] = Field(
        frozenset(Role),
        min_length=1,
        description="What this process does: `api`, `indexer`, or both, separated by commas.",
    )
    host: str = Field("127.0.0.1", description="The address that the service listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port that it listens on.")
    stale_after: int = Field(
        60, ge=1, description="`/readyz` turns red when the indexer has not reached the chain's tip for so long [s]."
    )
    stream_clients: int = Field(
        500, ge=1, description="How many clients may follow `/v1/stream` of one process at once."
    )
    stream_buffer: int = Field(
        256, ge=1, description="How many news a process remembers for its streams; the database has the older ones."
    )
    stream_stall: int = Field(30, ge=1, description="A client that takes nothing for so long is disconnected [s].")
    heartbeat: int = Field(15, ge=1, description="A stream without news says so after so long [s].")
    stop_within: int = Field(10, ge=1, description="How long requests may still take after SIGTERM [s].")
    log_format: LogFormat = Field(LogFormat.CONSOLE, description="`json` or `console`.")
    log_level: LogLevel = Field(LogLevel.INFO, description="`debug`, `info`, `warning` or `error`.")

    @field_validator("rpc", "roles", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        return [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else given

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **options: object) -> Config:
        """The configuration: `options` (those not None) over `CONCORD_*` over the TOML file over the defaults.

        The file is what `CONCORD_CONFIG` names, else `concord.toml` if it exists.
        Raises: ConfigError naming each setting that is unknown or wrong, never its value if that is a secret.
        """
        environ = os.environ if environ is None else environ
        given = _from_file(environ) | _from_environment(environ)
        given |= {name: value for name, value in options.items() if value is not None}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise ConfigError("\n".join(_told(one) for one in error.errors())) from None

    def secrets(self) -> tuple[str, ...]:
        """All that must never be printed: addresses that hold a password or key, and these alone."""
        found = [one for url in self.rpc for one in _secret_parts(url.get_secret_value(), path=True)]
        return (*_secret_parts(self.database.get_secret_value(), path=False), *found)


def _from_file(environ: Mapping[str, str]) -> dict[str, Any]:
    named = environ.get(PREFIX + FILE)
    path = Path(named) if named else DEFAULT_FILE
    if not named and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text())
    except OSError as error:
        raise ConfigError(f"the configuration {path} can't be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the configuration {path} is no TOML: {error}") from None


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    others = (PREFIX + FILE, PREFIX + TESTS)
    names = [name for name in environ if name.startswith(PREFIX) and not name.startswith(others)]
    return {name.removeprefix(PREFIX).lower(): environ[name] for name in names}


def _told(error: Any) -> str:
    name = str(error["loc"][0]) if error["loc"] else "configuration"
    if error["type"] == "extra_forbidden":
        near = get_close_matches(name, Config.model_fields, 1)
        return f"{name} ({PREFIX}{name.upper()}) is no setting" + (f": did you mean {near[0]}?" if near else "")
    secret = "SecretStr" in str(Config.model_fields[name].annotation)
    shown = "" if secret else f" {error['input']!r}"
    return f"{name} ({PREFIX}{name.upper()}){shown}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _secret_parts(url: str, path: bool) -> list[str]:
    """An address that holds a secret, and the secret by itself: a password, or a `path` or query that may be a key."""
    parts = urlsplit(url)
    secrets = [parts.password, *([parts.path.strip("/"), parts.query] if path else [])]
    found = [one for one in secrets if one]
    return [url, *found] if found else []
