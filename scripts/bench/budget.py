"""The budgets, and what a measurement is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONDITIONAL_TOKENS = "Conditional Tokens"
REDSTONE = "RedStone"


@dataclass(frozen=True)
class Budget:
    """What an action must cost at most, what it should cost, and who does the same work [gas].

    `peer_gas` is given where the peer is not measured here; `per`: how many metrics or people share the transaction.
    """

    key: str
    must: int
    goal: int
    peer: str
    peer_gas: int | None = None
    per: int = 1


BUDGETS = (
    Budget("open_agreement_4_knots", 62_000, 57_000, f"{CONDITIONAL_TOKENS}: prepare"),
    Budget("mint_two_claims_first", 84_000, 78_000, f"{CONDITIONAL_TOKENS}: split, first"),
    Budget("mint_two_claims_repeat", 66_000, 60_000, f"{CONDITIONAL_TOKENS}: split, repeat"),
    # Not on npm; measured once on the same Anvil with the same token.
    Budget("mint_two_holders_first", 106_000, 100_000, "DIVA: create pool, first", 140_674),
    Budget("merge", 62_000, 55_000, f"{CONDITIONAL_TOKENS}: merge"),
    Budget("settle_one_leg", 70_000, 66_000, f"{CONDITIONAL_TOKENS}: report, binary"),
    Budget("redeem_one_claim", 60_000, 55_000, f"{CONDITIONAL_TOKENS}: redeem one side"),
    Budget("live_1_metric_3_sigs", 52_000, 48_000, f"{REDSTONE}: 3 signers, overwrite"),
    Budget("live_1_metric_5_sigs", 64_000, 58_000, f"{REDSTONE}: 5 signers, overwrite"),
    Budget("live_1_metric_9_sigs", 88_000, 78_000, f"{REDSTONE}: 9 signers, overwrite"),
    Budget("report_1_metric_3_sigs", 70_000, 65_000, f"{REDSTONE}: 3 signers, slot a period"),
    Budget("report_1_metric_5_sigs", 82_000, 75_000, f"{REDSTONE}: 5 signers, slot a period"),
    Budget("report_1_metric_9_sigs", 106_000, 95_000, f"{REDSTONE}: 9 signers, slot a period"),
    Budget("live_10_metrics_5_sigs_per_metric", 20_000, 13_000, f"{REDSTONE}: 10 feeds, overwrite", per=10),
    Budget("report_10_metrics_5_sigs_per_metric", 30_000, 26_000, f"{REDSTONE}: 10 feeds, slots a period", per=10),
    # Measured once on the same Anvil with the same token; of batches, an item's part.
    Budget("join_batch100_each", 33_000, 30_000, "ERC-2771 forwarder: 100 intents, first", 60_749, per=100),
    Budget("attest_batch100_each", 14_000, 11_000, "EAS: multi-attest 100", 165_923, per=100),
    Budget("pledge_signed_batch100_each", 33_000, 10_000, "ERC-2771 forwarder: 100 intents, first", 60_749, per=100),
    Budget("pledge_money_first", 84_000, 73_000, "ERC-4626: deposit, first", 73_946),
    Budget("pledge_money_repeat", 66_000, 56_000, "ERC-4626: deposit, repeat", 56_846),
    Budget("pact_claim", 62_000, 54_000, "Merkle distributor: claim, repeat", 54_058),
)


@dataclass(frozen=True)
class Row:
    """One line of the table [gas]; of an action that metrics share, gas is a metric's part, rounded up."""

    budget: Budget
    gas: int
    peer_gas: int

    @property
    def ratio(self) -> float:
        """How much of the peer's gas ours is."""
        return round(self.gas / self.peer_gas, 3)

    @property
    def holds(self) -> bool:
        """Whether the must holds."""
        return self.gas <= self.budget.must

    def json(self) -> dict[str, object]:
        """As `build/gas.json` has it."""
        return {
            "gas": self.gas,
            "must": self.budget.must,
            "goal": self.budget.goal,
            "peer": self.budget.peer,
            "peer_gas": self.peer_gas,
            "peer_measured": self.budget.peer_gas is None,
            "ratio": self.ratio,
        }


def rows(ours: Mapping[str, int], peers: Mapping[str, int], budgets: Iterable[Budget] = BUDGETS) -> list[Row]:
    """Whole transactions, ours and the peers', beside their budgets."""
    return [
        Row(
            budget,
            _share(ours[budget.key], budget.per),
            _share(peers[budget.key], budget.per) if budget.peer_gas is None else budget.peer_gas,
        )
        for budget in budgets
    ]


def _share(gas: int, per: int) -> int:
    return -(-gas // per)
