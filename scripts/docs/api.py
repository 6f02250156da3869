"""Reference of the API, from the committed OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

OPENAPI = Path(__file__).parents[2] / "docs" / "openapi.json"
METHODS = ("get", "post", "put", "delete")


def api_page() -> str:
    """Every path with its parameters and an example of its answer."""
    document = json.loads(OPENAPI.read_text())
    parts = ["# API", document["info"].get("description", ""), "The document itself is served at `/openapi.json`."]
    for path, item in document["paths"].items():
        parts += [_operation(method, path, item[method]) for method in METHODS if method in item]
    return "\n\n".join(part for part in parts if part) + "\n"


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    said = operation.get("description") or operation.get("summary", "")
    parts = [f"## {method.upper()} {path}", said]
    parameters = operation.get("parameters", [])
    if parameters:
        rows = [f"| `{one['name']}` | {one['in']} | {_cell(one.get('description', ''))} |" for one in parameters]
        parts.append("\n".join(["| parameter | in | meaning |", "|---|---|---|", *rows]))
    example = _example(operation)
    if example is not None:
        parts.append(f"```json\n{json.dumps(example, indent=2)[:4000]}\n```")
    return "\n\n".join(parts)


def _example(operation: dict[str, Any]) -> object | None:
    """The example of a successful answer, if the document has one."""
    answer = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
    examples: list[dict[str, object]] = list(answer.get("examples", {}).values())
    example: object = answer.get("example", examples[0].get("value") if examples else None)
    return example


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
