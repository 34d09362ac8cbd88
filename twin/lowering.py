"""Lowering: a plant as flat numbers, done once and shared by every engine.

Used by the engines. After this step no engine looks at the plant file again, except for the effects of parameters,
which `factors` turns into five numbers a station. What goes beyond a serial line is added by `twin.network.lowering`.
"""

from dataclasses import dataclass, field
from itertools import accumulate

from plants.model.distribution import mean_s
from plants.model.order import Order
from plants.model.parameter import EffectOn
from plants.model.plant import Plant
from plants.model.station import FailureClock, FailureMode, Station, StopClass
from twin.draws import entity_of
from twin.keys import check_keys
from twin.sampling import Time, lower_time


@dataclass(frozen=True, slots=True)
class LoweredMode:
    """One failure mode: its times, its clock, and the words that key its draws."""

    name: str
    entity: int
    slot: int
    calendar: bool
    micro: bool
    uptime: Time
    repair: Time
    skill: str = ""
    """What the person who repairs it must be able to do."""


@dataclass(frozen=True, slots=True)
class LoweredStation:
    """One station: times at nominal parameters, power in kW, setups by (product before, product after) index."""

    name: str
    entity: int
    cycle: Time
    cycle_mean_s: float
    scrap: float
    modes: tuple[LoweredMode, ...]
    setups: dict[tuple[int, int], Time]
    """Times of the pairs that are listed."""
    default_setup: Time | None
    """Time of all other pairs; None where they need no setup."""
    executing_kw: float
    waiting_kw: float
    setup_kw: float
    down_kw: float
    off_kw: float = 0.0
    unit_kws: float = 0.0
    """Energy of each unit processed, besides, in kW s."""
    servers: int = 1

    def setup(self, before: int, after: int) -> Time | None:
        """Setup between two products by index (-1 for none before); None where nothing has to be set up."""
        if before < 0 or before == after:
            return None
        return self.setups.get((before, after), self.default_setup)


@dataclass(frozen=True, slots=True)
class LoweredOrder:
    """One order, or what it needs of one component, or a stream of arrivals; `product` is an index."""

    name: str
    entity: int
    product: int
    quantity: int
    release_s: float
    due_s: float
    priority: int = 5
    parent: int = -1
    """Position of the order it belongs to, for components."""
    stream: bool = False
    """Units come by themselves; `due_s` counts from when each came."""


@dataclass(frozen=True, slots=True)
class LoweredLine:
    """Stations in flow order, capacity and transport time of the buffers, products and orders."""

    stations: tuple[LoweredStation, ...]
    capacities: tuple[int, ...]
    transports: tuple[float, ...]
    products: tuple[str, ...]
    orders: tuple[LoweredOrder, ...]
    classes: tuple[str, ...]
    """What a station can be set up for: the products, then what steps call their setup."""
    loads_s: tuple[float, ...]
    """Mean work for a machine of each station, in seconds: of a unit; of all orders, where there are routes."""
    pace_per_s: float
    """Units per second that the slowest station lets through at best."""
    machines: tuple[range, ...] = field(init=False, repr=False, compare=False)
    """Numbers of the machines of each station: stations in flow order, their servers one after the other."""
    machines_by_name: dict[str, range] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ends = accumulate(s.servers for s in self.stations)
        machines = tuple(range(end - s.servers, end) for s, end in zip(self.stations, ends, strict=True))
        object.__setattr__(self, "machines", machines)
        object.__setattr__(self, "machines_by_name", {s.name: m for s, m in zip(self.stations, machines, strict=True)})

    @property
    def slowest(self) -> int:
        """Index of the station with the most work for each unit, the first of several."""
        return self.loads_s.index(max(self.loads_s))

    def machines_of(self, station: int) -> range:
        """Numbers of the machines of a station."""
        return self.machines[station]


@dataclass(frozen=True, slots=True)
class Factors:
    """What the parameters of a station do to it; all 1 at nominal."""

    cycle: float
    scrap: float
    failure: float
    power: float
    wear: float = 1.0


_NOTHING_SET = Factors(1.0, 1.0, 1.0, 1.0)


def factors(station: Station, values: dict[str, float]) -> Factors:
    """Products of all effects of a station's parameters at `values` (by alias; nominal where missing)."""
    if not station.parameters and not station.responses:
        return _NOTHING_SET

    def product(on: EffectOn) -> float:
        total = 1.0
        for p in station.parameters:
            total *= p.factor(on, values.get(f"{station.id}.{p.id}", p.nominal))
        for response in station.responses:
            if response.acts_on is on:
                total *= response.factor(departures)
        return total

    departures = {}
    if station.responses:
        departures = {p.id: values.get(f"{station.id}.{p.id}", p.nominal) / p.nominal - 1.0 for p in station.parameters}

    return Factors(
        cycle=product(EffectOn.CYCLE_TIME),
        scrap=product(EffectOn.SCRAP),
        failure=product(EffectOn.FAILURE_RATE),
        power=product(EffectOn.POWER),
        wear=product(EffectOn.WEAR),
    )


def lower(plant: Plant) -> LoweredLine:
    """The plant as flat numbers.

    Raises:
        InvalidInput: two names would key the same draws.
    """
    check_keys(plant)
    products = tuple(p.id for p in plant.products)
    units, loads = _loads(plant)
    named = dict.fromkeys(s.setup for p in plant.products for s in p.route if s.setup and s.setup not in products)
    classes = (*products, *named)
    return LoweredLine(
        stations=tuple(_station(s, classes) for s in plant.stations),
        capacities=tuple(b.capacity for b in plant.buffers),
        transports=tuple(b.transport_s for b in plant.buffers),
        products=products,
        orders=tuple(lowered_order(o, products) for o in plant.orders),
        classes=classes,
        loads_s=loads,
        pace_per_s=units / max(*loads, 1e-9),
    )


def lowered_order(order: Order, products: tuple[str, ...]) -> LoweredOrder:
    """One order as flat numbers; its product must be one of these."""
    return LoweredOrder(
        order.id,
        entity_of(order.id),
        products.index(order.product),
        order.quantity,
        order.release_s,
        order.due_s,
        order.priority,
    )


def _loads(plant: Plant) -> tuple[int, tuple[float, ...]]:
    """Units, and the mean work per machine they bring to each station.

    One unit on a line without routes; with routes all units of the orders, or one of each product without orders.
    """
    index = plant.station_index
    loads = [0.0] * len(plant.stations)
    routes = {p.id: p.route for p in plant.products}
    if not any(routes.values()):
        return 1, tuple(mean_s(s.cycle) / s.servers for s in plant.stations)
    wanted = [(o.product, o.quantity) for o in plant.orders] or [(p.id, 1) for p in plant.products]
    for product, quantity in wanted:
        if not routes[product]:
            for i, station in enumerate(plant.stations):
                loads[i] += mean_s(station.cycle) * quantity / station.servers
        for step in routes[product]:
            for name in step.stations:
                i = index[name]
                station = plant.stations[i]
                own = next((t.time for t in step.times if t.station == name), step.time or station.cycle)
                together = station.batch.maximum if station.batch else 1
                share = quantity / len(step.stations) / together / station.servers
                loads[i] += mean_s(own) * share
    return sum(quantity for _, quantity in wanted), tuple(loads)


def _station(station: Station, classes: tuple[str, ...]) -> LoweredStation:
    power, setups = station.power_kw, station.setups
    return LoweredStation(
        name=station.id,
        entity=entity_of(station.id),
        cycle=lower_time(station.cycle),
        cycle_mean_s=mean_s(station.cycle),
        scrap=station.scrap,
        modes=tuple(_mode(station.id, m) for m in station.failures),
        setups={(classes.index(p.before), classes.index(p.after)): lower_time(p.time) for p in setups.pairs},
        default_setup=lower_time(setups.default) if mean_s(setups.default) > 0 else None,
        executing_kw=power.executing,
        waiting_kw=power.waiting,
        setup_kw=power.setup,
        down_kw=power.down,
        off_kw=power.off,
        unit_kws=station.energy_per_unit_kwh * 3600,
        servers=station.servers,
    )


def _mode(station: str, mode: FailureMode) -> LoweredMode:
    return LoweredMode(
        name=mode.id,
        entity=entity_of(station),
        slot=entity_of(mode.id),
        calendar=mode.clock is FailureClock.CALENDAR,
        micro=mode.stop_class is StopClass.MICRO_STOP,
        uptime=lower_time(mode.uptime_distribution),
        repair=lower_time(mode.repair_distribution),
        skill=mode.skill or "",
    )
