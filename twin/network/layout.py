"""What stands on the floor: machines, buffers, orders, people, vehicles, stocks, streams, from the lowered plant.

Used by `twin.network.luck` and all above it. No event is scheduled here, and nothing is drawn.
"""

from collections import deque
from math import inf

from plants.model.crew import Task as Attends
from plants.model.plant import Plant
from twin.clock import PlantClock
from twin.draws import entity_of
from twin.kept import Kept
from twin.keys import component_name
from twin.log import EventLog
from twin.lowering import LoweredOrder
from twin.network.deadlock import may_lock
from twin.network.dispatch import figure_of
from twin.network.lowering import LoweredBuffer, LoweredNetwork, lower_calendars, lower_network
from twin.network.turns import turns_of
from twin.network.working import (
    BufferRun,
    CareRun,
    CrewOfMode,
    CrewRun,
    FleetRun,
    MachineRun,
    MaterialRun,
    Request,
    StreamRun,
    VehicleRun,
)
from twin.sampling import lower_time
from twin.working import ModeRun, OrderRun

VISIT = 0x9E3779B1
"""Added to the key of a unit's draws at a step for each time it was sent back."""


_children: Kept[str, list[LoweredOrder]] = Kept(32)
_locks: Kept[str, bool] = Kept(32)


class Layout:
    """The data of one run of one plant."""

    def __init__(self, plant: Plant, key: tuple[int, int], clock: PlantClock, log: EventLog | None) -> None:
        self.plant = plant
        self.net: LoweredNetwork = lower_network(plant)
        self.line = self.net.line
        self.steps = self.net.steps
        self.key = key
        self._clock = clock
        self._log = log
        self.values = {alias: p.nominal for alias, p in plant.parameters.items()}
        self._calendars = lower_calendars(plant)
        self._lots()
        self.crews = [_new_crew(self, i) for i in range(len(plant.crews))]
        self.fleets = [_new_fleet(plant, i, clock.time) for i in range(len(plant.fleets))]
        self.buffers = [self._new_buffer(b, i) for i, b in enumerate(self.net.buffers)]
        self.machines = [self._new_machine(i) for i in range(len(self.net.machines))]
        self.materials = [MaterialRun(m, i, entity_of(m.id), stock=m.initial) for i, m in enumerate(plant.materials)]
        self.streams = [self._new_stream(i) for i in range(len(plant.arrivals))]
        self._join()
        self.requests: list[Request] = []
        """Who waits for a person, the first to be served first."""
        self.repairs: dict[ModeRun, CrewOfMode] = {}
        self.docks = [s.docks for s in plant.stations]
        self.docking: list[list[VehicleRun]] = [[] for _ in plant.stations]
        self.next_index = 0
        self.wip = 0
        self.at_step = [0] * len(self.steps)
        self.step_names = self.net.names
        self.drained = False
        """Nothing will enter any more."""
        self.current: dict[int, OrderRun] = {}
        """The order that enters at each station."""
        self._limit = plant.wip_limit
        self._limited = plant.wip_limit is not None
        self._may_lock = _locks.get(plant.revision, lambda: _may_lock(self.net, plant))
        self._turns = [m for m in self.machines if m.turn is not None]
        self._agenda: deque[MachineRun | BufferRun] = deque()
        self._settling = False
        self._entered = 0
        self._good = 0
        self._lead_sum_s = 0.0
        self._wip_since_s = clock.time
        self._wip_area = 0.0

    @property
    def now_s(self) -> float:
        """Plant time."""
        return self._clock.time

    @property
    def stations(self) -> list[MachineRun]:
        """All machines; those of one station follow each other."""
        return self.machines

    def _lots(self) -> None:
        """Orders, then what they need of components, then streams of arrivals: whatever units can belong to."""
        orders = list(self.line.orders)
        children = _children.get(self.plant.revision, lambda: component_orders(self.plant, self.net))
        products = self.line.products
        streams = [
            LoweredOrder(
                a.id,
                entity_of(a.id),
                products.index(a.product),
                0,
                a.start_s,
                inf if a.due_after_s is None else a.due_after_s,
                a.priority,
                stream=True,
            )
            for a in self.plant.arrivals
        ]
        self.lots = [OrderRun(o, i) for i, o in enumerate([*orders, *children, *streams])]
        self.orders = self.lots[: len(orders)]
        self.makes = self.lots[: len(orders) + len(children)]
        self.sequence = list(range(len(orders)))
        self.children: dict[int, list[int]] = {}
        for lot in self.makes[len(orders) :]:
            self.children.setdefault(lot.lowered.parent, []).append(lot.position)
        self.product_of = [*(lot.lowered.product for lot in self.lots), -1 if self.lots else 0]
        self.entity_of = [*(lot.lowered.entity for lot in self.lots), 0]
        self.endless = not self.lots

    def unstarted(self) -> list[OrderRun]:
        """Orders, and what they need of components, with units that have not entered the line, in sequence."""
        found = []
        for i in self.sequence:
            for lot in (i, *self.children.get(i, ())):
                order = self.lots[lot]
                if order.started < order.lowered.quantity:
                    found.append(order)
        return found

    def _new_buffer(self, lowered: LoweredBuffer, i: int) -> BufferRun:
        fleet = self.fleets[lowered.fleet] if lowered.fleet >= 0 else None
        return BufferRun(lowered, i, lowered.capacity, lowered.transport_s, fleet)

    def _new_machine(self, i: int) -> MachineRun:
        s, server = self.net.machines[i]
        station, lowered = self.plant.stations[s], self.line.stations[s]
        modes = tuple(ModeRun(m, n) for n, m in enumerate(lowered.modes))
        m = MachineRun(lowered, i, s, server, modes, tuple(mode for mode in modes if not mode.lowered.calendar))
        m.since_s = self.now_s
        m.batch, m.wear_lowered = station.batch, station.wear
        m.rule, m.look_ahead = station.dispatch.rule, station.dispatch.k
        figure_of(m.rule)  # a rule that nobody brings is refused before anything runs
        if station.dispatch.sequence:
            names = {o.lowered.name: o.position for o in self.lots}
            m.turn = turns_of(self.net, s, station.dispatch.sequence, names)
        if station.calendar is not None:
            m.calendar = self._calendars[station.calendar]
            m.off = not m.calendar.is_open(self.now_s)
        if station.operator is not None:
            m.skill = station.operator.skill
            m.attends_setup = Attends.SETUP in station.operator.during
            m.attends_work = Attends.PROCESSING in station.operator.during
        m.care = tuple(
            CareRun(c, n, lower_time(c.duration), self.entity_of_machine(m), entity_of(c.id))
            for n, c in enumerate(station.maintenance)
        )
        for care in m.care:
            care.last_s = self.now_s
        return m

    def _new_stream(self, i: int) -> StreamRun:
        arrival = self.plant.arrivals[i]
        lot = self.lots[len(self.makes) + i]
        first = self.steps[self.net.first[lot.lowered.product]]
        pool = BufferRun(
            LoweredBuffer(arrival.id, None, first.stations, 1 << 62, 0.0, -1), len(self.buffers) + i, 1 << 62, 0.0
        )
        due = inf if arrival.due_after_s is None else arrival.due_after_s
        return StreamRun(
            lot.position,
            lot.lowered.product,
            lower_time(arrival.every),
            arrival.quantity,
            due,
            pool,
            lot.lowered.entity,
            last_s=max(arrival.start_s, 0.0),
        )

    def _join(self) -> None:
        """Join machines and buffers, and find out which ways lead from each station to each step."""
        kits = {step.position for step in self.steps if step.kit}
        self.ways: dict[tuple[int, int], tuple[BufferRun, ...]] = {
            move: tuple(self.buffers[i] for i in ways) for move, ways in self.net.ways.items()
        }
        for (_, j), ways in self.ways.items():
            for b in ways if j in kits else ():
                b.kit = True
        sequences = any(m.turn is not None for m in self.machines)
        for m in self.machines:
            pools = [s.pool for s in self.streams if m.station in s.pool.lowered.downstream]
            inputs = [b for b in (*self.buffers, *pools) if m.station in b.lowered.downstream]
            m.inputs = tuple(b for b in inputs if not b.kit)
            m.kits = tuple(b for b in inputs if b.kit)
            m.entry = self.endless or any(
                m.station in self.steps[self.net.first[o.lowered.product]].stations for o in self.makes
            )
            if self.endless:
                m.entry = m.station in self.steps[self.net.first[0]].stations
            if m.batch is None and m.rule == "fifo" and len(m.inputs) == 1 and not m.entry and not sequences:
                m.only = m.inputs[0] if self._serves_all(m, m.inputs[0]) else None
        self.leads = [[self.buffers[i] for i in ways] for ways in self.net.leads]
        """Buffers to which units can go from each station."""
        for b in (*self.buffers, *(s.pool for s in self.streams)):
            b.takers = [m for s in b.lowered.downstream for m in self.machines if m.station == s]

    def _serves_all(self, m: MachineRun, b: BufferRun) -> bool:
        """Whether a machine can work on whatever comes into a buffer."""
        into = [j for (s, j), ways in self.ways.items() if b in ways] or [
            s.position for s in self.steps if set(s.stations) & set(b.lowered.downstream) and not s.kit
        ]
        return all(m.station in self.steps[j].stations for j in into)

    def entity_of_machine(self, m: MachineRun) -> int:
        """What keys the draws of a machine."""
        return self.net.entities[m.position]


def _new_crew(floor: Layout, i: int) -> CrewRun:
    crew = floor.plant.crews[i]
    on = crew.calendar is None or floor._calendars[crew.calendar].is_open(floor.now_s)  # noqa: SLF001 - its own
    return CrewRun(crew.id, i, crew.size, frozenset(crew.skills), crew.size if on else 0)


def _new_fleet(plant: Plant, i: int, now: float) -> FleetRun:
    fleet = plant.fleets[i]
    home = plant.station_index[fleet.home]
    run = FleetRun(fleet, i, home)
    if fleet.battery is not None:
        run.charger = plant.station_index[fleet.battery.charger_at]
    full = fleet.battery.capacity_kwh if fleet.battery else 0.0
    run.vehicles = [VehicleRun(run, n, home, since_s=now, level_kwh=full, level_s=now) for n in range(fleet.count)]
    return run


def _may_lock(net: LoweredNetwork, plant: Plant) -> bool:
    return may_lock(net, plant.wip_limit if not plant.arrivals else None)


def component_orders(plant: Plant, net: LoweredNetwork) -> list[LoweredOrder]:
    """What the orders need of components that no order and no arrival asks for by itself, as orders of their own."""
    asked = {o.product for o in plant.orders} | {a.product for a in plant.arrivals}
    own = {plant.products.index(p) for p in plant.products if p.id in asked}
    found = []
    first = len(net.line.orders)
    queue = [(i, o, o.name) for i, o in enumerate(net.line.orders)]
    for parent, order, key in queue:
        needs: dict[int, int] = {}
        for step in net.steps:
            for kit, quantity in step.components if step.product == order.product else ():
                product = net.steps[kit].product
                needs[product] = needs.get(product, 0) + quantity
        for product, quantity in needs.items():
            if product in own:
                continue
            own_key = component_name(key, net.line.products[product])
            made = LoweredOrder(
                f"{order.name}_{net.line.products[product]}"[:48],
                entity_of(own_key),
                product,
                quantity * order.quantity,
                order.release_s,
                order.due_s,
                order.priority,
                parent=parent,
            )
            queue.append((parent, made, own_key))
            found.append(made)
    assert len(queue) == first + len(found)  # noqa: S101 - what was appended
    return found
