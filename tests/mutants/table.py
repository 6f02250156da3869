"""The table of broken variants."""

from __future__ import annotations

from tests.mutants.broken.payments import PAYMENTS
from tests.mutants.broken.rounds import ROUNDS
from tests.mutants.broken.terms import TERMS

MUTANTS = (*PAYMENTS, *TERMS, *ROUNDS)
