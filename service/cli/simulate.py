"""`jayul simulate` and `jayul compare`: questions to the twin."""

import contextlib
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from plants.errors import InvalidInput
from plants.kpi import Kpi
from service.cli.figures import draw_result, kpi_cells, parse_precision, spell_made, spell_precision, tell_precision
from service.cli.log import LogDetail, LogOption, LogReplications, open_log, tell_log
from service.cli.output import Bar, Json, err, present, table
from service.cli.partial import end_partial
from service.cli.plants import PlantArgument
from service.cli.states import StateOption, read_state

if TYPE_CHECKING:
    from plants.flow.verdict import Interval, KpiEffect
    from plants.model.plant import Plant
    from twin.compare import Comparison
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
Workers = Annotated[
    int,
    typer.Option(
        min=1, max=256, help="Processes, or threads of the compiled engine; the result does not depend on it."
    ),
]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", help="Make the runs on the Dask cluster at this address, tcp://host:8786.")
]
EngineName = Annotated[
    str, typer.Option("--engine", help="simpy, compiled (needs Numba), or auto; the figures are the same.")
]


def workers_of(workers: int, scheduler: str | None) -> "contextlib.AbstractContextManager[int | Executor]":
    """Who makes the runs: so many workers of this machine, or a cluster.

    Raises:
        InvalidInput: both are asked for.
    """
    if scheduler is None:
        return contextlib.nullcontext(workers)
    if workers != 1:
        raise InvalidInput("--scheduler has workers of its own: leave out --workers")
    from twin.cluster import cluster

    return cluster(scheduler)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.command()(simulate)
    app.command()(compare)


def simulate(
    plant: PlantArgument,
    horizon: Horizon = "8h",
    replications: Replications = 30,
    seed: Seed = 1,
    state: StateOption = None,
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
    scheduler: Scheduler = None,
    engine: EngineName = "auto",
    log: LogOption = None,
    log_detail: LogDetail = "full",
    log_replications: LogReplications = 1,
    as_json: Json = False,
) -> None:
    """Simulate a plant from empty or from a state: KPIs, what stations did, orders on time, with 95 % intervals."""
    from plants.loader.load import load_plant
    from service.cli.insight import draw_insight, find_insight, parse_emission
    from service.durations import parse_duration, spell_duration
    from twin import simulate as run

    if steady and warmup is not None:
        raise InvalidInput("--steady finds the warm-up itself: leave out --warmup")
    emission = parse_emission(emission_factor, emission_source, emission_year, asked=insight)
    horizon_s, warmup_s = parse_duration(horizon), 0.0 if warmup is None else parse_duration(warmup)
    if warmup_s >= horizon_s:
        raise InvalidInput(
            f"a warm-up of {spell_duration(warmup_s)} leaves nothing of {spell_duration(horizon_s)}: give a longer "
            "--horizon or a shorter --warmup"
        )
    loaded = load_plant(plant)
    begin = read_state(state, loaded)
    if steady and begin is not None:
        raise InvalidInput("--steady asks for the line once it has settled, whatever it starts from: leave out --state")
    settled = _find_warmup(loaded, horizon_s, seed, workers, quiet=as_json) if steady else None
    warmup_s = warmup_s if settled is None else settled.warmup_s
    recording = open_log(log, loaded, log_detail, log_replications)
    hands = workers_of(workers, scheduler)
    with recording as recorded, hands as makers, Bar(f"simulating {loaded.plant}", quiet=as_json) as bar:
        result = run(
            loaded,
            horizon_s=horizon_s,
            replications=replications,
            seed=seed,
            state=begin,
            warmup_s=warmup_s,
            precision=parse_precision(precision),
            precision_kpi=precision_kpi,
            max_replications=max_replications,
            workers=makers,
            engine=engine,
            progress=bar,
            look=lambda found: bar.note(spell_precision(found)),
            keep_partial=True,
            recording=recorded,
        )
    tell_log(recorded)
    wanted = insight and not result.partial
    found = (
        find_insight(loaded, result, replications, emission, workers, state=begin, quiet=as_json) if wanted else None
    )
    body = result.as_dict() | ({} if settled is None else {"steady": settled.as_dict()})
    body |= {} if found is None else {"insight": found.as_dict()}

    def draw(console: Console) -> None:
        _draw_simulation(console, result, settled)
        if found is not None:
            draw_insight(console, found)

    present(body, as_json, draw)
    end_partial(result)


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
        f"{result.plant}, {spell_duration(result.horizon_s)}, {spell_made(result)} replications, seed {result.seed}, "
        f"engine {result.engine}; intervals are 95 % confidence intervals of the mean.\n",
        soft_wrap=True,
    )
    _tell_warmup(console, settled)
    tell_precision(console, result.precision)
    draw_result(console, result)


def compare(
    plant: PlantArgument,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setpoint, alias=value; may be repeated.")
    ] = None,
    sequence: Annotated[str | None, typer.Option(help="Orders to make first, separated by commas.")] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--with", metavar="PLANT", help="Another plant that the line becomes, such as with a buffer more."
        ),
    ] = None,
    horizon: Horizon = "8h",
    replications: Replications = 30,
    seed: Seed = 1,
    state: StateOption = None,
    precision: PrecisionOption = None,
    precision_kpi: PrecisionKpi = None,
    max_replications: MaxReplications = 2000,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    engine: EngineName = "auto",
    as_json: Json = False,
) -> None:
    """Compare changes, or another plant, with leaving it as it is: paired differences under common random numbers."""
    from plants.loader.load import load_plant
    from service.changes import parse_changes
    from service.durations import parse_duration
    from twin import compare as run

    if against is not None and state is not None:
        raise InvalidInput("--state is a state of one plant: leave it out to compare two, which start empty")
    horizon_s = parse_duration(horizon)
    loaded = load_plant(plant)
    begin = read_state(state, loaded)
    other = None if against is None else load_plant(against)
    asked = other is None or settings or sequence
    changes = parse_changes(other or loaded, settings or [], sequence, begin) if asked else ()
    with workers_of(workers, scheduler) as makers, Bar(f"comparing on {loaded.plant}", quiet=as_json) as bar:
        result = run(
            loaded,
            changes=changes,
            against=other,
            horizon_s=horizon_s,
            replications=replications,
            seed=seed,
            state=begin,
            precision=parse_precision(precision),
            precision_kpi=precision_kpi,
            max_replications=max_replications,
            workers=makers,
            engine=engine,
            progress=bar,
            look=lambda found: bar.note(spell_precision(found)),
            keep_partial=True,
        )
    present(result.as_dict(), as_json, lambda console: _draw_comparison(console, result, against))
    end_partial(result)


def _draw_comparison(console: Console, result: "Comparison", against: str | None) -> None:
    from service.durations import spell_duration

    told = "" if against is None else f" against {against}"
    console.print(
        f"{result.plant}{told}, {spell_duration(result.horizon_s)}, {spell_made(result)} paired replications, "
        f"seed {result.seed}, engine {result.engine}. The difference is judged by its "
        f"{result.effects[0].difference.level:.2%} interval, so that all KPIs together hold at 95 %.\n",
        soft_wrap=True,
    )
    tell_precision(console, result.precision)
    rows = [
        [
            e.kpi.value,
            kpi_cells(e.kpi, e.baseline)[0],
            kpi_cells(e.kpi, e.candidate)[0],
            *_signed(e.kpi, e.difference),
            _told(e),
        ]
        for e in result.effects
    ]
    columns = ["kpi", "as it is", "changed", "effect", "low", "high", "result"]
    console.print(table(columns, rows, right=columns[1:6]))


def _told(effect: "KpiEffect") -> str:
    """The result in a word that lets the table fit eighty columns."""
    difference = effect.difference
    if difference.low == difference.high == 0:
        return "the same"
    return "unclear" if effect.result.value == "inconclusive" else effect.result.value


def _signed(kpi: Kpi, interval: "Interval") -> list[str]:
    return [
        ("+" if v >= 0 else "-") + c.lstrip("-")
        for v, c in zip((interval.mean, interval.low, interval.high), kpi_cells(kpi, interval), strict=True)
    ]
