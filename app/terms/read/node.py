"""A value inside a term sheet that knows where it stands, and writes down what is wrong with it.

Reading never stops at a fault: the fault is noted, a harmless stand-in is returned, and reading goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction

from app.domain.number import FloatLiteral, TwiceGiven, parse_number, parse_whole
from app.errors import NumberError, TermsError

MAX_DEPTH = 40
ZERO = Fraction(0)


@dataclass(frozen=True)
class Node:
    """`place` is the path in the file, `about` says in words whose it is, `key` is the last name on the path."""

    value: object
    place: str
    faults: list[TermsError]
    about: str = ""
    key: str = ""
    depth: int = 0

    def fault(self, problem: str) -> None:
        """Note that this value breaks a rule."""
        named = f'key "{self.key}"' if self.key else ""
        subject = ", ".join(part for part in (self.about, named) if part)
        self.faults.append(TermsError(self.place, f"{subject}: {problem}" if subject else problem))

    def named(self, about: str) -> Node:
        """The same value, told as belonging to `about` from here on."""
        return replace(self, about=about, key="")

    def child(self, name: str) -> Node:
        """What stands under a name; null if there is nothing."""
        fields = self.fields()
        place = f"{self.place}.{name}" if self.place and not self.place.endswith(": ") else f"{self.place}{name}"
        return replace(self, value=fields.get(name), place=place, key=name, depth=self.depth + 1)

    def at(self, index: int) -> Node:
        """What stands at a position of a list."""
        values = self.value if isinstance(self.value, list) else []
        place = f"{self.place}[{index}]"
        return replace(self, value=values[index], place=place, depth=self.depth + 1)

    def has(self, name: str) -> bool:
        """Whether something other than null stands under the name."""
        return self.fields().get(name) is not None

    def fields(self) -> dict[str, object]:
        """The names and values of an object; none if it is something else."""
        return self.value if isinstance(self.value, dict) else {}

    def is_object(self) -> bool:
        """Whether this is an object; if not, the fault is noted."""
        if not isinstance(self.value, dict):
            self.fault(f"{described(self.value)} given: expected an object")
        return isinstance(self.value, dict)

    def items(self, name: str, expected: str) -> list[Node]:
        """The members of a list that must have at least one."""
        node = self.child(name)
        if not isinstance(node.value, list) or not node.value:
            node.fault(f"{described(node.value)} given: expected {expected}")
        return list(node.members())

    def members(self) -> Iterator[Node]:
        """The members of a list; none if this is something else."""
        yield from (self.at(index) for index in range(len(self.value) if isinstance(self.value, list) else 0))

    def text(self, name: str) -> str:
        """A text that must not be empty."""
        return self.child(name).as_text()

    def as_text(self) -> str:
        """This value as a text that must not be empty."""
        if isinstance(self.value, str) and self.value.strip():
            return self.value
        self.fault(f"{described(self.value)} given: expected a text")
        return ""

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of the words allowed, or an empty text."""
        return self.child(name).as_choice(allowed)

    def as_choice(self, allowed: tuple[str, ...]) -> str:
        """This value as one of the words allowed, or an empty text."""
        if isinstance(self.value, str) and self.value in allowed:
            return self.value
        near = get_close_matches(self.value, allowed, n=1) if isinstance(self.value, str) else []
        hint = f" (did you mean {near[0]}?)" if near else ""
        self.fault(f"{described(self.value)} given: expected one of {', '.join(allowed)}{hint}")
        return ""

    def flag(self, name: str) -> bool:
        """True or false."""
        node = self.child(name)
        if not isinstance(node.value, bool):
            node.fault(f"{described(node.value)} given: expected true or false")
        return node.value is True

    def number(self, name: str, default: Fraction | None = None, least: int | None = None) -> Fraction:
        """An exact number, at least `least`; null or absent is `default` where there is one."""
        if default is not None and not self.has(name):
            return default
        return self.child(name).as_number(least)

    def number_or_none(self, name: str, least: int | None = None) -> Fraction | None:
        """An exact number, or none if null or absent."""
        return self.child(name).as_number(least) if self.has(name) else None

    def money(self, name: str, default: Fraction | None = None, least: int | None = 0) -> Fraction:
        """An amount in whole minor units; null or absent is `default` where there is one."""
        if default is not None and not self.has(name):
            return default
        return self.child(name).as_money(least)

    def money_or_none(self, name: str) -> Fraction | None:
        """An amount in whole minor units, or none if null or absent."""
        return self.child(name).as_money() if self.has(name) else None

    def as_number(self, least: int | None = None) -> Fraction:
        """This value as an exact number, at least `least`."""
        return self._parsed(parse_number, "a number", least)

    def as_money(self, least: int | None = 0) -> Fraction:
        """This value as an amount in whole minor units."""
        return self._parsed(parse_whole, "an amount in whole minor units", least)

    def as_whole(self, least: int | None = None, most: int | None = None) -> int:
        """This value as a whole number within bounds."""
        value = self._parsed(parse_whole, "a whole number", least)
        if most is not None and value > most:
            self.fault(f"{value} given: expected at most {most}")
        return int(value)

    def _parsed(self, parse: Callable[[object], Fraction | int], what: str, least: int | None) -> Fraction:
        if self.value is None:
            self.fault(f"nothing given: expected {what}")
            return ZERO
        try:
            value = Fraction(parse(self.value))
        except NumberError as error:
            self.fault(str(error))
            return ZERO
        if least is not None and value < least:
            self.fault(f"{described(self.value)} given: expected {what}, at least {least}")
        return value


def described(value: object) -> str:
    """What was given, in a few words."""
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else str(value).lower()
    if isinstance(value, FloatLiteral):
        return value.text
    if isinstance(value, dict | TwiceGiven):
        return "an object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
