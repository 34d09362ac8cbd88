"""An insight in a notebook: its parts as tables of plain columns, and how it shows itself.

Used by `twin.insight.report`.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Literal

from plants.errors import InvalidInput
from plants.flow.verdict import Interval
from plants.kpi import KPI_UNITS
from twin.notebook.markup import html_table
from twin.notebook.tables import Columns, columns

if TYPE_CHECKING:
    from twin.insight.report import Insight

InsightTable = Literal["stations", "levers", "losses", "spreads", "energy", "orders"]
INSIGHT_TABLES: tuple[InsightTable, ...] = ("stations", "levers", "losses", "spreads", "energy", "orders")


def insight_table(insight: "Insight", name: str) -> Columns:
    """One part of an insight as columns; intervals as three columns, `<figure>_mean`, `_low` and `_high`.

    Raises:
        InvalidInput: no part has that name.
    """
    rows: Iterable[Mapping[str, object]]
    match name:
        case "stations":
            rows = (
                {"station": s.station, **_of("active", s.active), **_of("sole", s.sole)}
                | _of("shifting", s.shifting)
                | _of("bottleneck", s.bottleneck)
                for s in insight.stations
            )
        case "levers":
            rows = (
                {"place": s.place, "lever": s.lever.value, "change": s.change, **_of("difference", s.difference)}
                | {"relative": s.relative, "certain": s.certain}
                for s in insight.sensitivity
            )
        case "losses":
            rows = ({"name": x.name, "depth": x.depth, **_of("minutes", x.minutes)} for x in insight.losses)
        case "spreads":
            rows = _spreads(insight)
        case "energy":
            rows = (
                {"product": e.product, **_of("good", e.good), **_of("kwh_per_good", e.kwh_per_good)}
                | ({} if e.kg_co2e_per_good is None else _of("kg_co2e_per_good", e.kg_co2e_per_good))
                for e in insight.energy
            )
        case "orders":
            rows = (
                {"order": o.order, "due_s": o.due_s, **_of("lateness_s", o.lateness_s), **_of("median_s", o.median_s)}
                | _of("p90_s", o.p90_s)
                | _of("on_time", o.on_time)
                | {"projected": o.projected}
                for o in insight.orders
            )
        case _:
            raise InvalidInput(f"there is no table '{name}'; there are: {', '.join(INSIGHT_TABLES)}")
    return columns(rows)


def insight_html(insight: "Insight") -> str:
    """Bottleneck, levers and losses; no script, no font and no address from elsewhere."""
    first, unit = insight.bottleneck, KPI_UNITS[insight.sensitivity_kpi]
    doubt = "" if insight.clear else ", though not clearly more than another"
    heading = (
        f"{insight.result.plant}, {insight.result.replications} replications: the bottleneck is {first.station}, for "
        f"{first.bottleneck.mean:.0%} of the time{doubt}"
    )
    stations = [
        [
            s.station,
            *(f"{i.mean:.0%} ({i.low:.0%} to {i.high:.0%})" for i in (s.active, s.sole, s.shifting, s.bottleneck)),
        ]
        for s in insight.stations
    ]
    levers = [
        [s.place, s.change, *(f"{v:+.4g}" for v in _ends(s.difference)), "" if s.certain else "unclear"]
        for s in insight.sensitivity
    ]
    losses = [[("less " if x.depth else "") + x.name, *(f"{v:.1f}" for v in _ends(x.minutes))] for x in insight.losses]
    gain = f"{insight.sensitivity_kpi.value} {unit}".strip()
    parts = [
        f"<p>{escape(heading)}</p>",
        html_table(["station", "active", "sole", "shifting", "bottleneck"], stations),
        html_table(["where", "change", gain, "low", "high", ""], levers) if levers else "",
        html_table([f"minutes of {insight.slowest}", "mean", "low", "high"], losses),
    ]
    return f"<div>{''.join(parts)}</div>"


def _share(interval: Interval) -> str:
    return f"{interval.mean:.0%} ({100 * interval.low:.0f}-{interval.high:.0%})"


def _ends(interval: Interval) -> tuple[float, float, float]:
    return interval.mean, interval.low, interval.high


def _of(name: str, interval: Interval) -> dict[str, object]:
    return {f"{name}_{end}": getattr(interval, end) for end in ("mean", "low", "high")}


def _spreads(insight: "Insight") -> Iterable[dict[str, object]]:
    named = {"wip": insight.wip, "lead_time_s": insight.lead_time}
    for name, spread in named.items():
        if spread is not None:
            for percent, interval in spread.quantiles.items():
                yield {"of": name, "percent": percent, **_of("value", interval)}
