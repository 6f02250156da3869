"""Writes docs/reference/configuration.md from the configuration itself; `--check` only compares."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from app.config import PREFIX, Config

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "configuration.md"
HEAD = """# Configuration

Every setting has a default that suits one machine. It is read, the first found first, from the options of a command,
the environment, and a TOML file: the one that `CONCORD_CONFIG` names, else `concord.toml` in the working folder.

```toml
database = "postgresql+psycopg://concord@db.example/concord"
rpc = ["https://first.example/key", "https://second.example"]
roles = ["api"]
```

Settings that may hold a secret are never printed or logged; an unknown setting is an error. `concord doctor` checks
whether a machine's configuration works.

| environment | file | default | meaning |
|---|---|---|---|
"""


def main() -> int:
    """Writes the page, or checks it."""
    if "--check" not in sys.argv[1:]:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page())
        print(f"wrote {PAGE.relative_to(ROOT)}")
        return 0
    if PAGE.read_text() == page():
        return 0
    print(f"{PAGE.relative_to(ROOT)} is not what the code says: python -m scripts.config_table", file=sys.stderr)
    return 1


def page() -> str:
    """The page as the code has it."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | `{name}` | {_default(field.default)} | {field.description} |"
        for name, field in Config.model_fields.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "–"
    if isinstance(value, tuple | frozenset):
        return f"`{','.join(sorted(map(_plain, value)))}`"
    return f"`{_plain(value)}`"


def _plain(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value.value if isinstance(value, Enum) else value)


if __name__ == "__main__":
    sys.exit(main())
