"""The drawings of ``baselines.pictures``, each a function from figures to a matplotlib Figure.

They are read in black and white too: what colour says, a shape, a hatch or a label says as well.
"""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from baselines.metrics import TYPES
from scripts import tables
from scripts.documents import Json

# The font is the one that ships with matplotlib, drawn as outlines, and the salt makes ids the same each time.
RC = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "svg.fonttype": "path",
    "svg.hashsalt": "hashiya",
    "hatch.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "legend.frameon": False,
}
WIDTH = 11.0  # inches
INK, LIGHT = "#1b3a57", "#cccccc"
# Type of boundary → fill and hatch.
BAR = {"line": ("#ffffff", ""), "inline": ("#a9c4dc", "////"), "glued": (INK, "")}
MARKERS = "os^DvPX*<>pdh"
LEADER = {"arrowstyle": "-", "color": "grey", "linewidth": 0.6, "linestyle": ":", "shrinkB": 5}


def styled() -> AbstractContextManager[None]:
    """A context in which figures are drawn and written alike on every machine, whatever its matplotlibrc says."""
    return style.context(["default", RC])


def results(columns: dict[str, dict[str, Json]], recommended: str) -> Figure:
    """Boundary F1 with its interval: systems down, a panel a column. ``{column: {system: {value, low, high}}}``."""
    names = list(next(iter(columns.values())))
    figure = Figure(figsize=(WIDTH, 1.5 + 0.42 * len(names)), layout="constrained")
    panels = figure.subplots(1, len(columns), sharex=True, sharey=True, squeeze=False)[0]
    for axes, (column, systems) in zip(panels, columns.items(), strict=True):
        axes.set_title(column.replace("_", " "))
        for y, name in enumerate(names):
            _estimate(axes, y, systems.get(name), name == recommended)
        axes.grid(axis="x", color=LIGHT, linewidth=0.6)
        axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"])
    panels[0].set(xlim=(-0.03, 1.03), ylim=(len(names) - 0.4, -0.7))
    panels[0].set_yticks(range(len(names)), [f"{name} ★" if name == recommended else name for name in names])
    figure.supxlabel("boundary F1, with its 95 % interval over documents; ★ and filled: best on validation", fontsize=10)
    return figure


def speed(points: dict[str, Json], left_out: Sequence[str]) -> Figure:
    """Boundary F1 against speed. ``{system: {quality: {value, low, high}, speed: {median, low, high}, peer}}``; names in a column, led to their points."""
    figure = Figure(figsize=(WIDTH, max(5.0, 1.6 + 0.3 * len(points))), layout="constrained")
    axes = figure.subplots()
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    order = sorted(points, key=lambda name: (points[name]["quality"]["value"], -points[name]["speed"]["median"]))
    top = 1.1 * max(0.1, *(points[name]["quality"]["high"] for name in order))
    heights = _apart([points[name]["quality"]["value"] for name in order], top / (figure.get_figheight() * 3.2), top)
    for number, (name, height) in enumerate(zip(order, heights, strict=True)):
        _point(axes, name, points[name], height, MARKERS[number % len(MARKERS)])
    axes.set(xlabel="megabytes of text a second (median; grey: least to most), log scale; hollow: peers", ylim=(-0.04 * top, top))
    axes.set_ylabel("boundary F1 on validation (grey: 95 % interval)")
    if left_out:
        figure.supxlabel(f"not shown, for want of one of the two: {', '.join(left_out)}", fontsize=9)
    return figure


def learning(runs: list[Json], metric: str = "boundary.f1") -> Figure:
    """A figure against what the model was fitted on: pages on the left, site styles on the right. Runs as in studies.json."""
    figure = Figure(figsize=(WIDTH, 4.6), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (key, label) in zip(panels, {"pages": "training pages", "styles": "site styles in training"}.items(), strict=True):
        for column, marker, line, fill in (("validation", "o", "-", INK), ("transfer", "s", "--", "white")):
            points = [(run[key], run[column][metric]) for run in runs if run[column][metric] is not None]
            means = [(x, float(np.mean([y for at, y in points if at == x]))) for x in sorted({x for x, _ in points})]
            axes.plot(*zip(*points, strict=True), marker, color=INK, markerfacecolor=fill, markersize=4.5, alpha=0.55)
            axes.plot(*zip(*means, strict=True), line, marker=marker, color=INK, markerfacecolor=fill, markersize=8, label=column)
        axes.set(xlabel=label, xlim=(0, None), ylim=(0, None))
        axes.grid(color=LIGHT, linewidth=0.6)
    panels[0].set_ylabel("boundary F1 (small: a run; large: mean of runs)")
    panels[1].legend(loc="lower right", handlelength=3.5)
    return figure


def boundary_errors(counts: dict[str, dict[str, list[int]]], scores: dict[str, Json], gold: Sequence[int]) -> Figure:
    """Boundaries missed and invented by type, on one column: ``{system: {"missed": [of each of TYPES], "invented": […]}}``, gold boundaries of each."""
    figure = Figure(figsize=(WIDTH, 2.1 + 0.46 * len(counts)), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, sort, share in zip(panels, ("missed", "invented"), ("recall", "precision"), strict=True):
        most = max(1, *(sum(found[sort]) for found in counts.values()))
        for y, (name, found) in enumerate(counts.items()):
            for kind, left, size in zip(TYPES, np.cumsum([0, *found[sort][:-1]]), found[sort], strict=True):
                axes.barh(y, size, left=left, height=0.62, color=BAR[kind][0], hatch=BAR[kind][1], edgecolor="black", linewidth=0.8 if size else 0)
            shares = [tables.cell(scores[name][f"boundary.{kind}.{share}"]) for kind in TYPES]
            axes.text(
                sum(found[sort]) + 0.02 * most, y, "\n".join([" · ".join(map(str, found[sort])), " · ".join(shares)]), va="center", fontsize=9, linespacing=1.1
            )
        axes.set(title=f"{sort}: {' · '.join(TYPES)}, below them {share}", xlim=(0, 1.36 * most), ylim=(len(counts) - 0.4, -0.6))
    panels[0].set_yticks(range(len(counts)), list(counts))
    handles = [
        Patch(facecolor=BAR[kind][0], hatch=BAR[kind][1], edgecolor="black", label=f"{kind} ({size} in the labels)")
        for kind, size in zip(TYPES, gold, strict=True)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(TYPES), handlelength=3)
    return figure


def _estimate(axes: Axes, y: int, found: Json | None, filled: bool) -> None:
    if found is None or found["value"] is None:
        axes.text(0.5, y, "–", ha="center", va="center")
        return
    axes.plot([found["low"], found["high"]], [y, y], color="black", linewidth=1.4, marker="|", markersize=8)
    axes.plot([found["value"]], [y], "D" if filled else "o", color=INK, markerfacecolor=INK if filled else "white", markersize=7, zorder=3)
    axes.text(min(max(found["value"], 0.09), 0.91), y - 0.26, tables.short(found["value"]), ha="center", va="bottom", fontsize=9)


def _point(axes: Axes, name: str, point: Json, height: float, marker: str) -> None:
    """A system at its speed and quality, and at that height beside the axes its mark again, with name and figures."""
    x, y, beside = point["speed"]["median"], point["quality"]["value"], axes.get_yaxis_transform()
    axes.plot([x, x], [point["quality"]["low"], point["quality"]["high"]], color="grey", linewidth=1, zorder=2)
    axes.plot([point["speed"]["low"], point["speed"]["high"]], [y, y], color="grey", linewidth=1, zorder=2)
    look: Json = {"marker": marker, "color": INK, "markersize": 8, "markerfacecolor": "white" if point["peer"] else INK}
    axes.plot([x], [y], **look, zorder=4)
    axes.plot([1.03], [height], **look, transform=beside, clip_on=False)
    axes.annotate("", (x, y), (1.02, height), textcoords=beside, arrowprops=LEADER, annotation_clip=False)
    axes.text(1.05, height, f"{name}  {tables.short(y)} · {float(f'{x:.3g}'):g} MB/s", transform=beside, va="center")


def _apart(heights: Sequence[float], gap: float, top: float) -> list[float]:
    """The rising heights moved as little up, then down, as keeps them a gap apart and under the top."""
    found: list[float] = []
    for height in heights:
        found.append(max(height, found[-1] + gap if found else -math.inf))
    for number in reversed(range(len(found))):
        limit = found[number + 1] - gap if number + 1 < len(found) else top
        found[number] = min(found[number], limit)
    return found
