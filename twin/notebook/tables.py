"""A result as tables of plain columns: the one source of data frames, Parquet files and CSV of one's own.

Used by `twin.notebook.frames` and `twin.notebook.markup`. A table is a mapping from column to values of equal length.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from plants.errors import InvalidInput
from plants.flow.verdict import Interval
from plants.kpi import KPI_UNITS

if TYPE_CHECKING:
    from twin.compare import Comparison
    from twin.simulate import SimulationResult

Columns = dict[str, list[object]]
TableName = Literal["kpis", "replications", "stations", "losses", "orders", "order_runs", "slots"]
TABLES: tuple[TableName, ...] = ("kpis", "replications", "stations", "losses", "orders", "order_runs", "slots")


def table_of(result: "SimulationResult", name: str) -> Columns:
    """One table of a simulation.

    - `kpis`: one row a KPI, with its interval.
    - `replications`: one row a replication, one column a KPI.
    - `stations`: one row a station and condition, share of time with its interval.
    - `losses`: minutes of the slowest station.
    - `orders`: one row an order, with its intervals.
    - `order_runs`: one row an order and replication.
    - `slots`: one row a replication and part of the horizon: good units and WIP.

    Raises:
        InvalidInput: no table has that name.
    """
    rows: Iterable[Mapping[str, object]]
    match name:
        case "kpis":
            rows = ({"kpi": k.value, "unit": KPI_UNITS[k], **_cells(i)} for k, i in result.kpis.items())
        case "replications":
            rows = ({"replication": r.replication, **{k.value: v for k, v in r.kpis.items()}} for r in result.runs)
        case "stations":
            rows = (
                {"station": s, "condition": c.value, **_cells(i)}
                for s, row in result.shares.items()
                for c, i in row.items()
            )
        case "losses":
            rows = ({"loss": name, **_cells(i)} for name, i in result.losses_min.items())
        case "orders":
            rows = _orders(result)
        case "order_runs":
            rows = _order_runs(result)
        case "slots":
            rows = (
                {"replication": r.replication, "until_s": s.until_s, "good": s.good, "wip": s.wip}
                for r in result.runs
                for s in r.slots
            )
        case _:
            raise InvalidInput(f"there is no table '{name}'; there are: {', '.join(TABLES)}")
    return columns(rows)


def effects_table(comparison: "Comparison") -> Columns:
    """One row a KPI: as it is, changed, and the paired difference with its interval."""
    return columns(
        {
            "kpi": e.kpi.value,
            "unit": KPI_UNITS[e.kpi],
            "baseline": e.baseline.mean,
            "candidate": e.candidate.mean,
            **{f"difference_{name}": value for name, value in _cells(e.difference).items()},
            "result": e.result.value,
            "harm": e.harm,
        }
        for e in comparison.effects
    )


def columns(rows: Iterable[Mapping[str, object]]) -> Columns:
    """Rows of the same keys as columns."""
    found: Columns = {}
    for row in rows:
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return found


def _cells(interval: Interval) -> dict[str, object]:
    return interval.model_dump()


def _orders(result: "SimulationResult") -> Iterable[dict[str, object]]:
    for o in result.orders:
        named = {"end_s": o.end_s, "tardiness_s": o.tardiness_s, "on_time": o.on_time}
        cells = {f"{k}_{end}": getattr(i, end) for k, i in named.items() for end in ("mean", "low", "high")}
        yield {"order": o.order, "due_s": o.due_s, **cells}


def _order_runs(result: "SimulationResult") -> Iterable[dict[str, object]]:
    for r in result.runs:
        for o in r.orders:
            yield {
                "replication": r.replication,
                "order": o.order,
                "good": o.good,
                "scrapped": o.scrapped,
                "finished": o.finished_s is not None,
                "end_s": o.end_s,
                "due_s": o.due_s,
                "tardiness_s": o.tardiness_s,
                "on_time": o.on_time,
            }
