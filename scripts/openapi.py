"""Writes the API's description with examples from a real run: app/api/examples.json and docs/openapi.json.

Plays the first story of `make run` on a chain of its own, indexes it, and asks every address.
`--check` only tells whether docs/openapi.json is what the code says.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from rich.console import Console

from app.api.document import EXAMPLES, described, examples
from app.chain.local import HOST, free_port, local_chain
from app.config import Config, Role
from app.indexer.run import run
from app.main import create_app
from app.ops.log import set_up_logging
from app.replay.stage import Stage
from app.terms.figures import shown
from app.terms.load import read_files
from scripts.demo import CASES
from scripts.story import STORIES
from scripts.telling import Teller

ROOT = Path(__file__).parents[1]
SNAPSHOT = ROOT / "docs" / "openapi.json"
LIMIT = 1  # things on the pages of examples


def main() -> int:
    """Writes both files, or checks the second."""
    set_up_logging(Config.load({}, log_level="warning"))
    if "--check" in sys.argv[1:]:
        return check()
    with tempfile.TemporaryDirectory() as folder:
        EXAMPLES.write_text(_written(ask_everything(Path(folder))))
    examples.cache_clear()
    SNAPSHOT.write_text(snapshot())
    print(f"wrote {EXAMPLES.relative_to(ROOT)} and {SNAPSHOT.relative_to(ROOT)}")
    return 0


def check() -> int:
    """Tells whether the snapshot is what the code says."""
    if SNAPSHOT.read_text() == snapshot():
        return 0
    print(f"{SNAPSHOT.relative_to(ROOT)} is not what the code says: python -m scripts.openapi", file=sys.stderr)
    return 1


def snapshot() -> str:
    """The description as the code has it."""
    config = Config.load({}, database="sqlite://", roles=Role.API.value)
    return _written(described(create_app(config)))


def ask_everything(folder: Path) -> dict[str, Any]:
    """What a service answers, by operation."""
    with local_chain() as node:
        stage = Stage.build(node)
        Teller(Console(file=io.StringIO()), stage, read_files([CASES]), STORIES[0]).tell()
        record = folder / "deployment.json"
        stage.deployment.write(record)
        settings = {"database": f"sqlite:///{folder}/concord.db", "rpc": node.url, "deployment": str(record)}
        config = Config.load({}, **settings, roles=Role.API.value, finality_depth="2")
        run(config, threading.Event(), once=True)
        return _asked(config)


def _asked(config: Config) -> dict[str, Any]:
    server = uvicorn.Server(uvicorn.Config(create_app(config), host=HOST, port=free_port(), log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with httpx.Client(base_url=f"http://{HOST}:{server.config.port}", trust_env=False) as http:
            _wait(http)
            return _answers(http)
    finally:
        server.should_exit = True
        thread.join()


def _wait(http: httpx.Client) -> None:
    for _ in range(200):
        try:
            http.get("/livez")
        except httpx.TransportError:
            threading.Event().wait(0.05)
        else:
            return


def _answers(http: httpx.Client) -> dict[str, Any]:
    def first(noun: str) -> Any:
        found = http.get(f"/v1/{noun}", params={"limit": LIMIT}).raise_for_status().json()["data"]
        return found[0] if found else None

    payment, event, round_ = first("payments"), first("events"), first("rounds")
    instrument = http.get(f"/v1/instruments/{payment['instrument_id']}").json()["data"]
    ids = {
        "metric_id": round_["metric_id"],
        "period": str(round_["period"]),
        "instrument_id": instrument["instrument_id"],
        "address": payment["holder"],
        "number": str(payment["at"]["block"]),
        "event_id": str(event["id"]),
    }
    read = http.get(f"/v1/instruments/{instrument['instrument_id']}/payout-state").json()["data"]["inputs"][0]
    outcomes = {
        "outcomes": {read["metric"]: shown(Fraction(int(read["value"]), 10 ** read["decimals"])).replace(",", "")}
    }
    paths = http.get("/openapi.json").json()["paths"]
    answers = {}
    for path, item in paths.items():
        for method in item:
            found = _answer(http, method, path, ids, outcomes)
            if found is not None:
                answers[f"{method.upper()} {path}"] = found
    return answers


def _answer(
    http: httpx.Client, method: str, path: str, ids: dict[str, str], outcomes: dict[str, Any]
) -> dict[str, Any] | None:
    if path == "/v1/stream" or "{mission}" in path:
        return None  # a stream has no end, and no instrument names a mission yet
    address = path.format(**ids)
    if method == "post":
        answer = http.post(address, json=outcomes).raise_for_status()
        return {"request": outcomes, "answer": answer.json()}
    is_list = "cursor" in {one["name"] for one in _parameters(http, path)}
    answer = http.get(address, params={"limit": LIMIT} if is_list else {}).raise_for_status()
    return {"answer": answer.json()}


def _parameters(http: httpx.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get("/openapi.json").json()["paths"][path]["get"].get("parameters", [])
    return found


def _written(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
