"""`Insight`: what a report on a line holds, as values and as plain JSON.

Made by `twin.insight.explain`; shown by the command line, a notebook and the console.
"""

from dataclasses import dataclass
from typing import Any

from plants.flow.verdict import Interval
from plants.kpi import KPI_UNITS, Kpi
from plants.model.energy import EmissionFactor
from twin.insight.losses import Loss
from twin.insight.observe import PERCENT
from twin.insight.sensitivity import Sensitivity
from twin.notebook.frames import to_pandas
from twin.notebook.insight import InsightTable, insight_html, insight_table
from twin.simulate import SimulationResult


@dataclass(frozen=True, slots=True)
class StationInsight:
    """How much a station holds the line back: shares of the time, 95 % intervals of the mean."""

    station: str
    active: Interval
    """Working, down or set up: not waiting for others."""
    sole: Interval
    """The bottleneck, alone."""
    shifting: Interval
    """The bottleneck, in turn with another."""
    bottleneck: Interval
    """Either."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantiles of something within one run, each with the 95 % interval of its mean over runs."""

    unit: str
    quantiles: dict[int, Interval]
    """By percent."""


@dataclass(frozen=True, slots=True)
class ProductEnergy:
    """Energy of one product per good unit; scrap is carried by the good."""

    product: str
    good: Interval
    """Good units in a run."""
    kwh_per_good: Interval
    kg_co2e_per_good: Interval | None
    """With an emission factor."""


@dataclass(frozen=True, slots=True)
class MeterInsight:
    """What electricity costs and how high its peaks are."""

    currency: str
    cost: Interval | None
    """Of a run, by the tariff; None without one."""
    cost_per_good: Interval | None
    peak_kw: Interval
    """Highest mean power of a metering window of a run."""
    window_s: float
    limit_kw: float | None
    over_limit: Interval | None
    """Share of the windows above the limit; None without one."""


@dataclass(frozen=True, slots=True)
class OrderLateness:
    """How late an order ends; negative is early."""

    order: str
    due_s: float
    lateness_s: Interval
    """Mean."""
    median_s: Interval
    p90_s: Interval
    """Nine times out of ten it is no later than this; `level` is what so few replications can say."""
    on_time: Interval
    """Probability, Wilson's interval."""
    projected: float
    """Share of replications in which it was unfinished at the horizon and its end was projected."""


@dataclass(frozen=True, slots=True)
class Insight:
    """Why a line does what it does."""

    result: SimulationResult
    """What `simulate` says of the same runs."""
    stations: tuple[StationInsight, ...]
    """In flow order."""
    losses: tuple[Loss, ...]
    """The OEE loss tree of the slowest station."""
    slowest: str
    """Which station that is."""
    wip: Spread
    lead_time: Spread | None
    """None when no good unit left."""
    energy: tuple[ProductEnergy, ...]
    uncharged_kwh: Interval
    """Energy that no product can be charged with."""
    emission: EmissionFactor | None
    meter: MeterInsight | None
    """With a tariff or a peak limit."""
    orders: tuple[OrderLateness, ...]
    sensitivity: tuple[Sensitivity, ...]
    """The largest first; empty when it was not asked for."""
    sensitivity_kpi: Kpi
    sensitivity_replications: int

    @property
    def bottleneck(self) -> StationInsight:
        """The station that is the bottleneck for the largest share of the time."""
        return max(self.stations, key=lambda s: s.bottleneck.mean)

    @property
    def clear(self) -> bool:
        """Whether that station is the bottleneck more than any other, beyond the intervals."""
        first = self.bottleneck
        return all(s is first or s.bottleneck.high < first.bottleneck.low for s in self.stations)

    def to_pandas(self, table: InsightTable = "levers") -> Any:  # noqa: ANN401 - pandas.DataFrame, optional
        """One part as a data frame.

        Raises:
            InvalidInput: no part has that name.
            MissingExtra: pandas is not installed.
        """
        return to_pandas(insight_table(self, table))

    def _repr_html_(self) -> str:
        return insight_html(self)

    def as_dict(self) -> dict[str, object]:
        """The report as plain JSON values."""
        return {
            "percent": list(PERCENT),
            "bottleneck": {"station": self.bottleneck.station, "clear": self.clear},
            "stations": [
                {
                    "station": s.station,
                    "active": s.active.model_dump(),
                    "sole": s.sole.model_dump(),
                    "shifting": s.shifting.model_dump(),
                    "bottleneck": s.bottleneck.model_dump(),
                }
                for s in self.stations
            ],
            "losses": {
                "station": self.slowest,
                "tree": [{"name": x.name, "depth": x.depth, "minutes": x.minutes.model_dump()} for x in self.losses],
            },
            "wip": _spread(self.wip),
            "lead_time": None if self.lead_time is None else _spread(self.lead_time),
            "energy": {
                "products": [
                    {
                        "product": e.product,
                        "good": e.good.model_dump(),
                        "kwh_per_good": e.kwh_per_good.model_dump(),
                        "kg_co2e_per_good": None if e.kg_co2e_per_good is None else e.kg_co2e_per_good.model_dump(),
                    }
                    for e in self.energy
                ],
                "uncharged_kwh": self.uncharged_kwh.model_dump(),
                "emission_factor": None if self.emission is None else self.emission.model_dump(),
                "meter": None if self.meter is None else _meter(self.meter),
            },
            "orders": [
                {
                    "order": o.order,
                    "due_s": o.due_s,
                    "lateness_s": o.lateness_s.model_dump(),
                    "median_s": o.median_s.model_dump(),
                    "p90_s": o.p90_s.model_dump(),
                    "on_time": o.on_time.model_dump(),
                    "projected": o.projected,
                }
                for o in self.orders
            ],
            "sensitivity": {
                "kpi": self.sensitivity_kpi.value,
                "unit": KPI_UNITS[self.sensitivity_kpi],
                "replications": self.sensitivity_replications,
                "levers": [
                    {
                        "place": s.place,
                        "lever": s.lever.value,
                        "change": s.change,
                        "difference": s.difference.model_dump(),
                        "relative": s.relative,
                        "certain": s.certain,
                    }
                    for s in self.sensitivity
                ],
            },
        }


def _meter(meter: MeterInsight) -> dict[str, object]:
    return {
        "currency": meter.currency,
        "cost": None if meter.cost is None else meter.cost.model_dump(),
        "cost_per_good": None if meter.cost_per_good is None else meter.cost_per_good.model_dump(),
        "peak_kw": meter.peak_kw.model_dump(),
        "window_s": meter.window_s,
        "limit_kw": meter.limit_kw,
        "over_limit": None if meter.over_limit is None else meter.over_limit.model_dump(),
    }


def _spread(spread: Spread) -> dict[str, object]:
    return {"unit": spread.unit, "quantiles": {str(p): i.model_dump() for p, i in spread.quantiles.items()}}
