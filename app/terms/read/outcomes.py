"""The tests of a term sheet: what was measured, and what that must pay."""

from __future__ import annotations

from fractions import Fraction

from app.domain.inputs import Inputs
from app.domain.schedule import (
    MAX_COHORTS,
    GateAnyPooled,
    Guarantee,
    ProRataPayers,
    Schedule,
    SignedBands,
    inner_schedules,
    references,
    several_claims,
)
from app.terms.read.node import Node
from app.terms.sheet import Expected, Test

LISTS = ("cohorts", "people")
GUARANTEE_NAMES = ("guarantor_pays", "lender_loss")


def read_test(node: Node, owner: str, terms: Schedule) -> Test:
    """One test of `terms`, whose own outcomes are kept under `owner`."""
    fields = node.fields()
    words = {name: str(fields.get(name) or "") for name in ("name", "note", "basis", "grade")}
    return Test(
        _inputs_by_owner(node.child("inputs"), owner, nested=bool(references(terms))),
        _expected(node.child("expected"), terms),
        node.place,
        words["name"] or words["note"],
        words["basis"],
        words["grade"],
    )


def _inputs_by_owner(node: Node, owner: str, nested: bool) -> dict[str, Inputs]:
    """An object among the inputs of terms that stand on other agreements is the inputs of one of those."""
    if not node.is_object():
        return {owner: Inputs()}
    others = [name for name, given in node.fields().items() if nested and isinstance(given, dict)]
    found = {name: _inputs(node.child(name)) for name in others}
    own = _inputs(node, skipped=tuple(others))
    return found if found and not own.values and owner not in found else {**found, owner: found.get(owner, own)}


def _inputs(node: Node, skipped: tuple[str, ...] = ()) -> Inputs:
    lists = [name for name in LISTS if isinstance(node.fields().get(name), list)]
    metrics = [name for name in node.fields() if name not in lists and name not in skipped]
    values = {name: node.child(name).as_number() for name in metrics}
    return Inputs(values, _cohorts(node.child("cohorts")), _people(node.child("people")))


def _cohorts(node: Node) -> tuple[Fraction, ...]:
    members = list(node.members())
    if len(members) > MAX_COHORTS:
        node.fault(f"{len(members)} cohorts given: expected at most {MAX_COHORTS}")
    return tuple(member.as_number() for member in members)


def _people(node: Node) -> tuple[dict[str, Fraction], ...]:
    people = [member for member in node.members() if member.is_object()]
    return tuple({name: person.child(name).as_number() for name in person.fields()} for person in people)


def _expected(node: Node, terms: Schedule) -> Expected:
    if isinstance(terms, GateAnyPooled):
        return _truth(node)
    names = _names(terms)
    if not names or (isinstance(terms, ProRataPayers) and not isinstance(node.value, dict)):
        amount = node.as_whole(least=None if _signed(terms) else 0)
        return {"total": amount} if isinstance(terms, ProRataPayers) else amount
    return _amounts(node, names)


def _truth(node: Node) -> bool:
    if not (isinstance(node.value, bool) or node.value in (0, 1)):
        node.fault("expected true or false, for this is what a gate pays")
    return bool(node.value)


def _amounts(node: Node, names: tuple[str, ...]) -> dict[str, int]:
    if not isinstance(node.value, dict) or not node.value:
        node.fault(f"expected amounts by name: {', '.join(names)}")
        return {}
    for unknown in [name for name in node.fields() if name not in names]:
        node.child(unknown).fault(f"unknown name: expected one of {', '.join(names)}")
    return {name: node.child(name).as_whole(least=0) for name in node.fields() if name in names}


def _names(terms: Schedule) -> tuple[str, ...]:
    if isinstance(terms, Guarantee):
        return GUARANTEE_NAMES
    if isinstance(terms, ProRataPayers):
        return ("total", *(payer.name for payer in terms.payers))
    return several_claims(terms)


def _signed(terms: Schedule) -> bool:
    """Whether the taker may have to pay."""
    return isinstance(terms, SignedBands) or any(_signed(inner) for inner in inner_schedules(terms))
