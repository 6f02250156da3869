"""Errors as RFC 9457 problems: one shape, a stable code, and for bad input each field with what was expected."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from structlog import get_logger

from app.errors import ConcordError, InputError, Unavailable

MEDIA_TYPE = "application/problem+json"
OWN_CODES = ("bad_id", "bad_block", "bad_number", "bad_cursor")


class Fault(BaseModel):
    """What is wrong with one field."""

    field: str
    problem: str


class Problem(BaseModel):
    """A problem as RFC 9457 shapes it; `code` is stable and safe to test against."""

    type: str = Field(description="A name for the kind of problem: urn:concord:problem: and the code.")
    title: str
    status: int
    detail: str
    code: str
    faults: list[Fault] | None = Field(None, description="Each field that is wrong, where the input was.")


class BadRequest(InputError):
    """A request with wrong, unknown or missing fields."""

    def __init__(self, faults: list[Fault], code: str = "bad_request") -> None:
        super().__init__("; ".join(f"{one.field}: {one.problem}" for one in faults))
        self.faults = faults
        self.code = code


def as_error(error: Exception) -> ConcordError:
    """Anything that may be raised while answering, as one of our own errors."""
    if isinstance(error, ConcordError):
        return error
    if isinstance(error, RequestValidationError):
        return _bad_request(error)
    if isinstance(error, HTTPException):
        told = ConcordError(_said(error))
        told.status, told.code = error.status_code, HTTPStatus(error.status_code).name.lower()
        return told
    if isinstance(error, SQLAlchemyError):
        get_logger("app.api").error("database_failed", error=type(error).__name__)
        return Unavailable("the database does not answer: try again later")
    get_logger("app.api").error("failed", exc_info=error)
    return ConcordError("something went wrong here; it was logged")


def problem(error: ConcordError) -> Problem:
    """The problem that tells an error."""
    return Problem(
        type=f"urn:concord:problem:{error.code}",
        title=HTTPStatus(error.status).phrase,
        status=error.status,
        detail=str(error),
        code=error.code,
        faults=getattr(error, "faults", None) if isinstance(error, BadRequest) else None,
    )


def problem_response(_request: Request, error: Exception) -> JSONResponse:
    """Answers with the problem that an error is."""
    told = as_error(error)
    content = problem(told).model_dump(exclude_none=True)
    headers = {"Retry-After": "5"} if told.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    allowed = getattr(error, "headers", None) or {}
    return JSONResponse(content, told.status, {**allowed, **headers}, media_type=MEDIA_TYPE)


def _bad_request(error: RequestValidationError) -> BadRequest:
    found = error.errors()
    own = [one["type"] for one in found if one["type"] in OWN_CODES]
    code = own[0] if len(own) == len(found) else "bad_request"
    return BadRequest([Fault(field=_place(one), problem=_problem(one)) for one in found], code)


def _place(error: dict[str, Any]) -> str:
    place, *names = error["loc"]
    return ".".join(str(name) for name in names) or str(place)


def _problem(error: dict[str, Any]) -> str:
    message = error["msg"][:1].lower() + error["msg"][1:]
    return message if isinstance(error.get("input"), dict | None) else f"{str(error['input'])[:80]!r}: {message}"


def _said(error: HTTPException) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return "there is nothing at this address: see /openapi.json for what there is"
    return str(error.detail)


def add_problems(app: FastAPI) -> None:
    """Lets an app answer every error as a problem."""
    for kind in (ConcordError, RequestValidationError, HTTPException, SQLAlchemyError, Exception):
        app.add_exception_handler(kind, problem_response)
