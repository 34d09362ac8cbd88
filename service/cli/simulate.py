"""`jayul simulate` and `jayul compare`: questions to the twin."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from plants.kpi import KPI_UNITS, Kpi
from service.cli.output import Bar, Json, present, table
from service.cli.plants import PlantArgument

if TYPE_CHECKING:
    from plants.flow.verdict import Interval
    from twin.compare import Comparison
    from twin.simulate import SimulationResult

Horizon = Annotated[str, typer.Option(help="Plant time to simulate: 8h, 90m, 2d, or seconds.")]
Replications = Annotated[int, typer.Option(min=2, max=100_000, help="Independent runs behind every interval.")]
Seed = Annotated[
    int, typer.Option(min=0, max=2**31 - 1, help="Seed of all draws; the same seed gives the same result.")
]
Workers = Annotated[
    int,
    typer.Option(
        min=1, max=256, help="Processes, or threads of the compiled engine; the result does not depend on it."
    ),
]
EngineName = Annotated[
    str, typer.Option("--engine", help="simpy, compiled (needs Numba), or auto; the figures are the same.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.command()(simulate)
    app.command()(compare)


def simulate(
    plant: PlantArgument,
    horizon: Horizon = "8h",
    replications: Replications = 30,
    seed: Seed = 1,
    warmup: Annotated[str | None, typer.Option(help="Plant time left out of all figures.")] = None,
    workers: Workers = 1,
    engine: EngineName = "auto",
    as_json: Json = False,
) -> None:
    """Simulate a line from empty: KPIs, what each station did, orders on time, all with 95 % intervals."""
    from plants.loader.load import load_plant
    from service.durations import parse_duration
    from twin import simulate as run

    horizon_s, warmup_s = parse_duration(horizon), 0.0 if warmup is None else parse_duration(warmup)
    loaded = load_plant(plant)
    with Bar(f"simulating {loaded.plant}", quiet=as_json) as bar:
        result = run(
            loaded,
            horizon_s=horizon_s,
            replications=replications,
            seed=seed,
            warmup_s=warmup_s,
            workers=workers,
            engine=engine,
            progress=bar,
        )
    present(result.as_dict(), as_json, lambda console: _draw_simulation(console, result))


def _draw_simulation(console: Console, result: "SimulationResult") -> None:
    from service.durations import spell_duration

    console.print(
        f"{result.plant}, {spell_duration(result.horizon_s)}, {result.replications} replications, "
        f"seed {result.seed}, engine {result.engine}; "
        "intervals are 95 % confidence intervals of the mean.\n",
        soft_wrap=True,
    )
    rows = [[kpi.value, *_cells(kpi, interval), KPI_UNITS[kpi]] for kpi, interval in result.kpis.items()]
    console.print(table(["kpi", "mean", "low", "high", "unit"], rows, right=["mean", "low", "high"]))
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
    conditions = list(next(iter(shares.values())))
    names = [c.value.replace("_", " ") for c in conditions]
    rows = [[name, *(f"{row[c].mean:.1%}" for c in conditions)] for name, row in shares.items()]
    return table(["station", *names], rows, right=names)


def _order_table(result: "SimulationResult") -> Any:  # noqa: ANN401 - a rich table
    rows = [
        [
            o.order,
            _clock(o.due_s),
            _clock(o.end_s.mean),
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


def _clock(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _cells(kpi: Kpi, interval: "Interval") -> list[str]:
    if KPI_UNITS[kpi] == "":
        return [f"{v:.2%}" if kpi is not Kpi.WIP else f"{v:.1f}" for v in (interval.mean, interval.low, interval.high)]
    digits = 4 if kpi is Kpi.ENERGY_PER_GOOD else 1
    return [f"{v:,.{digits}f}" for v in (interval.mean, interval.low, interval.high)]


def compare(
    plant: PlantArgument,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setpoint, alias=value; may be repeated.")
    ] = None,
    sequence: Annotated[str | None, typer.Option(help="Orders to make first, separated by commas.")] = None,
    horizon: Horizon = "8h",
    replications: Replications = 30,
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineName = "auto",
    as_json: Json = False,
) -> None:
    """Compare changes with leaving it as it is: paired differences under common random numbers."""
    from plants.loader.load import load_plant
    from service.changes import parse_changes
    from service.durations import parse_duration
    from twin import compare as run

    horizon_s = parse_duration(horizon)
    loaded = load_plant(plant)
    changes = parse_changes(loaded, settings or [], sequence)
    with Bar(f"comparing on {loaded.plant}", quiet=as_json) as bar:
        result = run(
            loaded,
            changes=changes,
            horizon_s=horizon_s,
            replications=replications,
            seed=seed,
            workers=workers,
            engine=engine,
            progress=bar,
        )
    present(result.as_dict(), as_json, lambda console: _draw_comparison(console, result))


def _draw_comparison(console: Console, result: "Comparison") -> None:
    from service.durations import spell_duration

    console.print(
        f"{result.plant}, {spell_duration(result.horizon_s)}, {result.replications} paired replications, "
        f"seed {result.seed}, engine {result.engine}. "
        f"The difference is judged by its {result.effects[0].difference.level:.2%} interval, "
        "so that all KPIs together hold at 95 %.\n",
        soft_wrap=True,
    )
    rows = [
        [
            e.kpi.value,
            _cells(e.kpi, e.baseline)[0],
            _cells(e.kpi, e.candidate)[0],
            *_signed(e.kpi, e.difference),
            e.result.value,
        ]
        for e in result.effects
    ]
    columns = ["kpi", "as it is", "changed", "difference", "low", "high", "result"]
    console.print(table(columns, rows, right=columns[1:6]))


def _signed(kpi: Kpi, interval: "Interval") -> list[str]:
    return [
        ("+" if v >= 0 else "-") + c.lstrip("-")
        for v, c in zip((interval.mean, interval.low, interval.high), _cells(kpi, interval), strict=True)
    ]
