"""Every event of every contract becomes rows, and from the rows alone the contracts' state is rebuilt."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from app.chain.body import decode_body
from app.chain.client import NO_ADDRESS
from app.domain.instrument import Claim, ClaimLeg, Combine, Instrument, MetricLeg
from app.domain.round import Calendar, State
from app.indexer.decode import event_types
from app.indexer.project import word
from app.store import tables
from app.store.engine import reading
from tests.indexer.following import Index
from tests.support.world import DAY, OpenScorecard, World


def hexed(data: bytes) -> str:
    return f"0x{data.hex()}"


def test_panel_and_scorecard(world: World, card: OpenScorecard, index: Index) -> None:
    index.catch_up()
    panel_id, scorecard_id = hexed(world.oracle.panel_id(card.scorecard.panel)), hexed(card.scorecard_id)
    assert index.rows(tables.panels) == [{"panel_id": panel_id, "quorum": 2}]
    assert index.rows(tables.reporters) == [
        {"panel_id": panel_id, "seat": seat, "address": reporter.lower()}
        for seat, reporter in enumerate(card.scorecard.panel.reporters)
    ]
    calendar = card.scorecard.calendar
    assert index.rows(tables.scorecards) == [
        {
            "scorecard_id": scorecard_id,
            "panel_id": panel_id,
            **vars(calendar),
            "arbiter": NO_ADDRESS,
            "levels": 0,
            "bond_token": NO_ADDRESS,
            "bond": 0,
            "lost_bond_receiver": NO_ADDRESS,
        }
    ]
    words = {"unit": "job", "uri": "", "decimals": 0, "evidence_method": "counted", "evidence_policy": "ipfs://policy"}
    bounds = {"lower": -1000, "upper": 1000}
    assert index.rows(tables.metrics) == [
        {"metric_id": hexed(card.metric_id(at)), "scorecard_id": scorecard_id, "index": at, "name": name}
        | words
        | bounds
        for at, name in enumerate(("jobs", "homes"))
    ]


def test_hand_over(world: World, card: OpenScorecard, index: Index) -> None:
    holder = world.reporters[1]
    world.chain.w3.provider.make_request("anvil_setBalance", [holder.address, hex(10**18)])
    world.chain.w3.provider.make_request("anvil_impersonateAccount", [holder.address])
    function = world.oracle.contract.functions.handOver(card.terms(), 1, world.role("stranger"), b"")
    world.chain.send(function, holder.address)
    assert index.catch_up().rows(tables.handovers) == [
        {
            "scorecard_id": hexed(card.scorecard_id),
            "seat": 1,
            "holder": holder.address.lower(),
            "successor": world.role("stranger").lower(),
        }
    ]


def test_outcomes_and_what_each_reporter_said(card: OpenScorecard, index: Index) -> None:
    card.go_to_close()
    card.send(card.rows({0: (-7,), 2: (5,)}, metrics=[1]))
    card.send(card.rows({0: (40, -7), 1: (44, -6), 2: (41, 5)}))  # more reporters: replaces
    index.catch_up()
    jobs, homes = hexed(card.metric_id(0)), hexed(card.metric_id(1))
    evidence = {"period": 0, "evidence": "0x" + "0" * 63 + "1"}
    assert index.rows(tables.outcomes) == [
        {"metric_id": homes, "value": -7, "least": -7, "greatest": 5, "seats": 0b101} | evidence,
        {"metric_id": jobs, "value": 41, "least": 40, "greatest": 44, "seats": 0b111} | evidence,
        {"metric_id": homes, "value": -6, "least": -7, "greatest": 5, "seats": 0b111} | evidence,
    ]
    said = [(row["metric_id"], row["seat"], row["value"]) for row in index.rows(tables.reported_values)]
    first = [(homes, 0, -7), (homes, 2, 5)]
    second = [(jobs, 0, 40), (jobs, 1, 44), (jobs, 2, 41), (homes, 0, -7), (homes, 1, -6), (homes, 2, 5)]
    assert (said[:2], sorted(said[2:])) == (first, sorted(second))


def test_a_relayed_transmission_says_nothing_of_single_reporters(
    world: World, card: OpenScorecard, index: Index
) -> None:
    card.go_to_close()
    transmission = card.rows({0: (40, 0), 1: (44, 0)}).encoded(card.terms())
    data = world.oracle.contract.encode_abi("report", [transmission])
    relay = "366000600037600060003660006000" + "73" + world.oracle.contract.address[2:].lower() + "5af100"
    size = f"{len(relay) // 2:02x}"
    sent = {"from": world.role("relayer"), "gas": 12_000_000}
    made = world.chain.w3.eth.send_transaction({**sent, "data": f"0x60{size}600c60003960{size}6000f3{relay}"})
    address = world.chain.w3.eth.wait_for_transaction_receipt(made)["contractAddress"]
    world.chain.w3.eth.wait_for_transaction_receipt(
        world.chain.w3.eth.send_transaction({**sent, "to": address, "data": data})
    )
    index.catch_up()
    assert [row["value"] for row in index.rows(tables.outcomes)] == [40, 0]
    assert index.rows(tables.reported_values) == []


def test_live_values(card: OpenScorecard, index: Index) -> None:
    now = card.world.chain.now
    card.send_live(card.live_rows({0: (3,), 1: (-9,)}, now, metrics=[0]))
    assert index.catch_up().rows(tables.live_values) == [
        {"metric_id": hexed(card.metric_id(0)), "value": -9, "observed_at": now}
    ]


def test_instruments(world: World, card: OpenScorecard, agreement: Instrument, index: Index) -> None:
    opened = world.open(agreement, card)
    legs = (ClaimLeg("pay", 0, ((0, 0), (10, -20))), MetricLeg("homes", (), fallback=2**95 - 1, period=2))
    claims = (Claim("first", ((-(2**200), 0), (2**200, 2**201))), Claim("second", ((0, 5),)))
    formula = Instrument("or", "or", 2**246, Combine.MAX, legs, claims, "rest", formula=True)
    read = world.open(formula, card, {"pay": opened})
    index.catch_up()
    one, other = word(opened.instrument_id), word(read.instrument_id)
    given = {"mission": "0x" + "0" * 64, "document": "0x" + "0" * 64}
    assert index.rows(tables.instruments) == [
        {"instrument_id": one, "token": world.token.address.lower(), "face": 1000, "combine": "SUM"}
        | given
        | {"body": hexed(opened.body)},
        {"instrument_id": other, "token": NO_ADDRESS, "face": 2**246, "combine": "MAX"}
        | given
        | {"body": hexed(read.body)},
    ]
    none = dict.fromkeys(("metric_id", "period", "fallback", "source_instrument_id", "source_claim"))
    found = sorted(index.rows(tables.legs), key=lambda row: (row["instrument_id"] == other, row["index"]))
    metric = {"metric_id": hexed(card.metric_id(0)), "period": 0, "fallback": -3}
    homes = {"metric_id": hexed(card.metric_id(1)), "period": 2, "fallback": 2**95 - 1}
    assert found == [
        none | {"instrument_id": one, "index": 0, "curve": []} | metric,
        none
        | {"instrument_id": other, "index": 0, "curve": [["0", "0"], ["10", "-20"]]}
        | {"source_instrument_id": one, "source_claim": 0},
        none | {"instrument_id": other, "index": 1, "curve": []} | homes,
    ]
    labels = {(row["instrument_id"], row["claim"]): (row["label"], row["curve"]) for row in index.rows(tables.claims)}
    assert labels == {
        (one, 0): ("provider", [["0", "0"], ["100", "1000"]]),
        (one, 1): ("payer", None),
        (other, 0): ("first", [[str(-(2**200)), "0"], [str(2**200), str(2**201)]]),
        (other, 1): ("second", [["0", "5"]]),
        (other, 2): ("rest", None),
    }
    kept = decode_body(bytes.fromhex(index.rows(tables.instruments)[1]["body"][2:]))
    assert world.instruments.payoffs(read, [7, 3])[0] == 3
    assert kept.instrument(other, 2**246, True).claims == claims


def test_from_the_rows_alone_the_state_is_rebuilt(
    world: World, card: OpenScorecard, agreement: Instrument, index: Index
) -> None:
    """Plays everything that can happen, then asks the contracts whether the rows add up to what they hold."""
    payer, investor, stranger = world.role("outcome_payer"), world.role("investor"), world.role("stranger")
    opened = world.open(agreement, card)
    world.mint(opened, 5000, investor, payer)
    world.mint(opened, 300, payer, payer)
    functions = world.instruments.contract.functions
    first, residual = opened.position_id(0), opened.position_id(1)
    world.chain.send(functions.transfer(stranger, first, 1200), investor)
    world.chain.send(functions.approve(payer, first, 2**256 - 1), stranger)
    world.chain.send(functions.approve(payer, residual, 4), stranger)
    world.chain.send(functions.setOperator(payer, True), stranger)
    world.chain.send(functions.setOperator(investor, True), stranger)
    world.chain.send(functions.setOperator(investor, False), stranger)
    world.instruments.merge(opened, 100, payer, payer)
    card.send_live(card.live_rows({0: (3, 1), 1: (4, 2)}, world.chain.now))
    card.finish(33, -5)
    world.instruments.settle(opened, stranger)
    world.instruments.redeem(opened, 0, 700, payer, stranger)
    world.instruments.redeem(opened, 1, 5000, payer, payer)
    index.catch_up()

    units: Counter[tuple[str, int]] = Counter()
    for row in index.rows(tables.transfers):
        assert row["instrument_id"] == word(opened.instrument_id)
        units[row["sender"], row["claim"]] -= row["units"]
        units[row["receiver"], row["claim"]] += row["units"]
    for account in (payer, investor, stranger, world.role("guarantor")):
        for claim in (0, 1):
            assert units[account.lower(), claim] == world.instruments.units(opened, claim, account)
    state = world.call(functions.stateOf(opened.instrument_id))
    (settled,) = index.rows(tables.settlements)
    amounts = [row["amount"] for row in sorted(index.rows(tables.payoffs), key=lambda row: row["claim"])]
    assert (settled["score"], amounts) == (33, [330, 670]) and world.call(functions.payoffOf(first)) == 330
    assert state[4:6] == (5200, 5000)
    assert -units[NO_ADDRESS, 0] == 5200 - 700
    paid = [
        (row["holder"], row["receiver"], row["claim"], row["units"], row["payout"])
        for row in index.rows(tables.payments)
    ]
    assert paid == [
        (stranger.lower(), payer.lower(), 0, 700, 231),
        (payer.lower(), payer.lower(), 1, 5000, 5000 * 3484 // 5200),
    ]
    for row in index.rows(tables.approvals):
        position = int(row["instrument_id"], 16) | row["claim"]
        owner, spender = (world.chain.w3.to_checksum_address(row[name]) for name in ("owner", "spender"))
        assert world.call(functions.allowance(owner, spender, position)) == row["units"]
    operators = {(row["owner"], row["spender"]): row["approved"] for row in index.rows(tables.operators)}
    assert operators == {(stranger.lower(), payer.lower()): True, (stranger.lower(), investor.lower()): False}
    assert [row["value"] for row in index.rows(tables.live_values)] == [3, 1]


def test_the_state_of_a_round_follows_from_its_rows(world: World, card: OpenScorecard, index: Index) -> None:
    """The calendar, the number of reporters and a block's time say what the contract says, at every edge."""
    card.report(1, 2, period=1)
    (row,) = index.catch_up().rows(tables.scorecards)
    calendar = Calendar(*(row[name] for name in Calendar.__dataclass_fields__))
    reporters = {(row["metric_id"], row["period"]): row["seats"].bit_count() for row in index.rows(tables.outcomes)}
    seen = set()
    for time in (calendar.report_until(1), calendar.final_at(1), calendar.report_until(2)):
        for moment in (time - 1, time):
            world.node.advance_to(moment)
            for period in range(3):
                count = reporters.get((hexed(card.metric_id(1)), period), 0)
                state = calendar.state(period, count, world.chain.now)
                assert card.round(1, period).state == state, (period, moment)
                seen.add(state)
    assert seen == {State.OPEN, State.REPORTED, State.FINAL, State.UNRESOLVED}


def test_the_log_keeps_all_of_every_event(
    world: World, card: OpenScorecard, agreement: Instrument, index: Index
) -> None:
    opened = world.open(agreement, card)
    world.mint(opened, 5000, world.role("investor"), world.role("outcome_payer"))
    index.catch_up()
    with reading(index.engine) as connection:
        rows = connection.execute(select(tables.events).order_by(tables.events.c.id)).all()
    names = ["PanelOpened", "ScorecardOpened", "Opened", "Transfer", "Transfer"]
    assert [row.name for row in rows] == names
    assert rows[1].arguments["calendar"]["length"] == str(DAY)
    assert rows[1].arguments["details"]["metrics"][1]["name"] == "homes"
    assert rows[2].contract == world.instruments.address.lower()
    assert rows[3].arguments == {
        "sender": NO_ADDRESS,
        "receiver": world.role("investor").lower(),
        "id": str(opened.position_id(0)),
        "caller": world.role("outcome_payer").lower(),
        "amount": "5000",
    }
    receipt = world.chain.w3.eth.get_transaction_receipt(rows[3].transaction_hash)
    assert receipt["logs"][rows[3].log_index]["address"].lower() == rows[3].contract


def test_every_event_of_the_interfaces_is_known() -> None:
    assert sorted(kind.name for kind in event_types().values()) == [
        "Approval",
        "LiveValueReported",
        "Opened",
        "OperatorSet",
        "OutcomeReported",
        "PanelOpened",
        "Redeemed",
        "ScorecardOpened",
        "SeatHandedOver",
        "Settled",
        "Transfer",
    ]
