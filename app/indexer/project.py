"""An event becomes rows: pure functions, one an event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from eth_utils.crypto import keccak
from faster_eth_abi import decode
from sqlalchemy import Table

from app.chain.body import decode_body
from app.chain.oracle import Transmission
from app.domain.instrument import Curve, Leg, MetricLeg
from app.errors import InputError
from app.indexer.decode import Event
from app.store import tables

Row = dict[str, Any]
Rows = Iterator[tuple[Table, Row]]
Values = dict[str, Any]

_CALENDAR = ("start", "length", "count", "reportWindow", "challengeWindow")
_REPORT = bytes(keccak(text="report(bytes)")[:4])


def project(events: Iterable[Event], calls: Mapping[str, bytes]) -> dict[Table, list[Row]]:
    """All rows that the events make, by table.

    `calls` is what was sent straight to the oracle, by transaction: there stands what each reporter said.
    """
    transmissions = {transaction: _transmission(call) for transaction, call in calls.items()}
    found: dict[Table, list[Row]] = defaultdict(list)
    for event in events:
        place = {"block_number": event.block_number, "log_index": event.log_index}
        found[tables.events].append(place | _log(event))
        for table, row in _PROJECTIONS[event.name](event.values):
            found[table].append(place | row)
        if event.name == "OutcomeReported":
            found[tables.reported_values] += [place | row for row in _said(event, transmissions)]
    return found


def plain(value: Any) -> Any:
    """A value as JSON that loses no digit: whole numbers become decimal strings."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value]


def _log(event: Event) -> Row:
    names = {"transaction_hash": event.transaction_hash, "contract": event.contract, "name": event.name}
    return names | {"arguments": plain(event.values)}


def _panel_opened(values: Values) -> Rows:
    panel_id, panel = values["panelId"], values["panel"]
    yield tables.panels, {"panel_id": panel_id, "quorum": panel["quorum"]}
    for seat, address in enumerate(panel["reporters"]):
        yield tables.reporters, {"panel_id": panel_id, "seat": seat, "address": address}


def _scorecard_opened(values: Values) -> Rows:
    scorecard_id, calendar, details = values["scorecardId"], values["calendar"], values["details"]
    yield (
        tables.scorecards,
        {
            "scorecard_id": scorecard_id,
            "panel_id": values["panelId"],
            **{_snake(name): calendar[name] for name in _CALENDAR},
            **{_snake(name): value for name, value in details.items() if name != "metrics"},
        },
    )
    for index, (metric, bounds) in enumerate(zip(details["metrics"], values["bounds"], strict=True)):
        yield (
            tables.metrics,
            {
                "metric_id": f"{scorecard_id[:-2]}{index:02x}",
                "scorecard_id": scorecard_id,
                "index": index,
                **{name: metric[name] for name in ("name", "unit", "uri", "decimals")},
                **bounds,
                "evidence_method": metric["evidenceMethod"],
                "evidence_policy": metric["evidencePolicyURI"],
            },
        )


def _seat_handed_over(values: Values) -> Rows:
    given = {name: values[name] for name in ("seat", "holder", "successor")}
    yield tables.handovers, {"scorecard_id": values["scorecardId"], **given}


def _outcome_reported(values: Values) -> Rows:
    given = {name: values[name] for name in ("period", "value", "least", "greatest", "seats", "evidence")}
    yield tables.outcomes, {"metric_id": values["metricId"], **given}


def _said(event: Event, transmissions: Mapping[str, Transmission | None]) -> Iterator[Row]:
    """What each reporter behind an outcome said; nothing if the transmission came through another contract."""
    transmission = transmissions.get(event.transaction_hash)
    metric_id, period = event.values["metricId"], event.values["period"]
    index = int(metric_id[-2:], 16)
    if transmission is None or transmission.when != period or not transmission.metrics >> index & 1:
        return
    column = (transmission.metrics & ((1 << index) - 1)).bit_count()
    seats = [seat for seat in range(64) if transmission.seats >> seat & 1]
    for seat, row in zip(seats, transmission.rows, strict=True):
        yield {"metric_id": metric_id, "period": period, "seat": seat, "value": row.values[column]}


def _transmission(call: bytes) -> Transmission | None:
    if call[:4] != _REPORT:
        return None
    try:
        return Transmission.decode(decode(("bytes",), call[4:])[0])
    except (InputError, ValueError):
        return None


def _live_value_reported(values: Values) -> Rows:
    given = {"value": values["value"], "observed_at": values["observedAt"]}
    yield tables.live_values, {"metric_id": values["metricId"], **given}


def _opened(values: Values) -> Rows:
    instrument_id = word(values["instrumentId"])
    body = decode_body(bytes.fromhex(values["body"][2:]))
    yield (
        tables.instruments,
        {
            "instrument_id": instrument_id,
            "combine": body.combine.name,
            "document": f"0x{body.document.hex()}",
            **{name: values[name] for name in ("token", "face", "mission", "body")},
        },
    )
    for index, leg in enumerate(body.legs):
        yield tables.legs, {"instrument_id": instrument_id, "index": index, **_leg(leg)}
    labels = [(claim.label, _curve(claim.curve)) for claim in body.claims]
    for claim, (label, curve) in enumerate([*labels, (body.residual, None)]):
        yield tables.claims, {"instrument_id": instrument_id, "claim": claim, "label": label, "curve": curve}


def _leg(leg: Leg) -> Row:
    read: Row = dict.fromkeys(("metric_id", "period", "fallback", "source_instrument_id", "source_claim"))
    if isinstance(leg, MetricLeg):
        read |= {"metric_id": leg.metric, "period": leg.period, "fallback": leg.fallback}
    else:
        read |= {"source_instrument_id": leg.instrument, "source_claim": leg.claim}
    return read | {"curve": _curve(leg.curve)}


def _curve(curve: Curve) -> list[list[str]]:
    return [[str(x), str(y)] for x, y in curve]


def _settled(values: Values) -> Rows:
    instrument_id = word(values["instrumentId"])
    yield tables.settlements, {"instrument_id": instrument_id, "score": values["score"]}
    for claim, amount in enumerate(values["payoffs"]):
        yield tables.payoffs, {"instrument_id": instrument_id, "claim": claim, "amount": amount}


def _transfer(values: Values) -> Rows:
    given = {"sender": values["sender"], "receiver": values["receiver"], "units": values["amount"]}
    yield tables.transfers, _position(values["id"]) | given


def _redeemed(values: Values) -> Rows:
    given = {name: values[name] for name in ("holder", "units", "payout")}
    yield tables.payments, {**_position(values["positionId"]), "receiver": values["to"], **given}


def _operator_set(values: Values) -> Rows:
    yield tables.operators, values


def _approval(values: Values) -> Rows:
    given = {"owner": values["owner"], "spender": values["spender"], "units": values["amount"]}
    yield tables.approvals, _position(values["id"]) | given


def word(number: int) -> str:
    """An id that the contracts count as a number, as text."""
    return f"0x{number:064x}"


def _position(position_id: int) -> Row:
    return {"instrument_id": word(position_id >> 8 << 8), "claim": position_id & 0xFF}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


_PROJECTIONS: dict[str, Callable[[Values], Rows]] = {
    "PanelOpened": _panel_opened,
    "ScorecardOpened": _scorecard_opened,
    "SeatHandedOver": _seat_handed_over,
    "OutcomeReported": _outcome_reported,
    "LiveValueReported": _live_value_reported,
    "Opened": _opened,
    "Settled": _settled,
    "Redeemed": _redeemed,
    "Transfer": _transfer,
    "OperatorSet": _operator_set,
    "Approval": _approval,
}
