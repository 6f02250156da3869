"""What all answers are made of: exact numbers, ids, the block that an answer is about, pages."""

from __future__ import annotations

import re
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

T = TypeVar("T")

_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


def _hash(given: str) -> str:
    if not _HASH.fullmatch(given):
        raise PydanticCustomError("bad_id", "expected 0x and 64 hexadecimal digits")
    return given.lower()


def _address(given: str) -> str:
    if not _ADDRESS.fullmatch(given):
        raise PydanticCustomError("bad_id", "expected an address: 0x and 40 hexadecimal digits")
    return given.lower()


_DIGITS = {"type": "string", "pattern": "^-?[0-9]+$"}

Whole = Annotated[int, PlainSerializer(str, return_type=str, when_used="json"), WithJsonSchema(_DIGITS)]
"""A whole number that may need 256 bits: in JSON a string, so that no digit is lost."""

Hash = Annotated[str, AfterValidator(_hash), Field(json_schema_extra={"pattern": _HASH.pattern})]
Address = Annotated[str, AfterValidator(_address), Field(json_schema_extra={"pattern": _ADDRESS.pattern})]


class Model(BaseModel):
    """An immutable part of an answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def part(row: object, *names: str) -> dict[str, Any]:
    """Some attributes of a row by name, as a model takes them."""
    return {name: getattr(row, name) for name in names}


class At(Model):
    """Where on the chain a row stands: its block [s], its place therein, and its event."""

    block: int
    hash: str
    timestamp: int
    log_index: int
    event: int = Field(description="See /v1/events/{event}.")
    is_final: bool = Field(description="No reorganisation within the finality depth takes it back.")


class AsOf(Model):
    """The block that an answer is about: the newest stored one up to the block asked for."""

    chain_id: int
    number: int
    hash: str
    timestamp: int
    is_final: bool


class Token(Model):
    """The token that amounts are in: an amount of 12345 with 2 decimals is 123.45."""

    address: str
    symbol: str | None = Field(description="As the token calls itself; null if it does not.")
    decimals: int | None = Field(description="As the token says; null if it does not, or no node could be asked.")


class Answer(Model, Generic[T]):
    """One thing, as of a block."""

    as_of: AsOf
    data: T


class Page(Model, Generic[T]):
    """Some of many things, as of a block; `next` is the address of the next page, as of the same block."""

    as_of: AsOf
    data: list[T]
    next: str | None
