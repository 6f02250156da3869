"""Two real agreements as they are played in the local demonstration: who takes part, and what was measured.

Terms, outcomes and totals are real (`cases/real.json` names the sources). What the sources do not tell is this
demonstration's own and said so on the screen: how payers share what they pay, how holders share the claim, and that
the three reporters measured slightly different numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Party:
    """An actor of a story and the share it takes of one side: of the payer's deposit, or of the taker's claim."""

    name: str
    share: Fraction


@dataclass(frozen=True)
class Scene:
    """One schedule of a case, played with these parties."""

    key: str
    payers: tuple[Party, ...]
    takers: tuple[Party, ...]
    says: dict[int, dict[str, Fraction]]  # seat → what that reporter measured differently
    why: str


@dataclass(frozen=True)
class Story:
    """An agreement with what was paid outright before, and its scenes in order."""

    case: str
    title: str
    opening: str
    invented: str
    upfront: tuple[tuple[str, str, int], ...]  # who, to whom, how much [minor units]
    scenes: tuple[Scene, ...]
    first_account: int  # of the node's accounts; each story has its own


def _whole(name: str) -> tuple[Party, ...]:
    return (Party(name, Fraction(1)),)


RIKERS = Story(
    case="us-nyc-able-rikers",
    title="Rikers Island, New York: a social impact bond that failed, and its guarantee",
    opening=(
        "New York's first social impact bond paid for therapy for young people in the Rikers Island jail. Goldman "
        "Sachs lent 7.2 million dollars. The City pays only if recidivism falls by 8.5 % or more; Bloomberg "
        "Philanthropies guarantees up to 6 million of the loan. The evaluation found no effect."
    ),
    invented="Terms, outcome and payments are real. That two reporters measured slightly otherwise is made up.",
    upfront=(("Goldman Sachs", "MDRC", 720_000_000),),
    scenes=(
        Scene(
            key="us-nyc-able-rikers.main",
            payers=_whole("City of New York"),
            takers=_whole("Goldman Sachs"),
            says={1: {"recidivism_reduction": Fraction("-0.004")}, 2: {"recidivism_reduction": Fraction("0.011")}},
            why="Recidivism did not fall by 8.5 %: the City pays nothing and takes its whole deposit back.",
        ),
        Scene(
            key="us-nyc-able-rikers.guarantee",
            payers=_whole("Bloomberg Philanthropies"),
            takers=_whole("Goldman Sachs"),
            says={},
            why="The loan was not repaid: the guarantor pays up to its limit, and the lender loses the rest.",
        ),
    ),
    first_account=1,
)

FAIR_CHANCE = Story(
    case="uk-fair-chance-fusion",
    title="Fair Chance Fund, Leicestershire: a rate card of 21 outcomes for young homeless people",
    opening=(
        "Fusion helped young homeless people into housing, training and work. Every outcome has its price; the whole "
        "is capped at 2,513,800 pounds. The outcomes were worth more than the cap, so all of it was paid."
    ),
    invented=(
        "Terms, outcomes and the payment are real. Made up: who shares in it how (the sources name neither the payers' "
        "shares nor the investors), and two numbers that reporters counted otherwise."
    ),
    upfront=(
        ("Investor A", "Fusion", 42_000_000),
        ("Investor B", "Fusion", 25_200_000),
        ("Investor C", "Fusion", 16_800_000),
    ),
    scenes=(
        Scene(
            key="uk-fair-chance-fusion.main",
            payers=(Party("MHCLG", Fraction(3, 5)), Party("Cabinet Office", Fraction(2, 5))),
            takers=(
                Party("Fusion", Fraction(3, 5)),
                Party("Investor A", Fraction(1, 5)),
                Party("Investor B", Fraction(3, 25)),
                Party("Investor C", Fraction(2, 25)),
            ),
            says={1: {"m03": Fraction(269)}, 2: {"m09": Fraction(174)}},
            why="The outcomes come to more than the cap: the cap is paid, shared as the claim is held.",
        ),
    ),
    first_account=11,
)

STORIES = (RIKERS, FAIR_CHANCE)

NEWPIN = Story(
    case="au-newpin-sbb",
    title="Newpin, New South Wales: a coupon that is still being measured",
    opening="A coupon is funded and stays open, with a live value that settles nothing.",
    invented="The terms are real. Made up: the live values, that they are measured just now, and by whom.",
    upfront=(),
    scenes=(
        Scene(
            key="au-newpin-sbb.coupon_interpolated",
            payers=_whole("NSW Government"),
            takers=(Party("Investor D", Fraction(3, 5)), Party("Investor E", Fraction(2, 5))),
            says={
                0: {"restoration_rate": Fraction("0.6158")},
                1: {"restoration_rate": Fraction("0.6102")},
                2: {"restoration_rate": Fraction("0.6231")},
            },
            why="",
        ),
    ),
    first_account=21,
)
