"""Broken variants: who pays, who is paid, and what is refused."""

from __future__ import annotations

from tests.mutants.broken.mutant import INSTRUMENTS, POSITIONS, Mutant

_INEXACT = "if (!ok || moved != amount) revert ImpactInstruments_InexactTransfer(moved, amount);"
_PULLED = f"_difference(SafeTransferLib.balanceOf(token, address(this)), before);\n        {_INEXACT}"
_PAID = f"_difference(before, SafeTransferLib.balanceOf(token, address(this)));\n        {_INEXACT}"

_NOT_SETTLED = "if (state.status != Status.SETTLED) revert ImpactInstruments_NotSettled(instrumentId);"

PAYMENTS = (
    Mutant(
        "the residual is paid what was donated",
        "R-01",
        INSTRUMENTS,
        "(total, redeemed) = (n, state.residualRedeemed);",
        "(total, redeemed) = (SafeTransferLib.balanceOf(terms.token, address(this)), state.residualRedeemed);",
        "a_donation_is_paid_to_nobody",
    ),
    Mutant(
        "a claim's total is rounded up",
        "P-01 R-02",
        INSTRUMENTS,
        "(total, redeemed) = ((n * uint128(word)) / terms.face, word >> 128);",
        "(total, redeemed) = ((n * uint128(word) + terms.face - 1) / terms.face, word >> 128);",
        "one_set_is_shared_without_rest",
    ),
    Mutant(
        "the residual does not take the rest",
        "P-01 R-01",
        INSTRUMENTS,
        "total -= (n * uint128(_payoffs[instrumentId | i])) / terms.face;",
        "total -= (n * uint128(_payoffs[instrumentId | i]) + terms.face - 1) / terms.face;",
        "one_set_is_shared_without_rest",
    ),
    Mutant(
        "a set costs less than a unit of collateral",
        "P-01 R-01",
        INSTRUMENTS,
        "_pull(terms.token, sets);",
        "_pull(terms.token, sets - 1);",
        "a_set_costs_what_it_is_worth",
    ),
    Mutant(
        "each redemption is rounded on its own",
        "P-02",
        INSTRUMENTS,
        "payout = ((redeemed + units) * total) / n - (redeemed * total) / n;",
        "payout = (units * total) / n;",
        "pieces_pay_the_whole",
    ),
    Mutant(
        "prefixes are rounded up",
        "P-02 R-02",
        INSTRUMENTS,
        "payout = ((redeemed + units) * total) / n - (redeemed * total) / n;",
        "payout = ((redeemed + units) * total + n - 1) / n - (redeemed * total + n - 1) / n;",
        "pieces_pay_the_whole",
    ),
    Mutant(
        "redeemed units of a claim are not counted",
        "P-02",
        INSTRUMENTS,
        "else _payoffs[instrumentId | claim] += units << 128;",
        "",
        "pieces_pay_the_whole",
    ),
    Mutant(
        "redeemed units are not burnt",
        "P-03",
        INSTRUMENTS,
        "_burn(msg.sender, instrumentId | claim, units);",
        "",
        "a_unit_is_redeemed_once",
    ),
    Mutant(
        "allocations need not balance",
        "P-04",
        INSTRUMENTS,
        "if (total != sets) revert ImpactInstruments_UnbalancedAllocation(claim, total, sets);",
        "",
        "allocations_balance",
    ),
    Mutant(
        "merging leaves the residual",
        "P-05",
        INSTRUMENTS,
        "_burnMany(msg.sender, instrumentId, state.claims, sets);",
        "_burnMany(msg.sender, instrumentId, state.claims - 1, sets);",
        "merging_takes_complete_sets",
    ),
    Mutant(
        "merging leaves the sets outstanding",
        "P-05",
        INSTRUMENTS,
        "state.sets -= uint112(sets);",
        "",
        "merged_sets_are_outstanding_no_more",
    ),
    Mutant(
        "minting and merging after settlement",
        "P-06",
        INSTRUMENTS,
        "_checkOpen(state, instrumentId);\n        if (terms.token",
        "if (terms.token",
        "minting_and_merging_end_at_settlement",
    ),
    Mutant(
        "redeeming before settlement",
        "P-06",
        INSTRUMENTS,
        f"{_NOT_SETTLED}\n        if (terms.token",
        "if (terms.token",
        "redeeming_begins_at_settlement",
    ),
    Mutant(
        "too little may come in",
        "P-07 R-05",
        INSTRUMENTS,
        _PULLED,
        _PULLED.replace(" || moved != amount", ""),
        "a_token_that_moves_less_is_refused_coming_in",
    ),
    Mutant(
        "too much may go out",
        "P-07 R-05",
        INSTRUMENTS,
        _PAID,
        _PAID.replace(" || moved != amount", ""),
        "a_token_that_moves_more_is_refused_going_out",
    ),
    Mutant(
        "a token may answer false",
        "P-07",
        INSTRUMENTS,
        _PULLED,
        _PULLED.replace("!ok || ", ""),
        "a_token_that_answers_false_is_refused",
    ),
    Mutant(
        "anyone moves a position",
        "P-13",
        POSITIONS,
        "if (sender != msg.sender && !isOperator[sender][msg.sender]) {",
        "if (sender == address(0)) {",
        "only_the_holder_moves_a_position",
    ),
    Mutant(
        "an allowance is not used up",
        "P-13",
        POSITIONS,
        "allowance[sender][msg.sender][id] = allowed - amount;",
        "allowance[sender][msg.sender][id] = allowed;",
        "an_allowance_is_used_up",
    ),
)
