"""Where everything comes from: an event, and how far the chain is read."""

from __future__ import annotations

import orjson

from app.store.queries.blocks import list_blocks
from app.store.queries.events import events_of_blocks, get_event
from app.store.queries.status import Status, status
from app.terms.figures import counted
from app.web.views.context import Fact, View

BLOCKS = 12
INSTRUMENTS = ("instrumentId", "positionId", "id")  # arguments that name one, or a position in one
CLAIM_BITS = 0xFF


def event_page(view: View, event_id: int) -> dict[str, object]:
    """One event as the chain told it.

    Raises: Unknown if there is none.
    """
    event = get_event(view.connection, view.moment, event_id)
    arguments = orjson.dumps(event.arguments, option=orjson.OPT_INDENT_2).decode()
    return {"event": event, "facts": [*_about(event.arguments), *_places(view, event_id)], "arguments": arguments}


def status_page(view: View) -> dict[str, object]:
    """What is indexed, and the newest blocks that told something."""
    counts, moment = status(view.connection, view.moment), view.moment
    shown = list_blocks(view.connection, moment, limit=BLOCKS, with_events=True)
    told = events_of_blocks(view.connection, moment, [block.number for block in shown])
    final = f"Blocks up to {moment.final:,} are final." if moment.final >= 0 else "No block is final yet."
    return {
        "says": f"Everything up to block {moment.newest:,} is read. {final}",
        "facts": _status_facts(view, counts),
        "blocks": [
            {"number": b.number, "hash": b.hash, "timestamp": b.timestamp, "told": told[b.number]} for b in shown
        ],
    }


def _about(arguments: object) -> list[Fact]:
    """Links to what the event is about."""
    given = arguments if isinstance(arguments, dict) else {}
    facts = []
    if isinstance(metric := given.get("metricId"), str):
        facts.append(Fact("Metric", id=metric, link=f"/metrics/{metric}"))
    number = str(next((given[name] for name in INSTRUMENTS if name in given), ""))
    if number.isdigit():
        full = f"0x{int(number) & ~CLAIM_BITS:064x}"
        facts.append(Fact("Instrument", id=full, link=f"/instruments/{full}"))
    return facts


def _places(view: View, event_id: int) -> list[Fact]:
    event = get_event(view.connection, view.moment, event_id)
    return [
        Fact("When", at=event.at.timestamp),
        Fact("Block", f"{event.at.block:,}, {'final' if event.at.is_final else 'not final yet'}"),
        Fact("Block hash", id=event.at.hash),
        Fact("Transaction", id=event.transaction),
        Fact("Place in the block", str(event.at.log_index)),
        Fact("Contract", id=event.contract),
    ]


def _status_facts(view: View, counts: Status) -> list[Fact]:
    rewind = counts.last_rewind
    depth = f", the last one by {counted(rewind.from_number - rewind.to_number, 'block')}" if rewind else ""
    return [
        Fact("Chain", str(view.moment.chain_id)),
        Fact("Newest block", f"{view.moment.newest:,}"),
        Fact("Its time", at=view.moment.timestamp),
        Fact("Events", f"{counts.events:,}"),
        Fact("Instruments", f"{counts.instruments:,}"),
        Fact("Metrics", f"{counts.metrics:,}"),
        Fact("Payments", f"{counts.payments:,}"),
        Fact("Reorganisations met", f"{counts.rewinds:,}{depth}"),
        Fact("OutcomeOracle", id=counts.outcome_oracle),
        Fact("ImpactInstruments", id=counts.impact_instruments),
    ]
