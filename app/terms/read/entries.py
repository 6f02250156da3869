"""The cases and derivatives of one file, as entries."""

from __future__ import annotations

from app.domain.number import FloatLiteral
from app.domain.schedule import Schedule
from app.terms.read.node import Node
from app.terms.read.outcomes import read_test
from app.terms.read.schedule import read_schedule
from app.terms.sheet import Entry, Test

MAX_DECIMALS = 18
PROSE = (
    "name",
    "terms",
    "term",
    "country",
    "parties",
    "metrics",
    "upfront_capital",
    "realised",
    "grades",
    "confidence",
    "notes",
    "sources",
)


def read_document(root: Node) -> list[Entry]:
    """Every entry of a file."""
    if not root.is_object():
        return []
    if not root.has("cases") and not root.has("derivatives"):
        root.fault("neither cases nor derivatives given: expected a list of at least one of them")
    entries: list[Entry] = []
    for member in _members(root, "cases"):
        entries += _case(member)
    return entries + [_derivative(member) for member in _members(root, "derivatives")]


def _members(root: Node, name: str) -> list[Node]:
    node = root.child(name)
    if node.value is not None and not isinstance(node.value, list):
        node.fault("expected a list")
    return [member for member in node.members() if member.is_object()]


def _case(node: Node) -> list[Entry]:
    owner = node.text("id")
    node = node.named(f'case "{owner}"')
    currency, decimals = _money(node)
    schedules = node.child("schedules")
    if not isinstance(schedules.value, dict) or not schedules.value:
        schedules.fault("expected at least one schedule by name")
    terms: dict[str, Schedule] = {}
    for name in schedules.fields():
        terms[name] = read_schedule(schedules.child(name).named(f'case "{owner}", schedule "{name}"'))
    tests = _case_tests(node, owner, terms)
    return [
        Entry(
            owner,
            name,
            _kind(schedules.child(name)),
            currency,
            decimals,
            schedule,
            tuple(tests[name]),
            schedules.child(name).place,
            _prose(node),
        )
        for name, schedule in terms.items()
    ]


def _case_tests(node: Node, owner: str, terms: dict[str, Schedule]) -> dict[str, list[Test]]:
    tests: dict[str, list[Test]] = {name: [] for name in terms}
    for member in _tests(node):
        name = member.choice("schedule", tuple(terms))
        if name:
            about = f'case "{owner}", test of schedule "{name}"'
            tests[name].append(read_test(member.named(about), owner, terms[name]))
    return tests


def _derivative(node: Node) -> Entry:
    owner = node.text("id")
    node = node.named(f'derivative "{owner}"')
    currency, decimals = _money(node)
    terms = read_schedule(node)
    tests = tuple(read_test(member.named(f'derivative "{owner}", test'), owner, terms) for member in _tests(node))
    return Entry(owner, "", _kind(node), currency, decimals, terms, tests, node.place, _prose(node))


def _money(node: Node) -> tuple[str, int]:
    return node.text("currency"), node.child("minor_exponent").as_whole(least=0, most=MAX_DECIMALS)


def _tests(node: Node) -> list[Node]:
    return _members(node, "tests")


def _kind(node: Node) -> str:
    return str(node.fields().get("type", ""))


def _prose(node: Node) -> dict[str, object]:
    return {name: _plain(node.fields()[name]) for name in PROSE if node.has(name)}


def _plain(value: object) -> object:
    """The value with every number that was a float as the text that was written."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value.text if isinstance(value, FloatLiteral) else value
