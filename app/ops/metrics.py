"""What is counted, in Prometheus' words; `/metrics` of each process shows its own part."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("concord_requests", "HTTP requests, by route, method and status.", ["route", "method", "status"])
REQUEST_SECONDS = Histogram("concord_request_seconds", "How long answering took, by route [s].", ["route"])
STREAMS = Gauge("concord_streams", "Clients that follow the stream now.")
STREAMS_DROPPED = Counter("concord_streams_dropped", "Clients that were dropped since they were too slow.")

INDEXED_BLOCK = Gauge("concord_indexed_block", "The newest block in the index.")
LAG_BLOCKS = Gauge("concord_index_lag_blocks", "How many blocks the index is behind the chain.")
LAG_SECONDS = Gauge("concord_index_lag_seconds", "For how long the index has not been at the chain's tip [s].")
EVENTS_INDEXED = Counter("concord_events_indexed", "Events written to the index, by name.", ["name"])
REORGS = Counter("concord_reorgs", "How often the chain took another branch under the index.")
REORG_DEPTH = Gauge("concord_reorg_depth", "How many blocks the newest reorganisation took back.")
RPC_REQUESTS = Counter("concord_rpc_requests", "Requests to nodes, by the endpoint's place in the list.", ["endpoint"])
RPC_ERRORS = Counter("concord_rpc_errors", "Requests that a node failed or refused.", ["endpoint", "kind"])
