"""Plots of a result with matplotlib, each on axes of one's own or on new ones, which are returned.

Used by the results' `plot_*`. matplotlib is optional. Every estimate is drawn with its interval.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from plants.flow.state import Condition
from twin.extras import optional
from twin.intervals import t_quantile

if TYPE_CHECKING:
    from twin.compare import Comparison
    from twin.simulate import SimulationResult

Axes = Any
"""matplotlib.axes.Axes, which may not be installed."""

COLOURS: dict[Condition, str] = {
    Condition.EXECUTING: "#4c72b0",
    Condition.SETUP: "#8172b3",
    Condition.BLOCKED: "#ccb974",
    Condition.STARVED: "#d9d9d9",
    Condition.DOWN: "#c44e52",
    Condition.MAINTENANCE: "#937860",
    Condition.NO_CREW: "#dd8452",
    Condition.OFF_SHIFT: "#b0bec5",
    Condition.NO_ORDER: "#f2f2f2",
}
"""The same colour for the same condition everywhere, blue to red told apart without green."""


def plot_throughput(result: "SimulationResult", ax: Axes = None) -> Axes:
    """Good units per hour over the horizon: mean over replications and its 95 % interval in each part of it."""
    ax = _axes(ax, "plot_throughput()")
    hours = result.horizon_s / len(result.runs[0].slots) / 3600
    _draw_band(ax, result, [[s.good / hours for s in r.slots] for r in result.runs])
    _label(ax, f"{result.plant}: throughput, {result.replications} replications", "hours", "good units per hour")
    return ax


def plot_wip(result: "SimulationResult", ax: Axes = None) -> Axes:
    """Units on the line over the horizon: mean over replications and its 95 % interval."""
    ax = _axes(ax, "plot_wip()")
    _draw_band(ax, result, [[s.wip for s in r.slots] for r in result.runs])
    _label(ax, f"{result.plant}: units on the line, {result.replications} replications", "hours", "units")
    return ax


def plot_states(result: "SimulationResult", ax: Axes = None) -> Axes:
    """What each station did, as shares of the time; the first station on top."""
    ax = _axes(ax, "plot_states()")
    names = list(result.shares)
    left = np.zeros(len(names))
    for condition, colour in COLOURS.items():
        shares = np.array([result.shares[name][condition].mean for name in names])
        ax.barh(names, shares, left=left, color=colour, label=condition.value.replace("_", " "))
        left = left + shares
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    _label(ax, f"{result.plant}: what stations did", "mean share of time", "")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=3, frameon=False)
    return ax


def plot_orders(result: "SimulationResult", ax: Axes = None) -> Axes:
    """When each order ends in every replication, its mean with the interval, and when it is due."""
    ax = _axes(ax, "plot_orders()")
    names = [o.order for o in result.orders]
    for i, order in enumerate(result.orders):
        ends = [r.orders[i].end_s / 3600 for r in result.runs]
        ax.plot(ends, [i] * len(ends), "|", color="#4c72b0", alpha=0.4, markersize=12)
        ax.plot([order.end_s.low / 3600, order.end_s.high / 3600], [i, i], color="#4c72b0", linewidth=4)
        ax.plot(order.due_s / 3600, i, "D", color="#c44e52", label="due" if i == 0 else None)
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    _label(ax, f"{result.plant}: ends of orders", "hours after the start of the day", "")
    if names:
        ax.legend(loc="upper right", frameon=False)
    else:
        ax.text(0.5, 0.5, "no orders", ha="center", transform=ax.transAxes)
    return ax


def plot_losses(result: "SimulationResult", ax: Axes = None) -> Axes:
    """Minutes of the slowest station by loss, with intervals."""
    ax = _axes(ax, "plot_losses()")
    lost = {name: i for name, i in result.losses_min.items() if name != "good"}
    means = [i.mean for i in lost.values()]
    ax.barh([name.replace("_", " ") for name in lost], means, xerr=_bars(list(lost.values())), color="#c44e52")
    ax.invert_yaxis()
    _label(ax, f"{result.plant}: minutes lost at the slowest station", "minutes, 95 % intervals", "")
    return ax


def plot_effects(comparison: "Comparison", ax: Axes = None) -> Axes:
    """Paired differences with their intervals, as shares of the baseline; KPIs that are 0 as it is are left out."""
    ax = _axes(ax, "plot_effects()")
    shown = [e for e in comparison.effects if e.baseline.mean]
    for i, e in enumerate(shown):
        scale = 100 / abs(e.baseline.mean)
        colour = {"better": "#4c72b0", "worse": "#c44e52"}.get(e.result.value, "#7f7f7f")
        ax.plot([e.difference.low * scale, e.difference.high * scale], [i, i], color=colour, linewidth=3)
        ax.plot(e.difference.mean * scale, i, "o", color=colour)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_yticks(range(len(shown)), [e.kpi.value for e in shown])
    ax.invert_yaxis()
    _label(ax, f"{comparison.plant}: what the change does", "difference, % of as it is", "")
    return ax


def _axes(ax: Axes, what: str) -> Axes:
    if ax is not None:
        return ax
    return optional("matplotlib.pyplot", what).subplots(layout="constrained")[1]


def _draw_band(ax: Axes, result: "SimulationResult", rows: Sequence[Sequence[float]]) -> None:
    """Mean of each part of the horizon over replications, and its 95 % interval."""
    values = np.asarray(rows, dtype=np.float64)
    mean = values.mean(axis=0)
    half = t_quantile(0.975, len(values) - 1) * values.std(axis=0, ddof=1) / len(values) ** 0.5
    edges = [0.0, *(s.until_s / 3600 for s in result.runs[0].slots)]
    ax.stairs(mean, edges, label="mean", linewidth=1.5)
    ax.stairs(mean + half, edges, baseline=mean - half, fill=True, alpha=0.25, label="95 % interval of the mean")
    ax.set_ylim(bottom=0)
    ax.legend(loc="best", frameon=False)


def _bars(intervals: Sequence[Any]) -> list[list[float]]:
    return [[i.mean - i.low for i in intervals], [i.high - i.mean for i in intervals]]


def _label(ax: Axes, title: str, x: str, y: str) -> None:
    ax.set_title(title)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
