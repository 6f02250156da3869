"""The pages' addresses."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.api.service import Service, ServiceNow
from app.chain.artifacts import artifact
from app.errors import ConcordError, InputError, Unknown
from app.store.engine import reading
from app.store.queries.moment import Key, moment
from app.web.render import HEADERS, STATIC, page
from app.web.views.account import account_page
from app.web.views.context import View
from app.web.views.home import home_page
from app.web.views.instrument import instrument_page
from app.web.views.payments import payments_page
from app.web.views.record import event_page, status_page
from app.web.views.rounds import metric_page, rounds_page

router = APIRouter(include_in_schema=False)

ADDRESS = re.compile(r"0x[0-9a-f]{40}")
EVENTS = sorted(
    {
        entry["name"]
        for name in ("OutcomeOracle", "ImpactInstruments")
        for entry in artifact(name).abi
        if entry["type"] == "event"
    }
)
NEWS = " ".join((*EVENTS, "block", "rewind"))
FILES = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.is_file()}
KEPT = "public, max-age=31536000, immutable"


@router.get("/")
def home(own: ServiceNow, after: str = "") -> Response:
    """What there is."""
    return _shown(own, "/", "home.html", lambda view: home_page(view, _key(after, 2)))


@router.get("/instruments/{instrument_id}")
def instrument(own: ServiceNow, request: Request, instrument_id: str) -> Response:
    """An instrument; the query supposes outcomes: `x0=0.1&along=x0`."""
    asked = dict(request.query_params)
    return _shown(own, "/", "instrument.html", lambda view: instrument_page(view, instrument_id.lower(), asked))


@router.get("/rounds")
def rounds(own: ServiceNow, after: str = "") -> Response:
    """All rounds."""
    return _shown(own, "/rounds", "rounds.html", lambda view: rounds_page(view, _key(after, 4)))


@router.get("/metrics/{metric_id}")
def metric(own: ServiceNow, metric_id: str, after: str = "") -> Response:
    """A metric and its rounds."""
    return _shown(own, "/rounds", "metric.html", lambda view: metric_page(view, metric_id.lower(), _key(after, 4)))


@router.get("/accounts")
def find(address: str = "") -> Response:
    """The form that asks for an account leads to its page."""
    return RedirectResponse(f"/accounts/{address.strip().lower()}" if address else "/", 303)


@router.get("/accounts/{address}")
def account(own: ServiceNow, address: str) -> Response:
    """An account."""
    return _shown(own, "", "account.html", lambda view: account_page(view, _address(address)))


@router.get("/payments")
def payments(own: ServiceNow, after: str = "") -> Response:
    """All payments."""
    return _shown(own, "/payments", "payments.html", lambda view: payments_page(view, _key(after, 2)))


@router.get("/events/{event_id}")
def event(own: ServiceNow, event_id: int) -> Response:
    """An event."""
    return _shown(own, "", "event.html", lambda view: event_page(view, event_id))


@router.get("/status")
def status(own: ServiceNow) -> Response:
    """How far the chain is read."""
    return _shown(own, "/status", "status.html", status_page)


@router.get("/static/{name:path}")
def static_file(request: Request, name: str) -> Response:
    """A file of the page: one whose address carries a mark of its content never changes."""
    path = FILES.get(name)
    if path is None:
        raise Unknown("file", name, "the page has no such file")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kept = KEPT if "v" in request.query_params or path.suffix == ".woff2" else "no-cache"
    return Response(path.read_bytes(), media_type=kind, headers={**HEADERS, "Cache-Control": kept})


def _shown(own: Service, place: str, template: str, build: Callable[[View], dict[str, object]]) -> Response:
    """A page of one moment of the store; a problem is told on a page, too."""
    try:
        with reading(own.engine) as connection:
            view = View(connection, moment(connection, "latest", own.config.finality_depth))
            return page(template, {"now": view.moment, "place": place, "news": NEWS, **build(view)})
    except ConcordError as error:
        heading = {404: "Not found", 503: "Not yet"}.get(error.status, "That did not work")
        told = {"now": None, "place": place, "news": NEWS, "heading": heading, "says": str(error)}
        return page("error.html", told, error.status)


def _key(after: str, parts: int) -> Key | None:
    """The row after which a list goes on.

    Raises: InputError for what is no such key.
    """
    if not after:
        return None
    if not re.fullmatch(rf"\d{{1,18}}(-\d{{1,18}}){{{parts - 1}}}", after):
        raise InputError(f"after {after!r}: expected {parts} numbers joined by hyphens, as the links of this page have")
    return tuple(map(int, after.split("-")))


def _address(given: str) -> str:
    """An account's address in lower case.

    Raises: InputError for what is none.
    """
    address = given.strip().lower()
    if not ADDRESS.fullmatch(address):
        raise InputError(f"account {given!r}: expected 0x and 40 hexadecimal digits")
    return address
