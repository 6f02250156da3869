"""The stream: ordered and gapless from any event on, through reorganisations, and bounded for slow clients."""

from __future__ import annotations

import asyncio
import json
import queue
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from app.api.feed import Feed, Message
from app.api.stream import Stream
from app.client import Client, News
from app.errors import Unavailable
from app.ops.metrics import STREAMS_DROPPED
from app.store.engine import open_engine
from tests.api.scene import Scene, play
from tests.api.serving import Server, serving
from tests.support.world import running_world


class Follower:
    """A client that follows the stream in a thread of its own."""

    def __init__(self, url: str, after: str | None = None) -> None:
        self.news: queue.Queue[News | None] = queue.Queue()
        self._client = Client(url)
        self._thread = threading.Thread(target=self._follow, args=(after,), daemon=True)
        self._thread.start()

    def _follow(self, after: str | None) -> None:
        try:
            for one in self._client.stream(after):
                self.news.put(one)
        except Unavailable:
            pass
        self.news.put(None)

    def next(self) -> News:
        """The next message that is no block."""
        while True:
            found = self.news.get(timeout=15)
            assert found is not None, "the stream ended"
            if found.name != "block":
                return found

    def ended(self) -> bool:
        """Waits for the end."""
        while self.news.get(timeout=15) is not None:
            pass
        self._thread.join(5)
        return not self._thread.is_alive()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Scene]:
    """A scene that a test may change."""
    with running_world("anvil") as world:
        yield play(world, tmp_path)


def _database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/stream.db"


def _ids(server: Server) -> list[int]:
    return sorted(int(str(row["id"])) for row in server.rows("/v1/events"))


def _redeem(scene: Scene, units: int = 1) -> None:
    scene.world.instruments.redeem(
        scene.opened["bond"], 0, units, scene.world.role("provider"), scene.world.role("provider")
    )


def test_from_zero_it_tells_every_event_in_order(server: Server) -> None:
    follower = Follower(server.url, "0")
    ids = _ids(server)
    found = [follower.next() for _ in ids]
    assert [one.data["event"] for one in found] == ids
    events = {row["id"]: row for row in server.rows("/v1/events")}
    for one in found:
        row = events[one.data["event"]]
        assert (one.name, one.data["arguments"], one.data["block"]) == (
            row["name"],
            row["arguments"],
            row["at"]["block"],
        )
        assert one.id == f"{row['id']}-{row['at']['hash'][2:10]}"


def test_it_goes_on_after_any_event_without_gap_or_repetition(server: Server) -> None:
    follower = Follower(server.url, "0")
    ids = _ids(server)
    marks = [follower.next().id for _ in ids]
    for place in (0, len(ids) // 2, len(ids) - 2):
        later = Follower(server.url, marks[place])
        assert [later.next().data["event"] for _ in ids[place + 1 :]] == ids[place + 1 :]
    bare = Follower(server.url, str(ids[-2]))
    assert bare.next().data["event"] == ids[-1]


def test_news_come_as_they_are_indexed(own: Scene, tmp_path: Path) -> None:
    own.index(_database(tmp_path))
    with serving(own.config(_database(tmp_path), roles="api")) as server:
        before = _ids(server)
        follower = Follower(server.url)
        _until(lambda: server.service.feed.clients == 1)
        time.sleep(0.6)
        _redeem(own)
        own.index(_database(tmp_path))
        found = [follower.next() for _ in range(2)]
        assert [one.name for one in found] == ["Transfer", "Redeemed"]
        assert [one.data["event"] for one in found] == [before[-1] + 1, before[-1] + 2]


def test_a_reorganisation_is_told_to_who_follows_and_to_who_comes_back(own: Scene, tmp_path: Path) -> None:
    """What a client holds after any rewind is exactly what stands on the chain."""
    database = _database(tmp_path)
    for _ in range(3):
        _redeem(own)
    own.index(database)
    with serving(own.config(database, roles="api")) as server:
        held = {one.data["event"]: one.id for one in _told(server, "0")}
        away = dict(held)
        follower = Follower(server.url, list(held.values())[-1])
        _until(lambda: server.service.feed.clients == 1)
        time.sleep(0.6)
        own.world.chain.w3.provider.make_request("anvil_rollback", [2])
        _redeem(own, 7)
        own.world.node.advance_to(own.world.chain.now + 10)
        _redeem(own, 8)
        own.index(database)
        rewind = follower.next()
        assert rewind.name == "rewind"
        assert rewind.data["to_event"] == max(held) - 4
        held = _apply(held, rewind)
        for _ in range(4):
            held = _apply(held, follower.next())
        assert sorted(held) == _ids(server)
        back = _told(server, list(away.values())[-1])
        assert [one.name for one in back] == ["rewind", "Transfer", "Redeemed", "Transfer", "Redeemed"]
        for one in back:
            away = _apply(away, one)
        assert away == held
        assert [row["units"] for row in server.rows("/v1/payments")[:2]] == ["8", "7"]


def test_a_rebuilt_log_is_told_from_the_beginning(own: Scene, tmp_path: Path) -> None:
    own.index(_database(tmp_path))
    with serving(own.config(_database(tmp_path), roles="api")) as server:
        (newest,) = _told(server, "0")[-1:]
    other = f"sqlite:///{tmp_path}/other.db"
    _redeem(own)
    own.index(other)
    with serving(own.config(other, roles="api")) as server:
        assert _told(server, newest.id)[0].data["event"] == newest.data["event"] + 1
        strange = _told(server, f"{newest.data['event']}-ffffffff")
        assert (strange[0].name, strange[0].data) == ("rewind", {"to_event": 0})
        assert [one.data["event"] for one in strange[1:]] == _ids(server)
        unheard = _told(server, "99999-ffffffff")
        assert (unheard[0].name, unheard[0].data) == ("rewind", {"to_event": 0})


def test_whoever_falls_behind_the_memory_is_told_from_the_database(own: Scene, tmp_path: Path) -> None:
    """The memory holds two messages here: many events at once are more than that, and none gets lost."""
    own.index(_database(tmp_path))
    with serving(own.config(_database(tmp_path), roles="api", stream_buffer=2)) as server:
        followers = [Follower(server.url), Follower(server.url, _told(server, "0")[-1].id)]
        _until(lambda: server.service.feed.clients == 2)
        time.sleep(0.6)
        for _ in range(2):
            for _ in range(4):
                _redeem(own)
            own.index(_database(tmp_path))
        newest = _ids(server)[-16:]
        for follower in followers:
            assert [follower.next().data["event"] for _ in newest] == newest
        assert len(server.service.feed._messages) <= 2


def test_a_slow_client_is_told_that_it_is_dropped() -> None:
    """It takes its second chunk after more than half of the time that it has."""
    sent: list[bytes] = []
    taken = iter([0.0, 0.0, 0.6])

    async def tell() -> AsyncIterator[bytes]:
        for chunk in (b"first", b"second", b"third"):
            yield chunk

    async def send(message: dict[str, Any]) -> None:
        await asyncio.sleep(next(taken, 0.0))
        sent.append(message.get("body", b""))

    async def receive() -> dict[str, str]:
        await asyncio.Event().wait()
        return {}

    feed = Feed(open_engine("sqlite://"), 1, 1)
    asyncio.run(Stream(tell, 1, feed)({"type": "http"}, receive, send))
    assert sent[1:3] == [b"first", b"second"]
    assert sent[3].startswith(b"event: dropped\ndata: {")
    assert sent[4:] == [b""]
    assert feed.clients == 0


def test_a_client_that_takes_nothing_is_disconnected(scene: Scene, database: str) -> None:
    """Its socket's small buffers fill while it is told everything again and again; then it is let go."""
    dropped = STREAMS_DROPPED._value.get()
    with serving(scene.config(database, roles="api", stream_stall=1, heartbeat=1)) as server:
        feed, chunk = server.service.feed, b": " + b"x" * 65_536 + b"\n\n"
        with _silent(server, "/v1/stream") as client:
            _until(lambda: feed.clients == 1)
            loop = threading.Thread(target=_flood, args=(server, chunk), daemon=True)
            loop.start()
            _until(lambda: feed.clients == 0, within=20)
            assert STREAMS_DROPPED._value.get() > dropped
            client.close()
        loop.join(10)


def test_too_many_clients_are_told_to_come_later(scene: Scene, database: str) -> None:
    with serving(scene.config(database, roles="api", stream_clients=1)) as server:
        first = Follower(server.url)
        _until(lambda: server.service.feed.clients == 1)
        with pytest.raises(Exception, match="1 clients follow the stream already"):
            next(iter(Client(server.url).stream()))
        server.service.feed.close()
        assert first.ended()


def test_a_silent_stream_says_that_it_lives(scene: Scene, database: str) -> None:
    with (
        serving(scene.config(database, roles="api", heartbeat=1)) as server,
        server.http.stream("GET", "/v1/stream") as answer,
    ):
        lines = answer.iter_lines()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert ": heartbeat" in (next(lines) for _ in range(20))


def test_a_wrong_event_id_is_refused(server: Server) -> None:
    for given in ("last", "1-xyz", "-1"):
        answer = server.http.get("/v1/stream", headers={"Last-Event-ID": given})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_id")


def _told(server: Server, after: str) -> list[News]:
    """What a client is told at once, up to the first silence."""
    found: list[News] = []
    try:
        with server.http.stream("GET", "/v1/stream", headers={"Last-Event-ID": after}, timeout=0.7) as answer:
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                fields[name] = value
                if not line and "data" in fields:
                    found.append(News(fields["event"], json.loads(fields["data"]), fields.get("id")))
                    fields = {}
    except httpx.ReadTimeout:
        pass
    return [one for one in found if one.name != "block"]


def _apply(held: dict[int, str | None], news: News) -> dict[int, str | None]:
    """What a client holds after a message, as the documentation says."""
    if news.name == "rewind":
        return {event: mark for event, mark in held.items() if event <= news.data["to_event"]}
    assert news.data["event"] not in held
    return {**held, news.data["event"]: news.id}


def _until(holds: object, within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def _silent(server: Server, path: str) -> Iterator[socket.socket]:
    """A client that asks and then reads nothing."""
    address = urlsplit(server.url)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((address.hostname, address.port))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        yield client


def _flood(server: Server, chunk: bytes) -> None:
    feed = server.service.feed
    for _ in range(400):
        if feed.clients == 0:
            return
        feed.publish([Message(chunk)])
        time.sleep(0.01)
