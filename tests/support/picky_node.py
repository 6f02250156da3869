"""A node as providers run them: it stands before a real one, and refuses, limits or lacks what its rule says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx

Answer = dict[str, Any] | None
Rule = Callable[[str, list[Any]], Answer]  # method, parameters → an error or a result, or None: as the real node says


@dataclass
class PickyNode:
    """Where it answers, what it was asked, and its rule, which a test may change; `status` refuses whole requests."""

    url: str
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)
    rule: Rule = lambda _method, _parameters: None
    status: int = 200


def refusal(message: str, code: int = -32000) -> Answer:
    """An error as a node tells it."""
    return {"error": {"code": code, "message": message}}


@contextmanager
def picky_node(real: str) -> Iterator[PickyNode]:
    """A picky node before a real one, as long as the context."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            calls = json.loads(self.rfile.read(int(self.headers["content-length"])))
            node.asked += [(call["method"], call["params"]) for call in calls]
            said = [self.answer(call) for call in calls] if node.status == 200 else "no"
            content = json.dumps(said).encode()
            self.send_response(node.status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def answer(self, call: dict[str, Any]) -> dict[str, Any]:
            ruled = node.rule(call["method"], call["params"])
            if ruled is None:
                ruled = client.post(real, json=call).json()
            return {"jsonrpc": "2.0", "id": call["id"], **ruled}

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    client = httpx.Client()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    node = PickyNode(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield node
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        client.close()
