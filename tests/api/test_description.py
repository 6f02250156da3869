"""The API's description: what the code says, with examples that keep its promises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scripts import openapi
from tests.api.serving import Server

DOCUMENT: dict[str, Any] = json.loads(openapi.SNAPSHOT.read_text())
OPERATIONS = [(method, path) for path, item in DOCUMENT["paths"].items() for method in item]
WITHOUT_EXAMPLE = {"/v1/stream", "/v1/missions/{mission}"}  # it has no end; nothing names a mission in the story


def test_the_snapshot_is_what_the_code_says() -> None:
    assert openapi.SNAPSHOT.read_text() == openapi.snapshot()


def test_the_service_serves_it(server: Server) -> None:
    assert server.http.get("/openapi.json").json() == DOCUMENT
    page = server.http.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert all(path in page.text for _, path in OPERATIONS)
    assert "http://" not in page.text.replace("http://127.0.0.1", "") and "src=" not in page.text


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_is_described_and_its_example_keeps_to_its_schema(method: str, path: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    assert operation["description"] and operation["operationId"].isidentifier()
    assert all(one.get("description") for one in operation.get("parameters", []) if one["in"] == "query")
    if path in WITHOUT_EXAMPLE:
        return
    answer = operation["responses"]["200"]["content"]["application/json"]
    validator = Draft202012Validator({**answer["schema"], "components": DOCUMENT["components"]})
    validator.validate(answer["example"])
    if method == "post":
        body = operation["requestBody"]["content"]["application/json"]
        Draft202012Validator({**body["schema"], "components": DOCUMENT["components"]}).validate(body["example"])


def test_operations_have_names_of_their_own() -> None:
    names = [DOCUMENT["paths"][path][method]["operationId"] for method, path in OPERATIONS]
    assert len(set(names)) == len(names)
