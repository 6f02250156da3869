"""Tells a story on the terminal while it is played: who put in what, what was measured, who was paid what and why."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.domain.inputs import Inputs
from app.domain.median import lower_median
from app.domain.payoff import payoff
from app.domain.schedule import PiecewiseLinear, RateCard
from app.errors import InputError
from app.replay.play import Play, open_play
from app.replay.stage import REPORTERS, Stage
from app.terms.chart import draw_terminal
from app.terms.compile import compile_sheet
from app.terms.compiled import CompiledSchedule, Deposit
from app.terms.figures import money
from app.terms.measured import measured, outcome_units
from app.terms.sheet import Entry, Sheet, Test
from app.terms.words import explain
from scripts.story import Party, Scene, Story

WORTH = "worth of all outcomes together, in whole units of the currency"


class Teller:
    """Plays one story on a stage and tells it."""

    def __init__(self, console: Console, stage: Stage, sheet: Sheet, story: Story) -> None:
        self.console = console
        self.stage = stage
        self.sheet = sheet
        self.story = story
        self.entries = [self._entry(scene) for scene in story.scenes]
        self.token = stage.token(self.entries[0].currency, self.entries[0].decimals)
        self.accounts = stage.cast(self._people(), story.first_account)

    def tell(self) -> None:
        """From terms to payment."""
        self._open()
        self._start()
        before = self._balances()
        self._pay_upfront()
        for scene, entry in zip(self.story.scenes, self.entries, strict=True):
            self._play(scene, entry)
        self._compare(before)

    def leave_open(self) -> None:
        """From terms to a live value: nothing is settled, so that the page shows an agreement at work."""
        self._open()
        self._start()
        for scene, entry in zip(self.story.scenes, self.entries, strict=True):
            play = self._funded(scene, entry)
            metrics = play.compiled.metrics
            exact = [scene.says[seat] for seat in range(REPORTERS)]
            play.report_live([{name: outcome_units(one, row[name]) for name, one in metrics.items()} for row in exact])
            live = {name: sorted(row[name] for row in exact)[(REPORTERS - 1) // 2] for name in metrics}
            self._draw(entry, live)
            self.console.print("The point is the live value; the period closes in a day, and then it is reported.")

    def _open(self) -> None:
        self.console.print()
        self.console.rule(f"[bold]{self.story.title}")
        self.console.print(f"\n{self.story.opening}\n\n[dim]{self.story.invented}[/dim]\n", markup=True)

    def _start(self) -> None:
        """Everybody begins with what it will put in, as tokens of this demonstration."""
        needs = {sender: 0 for sender, _, _ in self.story.upfront}
        for sender, _, amount in self.story.upfront:
            needs[sender] += amount
        for scene, entry in zip(self.story.scenes, self.entries, strict=True):
            for deposit in deposits(scene, self._compiled(entry)):
                needs[deposit.party] = needs.get(deposit.party, 0) + deposit.sets
        for party in self._people():
            short = needs.get(party, 0) - self.token.balance(self.accounts[party])
            if short > 0:
                self.token.mint(self.accounts[party], short, self.stage.helper)

    def _pay_upfront(self) -> None:
        for sender, receiver, amount in self.story.upfront:
            self.token.transfer(self.accounts[receiver], amount, self.accounts[sender])
            self.console.print(f"{sender} pays {self._money(amount)} to {receiver} for the work to begin.")

    def _play(self, scene: Scene, entry: Entry) -> None:
        test = realised(entry)
        play = self._funded(scene, entry)
        outcomes = self._report(scene, entry, play, test.inputs[entry.owner])
        self._draw(entry, outcomes)
        play.settle()
        play.redeem()
        self.console.print(self._paid(play, scene))
        self._check(entry, test, play)

    def _funded(self, scene: Scene, entry: Entry) -> Play:
        """Terms in words, and collateral in the contract."""
        compiled = replace(self._compiled(entry), deposits=deposits(scene, self._compiled(entry)))
        self.console.print(Text(f"\n{entry.key}", style="bold"))
        for line in explain(entry):
            self.console.print(f"  {line}")
        play = replace(open_play(self.stage, compiled, {}), accounts=self.accounts)
        play.fund(mint_tokens=False)
        self.console.print(self._put_in(compiled))
        return play

    def _report(self, scene: Scene, entry: Entry, play: Play, inputs: Inputs) -> dict[str, Fraction]:
        """Three reporters report; the round takes the lower median. Shows where they differ."""
        exact = measured(entry.terms, inputs)
        metrics = play.compiled.metrics
        rows = [
            {name: outcome_units(metrics[name], scene.says.get(seat, {}).get(name, exact[name])) for name in metrics}
            for seat in range(REPORTERS)
        ]
        play.report(rows)
        play.wait_until_final()
        heads = ("metric", *(f"reporter {seat + 1}" for seat in range(REPORTERS)), "outcome", "round")
        table = Table(*heads, title="Measured; the outcome is the lower median, FINAL after the challenge window")
        rounds = play.rounds()
        for name, metric in metrics.items():
            said = [row[name] for row in rows]
            if rounds[name].value != lower_median(said):
                raise InputError(f"{name}: the round holds {rounds[name].value}, the lower median is another")
            reported = [_shown(value, metric.decimals) for value in said]
            outcome = _shown(rounds[name].value, metric.decimals)
            table.add_row(name, *reported, outcome, f"{rounds[name].state.name}, {rounds[name].reporters} reporters")
        self.console.print(table)
        return {name: Fraction(rounds[name].value, 10 ** metrics[name].decimals) for name in metrics}

    def _draw(self, entry: Entry, outcomes: dict[str, Fraction]) -> None:
        """The payoff curve with the outcome's point; of a capped price list also what its whole comes to."""
        self.console.print(draw_terminal(entry, at=outcomes))
        if isinstance(entry.terms, RateCard) and entry.terms.cap is not None:
            worth = payoff(replace(entry.terms, cap=None), Inputs(outcomes)) / 10**entry.decimals
            self.console.print(draw_terminal(_capped(entry, entry.terms.cap), at={WORTH: worth}))

    def _put_in(self, compiled: CompiledSchedule) -> Table:
        table = Table("who", "puts in", "for the claim of", title="Collateral, held by the contract")
        for deposit in compiled.deposits:
            table.add_row(deposit.party, self._money(deposit.sets), deposit.receivers[0])
        return table

    def _paid(self, play: Play, scene: Scene) -> Table:
        table = Table("who", "gives up", "is paid", title=f"Paid: {scene.why}")
        for (party, claim), amount in play.redeemed.items():
            label = play.compiled.main.claims[claim].label if claim < play.ordered else "what is left"
            units = dict(play.compiled.units(claim))[party]
            table.add_row(party, f"{units} units of “{label}”", self._money(amount))
        return table

    def _check(self, entry: Entry, test: Test, play: Play) -> None:
        paid = sum(play.redeemed_from(claim) for claim in range(play.ordered))
        expected = test.expected["guarantor_pays"] if isinstance(test.expected, dict) else int(test.expected)
        if paid != expected:
            raise InputError(f"{entry.key}: {paid} was paid, and {expected} was really paid")
        self.console.print(f"[green]✓[/green] {self._money(paid)} paid on chain; the real contract paid exactly this.")

    def _balances(self) -> dict[str, int]:
        return {party: self.token.balance(account) for party, account in self.accounts.items()}

    def _compare(self, before: dict[str, int]) -> None:
        table = Table("who", "before", "after", "difference", title="Tokens before and after")
        after = self._balances()
        for party, had in before.items():
            has = after[party]
            table.add_row(party, *(self._money(amount) for amount in (had, has, has - had)))
        held = self.token.balance(self.stage.instruments.address)
        self.console.print(table)
        self.console.print(f"Left in the contract: {self._money(held)}.")

    def _people(self) -> list[str]:
        names = [name for sender, receiver, _ in self.story.upfront for name in (sender, receiver)]
        for scene in self.story.scenes:
            names += [party.name for party in (*scene.payers, *scene.takers)]
        return list(dict.fromkeys(names))

    def _entry(self, scene: Scene) -> Entry:
        entry = self.sheet.entry(scene.key)
        if entry is None:
            raise InputError(f"the case file has no {scene.key}")
        return entry

    def _compiled(self, entry: Entry) -> CompiledSchedule:
        return compile_sheet(self.sheet, [entry.key])[entry.key]

    def _money(self, amount: int) -> str:
        return money(amount, self.entries[0].currency, self.entries[0].decimals)


def realised(entry: Entry) -> Test:
    """The test that tells what really happened.

    Raises: InputError if the entry has none.
    """
    for test in entry.tests:
        if test.basis.startswith("realised"):
            return test
    raise InputError(f"{entry.key} does not tell what really happened")


def deposits(scene: Scene, compiled: CompiledSchedule) -> tuple[Deposit, ...]:
    """Every payer funds its share of every taker's claim; shares of the face by cumulative difference."""
    made = []
    until, spent = Fraction(0), 0
    for payer in scene.payers:
        for taker in scene.takers:
            until += payer.share * taker.share
            sets = int(compiled.main.face * until) - spent
            spent += sets
            made.append(Deposit(payer.name, sets, _receivers(payer, taker, compiled)))
    return tuple(one for one in made if one.sets)


def _capped(entry: Entry, cap: Fraction) -> Entry:
    """What a price list pays by what its outcomes are worth together."""
    curve = PiecewiseLinear(WORTH, ((Fraction(0), Fraction(0)), (cap / 10**entry.decimals, cap)))
    return replace(entry, terms=curve, kind="piecewise_linear", tests=())


def _receivers(payer: Party, taker: Party, compiled: CompiledSchedule) -> tuple[str, ...]:
    return (*(taker.name for _ in compiled.main.claims), payer.name)


def _shown(value: int, decimals: int) -> str:
    exact = Fraction(value, 10**decimals)
    return str(exact) if exact.denominator == 1 else f"{float(exact):g}"
