"""A picture as PNG or SVG: calm, light, the same on every machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from app.terms.chart.picture import Bars, Line, Panel, Picture
from app.terms.chart.picturing import At, picture
from app.terms.figures import cut, money_short
from app.terms.sheet import Entry
from app.terms.voice import Voice, voice_of

INK, QUIET, PAPER, GRID = "#26323f", "#7a8794", "#ffffff", "#e8ecef"
COLOURS = ("#2a6f97", "#8a5a83", "#5b8e7d", "#bc8034", "#6c757d")
POINT = "#d1495b"
WIDTH = 8.4
FORMATS = ("png", "svg")


def save_image(entry: Entry, path: Path, at: At | None = None) -> Path:
    """Draw the entry's payoff to a file; its suffix, .png or .svg, says how."""
    voice, shown = voice_of(entry), picture(entry, at)
    figure = _figure(shown, voice)
    undated = {"Date": None} if path.suffix == ".svg" else None
    with rc_context({"svg.hashsalt": "concord"}):
        figure.savefig(path, dpi=144, facecolor=PAPER, metadata=undated)
    return path


def _figure(shown: Picture, voice: Voice) -> Figure:
    rows = [row for one in shown.panels for row in _rows(one, voice)]
    heights = [height for height, _ in rows]
    figure = Figure(figsize=(WIDTH, sum(heights) + 0.6), layout=ConstrainedLayoutEngine(h_pad=0.1, w_pad=0.1))
    FigureCanvasAgg(figure)
    figure.suptitle(cut(shown.title, 96), x=0.02, ha="left", color=INK, fontsize=12, fontweight="bold")
    grid = figure.add_gridspec(len(rows), 1, height_ratios=heights)
    for index, (_, draw) in enumerate(rows):
        axes = figure.add_subplot(grid[index])
        _calm(axes)
        draw(axes)
    return figure


def _rows(one: Panel | Bars, voice: Voice) -> list[tuple[float, Callable[[Axes], None]]]:
    """What is drawn below each other, with its height [inch]: a price list under a cap has its whole drawn too."""
    if isinstance(one, Panel):
        return [(3.2, lambda axes: _draw_panel(axes, one, voice))]
    return [
        (0.8 + 0.26 * len(one.bars), lambda axes: _draw_bars(axes, one, voice)),
        (1.2, lambda axes: _draw_whole(axes, one, voice)),
    ]


def _calm(axes: Axes) -> None:
    axes.set_facecolor(PAPER)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.tick_params(colors=QUIET, labelcolor=INK, labelsize=9, length=0)


def _draw_panel(axes: Axes, panel: Panel, voice: Voice) -> None:
    for line, colour in zip(panel.lines, COLOURS * len(panel.lines), strict=False):
        _draw_line(axes, line, colour)
    for x, y in panel.marks:
        axes.plot([float(x)] * 2, [float(panel.bottom), float(y)], color=POINT, linewidth=0.8, linestyle=(0, (2, 3)))
        axes.plot([float(x)], [float(y)], "o", color=POINT, markersize=8, markeredgecolor=PAPER, zorder=6)
        _say(axes, panel, (float(x), float(y)), voice.money(y))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_xlim(float(panel.low), float(panel.high))
    room = float(panel.top - panel.bottom)
    axes.set_ylim(float(panel.bottom) - 0.04 * room, float(panel.top) + 0.06 * room)
    axes.xaxis.set_major_formatter(_across(panel, voice))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(_amounts(voice))
    note = f"   with {panel.note}" if panel.note else ""
    axes.set_xlabel(cut(f"{panel.metric}{note}", 120), color=QUIET, fontsize=9, loc="left")
    if len(panel.lines) > 1:
        axes.legend(frameon=False, fontsize=9, labelcolor=INK, loc="lower left", bbox_to_anchor=(0, 0.98), ncols=4)


def _draw_line(axes: Axes, line: Line, colour: str) -> None:
    for index, stretch in enumerate(line.stretches):
        label = line.name if index == 0 else None
        xs, ys = [float(x) for x, _ in stretch], [float(y) for _, y in stretch]
        axes.plot(xs, ys, color=colour, linewidth=2.2, solid_capstyle="round", label=label)
        axes.fill_between(xs, ys, 0, color=colour, alpha=0.06, linewidth=0)
    for before, after in zip(line.stretches, line.stretches[1:], strict=False):
        ends = [float(before[-1][1]), float(after[0][1])]
        axes.plot([float(after[0][0])] * 2, ends, color=colour, linewidth=0.8, linestyle=(0, (1, 2)))
    for dot in line.dots:
        face = colour if dot.closed else PAPER
        axes.plot(
            [float(dot.x)],
            [float(dot.y)],
            "o",
            color=colour,
            markerfacecolor=face,
            markersize=4.5,
            zorder=5 + dot.closed,
        )


def _say(axes: Axes, panel: Panel, point: tuple[float, float], text: str) -> None:
    left = point[0] > float(panel.low + panel.high) / 2
    low = point[1] < float(panel.bottom + (panel.top - panel.bottom) / 5)
    axes.annotate(
        text,
        point,
        xytext=(-9 if left else 9, 9 if low else -16),
        textcoords="offset points",
        ha="right" if left else "left",
        color=POINT,
        fontsize=10,
        fontweight="bold",
        bbox={"boxstyle": "round,pad=0.2", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.85},
        zorder=7,
    )


def _draw_bars(axes: Axes, bars: Bars, voice: Voice) -> None:
    labels = [cut(bar.label, 44) for bar in bars.bars]
    amounts = [float(bar.amount) for bar in bars.bars]
    places = list(range(len(amounts)))
    axes.barh(places, amounts, height=0.62, color=COLOURS[0])
    for place, bar in zip(places, bars.bars, strict=True):
        text = f" {voice.money(bar.amount)}"
        axes.text(float(bar.amount), place, text, va="center", ha="left", color=INK, fontsize=8.5)
    if bars.each_cap is not None:
        axes.axvline(float(bars.each_cap), color=POINT, linewidth=1.2, linestyle=(0, (4, 3)))
        most = f"each at most {voice.money(bars.each_cap)}"
        axes.text(float(bars.each_cap), -0.66, most, color=POINT, fontsize=9, ha="right")
    axes.set_yticks(places, labels)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_xlim(0, 1.16 * max([*amounts, float(bars.each_cap or 0), 1.0]))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(_amounts(voice))
    axes.set_ylim(len(places) - 0.4, -0.6)
    axes.set_xlabel(bars.note, color=QUIET, fontsize=9, loc="left")


def _draw_whole(axes: Axes, bars: Bars, voice: Voice) -> None:
    """All bars end to end, what is beyond the cap on the whole in pale, and the cap."""
    start = 0.0
    for bar in bars.bars:
        axes.barh(0, float(bar.amount), left=start, height=0.62, color=COLOURS[0], edgecolor=PAPER, linewidth=0.6)
        start += float(bar.amount)
    paid, total = float(bars.paid), float(bars.total)
    axes.barh(0, max(0.0, total - paid), left=paid, height=0.62, color=PAPER, alpha=0.72)
    axes.set_xlim(0, 1.16 * max(total, paid, 1.0))
    if bars.cap is not None and float(bars.cap) <= axes.get_xlim()[1]:
        axes.axvline(float(bars.cap), color=POINT, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.set_yticks([0], ["together"])
    axes.set_ylim(-0.6, 0.6)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(_amounts(voice))
    axes.set_xlabel(_sums(bars, voice), color=INK, fontsize=9.5, loc="left")


def _sums(bars: Bars, voice: Voice) -> str:
    if bars.cap is None:
        return f"together {voice.money(bars.paid)} is paid"
    cap = voice.money(bars.cap)
    return f"together {voice.money(bars.total)}, in all at most {cap}: {voice.money(bars.paid)} is paid"


def _amounts(voice: Voice) -> FuncFormatter:
    return FuncFormatter(lambda value, _: money_short(round(value), voice.currency, voice.decimals))


def _across(panel: Panel, voice: Voice) -> FuncFormatter:
    if panel.money_across:
        return _amounts(voice)
    if panel.metric in voice.percents:
        return FuncFormatter(lambda value, _: f"{value * 100:g} %")
    return FuncFormatter(lambda value, _: f"{value:,.10g}")
