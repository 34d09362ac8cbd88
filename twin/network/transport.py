"""Vehicles: who carries what, docks, batteries.

The load that waits longest is served first, by the nearest vehicle that is free (the lowest number of several). Loads
from the same station to the same buffer go together as far as they fit. A place in the buffer was kept before a vehicle
is called, so none waits with a load that cannot be set down.
"""

from functools import partial
from math import inf

from twin.clock import Priority, Wake
from twin.log import EventKind
from twin.network.supply import Supply
from twin.network.working import BufferRun, FleetRun, MachineRun, PartRun, Phase, Task, VehicleRun

_WORK = Priority.WORK


class Transport(Supply):
    """A floor with vehicles."""

    def _call_vehicle(self, m: MachineRun, part: PartRun, b: BufferRun) -> None:
        assert b.fleet is not None  # noqa: S101 - vehicles are called only where a fleet carries
        task = part.task = Task(part, m, b, self._clock.time)
        b.fleet.tasks.append(task)
        self._assign(b.fleet)

    def _assign(self, fleet: FleetRun) -> None:
        """Send free vehicles to loads that wait."""
        while fleet.tasks:
            task = fleet.tasks[0]
            free = [v for v in fleet.vehicles if v.phase is Phase.IDLE]
            if not free:
                return
            vehicle = min(free, key=lambda v: self.distance_m(v.at, task.machine.station))
            alike = [t for t in fleet.tasks if t.machine.station == task.machine.station and t.buffer is task.buffer]
            vehicle.loads = alike[: fleet.lowered.capacity]
            for t in vehicle.loads:
                fleet.tasks.remove(t)
            self._drive(vehicle, task.machine.station, Phase.TO_PICKUP)

    def distance_m(self, a: int, b: int) -> float:
        """Rectilinear way between two stations, in metres; 0 where a position is not given."""
        p, q = self.plant.stations[a].position, self.plant.stations[b].position
        return 0.0 if p is None or q is None else abs(p.x_m - q.x_m) + abs(p.y_m - q.y_m)

    def _enter_phase(self, v: VehicleRun, phase: Phase, seconds: float = inf) -> None:
        """A vehicle begins to do something that ends after so many seconds."""
        self._drain(v)
        now = self._clock.time
        v.phase, v.since_s, v.until_s = phase, now, now + seconds
        v.timer = None
        if seconds < inf:
            v.timer = self._clock.wake_at(v.until_s, _WORK, [partial(self._on_phase_over, v)])

    def resume_vehicle(self, v: VehicleRun, until_s: float) -> None:
        """Go on with what a vehicle was doing, which ends at a moment."""
        v.until_s = until_s
        v.timer = self._clock.wake_at(until_s, _WORK, [partial(self._on_phase_over, v)])

    def _drain(self, v: VehicleRun) -> None:
        """Bring the battery up to this moment."""
        v.level_kwh, v.level_s = v.level_at(self._clock.time), self._clock.time

    def _drive(self, v: VehicleRun, to: int, phase: Phase) -> None:
        metres = self.distance_m(v.at, to)
        v.travelled_m += metres
        v.at = to
        self._enter_phase(v, phase, metres / v.fleet.lowered.speed_m_per_s)

    def _on_phase_over(self, v: VehicleRun, event: Wake) -> None:
        """A vehicle has arrived, loaded, unloaded or charged."""
        if event is not v.timer:
            return
        match v.phase:
            case Phase.TO_PICKUP:
                self._dock(v, Phase.WAITING_PICKUP)
            case Phase.CARRYING:
                self._dock(v, Phase.WAITING_DROP)
            case Phase.LOADING:
                self._load_up(v)
            case Phase.UNLOADING:
                self._set_down(v)
            case Phase.TO_CHARGER:
                self._queue_for_charger(v)
            case _:
                v.fleet.charging -= 1
                self._rest_vehicle(v)
                self._next_to_charge(v.fleet)

    def _dock(self, v: VehicleRun, waiting: Phase) -> None:
        """Take a dock, or wait for one."""
        if self.docks[v.at] > 0:
            self.docks[v.at] -= 1
            self._handle(v, waiting)
        else:
            self._enter_phase(v, waiting)
            self.docking[v.at].append(v)

    def _handle(self, v: VehicleRun, waiting: Phase) -> None:
        fleet, loads = v.fleet.lowered, len(v.loads)
        if waiting is Phase.WAITING_PICKUP:
            self._enter_phase(v, Phase.LOADING, fleet.load_s * loads)
        else:
            self._enter_phase(v, Phase.UNLOADING, fleet.unload_s * loads)

    def _undock(self, station: int) -> None:
        """A dock is free: whoever waits longest takes it."""
        self.docks[station] += 1
        if self.docking[station]:
            v = self.docking[station].pop(0)
            self.docks[station] -= 1
            self._handle(v, v.phase)

    def _load_up(self, v: VehicleRun) -> None:
        """The units are on the vehicle: their machines are free of them."""
        buffer, station = v.loads[0].buffer, v.at
        self._drive(v, buffer.lowered.downstream[0], Phase.CARRYING)
        self._undock(station)
        for task in v.loads:
            m = task.machine
            m.job.remove(task.part)
            if self._log is not None:
                part = task.part
                self._log.append(
                    EventKind.PICKUP, self._clock.time, m.position, part.order, part.index, float(v.number)
                )
            if not m.job:
                self._emptied(m)

    def _set_down(self, v: VehicleRun) -> None:
        """The units are where they were to go; the vehicle is free, or goes to charge."""
        loads, v.loads = v.loads, []
        station = v.at
        self._rest_vehicle(v, loads[0].buffer.fleet is not None)
        self._undock(station)
        for task in loads:
            task.part.task = None
            task.buffer.reserved -= 1
            if self._log is not None:
                part = task.part
                self._log.append(EventKind.DROP, self._clock.time, -1, part.order, part.index, float(v.number))
            self._put(task.buffer, task.part)

    def _rest_vehicle(self, v: VehicleRun, may_charge: bool = False) -> None:
        """A vehicle is free: it charges if it must, and else serves who waits."""
        self._drain(v)
        battery = v.fleet.lowered.battery
        if may_charge and battery is not None and v.level_kwh <= battery.charge_below * battery.capacity_kwh:
            self._drive(v, v.fleet.charger, Phase.TO_CHARGER)
            return
        self._enter_phase(v, Phase.IDLE)
        self._assign(v.fleet)

    def _queue_for_charger(self, v: VehicleRun) -> None:
        self._enter_phase(v, Phase.WAITING_CHARGER)
        v.fleet.waiting.append(v)
        self._next_to_charge(v.fleet)

    def _next_to_charge(self, fleet: FleetRun) -> None:
        battery = fleet.lowered.battery
        if battery is None or not fleet.waiting or fleet.charging >= battery.chargers:
            return
        v = fleet.waiting.pop(0)
        self._drain(v)
        fleet.charging += 1
        hours = (battery.capacity_kwh - v.level_kwh) / battery.charging_kw
        self._enter_phase(v, Phase.CHARGING, hours * 3600)
