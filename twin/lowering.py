"""Lowering: a plant as flat numbers, done once and shared by every engine.

Used by the engines. After this step no engine looks at the plant file again, except for the effects of parameters,
which `factors` turns into four numbers a station. Refuses what a serial line cannot mean.
"""

from dataclasses import dataclass

from plants.errors import InvalidInput
from plants.model.distribution import mean_s
from plants.model.parameter import EffectOn
from plants.model.plant import Plant
from plants.model.station import FailureClock, FailureMode, Station, StopClass
from twin.draws import entity_of
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

    def setup(self, before: int, after: int) -> Time | None:
        """Setup between two products by index (-1 for none before); None where nothing has to be set up."""
        if before < 0 or before == after:
            return None
        return self.setups.get((before, after), self.default_setup)


@dataclass(frozen=True, slots=True)
class LoweredOrder:
    """One order; `product` is an index."""

    name: str
    entity: int
    product: int
    quantity: int
    release_s: float
    due_s: float


@dataclass(frozen=True, slots=True)
class LoweredLine:
    """A serial line: stations in flow order, capacity and transport time of the buffer behind each but the last."""

    stations: tuple[LoweredStation, ...]
    capacities: tuple[int, ...]
    transports: tuple[float, ...]
    products: tuple[str, ...]
    orders: tuple[LoweredOrder, ...]

    @property
    def slowest(self) -> int:
        """Index of the station with the longest nominal mean cycle, the first of several."""
        means = [s.cycle_mean_s for s in self.stations]
        return means.index(max(means))


@dataclass(frozen=True, slots=True)
class Factors:
    """What the parameters of a station do to it; all 1 at nominal."""

    cycle: float
    scrap: float
    failure: float
    power: float


def factors(station: Station, values: dict[str, float]) -> Factors:
    """Products of all effects of a station's parameters at `values` (by alias; nominal where missing)."""

    def product(on: EffectOn) -> float:
        total = 1.0
        for p in station.parameters:
            total *= p.factor(on, values.get(f"{station.id}.{p.id}", p.nominal))
        return total

    return Factors(
        cycle=product(EffectOn.CYCLE_TIME),
        scrap=product(EffectOn.SCRAP),
        failure=product(EffectOn.FAILURE_RATE),
        power=product(EffectOn.POWER),
    )


def lower(plant: Plant) -> LoweredLine:
    """The plant as flat numbers.

    Raises:
        InvalidInput: a buffer without places has a transport time.
    """
    for b in plant.buffers:
        if b.capacity == 0 and b.transport_s > 0:
            raise InvalidInput(
                f"buffer '{b.id}' holds nothing (capacity 0) but takes {b.transport_s:g} s to cross: "
                "give it a capacity of at least 1, or no transport_s"
            )
    products = tuple(p.id for p in plant.products)
    return LoweredLine(
        stations=tuple(_station(s, products) for s in plant.stations),
        capacities=tuple(b.capacity for b in plant.buffers),
        transports=tuple(b.transport_s for b in plant.buffers),
        products=products,
        orders=tuple(
            LoweredOrder(o.id, entity_of(o.id), products.index(o.product), o.quantity, o.release_s, o.due_s)
            for o in plant.orders
        ),
    )


def _station(station: Station, products: tuple[str, ...]) -> LoweredStation:
    power, setups = station.power_kw, station.setups
    return LoweredStation(
        name=station.id,
        entity=entity_of(station.id),
        cycle=lower_time(station.cycle),
        cycle_mean_s=mean_s(station.cycle),
        scrap=station.scrap,
        modes=tuple(_mode(station.id, m) for m in station.failures),
        setups={(products.index(p.before), products.index(p.after)): lower_time(p.time) for p in setups.pairs},
        default_setup=lower_time(setups.default) if mean_s(setups.default) > 0 else None,
        executing_kw=power.executing,
        waiting_kw=power.waiting,
        setup_kw=power.setup,
        down_kw=power.down,
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
    )
