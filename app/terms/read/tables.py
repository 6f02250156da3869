"""The shapes that several schedules share: tables, conditions, clips, names."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from app.domain.schedule import Compare, Condition, Row
from app.terms.figures import shown
from app.terms.read.node import ZERO, Node, described

COMPARES = tuple(one.value for one in Compare)


def read_condition(node: Node) -> Condition:
    """`[metric, threshold, compare]`, or the same as an object; compare is gte if not given."""
    if isinstance(node.value, dict):
        return Condition(node.text("metric"), node.number("threshold"), read_compare(node.child("compare")))
    if not has_length(node, (2, 3), "[metric, threshold, compare]"):
        return Condition("", ZERO)
    compare = read_compare(node.at(2)) if _length(node) == 3 else Compare.GTE
    return Condition(node.at(0).as_text(), node.at(1).as_number(), compare)


def read_compare(node: Node) -> Compare:
    """How outcomes are compared: gte if nothing stands here."""
    return Compare(node.as_choice(COMPARES) or "gte") if node.value is not None else Compare.GTE


def read_rows(node: Node, name: str, shape: str, money: bool = False, least: int | None = None) -> tuple[Row, ...]:
    """Pairs of numbers; the second an amount if `money`."""
    rows = []
    for member in node.items(name, f"a list of {shape}"):
        if has_length(member, (2,), shape):
            second = member.at(1).as_money() if money else member.at(1).as_number(least)
            rows.append((member.at(0).as_number(), second))
    return tuple(rows)


def in_order(table: Node, values: Sequence[Fraction], rising: bool = True) -> None:
    """Note each value that is not strictly beyond the one before; silent if the table has faults already."""
    if any(fault.place.startswith(table.place) for fault in table.faults):
        return
    for index in range(1, len(values)):
        value, previous = values[index], values[index - 1]
        if (value <= previous) if rising else (value >= previous):
            word = "above" if rising else "below"
            table.at(index).fault(f"{shown(value)} given: expected {word} the one before, {shown(previous)}")


def distinct(members: Sequence[Node], names: Sequence[str], key: str = "name") -> None:
    """Note each name that was used before."""
    for index, name in enumerate(names):
        if name and name in names[:index]:
            members[index].child(key).fault(f'"{name}" given twice: expected distinct names')


def read_clip(node: Node) -> tuple[Fraction | None, Fraction | None]:
    """The lowest and the highest value let through; null or absent is no bound."""
    if not node.has("clip"):
        return None, None
    clip = node.child("clip")
    if not has_length(clip, (2,), "[low, high]"):
        return None, None
    ends = [member.as_number() if member.value is not None else None for member in clip.members()]
    low, high = ends
    if low is not None and high is not None and low > high:
        clip.fault(f"low {shown(low)} and high {shown(high)} given: expected low at most high")
    return low, high


def has_length(node: Node, lengths: tuple[int, ...], shape: str) -> bool:
    """Whether this is a list of one of these lengths; if not, the fault is noted."""
    size = _length(node)
    if size not in lengths:
        given = described(node.value) if size < 1 else f"a list of {size}"
        node.fault(f"{given} given: expected {shape}")
    return size in lengths


def _length(node: Node) -> int:
    return len(node.value) if isinstance(node.value, list) else -1
