"""How a result shows itself in a notebook: plain HTML tables, no script, no font and no address from elsewhere.

Used by the results' `_repr_html_`.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from plants.flow.state import Condition
from plants.flow.verdict import Interval
from plants.kpi import KPI_UNITS
from twin.notebook.plots import COLOURS

if TYPE_CHECKING:
    from twin.compare import Comparison
    from twin.simulate import SimulationResult

_LIMIT = 50
_CELL = "text-align:{align};padding:0 1em 0 0"


def simulation_html(result: "SimulationResult") -> str:
    """KPIs, what stations did, and orders."""
    heading = (
        f"{result.plant}, {result.horizon_s / 3600:g} h, {result.replications} replications, seed {result.seed}; "
        "95 % confidence intervals of the mean"
    )
    precision = result.precision
    if precision is not None:
        reached = "reached" if precision.reached else "NOT reached"
        heading += f"; precision of {precision.target:.2%} in {precision.kpi.value} {reached}"
    kpis = [
        [k.value, *(_figures(i) if result.is_known(k) else ("-",) * 3), KPI_UNITS[k]] for k, i in result.kpis.items()
    ]
    parts = [
        f"<p>{escape(heading)}</p>",
        html_table(["kpi", "mean", "low", "high", "unit"], kpis),
        _bars(result.shares),
    ]
    if result.runs_without_good:
        parts.append(f"<p>{escape(result.told_of_runs_without_good())}</p>")
    if result.orders:
        orders = [
            [
                o.order,
                f"{o.due_s / 3600:.2f}",
                f"{o.end_s.mean / 3600:.2f}",
                f"{o.on_time.mean:.0%} ({o.on_time.low:.0%} to {o.on_time.high:.0%})",
            ]
            for o in result.orders[:_LIMIT]
        ]
        parts.append(html_table(["order", "due, h", "ends, h", "on time (Wilson)"], orders))
        if len(result.orders) > _LIMIT:
            parts.append(f"<p>and {len(result.orders) - _LIMIT} more orders</p>")
    return f"<div>{''.join(parts)}</div>"


def comparison_html(comparison: "Comparison") -> str:
    """Paired differences."""
    level = comparison.effects[0].difference.level
    heading = (
        f"{comparison.plant}, {comparison.horizon_s / 3600:g} h, {comparison.replications} paired replications, "
        f"seed {comparison.seed}; differences with {level:.2%} intervals, which hold together at 95 %"
    )
    rows = [
        [e.kpi.value, f"{e.baseline.mean:,.4g}", f"{e.candidate.mean:,.4g}", *_figures(e.difference), e.result.value]
        for e in comparison.effects
    ]
    columns = ["kpi", "as it is", "changed", "difference", "low", "high", "result"]
    return f"<div><p>{escape(heading)}</p>{html_table(columns, rows)}</div>"


def html_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; everything in it is escaped."""
    head = "".join(f'<th style="{_CELL.format(align="left")}">{escape(c)}</th>' for c in columns)
    body = "".join(f"<tr>{''.join(_cell(i, v) for i, v in enumerate(row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(i: int, value: str) -> str:
    return f'<td style="{_CELL.format(align="right" if i else "left")}">{escape(value)}</td>'


def _bars(shares: Mapping[str, Mapping[Condition, Interval]]) -> str:
    """What stations did: one bar a station, with the shares written out for those who do not see colours."""
    rows = []
    for station, row in shares.items():
        parts = [(c, row[c].mean) for c in COLOURS if row[c].mean >= 0.0005]
        told = ", ".join(f"{c.value.replace('_', ' ')} {share:.1%}" for c, share in parts)
        bar = "".join(
            f'<span style="display:inline-block;height:0.9em;width:{share * 16:.2f}em;background:{COLOURS[c]}"></span>'
            for c, share in parts
        )
        rows.append(
            f'<tr><td style="{_CELL.format(align="left")}">{escape(station)}</td>'
            f'<td style="{_CELL.format(align="left")};white-space:nowrap" title="{escape(told)}">{bar}</td>'
            f'<td style="{_CELL.format(align="left")}">{escape(told)}</td></tr>'
        )
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _figures(interval: Interval) -> list[str]:
    return [f"{v:,.5g}" for v in (interval.mean, interval.low, interval.high)]
