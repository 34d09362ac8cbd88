"""How results of the twin are drawn for a person: figures with their intervals, as tables.

Used by `jayul simulate`, `compare` and `forecast`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console

from plants.errors import InvalidInput
from plants.kpi import KPI_UNITS, Kpi
from service.cli.output import table

if TYPE_CHECKING:
    from plants.flow.verdict import Interval
    from twin.compare import Comparison
    from twin.precision import Precision
    from twin.simulate import SimulationResult


def draw_result(console: Console, result: "SimulationResult") -> None:
    """KPIs, shares of time, minutes of the slowest station, orders."""
    rows = [
        [kpi.value, *(kpi_cells(kpi, interval) if result.is_known(kpi) else ("-",) * 3), KPI_UNITS[kpi]]
        for kpi, interval in result.kpis.items()
    ]
    console.print(table(["kpi", "mean", "low", "high", "unit"], rows, right=["mean", "low", "high"]))
    if result.runs_without_good:
        console.print(result.told_of_runs_without_good(), soft_wrap=True)
    console.print("\nShare of time")
    console.print(_share_table(result.shares))
    console.print("\nMinutes of the slowest station")
    lost = {name: interval for name, interval in result.losses_min.items() if interval.mean >= 0.05}
    body = [[name.replace("_", " "), f"{i.mean:.1f}", f"{i.low:.1f}", f"{i.high:.1f}"] for name, i in lost.items()]
    console.print(table(["went to", "mean", "low", "high"], body, right=["mean", "low", "high"]))
    if result.orders:
        console.print("\nOrders; those unfinished at the horizon by their projected end")
        console.print(_order_table(result))


def _share_table(shares: Mapping[str, Mapping[Any, "Interval"]]) -> Any:  # noqa: ANN401 - a rich table
    known = next(iter(shares.values()))
    conditions = [c for c in known if any(row[c].mean >= 0.0005 for row in shares.values())]
    names = [c.value.replace("_", " ") for c in conditions]
    rows = [[name, *(f"{row[c].mean:.1%}" for c in conditions)] for name, row in shares.items()]
    return table(["station", *names], rows, right=names)


def _order_table(result: "SimulationResult") -> Any:  # noqa: ANN401 - a rich table
    rows = [
        [
            o.order,
            clock(o.due_s),
            clock(o.end_s.mean),
            f"{o.tardiness_s.mean / 60:.0f} min",
            f"{o.on_time.mean:.0%}",
            f"{o.on_time.low:.0%} to {o.on_time.high:.0%}",
        ]
        for o in result.orders
    ]
    columns = ["order", "due", "ends", "late", "on time", "interval (Wilson)"]
    return table(
        columns,
        rows,
        right=["due", "ends", "late", "on time"],
    )


def clock(seconds: float) -> str:
    """Hours and minutes after the start of the day."""
    minutes = round(seconds / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def kpi_cells(kpi: Kpi, interval: "Interval") -> list[str]:
    """Mean, low and high of a KPI, spelt for its unit."""
    if KPI_UNITS[kpi] == "":
        return [f"{v:.2%}" if kpi is not Kpi.WIP else f"{v:.1f}" for v in (interval.mean, interval.low, interval.high)]
    digits = 4 if kpi is Kpi.ENERGY_PER_GOOD else 1 if abs(interval.mean) >= 10 else 2
    return [f"{v:,.{digits}f}" for v in (interval.mean, interval.low, interval.high)]


def spell_made(result: "SimulationResult | Comparison") -> str:
    """How many replications there are: `30`, or `12 of 30 (interrupted)`."""
    of = f" of {result.planned} (interrupted)" if result.partial else ""
    return f"{result.replications}{of}"


def parse_precision(text: str | None) -> float | None:
    """'1%' or '0.01' as a share.

    Raises:
        InvalidInput: it is neither, or not between 0 and 100 %.
    """
    if text is None:
        return None
    number, scale = (text.strip()[:-1], 100) if text.strip().endswith("%") else (text, 1)
    try:
        share = float(number) / scale
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise InvalidInput(f"'{text}' is not a precision: write a share such as 1% or 0.01")
    return share


def spell_precision(found: "Precision") -> str:
    """How narrow an interval is, in words."""
    return f"{found.kpi.value} ± {found.relative_half_width:.2%} (asked for ± {found.target:.2%})"


def tell_precision(console: Console, found: "Precision | None") -> None:
    """Say whether a precision was reached, where one was asked for."""
    if found is None:
        return
    ending = "reached" if found.reached else "NOT reached: allow more with --max-replications, or ask for less"
    console.print(f"Precision {ending}: {spell_precision(found)}.\n", soft_wrap=True)
