"""Pages: a cursor holds the block of the first page and the key of the last row, so that inserts move nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import orjson
from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, ValidationError

from app.api.fields import AsOf, Model, Page
from app.api.problems import BadRequest, Fault
from app.store.queries.moment import Moment

MAX_LIMIT = 200

Row = TypeVar("Row")
Shown = TypeVar("Shown", bound=Model)
Key = tuple[int | str, ...]


class Cursor(BaseModel):
    """Where the next page goes on."""

    model_config = ConfigDict(extra="forbid", strict=True)

    block: int
    hash: str
    after: list[int | str]


class Paging(BaseModel):
    """Which page is asked for, and the address that it is asked at."""

    path: str
    parameters: dict[str, str]
    cursor: str | None
    limit: int

    def after(self, *kinds: type) -> Any:
        """The key after which the page begins, None for the first page.

        Raises: BadRequest if the cursor is not one of this address: its key has other `kinds`.
        """
        if self.cursor is None:
            return None
        key = read_cursor(self.cursor).after
        if tuple(type(part) for part in key) != kinds:
            raise bad_cursor()
        return tuple(key)

    def page(
        self, moment: Moment, rows: Sequence[Row], key: Callable[[Row], Key], show: Callable[[Row], Shown]
    ) -> Page[Shown]:
        """The page of rows, of which one more than `limit` was asked for."""
        shown = [show(row) for row in rows[: self.limit]]
        following = None
        if len(rows) > self.limit:
            following = self._address(moment, key(rows[self.limit - 1]))
        return Page(as_of=AsOf.model_validate(moment), data=shown, next=following)

    def _address(self, moment: Moment, after: Key) -> str:
        cursor = Cursor(block=moment.number, hash=moment.hash, after=list(after)).model_dump()
        written = base64.urlsafe_b64encode(orjson.dumps(cursor)).decode().rstrip("=")
        given = {name: value for name, value in self.parameters.items() if name not in ("cursor", "block")}
        return f"{self.path}?{urlencode({**given, 'cursor': written})}"


def paging(
    request: Request,
    cursor: Annotated[str | None, Query(description="Where to go on: from `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="The most things on a page.")] = 50,
) -> Paging:
    """Which page is asked for."""
    parameters = dict(request.query_params)
    return Paging(path=request.url.path, parameters=parameters, cursor=cursor, limit=limit)


def read_cursor(written: str) -> Cursor:
    """The cursor that a page gave.

    Raises: BadRequest if it is none.
    """
    try:
        content = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
        return Cursor.model_validate_json(content)
    except (binascii.Error, ValidationError, ValueError):
        raise bad_cursor() from None


def bad_cursor() -> BadRequest:
    """The error of a cursor that no page gave."""
    return BadRequest(
        [Fault(field="cursor", problem="expected one from `next` of a page of this address")], "bad_cursor"
    )
