"""From a `LineState` back to the working state of a run (`twin.network.snapshot` says what is drawn anew)."""

from math import inf
from typing import TYPE_CHECKING

from plants.flow.state import (
    CareState,
    FailureState,
    LineState,
    LoadState,
    MaterialState,
    Part,
    StationState,
    VehicleState,
)
from twin.draws import Purpose, uniform
from twin.lowering import factors
from twin.network.snapshot import check
from twin.network.working import (
    CareRun,
    Coming,
    CrewOfMode,
    Errand,
    MachineRun,
    PartRun,
    Phase,
    Request,
    Task,
    VehicleRun,
)
from twin.sampling import lower_time, ppf, residual
from twin.snapshot import CODE_OF
from twin.working import Code, ModeRun

if TYPE_CHECKING:
    from twin.network.engine import NetworkSimulation


def restore(sim: "NetworkSimulation", state: LineState) -> None:
    """Put a new run into a state.

    Raises:
        InvalidInput: the state is of another plant, or does not fit the description.
    """
    check(sim, state)
    sim.values.update({p.alias: p.value for p in state.parameters if p.alias in sim.values})
    _Restoring(sim).all(state)


class _Restoring:
    """One run being put into a state."""

    def __init__(self, sim: "NetworkSimulation") -> None:
        self._sim = sim
        self._lots = {o.lowered.name: o.position for o in sim.lots}
        self._crews = {c.name: c.position for c in sim.crews}
        self._step_of: dict[tuple[int, str], int] = {(s.product, s.name): s.position for s in sim.steps}
        self._requests: list[Request] = []

    def all(self, state: LineState) -> None:
        sim = self._sim
        self._orders(state)
        for buffer, b in zip(state.buffers, sim.buffers, strict=True):
            station = b.lowered.downstream[0]
            b.queue.extend(self._part(p, station=station, kit=b.kit) for p in buffer.parts)
            b.excess = max(len(b.queue) - b.capacity, 0) if b.capacity else 0
        for s, m in zip(state.stations, sim.machines, strict=True):
            self._machine(m, s)
        self._streams(state)
        for material_state in state.materials:
            self._material(material_state)
        self._vehicles(state)
        sim.requests = sorted(self._requests, key=lambda r: (r.errand, r.since_s))
        self._count(state.begun)

    def _orders(self, state: LineState) -> None:
        sim = self._sim
        for s in state.orders:
            order = sim.lots[self._lots[s.order]]
            order.started, order.good, order.scrapped, order.finished_s = s.started, s.good, s.scrapped, s.finished_s
        given = [i for s in state.orders if (i := self._lots[s.order]) < len(sim.orders)]
        sim.sequence = given + [i for i in sim.sequence if i not in set(given)]

    def _part(self, part: Part, *, station: int | None = None, finished: bool = False, kit: bool = False) -> PartRun:
        """A unit; where its step is not told, it follows from where it stands on a line without routes."""
        sim = self._sim
        lot = self._lots.get(part.order, -1) if part.order else -1
        product = max(sim.product_of[lot], 0)
        step = -1
        if part.step is not None:
            step = self._step_of.get((product, part.step), -1)
            if kit:
                step = next((s.position for s in sim.steps if s.kit and s.product == product), step)
        elif station is not None and not sim.net.branches:
            here = [s for s in sim.steps if s.product == product and station in s.stations and not s.kit]
            step = (here[0].next if finished else here[0].position) if here else -1
        made = PartRun(lot, part.index, part.entered_s, step)
        made.ready_s = part.ready_s
        made.queued_s = part.entered_s if part.queued_s is None else part.queued_s
        made.reworks, made.defective = part.reworks, part.defective
        return made

    def _machine(self, m: MachineRun, s: StationState) -> None:
        sim = self._sim
        classes = sim.line.classes
        m.setup_class = classes.index(s.setup_product) if s.setup_product in classes else -1
        m.processed, m.scrapped = s.processed, s.scrapped
        m.energy_kws = s.energy_kwh * 3600 - s.processed * m.lowered.unit_kws
        m.wear, m.worn_at = s.wear, -s.unreckoned_s
        parts = [] if s.part is None else [s.part, *s.batch]
        m.job = [self._part(p, station=m.station, finished=s.finished) for p in parts]
        m.finished = s.finished and bool(m.job)
        m.supplied = s.supplied
        for mode, known in ((mode, f) for mode in m.modes for f in s.failures if f.mode == mode.lowered.name):
            self._mode(m, mode, known)
        for care, told in zip(m.care, s.care, strict=False):
            self._care(m, care, told)
        if s.crew is not None and s.crew in self._crews:
            m.crew = self._crews[s.crew]
            sim.crews[m.crew].busy += 1
        if s.asked_s is not None and m.service is not None and m.service.lowered.skill:
            m.asking = Request(m, m.service.lowered.skill, Errand.MAINTENANCE, s.asked_s)
        elif s.asked_s is not None and m.job and m.skill:
            m.asking = Request(m, m.skill, Errand.WORK, s.asked_s)
        if m.asking is not None:
            self._requests.append(m.asking)
        if m.job:
            self._work(m, s)
        elif s.setup_worked_s is not None:
            m.setup_credit = s.setup_worked_s
        m.since_s, m.code = s.since_s, CODE_OF.get(s.condition, Code.STARVED)
        m.short = bool(m.job) and not m.finished and not m.supplied and m.code == Code.STARVED

    def _work(self, m: MachineRun, s: StationState) -> None:
        sim, part = self._sim, m.job[0]
        cycle_factor = factors(sim.plant.stations[m.station], sim.values).cycle
        worked = s.worked_s / cycle_factor if cycle_factor > 0 else 0.0
        if m.finished or part.step < 0:
            m.finished = True
            m.total = worked
            if not sim.net.branches:
                m.setup_class = sim.product_of[part.order]
            return
        step = sim.steps[part.step]
        wanted = step.setup if part.order >= 0 or sim.endless else -1
        u = sim.part_draw(part, Purpose.PROCESSING)
        m.left = residual(step.times[m.station], worked, u)
        m.total = worked + m.left
        m.mean = step.means[m.station]
        if s.setup_worked_s is None:
            m.setup_class = wanted
            return
        setup = m.lowered.setup(m.setup_class, wanted)
        u = uniform(sim.key, 0, sim.entity_of_machine(m), 0, Purpose.SETUP)
        m.setups = 1
        m.setup_left = 0.0 if setup is None else residual(setup, s.setup_worked_s, u)
        m.setup_total = s.setup_worked_s + m.setup_left

    def _mode(self, m: MachineRun, mode: ModeRun, s: FailureState) -> None:
        sim, lowered = self._sim, mode.lowered
        mode.count, mode.elapsed, mode.renewed = s.count, s.elapsed_s, s.renewed
        if s.down_for_s is None:
            u = sim.mode_draw(m, mode, mode.count, Purpose.UPTIME)
            mode.threshold = mode.elapsed + residual(lowered.uptime, mode.elapsed, u)
            return
        mode.count = max(mode.count, 1)
        u = sim.mode_draw(m, mode, mode.count - 1, Purpose.REPAIR)
        mode.down = True
        mode.down_since_s = sim.now_s - s.down_for_s
        m.down += 1
        m.breakdowns += not lowered.micro
        if not lowered.skill:
            mode.repaired_s = sim.now_s + residual(lowered.repair, s.down_for_s, u)
        elif s.repairing_s is None or s.crew not in self._crews:
            mode.repaired_s = inf
            request = Request(m, lowered.skill, Errand.REPAIR, mode.down_since_s, mode)
            sim.repairs[mode] = CrewOfMode(request, total=ppf(lowered.repair, u))
            self._requests.append(request)
        else:
            left = residual(lowered.repair, s.repairing_s, u)
            mode.repaired_s = sim.now_s + left
            crew = self._crews[s.crew] if s.crew else -1
            sim.crews[crew].busy += 1
            sim.repairs[mode] = CrewOfMode(None, crew, s.repairing_s + left, began=True)

    def _care(self, m: MachineRun, care: CareRun, s: CareState) -> None:
        care.count, care.last_s, care.operated, care.units, care.due = s.count, s.last_s, s.operated_s, s.units, s.due
        if not s.in_hand:
            return
        u = uniform(self._sim.key, max(care.count - 1, 0), care.entity, care.slot, Purpose.MAINTENANCE)
        m.service = care
        done = s.doing_s or 0.0
        care.began_s = self._sim.now_s - done
        care.total = done + residual(care.duration, done, u)

    def _streams(self, state: LineState) -> None:
        sim = self._sim
        known = {a.arrival: a for a in state.arrivals}
        for stream in sim.streams:
            lot = sim.lots[stream.lot]
            s = known.get(lot.lowered.name)
            if s is None:
                continue
            stream.count, stream.last_s, lot.started = s.count, s.last_s, s.units
            stream.pool.queue.extend(self._part(p) for p in s.parts)
            u = uniform(sim.key, stream.count, stream.entity, 0, Purpose.ARRIVAL)
            sim.await_stream(stream, sim.now_s + residual(stream.every, max(sim.now_s - s.last_s, 0.0), u))

    def _material(self, s: MaterialState) -> None:
        sim = self._sim
        material = next(m for m in sim.materials if m.lowered.id == s.material)
        material.stock, material.ordered = s.stock, s.ordered
        for c in s.coming:
            n = c.number if c.number >= 0 else -c.number - 1
            u = uniform(sim.key, n, material.entity, 1 if c.number >= 0 else 0, Purpose.SUPPLY)
            gone = sim.now_s - c.since_s
            if c.number >= 0:
                late = material.lowered.deliveries[c.number].late
                wait = residual(lower_time(late), max(gone, 0.0), u) if late else 0.0
                at = max(c.since_s, sim.now_s) + wait
            else:
                assert material.lowered.reorder is not None  # noqa: S101 - orders are placed only with a reorder point
                at = sim.now_s + residual(lower_time(material.lowered.reorder.lead), max(gone, 0.0), u)
            material.coming.append(Coming(c.quantity, at, c.since_s, c.number))

    def _vehicles(self, state: LineState) -> None:
        sim = self._sim
        fleets = {f.lowered.id: f for f in sim.fleets}
        for s in state.vehicles:
            fleet = fleets[s.fleet]
            v = fleet.vehicles[s.number]
            v.at = sim.plant.station_index[s.at]
            v.phase, v.since_s = Phase[s.phase.upper()], s.since_s
            v.level_kwh, v.level_s = s.level_kwh, sim.now_s
            aboard = v.phase in (Phase.CARRYING, Phase.WAITING_DROP, Phase.UNLOADING)
            v.loads = [self._task(t, aboard=aboard) for t in s.loads]
            self._resume(v, s)
        for call in state.calls:
            task = self._task(call, aboard=False)
            assert task.buffer.fleet is not None  # noqa: S101 - calls go to buffers that a fleet serves
            task.buffer.fleet.tasks.append(task)
        for at in sim.docking:
            at.sort(key=lambda v: v.since_s)
        for fleet in sim.fleets:
            fleet.waiting.sort(key=lambda v: v.since_s)

    def _task(self, s: LoadState, *, aboard: bool) -> Task:
        sim = self._sim
        machine = next(m for m in sim.machines if m.lowered.name == s.station and m.server == s.server)
        buffer = next(b for b in sim.buffers if b.lowered.name == s.buffer)
        part = self._part(s.part)
        if not aboard:
            same = (self._lots.get(s.part.order or "", -1), s.part.index)
            part = next((p for p in machine.job if (p.order, p.index) == same), part)
        task = part.task = Task(part, machine, buffer, s.since_s)
        buffer.reserved += 1
        return task

    def _resume(self, v: VehicleRun, s: VehicleState) -> None:
        sim = self._sim
        if v.phase in (Phase.LOADING, Phase.UNLOADING):
            sim.docks[v.at] -= 1
        if v.phase in (Phase.WAITING_PICKUP, Phase.WAITING_DROP):
            sim.docking[v.at].append(v)
        if v.phase is Phase.WAITING_CHARGER:
            v.fleet.waiting.append(v)
        if v.phase is Phase.CHARGING:
            v.fleet.charging += 1
        if s.until_s is not None:
            sim.resume_vehicle(v, max(s.until_s, sim.now_s))

    def _count(self, begun: int | None) -> None:
        """Count what is on the line, and what entered it where that is not told."""
        sim = self._sim
        parts = sim.parts()
        for part in parts:
            if part.step >= 0:
                sim.at_step[part.step] += 1
        sim.wip = len(parts)
        first = sim.machines[0]
        if begun is None:
            begun = first.processed + (bool(first.job) and not first.finished)
        sim.next_index = max([begun, *(p.index + 1 for p in parts)], default=0)
