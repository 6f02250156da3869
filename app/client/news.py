"""News from the stream, as its lines come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class News:
    """One message: the name of a contract's event, or `block`, `rewind` or `dropped`. `id` is where to go on from."""

    name: str
    data: dict[str, Any]
    id: str | None


def read_news(lines: Iterable[str]) -> Iterator[News]:
    """The messages in the lines of a stream; comments, which only keep it alive, are left out."""
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        elif "data" in fields:
            yield News(fields.get("event", "message"), json.loads(fields["data"]), fields.get("id"))
            fields = {}
        else:
            fields = {}
