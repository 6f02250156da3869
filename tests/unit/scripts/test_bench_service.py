"""What the service's bench says: the better peer first, and why one was not measured."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.bench.service.indexing import figures
from scripts.bench_service import write


def test_the_better_peer_is_the_named_one() -> None:
    first, other = figures(ours=20_000, orm=2_000, theirs=4_000, reason="")
    assert (first.key, first.peer[:6], first.ratio) == ("index_events_per_s", "Ponder", 5.0)
    assert (other.key, other.peer[:7], other.ratio) == ("index_events_per_s_orm", "web3.py", 10.0)


def test_a_peer_that_was_not_measured_says_why(tmp_path: Path) -> None:
    path = tmp_path / "service.json"
    path.write_text('{"other": 1}')
    write(figures(ours=20_000, orm=2_000, theirs=None, reason="not measured: no Node"), path)
    found = json.loads(path.read_text())
    assert found["other"] == 1
    assert found["index_events_per_s"]["ratio"] == 10.0
    assert found["index_events_per_s_ponder"]["peer_value"] is None
    assert found["index_events_per_s_ponder"]["reason"] == "not measured: no Node"
