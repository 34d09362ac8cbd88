"""How much of its working time what is asked for takes of each station: the first look at whether a plan can be kept.

Setups, failures, maintenance, scrap, rework and waiting are left out, and a step with several stations is spread evenly
over them: a share below 1 is necessary and not enough. The twin knows the rest.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from plants.model.calendar import DAY_S, Calendar
from plants.model.distribution import mean_s
from plants.model.order import Product
from plants.model.plant import Plant
from plants.model.route import Step
from plants.model.station import Station

WEEK_S = 7 * DAY_S
"""Time over which arrivals are reckoned where no order has a due date."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What is asked of one station, all its machines together."""

    station: str
    """Which."""
    visits: float
    """Units of flow that come to it."""
    work_s: float
    """Machine time they take, seconds."""
    time_s: float
    """Machine time there is, seconds."""

    @property
    def share(self) -> float:
        """Work over time, dimensionless."""
        return self.work_s / self.time_s if self.time_s > 0 else float("inf")


def workloads(plant: Plant) -> tuple[Workload, ...]:
    """Workload of each station, in flow order, from plant time 0 to the last due date; over a week without orders."""
    horizon_s = max((order.due_s for order in plant.orders), default=WEEK_S)
    wanted = demand(plant, horizon_s)
    visits: dict[str, float] = defaultdict(float)
    work_s: dict[str, float] = defaultdict(float)
    for product in plant.products:
        for step in _steps(plant, product):
            units = wanted.get(product.id, 0.0) / len(step.stations)
            for station in step.stations:
                visits[station] += units
                work_s[station] += units * time_s(plant.station(station), step)
    calendars = {calendar.id: calendar for calendar in plant.calendars}
    return tuple(
        Workload(s.id, visits[s.id], work_s[s.id], s.servers * _open_s(calendars.get(s.calendar or ""), horizon_s))
        for s in plant.stations
    )


def demand(plant: Plant, horizon_s: float) -> dict[str, float]:
    """Units of each product that orders ask for and arrivals bring within a time, and the components that they need."""
    wanted: dict[str, float] = defaultdict(float)
    for order in plant.orders:
        wanted[order.product] += order.quantity
    for arrival in plant.arrivals:
        wanted[arrival.product] += arrival.quantity * max(0.0, horizon_s - arrival.start_s) / mean_s(arrival.every)
    return _with_components({p.id: p for p in plant.products}, wanted)


def time_s(station: Station, step: Step) -> float:
    """Mean machine time that a step takes of a station for one unit of flow, in a full batch."""
    own = next((t.time for t in step.times if t.station == station.id), step.time or station.cycle)
    return mean_s(own) / (station.batch.maximum if station.batch is not None else 1)


def _with_components(products: Mapping[str, Product], wanted: Mapping[str, float]) -> dict[str, float]:
    """Components that no order and no arrival names are made for the products that they go into."""
    total = dict(wanted)
    added = dict(wanted)
    while added:
        needed: dict[str, float] = defaultdict(float)
        for product, units in added.items():
            for step in products[product].route:
                for part in step.components:
                    if part.product not in wanted:
                        needed[part.product] += units * part.quantity
        total = {name: total.get(name, 0.0) + needed.get(name, 0.0) for name in (*total, *needed)}
        added = needed
    return total


def _steps(plant: Plant, product: Product) -> tuple[Step, ...]:
    return product.route or tuple(Step(step=s.id, stations=(s.id,)) for s in plant.stations)


def _open_s(calendar: Calendar | None, horizon_s: float) -> float:
    """Working time from 0 to a moment, seconds."""
    if calendar is None:
        return horizon_s
    period_s = calendar.every_days * DAY_S
    whole, rest_s = divmod(horizon_s, period_s)
    within = sum(end - start for start, end in calendar.open_spans)
    return whole * within + sum(max(0.0, min(end, rest_s) - start) for start, end in calendar.open_spans)
