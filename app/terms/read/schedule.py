"""Any schedule by its type, with the schedules that stand inside it or on other claims."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.schedule import (
    Call,
    Compare,
    KnockIn,
    Payer,
    ProRataPayers,
    Schedule,
    Steps,
    SumOf,
    Tranche,
    TranchesMaturity,
    Waterfall,
    several_claims,
)
from app.terms.read import metrics
from app.terms.read.metrics import ONE
from app.terms.read.node import MAX_DEPTH, Node
from app.terms.read.tables import distinct, read_condition

NOTHING = Steps("", Compare.GTE, ())


def read_schedule(node: Node) -> Schedule:
    """The schedule that stands here; a stand-in that pays nothing if its type cannot be told."""
    if node.depth > MAX_DEPTH:
        node.fault("schedules are nested too deeply: expected at most a dozen levels")
        return NOTHING
    reader = READERS.get(node.choice("type", tuple(READERS))) if node.is_object() else None
    return reader(node) if reader else NOTHING


def _inner(node: Node) -> Schedule:
    """A schedule inside another: one that pays a single amount."""
    before = len(node.faults)
    schedule = read_schedule(node)
    if len(node.faults) == before and isinstance(schedule, TranchesMaturity | Waterfall):
        names = ", ".join(several_claims(schedule))
        node.fault(f"pays several claims ({names}): expected a schedule that pays one amount")
    return schedule


def _sum(node: Node) -> SumOf:
    parts = tuple(_inner(member) for member in node.items("parts", "a list of schedules"))
    return SumOf(parts, node.money_or_none("cap_minor"))


def _knock_in(node: Node) -> KnockIn:
    return KnockIn(read_condition(node.child("condition")), _inner(node.child("inner")))


def _pro_rata_payers(node: Node) -> ProRataPayers:
    members = node.items("payers", "a list of payers")
    payers = tuple(_payer(member) for member in members if member.is_object())
    distinct(members, [payer.name for payer in payers])
    return ProRataPayers(_inner(node.child("inner")), payers)


def _payer(node: Node) -> Payer:
    name = node.text("name")
    if name == "total":
        node.child("name").fault('"total" given: expected another name, for total is what all payers pay')
    return Payer(name, node.money("max_minor", least=1))


def _call(node: Node) -> Call:
    participation = node.number("participation", ONE, least=0)
    return Call(node.text("on"), node.money("strike_minor"), participation, node.money_or_none("cap_minor"))


def _waterfall(node: Node) -> Waterfall:
    backed_by = tuple(member.as_text() for member in node.items("backed_by", "a list of case.schedule"))
    for index, name in enumerate(backed_by):
        if name in backed_by[:index]:
            node.child("backed_by").at(index).fault(f'"{name}" given twice: expected distinct claims')
    members = node.items("tranches", "a list of tranches")
    tranches = tuple(_tranche(member) for member in members if member.is_object())
    distinct(members, [tranche.name for tranche in tranches])
    residual = node.text("residual")
    if residual in [tranche.name for tranche in tranches]:
        node.child("residual").fault(f'"{residual}" given: expected a name that no tranche has')
    return Waterfall(backed_by, tranches, residual)


def _tranche(node: Node) -> Tranche:
    return Tranche(node.text("name"), node.money("amount_minor"))


READERS: dict[str, Callable[[Node], Schedule]] = {
    "steps": metrics.read_steps,
    "piecewise_linear": metrics.read_piecewise_linear,
    "rate_card": metrics.read_rate_card,
    "marginal_brackets": metrics.read_marginal_brackets,
    "per_thousand_steps": metrics.read_per_thousand_steps,
    "sum": _sum,
    "all_targets": metrics.read_all_targets,
    "gate_any_pooled": metrics.read_gate_any_pooled,
    "per_person_capped_rate_card": metrics.read_per_person_rate_card,
    "signed_bands": metrics.read_signed_bands,
    "tranches_maturity": metrics.read_tranches_maturity,
    "guarantee": metrics.read_guarantee,
    "pro_rata_payers": _pro_rata_payers,
    "waterfall": _waterfall,
    "weighted_basket": metrics.read_weighted_basket,
    "k_of_n": metrics.read_k_of_n,
    "knock_in": _knock_in,
    "call": _call,
}
