"""`jayul simulate` and `jayul compare`: questions to the twin."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from plants.errors import InvalidInput
from plants.kpi import KPI_UNITS, Kpi
from service.cli.output import Bar, Json, err, present, table
from service.cli.plants import PlantArgument

if TYPE_CHECKING:
    from plants.flow.verdict import Interval
    from plants.model.plant import Plant
    from twin.compare import Comparison
    from twin.precision import Precision
    from twin.simulate import SimulationResult
    from twin.steady import WarmUp

Horizon = Annotated[str, typer.Option(help="Plant time to simulate: 8h, 90m, 2d, or seconds.")]
Replications = Annotated[int, typer.Option(min=2, max=100_000, help="Independent runs behind every interval.")]
Seed = Annotated[
    int, typer.Option(min=0, max=2**31 - 1, help="Seed of all draws; the same seed gives the same result.")
]
PrecisionOption = Annotated[
    str | None,
    typer.Option("--precision", help="Go on until the interval's half-width is this share of the mean: 1% or 0.01."),
]
PrecisionKpi = Annotated[
    Kpi | None, typer.Option("--precision-kpi", help="Whose interval; the plant's first objective without it.")
]
MaxReplications = Annotated[int, typer.Option(min=10, max=100_000, help="Where --precision gives up.")]
Workers = Annotated[int, typer.Option(min=1, max=256, help="Processes; the result does not depend on it.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.command()(simulate)
    app.command()(compare)


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
    return f"{found.kpi.value} ± {found.relative_half_width:.2%} of {found.target:.2%} asked for"


def _tell_precision(console: Console, found: "Precision | None") -> None:
    if found is None:
        return
    ending = "reached" if found.reached else "NOT reached: allow more with --max-replications, or ask for less"
    console.print(f"Precision {ending}: {spell_precision(found)}.\n", soft_wrap=True)


def simulate(
    plant: PlantArgument,
    horizon: Horizon = "8h",
    replications: Replications = 30,
    seed: Seed = 1,
    warmup: Annotated[str | None, typer.Option(help="Plant time left out of all figures.")] = None,
    steady: Annotated[
        bool, typer.Option("--steady", help="Find the warm-up (MSER-5) and leave it out: the line once it has settled.")
    ] = False,
    precision: PrecisionOption = None,
    precision_kpi: PrecisionKpi = None,
    max_replications: MaxReplications = 2000,
    insight: Annotated[
        bool, typer.Option("--insight", help="Also tell why: bottleneck, losses, what would help, energy, lateness.")
    ] = False,
    emission_factor: Annotated[float | None, typer.Option(help="kg CO2e per kWh, for --insight.")] = None,
    emission_source: Annotated[str | None, typer.Option(help="Who says so.")] = None,
    emission_year: Annotated[int | None, typer.Option(help="Year it holds for.")] = None,
    workers: Workers = 1,
    as_json: Json = False,
) -> None:
    """Simulate a line from empty: KPIs, what each station did, orders on time, all with 95 % intervals."""
    from plants.loader.load import load_plant
    from service.cli.insight import draw_insight, find_insight, parse_emission
    from service.durations import parse_duration
    from twin import simulate as run

    if steady and warmup is not None:
        raise InvalidInput("--steady finds the warm-up itself: leave out --warmup")
    emission = parse_emission(emission_factor, emission_source, emission_year, asked=insight)
    horizon_s, warmup_s = parse_duration(horizon), 0.0 if warmup is None else parse_duration(warmup)
    loaded = load_plant(plant)
    settled = _find_warmup(loaded, horizon_s, seed, workers, quiet=as_json) if steady else None
    warmup_s = warmup_s if settled is None else settled.warmup_s
    with Bar(f"simulating {loaded.plant}", quiet=as_json) as bar:
        result = run(
            loaded,
            horizon_s=horizon_s,
            replications=replications,
            seed=seed,
            warmup_s=warmup_s,
            precision=parse_precision(precision),
            precision_kpi=precision_kpi,
            max_replications=max_replications,
            workers=workers,
            progress=bar,
            look=lambda found: bar.note(spell_precision(found)),
        )
    found = find_insight(loaded, result, replications, emission, workers, quiet=as_json) if insight else None
    body = result.as_dict() | ({} if settled is None else {"steady": settled.as_dict()})
    body |= {} if found is None else {"insight": found.as_dict()}

    def draw(console: Console) -> None:
        _draw_simulation(console, result, settled)
        if found is not None:
            draw_insight(console, found)

    present(body, as_json, draw)


def _find_warmup(plant: "Plant", horizon_s: float, seed: int, workers: int, *, quiet: bool) -> "WarmUp":
    from twin.steady import find_warmup

    with Bar(f"looking for the warm-up of {plant.plant}", quiet=quiet) as bar:
        found = find_warmup(plant, horizon_s=horizon_s, seed=seed, workers=workers, progress=bar)
    for warning in found.warnings:
        err.print(f"warning: {warning}", soft_wrap=True)
    return found


def _tell_warmup(console: Console, found: "WarmUp | None") -> None:
    from service.durations import spell_duration

    if found is None:
        return
    console.print(
        f"Warm-up left out: {spell_duration(found.warmup_s)} (MSER-5 on {found.replications} other runs: throughput "
        f"settles after {spell_duration(found.throughput_s)}, WIP after {spell_duration(found.wip_s)}).\n",
        soft_wrap=True,
    )


def _draw_simulation(console: Console, result: "SimulationResult", settled: "WarmUp | None") -> None:
    from service.durations import spell_duration

    console.print(
        f"{result.plant}, {spell_duration(result.horizon_s)}, {result.replications} replications, seed {result.seed}; "
        "intervals are 95 % confidence intervals of the mean.\n",
        soft_wrap=True,
    )
    _tell_warmup(console, settled)
    _tell_precision(console, result.precision)
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
    precision: PrecisionOption = None,
    precision_kpi: PrecisionKpi = None,
    max_replications: MaxReplications = 2000,
    workers: Workers = 1,
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
            precision=parse_precision(precision),
            precision_kpi=precision_kpi,
            max_replications=max_replications,
            workers=workers,
            progress=bar,
            look=lambda found: bar.note(spell_precision(found)),
        )
    present(result.as_dict(), as_json, lambda console: _draw_comparison(console, result))


def _draw_comparison(console: Console, result: "Comparison") -> None:
    from service.durations import spell_duration

    console.print(
        f"{result.plant}, {spell_duration(result.horizon_s)}, {result.replications} paired replications, "
        f"seed {result.seed}. The difference is judged by its {result.effects[0].difference.level:.2%} interval, "
        "so that all KPIs together hold at 95 %.\n",
        soft_wrap=True,
    )
    _tell_precision(console, result.precision)
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
