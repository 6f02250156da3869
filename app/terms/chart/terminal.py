"""A picture in the terminal: curves of braille dots, bars of blocks. Plain text, no colours."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from app.terms.chart.picture import Bars, Line, Panel, Picture
from app.terms.chart.scale import Scale, ticks
from app.terms.figures import cut, money_short
from app.terms.sheet import Entry
from app.terms.voice import Voice, voice_of

POINT, CLOSED, OPEN = "◆", "●", "○"
BRAILLE = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # bits of a braille cell by row and column
MARGIN = 11  # columns left of the axis
MOST_BARS = 30
Grid = list[list[int]]


def draw(picture: Picture, entry: Entry, width: int, height: int) -> str:
    """The picture in `width` columns; each curve has `height` rows."""
    voice = voice_of(entry)
    parts = [
        bars_lines(one, voice, width) if isinstance(one, Bars) else panel_lines(one, voice, width, height)
        for one in picture.panels
    ]
    return "\n\n".join("\n".join(lines) for lines in parts)


def cell(panel: Panel, x: Fraction, y: Fraction, width: int, height: int) -> tuple[int, int]:
    """Where a point stands: the column of the whole line, and the row counted from the top."""
    across, up = _scales(panel, width, height)
    return MARGIN + 1 + across.cell(x) // 2, height - 1 - up.cell(y) // 4


def panel_lines(panel: Panel, voice: Voice, width: int, height: int) -> list[str]:
    """One curve with its axes, the name of its metric below, and what it shows."""
    rows = _plot(panel, width, height)
    labels = _amounts(panel, voice, width, height)
    lines = [f"{labels.get(row, ''):>{MARGIN - 1}} {'┤' if row in labels else '│'}{rows[row]}" for row in range(height)]
    return [*_names(panel), *lines, *_foot(panel, voice, width, height)]


def bars_lines(bars: Bars, voice: Voice, width: int) -> list[str]:
    """A bar for each amount, then what they come to and what is paid."""
    shown = bars.bars[:MOST_BARS]
    most = max([*(bar.amount for bar in shown), bars.each_cap or 0, Fraction(1)])
    label = min(width // 2 - 4, max(len("in all at most"), *(len(bar.label) for bar in shown)))
    room = max(4, width - label - 3 - max(len(voice.money(bar.amount)) for bar in shown))
    lines = [f"{bars.note}:"] if bars.note else []
    for bar in shown:
        length = int(bar.amount * room / most)
        lines.append(f"{cut(bar.label, label):<{label}} │{'█' * length or '▏'} {voice.money(bar.amount)}")
    more = len(bars.bars) - len(shown)
    lines += [f"{'':<{label}} │ and {more} more"] if more else []
    return [*lines, f"{'':<{label}} ├{'─' * 20}", *_sums(bars, voice, label)]


def _sums(bars: Bars, voice: Voice, label: int) -> Iterator[str]:
    sums = {"together": bars.total, "each at most": bars.each_cap, "in all at most": bars.cap, "paid": bars.paid}
    for name, amount in sums.items():
        if amount is not None:
            yield f"{name:<{label}} │ {voice.money(amount)}"


def _plot(panel: Panel, width: int, height: int) -> list[str]:
    across, up = _scales(panel, width, height)
    grid: Grid = [[0] * across.cells for _ in range(up.cells)]
    for line in panel.lines:
        _draw_line(grid, line, across, up)
    rows = [[_braille(grid, row, column) for column in range(across.cells // 2)] for row in range(height)]
    for line in panel.lines:
        for dot in line.dots:
            _put(rows, across, up, (dot.x, dot.y), CLOSED if dot.closed else OPEN)
    for mark in panel.marks:
        _put(rows, across, up, mark, POINT)
    return ["".join(row).rstrip() for row in rows]


def _draw_line(grid: Grid, line: Line, across: Scale, up: Scale) -> None:
    for stretch in line.stretches:
        cells = [(across.cell(x), up.cell(y)) for x, y in stretch]
        for (left, low), (right, high) in pairwise(cells):
            steps = max(abs(right - left), abs(high - low), 1)
            for step in range(steps + 1):
                x, y = left + (right - left) * step // steps, low + (high - low) * step // steps
                grid[y][x] = 1
    for before, after in pairwise(line.stretches):
        ends = sorted((up.cell(before[-1][1]), up.cell(after[0][1])))
        for y in range(ends[0], ends[1], 2):
            grid[y][across.cell(after[0][0])] = 1


def _put(rows: list[list[str]], across: Scale, up: Scale, point: tuple[Fraction, Fraction], sign: str) -> None:
    rows[len(rows) - 1 - up.cell(point[1]) // 4][across.cell(point[0]) // 2] = sign


def _braille(grid: Grid, row: int, column: int) -> str:
    top = len(grid) - 1 - 4 * row
    places = ((bit, top - down, 2 * column + right) for down, pair in enumerate(DOTS) for right, bit in enumerate(pair))
    bits = sum(bit * grid[y][x] for bit, y, x in places)
    return chr(BRAILLE + bits) if bits else " "


def _scales(panel: Panel, width: int, height: int) -> tuple[Scale, Scale]:
    columns = max(10, width - MARGIN - 1)
    return Scale(panel.low, panel.high, 2 * columns), Scale(panel.bottom, panel.top, 4 * height)


def _amounts(panel: Panel, voice: Voice, width: int, height: int) -> dict[int, str]:
    """The label of a row, for the rows that have one."""
    labels = {}
    for tick in ticks(panel.bottom, panel.top, max(2, height // 3)):
        _, row = cell(panel, panel.low, tick, width, height)
        if tick.denominator == 1:
            labels[row] = money_short(tick, voice.currency, voice.decimals)
    return labels


def _names(panel: Panel) -> list[str]:
    if len(panel.lines) == 1:
        return []
    at_end = ", ".join(line.name for line in sorted(panel.lines, key=lambda one: -one.stretches[-1][-1][1]))
    return [f"{'':>{MARGIN}} from the top at the right end: {at_end}"]


def _foot(panel: Panel, voice: Voice, width: int, height: int) -> list[str]:
    columns = max(10, width - MARGIN - 1)
    axis, words = ["─"] * columns, [" "] * columns
    free = 0
    for tick in ticks(panel.low, panel.high, max(2, columns // 14)):
        column = cell(panel, tick, panel.bottom, width, height)[0] - MARGIN - 1
        text = _across(panel, voice, tick)
        start = max(free, column - len(text) // 2)
        if start + len(text) > len(words):
            continue
        axis[column] = "┬"
        words[start : start + len(text)] = text
        free = start + len(text) + 1
    note = f" (with {panel.note})" if panel.note else ""
    indent = " " * MARGIN
    return [f"{indent}└{''.join(axis)}", f"{indent} {''.join(words).rstrip()}", f"{indent} {panel.metric}{note}"]


def _across(panel: Panel, voice: Voice, tick: Fraction) -> str:
    if panel.money_across:
        return money_short(tick, voice.currency, voice.decimals)
    return voice.outcome(panel.metric, tick)
