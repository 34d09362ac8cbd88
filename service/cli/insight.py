"""What `jayul simulate --insight` adds: why the line does what it does, as tables for a person."""

from typing import TYPE_CHECKING

from rich.console import Console

from plants.errors import InvalidInput
from plants.kpi import KPI_UNITS
from service.cli.output import Bar, table

if TYPE_CHECKING:
    from plants.flow.state import LineState
    from plants.flow.verdict import Interval
    from plants.model.plant import Plant
    from twin import EmissionFactor
    from twin.insight.report import Insight, MeterInsight, Spread
    from twin.simulate import SimulationResult

_LEVERS_SHOWN = 8
_LEVER_RUNS = 10


def parse_emission(
    factor: float | None, source: str | None, year: int | None, *, asked: bool
) -> "EmissionFactor | None":
    """The emission factor of three options.

    Raises:
        InvalidInput: one of the three without the others, without `--insight`, or a figure that cannot be.
    """
    from pydantic import ValidationError

    from twin import EmissionFactor

    given = [factor is not None, source is not None, year is not None]
    if not any(given):
        return None
    if not asked:
        raise InvalidInput("an emission factor is used by --insight: add --insight")
    if not all(given):
        raise InvalidInput("give all three: --emission-factor, --emission-source and --emission-year")
    try:
        return EmissionFactor.model_validate({"kg_per_kwh": factor, "source": source, "year": year})
    except ValidationError as error:
        wrong = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors())
        raise InvalidInput(f"the emission factor cannot be used: {wrong}") from None


def find_insight(
    plant: "Plant",
    result: "SimulationResult",
    replications: int,
    emission: "EmissionFactor | None",
    workers: int,
    *,
    state: "LineState | None" = None,
    quiet: bool,
) -> "Insight":
    """The report on the line of a result, with a bar."""
    from twin import explain

    with Bar(f"looking into {plant.plant}", quiet=quiet) as bar:
        return explain(
            plant,
            horizon_s=result.horizon_s,
            warmup_s=result.warmup_s,
            replications=replications,
            seed=result.seed,
            state=state,
            emission=emission,
            sensitivity_replications=min(replications, _LEVER_RUNS),
            workers=workers,
            progress=bar,
        )


def draw_insight(console: Console, insight: "Insight") -> None:
    """The report as tables."""
    _draw_bottleneck(console, insight)
    _draw_levers(console, insight)
    _draw_losses(console, insight)
    _draw_spreads(console, insight)
    _draw_energy(console, insight)
    _draw_orders(console, insight)


def _draw_bottleneck(console: Console, insight: "Insight") -> None:
    first = insight.bottleneck
    doubt = "" if insight.clear else ", though not clearly more than another"
    console.print(
        f"\nBottleneck: {first.station}, for {_share(first.bottleneck)} of the time{doubt} (active period method)"
    )
    rows = [[s.station, *(_share(i) for i in (s.active, s.sole, s.shifting, s.bottleneck))] for s in insight.stations]
    columns = ["station", "active", "sole", "shifting", "bottleneck"]
    console.print(table(columns, rows, right=columns[1:]))


def _draw_levers(console: Console, insight: "Insight") -> None:
    unit = KPI_UNITS[insight.sensitivity_kpi]
    console.print(
        f"\nWhat would help: {insight.sensitivity_kpi.value} gained in {insight.sensitivity_replications} paired runs; "
        "all intervals together hold at 95 %",
        soft_wrap=True,
    )
    rows = [
        [
            s.place,
            s.change,
            *_gains(s.difference),
            f"{s.relative:+.1%}",
            "" if s.certain else "unclear",
        ]
        for s in insight.sensitivity[:_LEVERS_SHOWN]
    ]
    columns = ["where", "change", f"gain {unit}".strip(), "low", "high", "share", ""]
    console.print(table(columns, rows, right=columns[2:6]))
    left_out = len(insight.sensitivity) - len(rows)
    if left_out:
        console.print(f"and {left_out} that give less")


def _gains(difference: "Interval") -> list[str]:
    """With a digit behind the point where units come by the hundred, three where they come by the hour or less."""
    ends = (difference.mean, difference.low, difference.high)
    digits = 1 if max(map(abs, ends)) >= 1 else 3
    return [f"{v:+.{digits}f}" for v in ends]


def _draw_losses(console: Console, insight: "Insight") -> None:
    console.print(f"\nLoss tree of {insight.slowest}, the slowest station by design, in minutes")
    rows = [
        [
            ("  less " if loss.depth else "") + loss.name.replace("_", " "),
            f"{loss.minutes.mean:.1f}",
            f"{loss.minutes.low:.1f}",
            f"{loss.minutes.high:.1f}",
        ]
        for loss in insight.losses
        if loss.depth == 0 or abs(loss.minutes.mean) >= 0.05
    ]
    console.print(table(["step", "mean", "low", "high"], rows, right=["mean", "low", "high"]))


def _draw_spreads(console: Console, insight: "Insight") -> None:
    console.print("\nHow it spreads within a run: quantiles, and how well their mean is known")
    rows = [_spread_row("units on the line", insight.wip, 1.0)]
    if insight.lead_time is not None:
        rows.append(_spread_row("lead time, min", insight.lead_time, 60.0))
    columns = ["", *(f"{p} %" for p in insight.wip.quantiles)]
    console.print(table(columns, rows, right=columns[1:]))


def _spread_row(name: str, spread: "Spread", divide: float) -> list[str]:
    return [name, *(f"{i.mean / divide:.1f} ± {i.half_width / divide:.1f}" for i in spread.quantiles.values())]


def _draw_energy(console: Console, insight: "Insight") -> None:
    if not any(e.kwh_per_good.mean for e in insight.energy):
        return
    console.print("\nEnergy per good unit, by product")
    carbon = insight.emission is not None
    rows = [
        [
            e.product,
            f"{e.good.mean:,.0f}",
            *(f"{v:.4f}" for v in (e.kwh_per_good.mean, e.kwh_per_good.low, e.kwh_per_good.high)),
            *([_mass(e.kg_co2e_per_good.mean)] if e.kg_co2e_per_good is not None else []),
        ]
        for e in insight.energy
    ]
    columns = ["product", "good", "kWh", "low", "high", *(["CO2e"] if carbon else [])]
    console.print(table(columns, rows, right=columns[1:]))
    console.print(f"{insight.uncharged_kwh.mean:.1f} kWh are charged to no product.")
    if insight.emission is not None:
        f = insight.emission
        console.print(f"{f.kg_per_kwh:g} kg CO2e per kWh: {f.source}, {f.year}", markup=False, soft_wrap=True)
    if insight.meter is not None:
        _draw_meter(console, insight.meter)


def _draw_meter(console: Console, meter: "MeterInsight") -> None:
    if meter.cost is not None:
        each = "" if meter.cost_per_good is None else f", {meter.cost_per_good.mean:,.2f} per good unit"
        console.print(
            f"Electricity costs {meter.cost.mean:,.0f} ± {meter.cost.half_width:,.0f} {meter.currency}{each}."
        )
    told = f"Peak: {meter.peak_kw.mean:.1f} ± {meter.peak_kw.half_width:.1f} kW over {meter.window_s / 60:g} min"
    if meter.limit_kw is not None and meter.over_limit is not None:
        told += f"; {meter.over_limit.mean:.1%} of the windows are above the limit of {meter.limit_kw:g} kW"
    console.print(f"{told}.", soft_wrap=True)


def _draw_orders(console: Console, insight: "Insight") -> None:
    if not insight.orders:
        return
    console.print("\nLateness of orders in minutes, negative is early")
    rows = [
        [
            o.order,
            f"{o.lateness_s.mean / 60:.0f} ± {o.lateness_s.half_width / 60:.0f}",
            f"{o.median_s.mean / 60:.0f}",
            f"{o.p90_s.mean / 60:.0f}",
            f"{o.on_time.mean:.0%}",
            f"{o.projected:.0%}",
        ]
        for o in insight.orders
    ]
    columns = ["order", "mean", "median", "90 %", "on time", "projected"]
    console.print(table(columns, rows, right=columns[1:]))


def _mass(kg: float) -> str:
    return f"{kg * 1000:.1f} g" if kg < 1 else f"{kg:.1f} kg"


def _share(interval: "Interval") -> str:
    return f"{interval.mean:.0%} ({100 * interval.low:.0f}-{interval.high:.0%})"
