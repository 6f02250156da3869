"""Draws an account's payout state: what each of its positions would pay along the outcome that it hangs on.

Run it cell by cell in an editor that knows `# %%`, or as a whole:

    python docs/examples/payout_state.py ADDRESS --service http://127.0.0.1:8000 --out payout-state.png

Numbers stay exact until they are drawn; only the picture uses floats.
"""

# %% What it needs: the client, and matplotlib for the picture.
from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from app.api.payout import Reading
from app.api.positions import Position
from app.client import Client

STEPS = 60


# %% What a position hangs on: the first round that its instrument reads, or that what it stands on reads.
def hangs_on(client: Client, instrument_id: str, block: int) -> tuple[str, Reading]:
    """The instrument that reads the round, and what it reads."""
    first = client.payout_state(instrument_id, block).data.inputs[0]
    if first.source_instrument_id is not None:
        return hangs_on(client, first.source_instrument_id, block)
    return instrument_id, first


# %% Where to look: from its curve's first to its last bend and somewhat beyond, and at what is known.
def outcomes(client: Client, instrument_id: str, reading: Reading, block: int) -> list[int]:
    """Values of the metric [its smallest unit]."""
    metric = client.metric(str(reading.metric_id), block).data
    legs = client.instrument(instrument_id, block).data.legs
    bends = [reading.value, *(x for leg in legs if leg.metric_id == reading.metric_id for x, _ in leg.curve)]
    beyond = (max(bends) - min(bends)) // 10 + 1
    low, high = max(min(bends) - beyond, metric.lower), min(max(bends) + beyond, metric.upper)
    return sorted({low + (high - low) * step // STEPS for step in range(STEPS + 1)} | {reading.value})


# %% What the position would pay there: the service computes it exactly as the contract does.
def payout_if(client: Client, position: Position, reading: Reading, value: int, block: int) -> Fraction:
    """What holding the position would pay [whole tokens]."""
    decimals = reading.decimals or 0
    whole, part = divmod(abs(value), 10**decimals)
    written = f"{'-' if value < 0 else ''}{whole}.{part:0{decimals}d}".rstrip(".")
    supposed = {f"{reading.metric_id}/{reading.period}": written}
    state = client.what_if(position.instrument_id, supposed, block).data
    share = Fraction(position.units, state.sets)
    return in_tokens(state.claims[position.claim].total * share, position)


def in_tokens(amount: Fraction | int, position: Position) -> Fraction:
    """An amount in whole tokens."""
    return Fraction(amount) / 10 ** ((position.token and position.token.decimals) or 0)


# %% One panel: the curve, and the point where things stand.
def draw_position(client: Client, panel: Axes, position: Position, block: int) -> None:
    """Draws what a position pays or would pay."""
    instrument_id, reading = hangs_on(client, position.instrument_id, block)
    values = outcomes(client, instrument_id, reading, block)
    unit = 10 ** (reading.decimals or 0)
    payouts = [payout_if(client, position, reading, value, block) for value in values]
    panel.plot([value / unit for value in values], [float(one) for one in payouts])
    now = float(in_tokens(position.payout, position))
    panel.plot([reading.value / unit], [now], "o", label=f"{position.basis.lower()}: {now:,.2f}")
    panel.set(xlabel=str(reading.metric), ylabel=(position.token and position.token.symbol) or "")
    panel.set_title(f"{position.label}, {position.status.lower()}", loc="left")
    panel.legend()


# %% The picture: a panel a position, all as of one block.
def draw(client: Client, address: str, out: Path) -> Path:
    """Draws all positions of an account and saves the picture."""
    answer = client.account(address)
    block, positions = answer.as_of.number, answer.data.positions
    count = max(len(positions), 1)
    figure = Figure(figsize=(8, 1 + 3 * count), layout="constrained")
    figure.suptitle(f"Payout state of {address[:10]}… as of block {block}")
    for panel, position in zip(figure.subplots(count, 1, squeeze=False)[:, 0], positions, strict=False):
        draw_position(client, panel, position, block)
    figure.savefig(out, dpi=120)
    return out


# %% Run it.
if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw an account's payout state.")
    parser.add_argument("address")
    parser.add_argument("--service", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=Path("payout-state.png"))
    given = parser.parse_args()
    with Client(given.service) as own:
        print(f"drawn in {draw(own, given.address, given.out)}")
