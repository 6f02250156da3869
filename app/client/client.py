"""A client of the service: a method an address of `/v1`, which returns the models that the service answers with.

with Client("http://127.0.0.1:8000") as client:
for position in client.account("0x…").data.positions:
print(position.label, position.units, position.payout)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self, TypeVar

import httpx
from pydantic import ValidationError

from app.api.accounts import Account
from app.api.blocks import Block
from app.api.events import Event
from app.api.fields import Answer, Model, Page
from app.api.instruments import Instrument
from app.api.live import LiveValue
from app.api.metrics import Metric
from app.api.missions import Mission
from app.api.payments import Payment
from app.api.payout import PayoutState
from app.api.positions import Position
from app.api.problems import Problem
from app.api.rounds import Round
from app.api.status import Status
from app.client.news import News, read_news
from app.errors import Declined, Unavailable

T = TypeVar("T", bound=Model)
M = TypeVar("M", bound=Model)
Block_ = int | str
PAGE = 200
LATEST = "latest"


class Client:
    """A connection to a service. Iterators ask for pages as they are needed, all as of the same block.

    Every method raises: Unavailable if the service can't be reached, Declined with the service's own code.
    """

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        self._http = httpx.Client(base_url=url, timeout=timeout, headers={"Accept": "application/json"})
        self._url = url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def status(self) -> Answer[Status]:
        """How the index stands."""
        return self._one(Status, "status")

    def missions(self, block: Block_ = LATEST) -> Iterator[Mission]:
        """All missions, the newest first."""
        return self._all(Mission, "missions", block=block)

    def metrics(self, name: str | None = None, block: Block_ = LATEST) -> Iterator[Metric]:
        """All metrics, the newest first; or those of a name."""
        return self._all(Metric, "metrics", name=name, block=block)

    def metric(self, metric_id: str, block: Block_ = LATEST) -> Answer[Metric]:
        """One metric."""
        return self._one(Metric, f"metrics/{metric_id}", block=block)

    def rounds(self, metric: str | None = None, block: Block_ = LATEST) -> Iterator[Round]:
        """All rounds, or those of a metric."""
        return self._all(Round, "rounds", metric=metric, block=block)

    def live(self, metric: str | None = None, block: Block_ = LATEST) -> Iterator[LiveValue]:
        """The newest live value of each metric, or all of one."""
        return self._all(LiveValue, "live", metric=metric, block=block)

    def instruments(
        self, mission: str | None = None, metric: str | None = None, block: Block_ = LATEST
    ) -> Iterator[Instrument]:
        """All instruments, the newest first; or those of a mission, or on a metric."""
        return self._all(Instrument, "instruments", mission=mission, metric=metric, block=block)

    def instrument(self, instrument_id: str, block: Block_ = LATEST) -> Answer[Instrument]:
        """One instrument with all its terms."""
        return self._one(Instrument, f"instruments/{instrument_id}", block=block)

    def payout_state(self, instrument_id: str, block: Block_ = LATEST) -> Answer[PayoutState]:
        """What an instrument pays, or would pay as things are known."""
        return self._one(PayoutState, f"instruments/{instrument_id}/payout-state", block=block)

    def what_if(
        self, instrument_id: str, outcomes: Mapping[str, str | int | None], block: Block_ = LATEST
    ) -> Answer[PayoutState]:
        """What it would pay for these outcomes: decimals by metric, in the metric's own unit; None is UNRESOLVED."""
        path = f"/v1/instruments/{instrument_id}/what-if"
        answer = self._asked("POST", path, params={"block": block}, json={"outcomes": dict(outcomes)})
        return self._read(Answer[PayoutState], answer)

    def positions(
        self, instrument: str | None = None, holder: str | None = None, block: Block_ = LATEST
    ) -> Iterator[Position]:
        """All positions, or those in an instrument, or of a holder."""
        return self._all(Position, "positions", instrument=instrument, holder=holder, block=block)

    def account(self, address: str, block: Block_ = LATEST) -> Answer[Account]:
        """What an account holds, what that pays or would pay, and what it was paid."""
        return self._one(Account, f"accounts/{address}", block=block)

    def payments(
        self, instrument: str | None = None, account: str | None = None, block: Block_ = LATEST
    ) -> Iterator[Payment]:
        """All payments, the newest first; or those of an instrument, or of an account."""
        return self._all(Payment, "payments", instrument=instrument, account=account, block=block)

    def blocks(self, block: Block_ = LATEST) -> Iterator[Block]:
        """All stored blocks, the newest first."""
        return self._all(Block, "blocks", block=block)

    def events(self, name: str | None = None, block: Block_ = LATEST) -> Iterator[Event]:
        """All events, the newest first; or those of a name."""
        return self._all(Event, "events", name=name, block=block)

    def event(self, event_id: int) -> Answer[Event]:
        """One event."""
        return self._one(Event, f"events/{event_id}")

    def stream(self, after: str | None = None) -> Iterator[News]:
        """News as they come, after the `id` of the last one that was seen; "0" tells everything from the beginning.

        Ends when the service ends the stream: call again with the last id.
        """
        headers = {"Last-Event-ID": after} if after is not None else {}
        silence = httpx.Timeout(30, read=None)
        try:
            with self._http.stream("GET", "/v1/stream", headers=headers, timeout=silence) as answer:
                if not answer.is_success:
                    answer.read()
                yield from read_news(self._accepted(answer).iter_lines())
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _one(self, kind: type[T], path: str, **parameters: object) -> Answer[T]:
        return self._read(Answer[kind], self._asked("GET", f"/v1/{path}", params=parameters))  # type: ignore[valid-type]

    def _all(self, kind: type[T], path: str, **parameters: object) -> Iterator[T]:
        given = {name: value for name, value in parameters.items() if value is not None}
        answer = self._asked("GET", f"/v1/{path}", params={"limit": PAGE, **given})
        while True:
            page: Page[T] = self._read(Page[kind], answer)  # type: ignore[valid-type]
            yield from page.data
            if page.next is None:
                return
            answer = self._asked("GET", page.next)

    def _asked(self, method: str, path: str, **given: Any) -> httpx.Response:
        try:
            return self._accepted(self._http.request(method, path, **given))
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _accepted(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        try:
            problem = Problem.model_validate_json(answer.content)
        except ValidationError:
            status = answer.status_code
            raise Declined("error", status, f"{self._url} answered with status {status}") from None
        raise Declined(problem.code, problem.status, problem.detail)

    def _read(self, kind: type[M], answer: httpx.Response) -> M:
        try:
            return kind.model_validate_json(answer.content)
        except ValidationError:
            raise Unavailable(f"{self._url} answers, but not as this version of Concord expects") from None

    def _unreachable(self, error: Exception) -> Unavailable:
        return Unavailable(f"no service answers at {self._url} ({type(error).__name__}): is `concord serve` running?")
