"""Templates to answers: the words that templates know, and the headers that every page has."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from app.web import figures

STATIC = Path(__file__).parent / "static"
# Nothing but what this service itself serves; no script or style within a page.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def page(template: str, context: Mapping[str, object], status: int = 200) -> Response:
    """A page with its headers."""
    text = environment().get_template(template).render(context)
    return HTMLResponse(text, status, HEADERS)


@cache
def environment() -> Environment:
    """The templates, with the filters that they use. A name that a page forgot to give is an error."""
    made = Environment(
        loader=PackageLoader("app.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["short"] = figures.short_id
    made.filters["time"] = figures.time_said
    made.filters["machine_time"] = figures.time_for_machines
    made.globals["static"] = static
    return made


@cache
def static(name: str, plain: bool = False) -> str:
    """Where a file is served, with a mark of its content, so that a browser may keep it; `plain` without the mark."""
    path = f"/static/{name}"
    return path if plain else f"{path}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"
