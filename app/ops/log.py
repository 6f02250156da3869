"""Structured logging: one set-up for our own lines and for those of libraries; secrets never get through."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import IO, Any

import structlog
from structlog.types import EventDict, Processor

from app.config import Config, LogFormat

HIDDEN = "(secret)"
QUIET = ("httpx", "httpcore", "alembic", "uvicorn.access")


def set_up_logging(config: Config, out: IO[str] | None = None) -> None:
    """Logs to the error stream (or `out`) as the configuration says."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without(config.secrets()),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(config.log_format)]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config.log_level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def without(secrets: Iterable[str]) -> Processor:
    """Takes the secrets out of every text in a line, however deep it stands."""
    hidden = sorted(secrets, key=len, reverse=True)

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [clean(one) for one in value]
        if isinstance(value, bool | int | float | None):
            return value
        text = str(value)
        for secret in hidden:
            text = text.replace(secret, HIDDEN)
        return text

    def process(_logger: object, _method: str, line: EventDict) -> EventDict:
        return {key: value if key.startswith("_") else clean(value) for key, value in line.items()}

    return process


def _renderer(form: LogFormat) -> Processor:
    """Tracebacks are plain: a decorated one would show local values, and secrets among them."""
    if form is LogFormat.JSON:
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
