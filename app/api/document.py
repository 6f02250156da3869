"""The API's own description: `/openapi.json` with real examples, and `/docs` for people."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse

from app.api.problems import MEDIA_TYPE, Problem

EXAMPLES = Path(__file__).parent / "examples.json"
ABOUT = """
What the contracts of one chain told, as of any block: what is measured, what instruments pay or would pay, who holds
what, and what was paid. It only reads; anybody may ask.

- **As of a block**: `?block=` takes a number, `latest` or `final`. Every answer says in `as_of` which block it is
  about, and every row in `at` where on the chain it stands and whether that is final.
- **Exact numbers**: amounts, values and scores are whole numbers of the smallest unit, as strings; `decimals` stands
  beside them. Times are seconds since 1970.
- **Pages**: `next` is the address of the next page, as of the same block: nothing is missed or told twice. If a
  reorganisation takes that block back, the next page says 409 `rewound`.
- **Caching**: answers carry an `ETag`; `If-None-Match` gives 304 while nothing changed.
- **Errors** are RFC 9457 problems with a stable `code`. Unknown parameters are refused, never ignored.
- **News**: `/v1/stream` tells every event in order, and goes on where a client was (`Last-Event-ID`).
"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Concord API</title></head>
<body><h1>Concord API</h1><pre>{about}</pre>
<p>The document itself: <a href="/openapi.json">/openapi.json</a>.</p>
{operations}</body></html>
"""


def document(app: FastAPI) -> None:
    """Lets the app describe itself."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    app.add_api_route("/openapi.json", lambda: JSONResponse(app.openapi()), include_in_schema=False)
    app.add_api_route("/docs", lambda: HTMLResponse(_page(app.openapi())), include_in_schema=False)


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with an example from a real run for each operation."""
    made = get_openapi(
        title="Concord",
        version=version("concord"),
        summary="Money follows the outcome.",
        description=ABOUT,
        routes=app.routes,
    )
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    made["components"]["schemas"] |= {"Problem": problem, **problem.pop("$defs")}
    for name, example in examples().items():
        method, path = name.split(" ")
        operation = made["paths"][path][method.lower()]
        if "request" in example:
            operation["requestBody"]["content"]["application/json"]["example"] = example["request"]
        operation["responses"]["200"]["content"]["application/json"]["example"] = example["answer"]
    for item in made["paths"].values():
        for operation in item.values():
            _tidy(operation)
    return made


@cache
def examples() -> dict[str, Any]:
    """What a real service answered, by operation: `scripts/openapi.py` asks it."""
    found: dict[str, Any] = json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else {}
    return found


def _tidy(operation: dict[str, Any]) -> None:
    """Bad input is one of our problems, not FastAPI's own shape; sentences keep their lines."""
    operation["responses"].pop("422", None)
    if "503" in operation["responses"] and "model" not in operation["responses"]["503"]:
        content = operation["responses"]["503"].setdefault("content", {})
        if MEDIA_TYPE in content:
            content.pop("application/json", None)
            content[MEDIA_TYPE] = {"schema": {"$ref": "#/components/schemas/Problem"}}


def _page(description: dict[str, Any]) -> str:
    parts = [
        _operation(method.upper(), path, operation)
        for path, item in description["paths"].items()
        for method, operation in item.items()
    ]
    return PAGE.format(about=escape(ABOUT.strip()), operations="\n".join(parts))


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<li><code>{escape(one['name'])}</code> ({one['in']}): {escape(one.get('description', ''))}</li>"
        for one in operation.get("parameters", [])
    )
    answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("example")
    shown = "" if answer is None else f"<details><summary>Example</summary><pre>{_json(answer)}</pre></details>"
    said = escape(operation.get("description", ""))
    return f"<h2><code>{method} {escape(path)}</code></h2><p>{said}</p><ul>{rows}</ul>{shown}"


def _json(value: object) -> str:
    return escape(json.dumps(value, indent=2, ensure_ascii=False))
