"""Vehicles: who carries what, docks, batteries (`twin.network.transport`).

Used by `flow` (a unit finds room) and `stops`. A unit for which a vehicle is called says so itself (`PART.called`).
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from math import inf

from twin.compiled.jit import inner, only_with
from twin.compiled.layout import Record
from twin.compiled.network.access import buffer_at, fleet_at, machine_at, part_at, site_at, vehicle_at, whole_at
from twin.compiled.network.timers import WORK, set_timer, stop_timer
from twin.network.working import MOVING, Phase

IDLE, TO_PICKUP, WAITING_PICKUP = int(Phase.IDLE), int(Phase.TO_PICKUP), int(Phase.WAITING_PICKUP)
LOADING, CARRYING, WAITING_DROP = int(Phase.LOADING), int(Phase.CARRYING), int(Phase.WAITING_DROP)
UNLOADING, TO_CHARGER, WAITING_CHARGER = int(Phase.UNLOADING), int(Phase.TO_CHARGER), int(Phase.WAITING_CHARGER)
CHARGING = int(Phase.CHARGING)
_MOVING = tuple(sorted(map(int, MOVING)))


@only_with("vehicles")
def call_vehicle(run: Record, i: int, p: int, j: int) -> None:
    """Have a unit in machine `i` carried to buffer `j`, where a place was kept."""
    part = part_at(run.parts, p)
    part.called, part.from_machine, part.to_buffer, part.called_s = 1, i, j, run.now
    f = buffer_at(run.buffers, j).fleet
    fleet = fleet_at(run.fleets, f)
    whole_at(run.calls, fleet.calls_first + fleet.calls).value = p
    fleet.calls += 1
    _assign(run, f)


@inner
def _assign(run: Record, f: int) -> None:
    """Send free vehicles to loads that wait."""
    fleet = fleet_at(run.fleets, f)
    while fleet.calls > 0:
        part = part_at(run.parts, whole_at(run.calls, fleet.calls_first).value)
        to = machine_at(run.machines, part.from_machine).station
        v = _nearest(run, fleet, to)
        if v < 0:
            return
        _take_alike(run, fleet, v, to, part.to_buffer)
        drive(run, v, to, TO_PICKUP)


@inner
def _nearest(run: Record, fleet: Record, to: int) -> int:
    """The free vehicle that is nearest to a station; -1 where none is free."""
    best, least = -1, inf
    for v in range(fleet.first_vehicle, fleet.last_vehicle):
        vehicle = vehicle_at(run.vehicles, v)
        if vehicle.phase == IDLE:
            metres = _distance_m(run, vehicle.at, to)
            if best < 0 or metres < least:
                best, least = v, metres
    return best


@inner
def _take_alike(run: Record, fleet: Record, v: int, station: int, j: int) -> None:
    """A vehicle is to fetch units at a station that go to one buffer, as many as fit."""
    vehicle = vehicle_at(run.vehicles, v)
    vehicle.loads = kept = 0
    for k in range(fleet.calls):
        p = whole_at(run.calls, fleet.calls_first + k).value
        part = part_at(run.parts, p)
        here = machine_at(run.machines, part.from_machine).station == station
        if here and part.to_buffer == j and vehicle.loads < fleet.capacity:
            whole_at(run.loads, vehicle.loads_first + vehicle.loads).value = p
            vehicle.loads += 1
        else:
            whole_at(run.calls, fleet.calls_first + kept).value = p
            kept += 1
    fleet.calls = kept


@inner
def _distance_m(run: Record, a: int, b: int) -> float:
    """Rectilinear way between two stations, in metres; 0 where a position is not given."""
    p, q = site_at(run.sites, a), site_at(run.sites, b)
    if p.known == 0 or q.known == 0:
        return 0.0
    return abs(p.x_m - q.x_m) + abs(p.y_m - q.y_m)


@inner
def enter_phase(run: Record, v: int, phase: int, seconds: float) -> None:
    """A vehicle begins to do something that ends after so many seconds."""
    vehicle = vehicle_at(run.vehicles, v)
    _drain(run, vehicle)
    vehicle.phase, vehicle.since_s, vehicle.until_s = phase, run.now, run.now + seconds
    if seconds < inf:
        set_timer(run, run.vehicle_timers + v, vehicle.until_s, WORK)
    else:
        stop_timer(run, run.vehicle_timers + v)


@inner
def _drain(run: Record, vehicle: Record) -> None:
    """Bring the battery up to this moment."""
    fleet = fleet_at(run.fleets, vehicle.fleet)
    if fleet.battery:
        hours = (run.now - vehicle.level_s) / 3600
        if vehicle.phase == CHARGING:
            vehicle.level_kwh = min(vehicle.level_kwh + fleet.charging_kw * hours, fleet.capacity_kwh)
        else:
            power = fleet.moving_kw if _moves(vehicle.phase) else fleet.standing_kw
            vehicle.level_kwh = max(vehicle.level_kwh - power * hours, 0.0)
    vehicle.level_s = run.now


@inner
def _moves(phase: int) -> bool:
    """Whether the battery gives its moving power (`twin.network.working.MOVING`)."""
    return phase in _MOVING


@inner
def drive(run: Record, v: int, to: int, phase: int) -> None:
    """A vehicle goes to a station."""
    vehicle = vehicle_at(run.vehicles, v)
    metres = _distance_m(run, vehicle.at, to)
    vehicle.at = to
    enter_phase(run, v, phase, metres / fleet_at(run.fleets, vehicle.fleet).speed)


@inner
def dock(run: Record, v: int, waiting: int) -> None:
    """Take a dock, or wait for one."""
    vehicle = vehicle_at(run.vehicles, v)
    site = site_at(run.sites, vehicle.at)
    if site.docks > 0:
        site.docks -= 1
        _handle(run, v, waiting)
        return
    enter_phase(run, v, waiting, inf)
    vehicle.after = -1
    if site.last_docking >= 0:
        vehicle_at(run.vehicles, site.last_docking).after = v
    else:
        site.first_docking = v
    site.last_docking = v


@inner
def _handle(run: Record, v: int, waiting: int) -> None:
    """A vehicle at a dock loads or unloads."""
    vehicle = vehicle_at(run.vehicles, v)
    fleet = fleet_at(run.fleets, vehicle.fleet)
    if waiting == WAITING_PICKUP:
        enter_phase(run, v, LOADING, fleet.load_s * vehicle.loads)
    else:
        enter_phase(run, v, UNLOADING, fleet.unload_s * vehicle.loads)


@inner
def undock(run: Record, station: int) -> None:
    """A dock is free: whoever waits longest takes it."""
    site = site_at(run.sites, station)
    v = site.first_docking
    if v < 0:
        site.docks += 1
        return
    vehicle = vehicle_at(run.vehicles, v)
    site.first_docking = vehicle.after
    if site.first_docking < 0:
        site.last_docking = -1
    _handle(run, v, vehicle.phase)


@inner
def rest(run: Record, v: int, may_charge: bool) -> None:
    """A vehicle is free: it charges if it must, and else serves who waits."""
    vehicle = vehicle_at(run.vehicles, v)
    fleet = fleet_at(run.fleets, vehicle.fleet)
    _drain(run, vehicle)
    if may_charge and fleet.battery and vehicle.level_kwh <= fleet.low_kwh:
        drive(run, v, fleet.charger, TO_CHARGER)
        return
    enter_phase(run, v, IDLE, inf)
    _assign(run, vehicle.fleet)


@inner
def queue_for_charger(run: Record, v: int) -> None:
    """A vehicle has come to the chargers."""
    enter_phase(run, v, WAITING_CHARGER, inf)
    vehicle = vehicle_at(run.vehicles, v)
    fleet = fleet_at(run.fleets, vehicle.fleet)
    vehicle.after = -1
    if fleet.last_waiting >= 0:
        vehicle_at(run.vehicles, fleet.last_waiting).after = v
    else:
        fleet.first_waiting = v
    fleet.last_waiting = v
    _next_to_charge(run, vehicle.fleet)


@inner
def end_charging(run: Record, v: int) -> None:
    """A vehicle is full and makes room at the charger."""
    f = vehicle_at(run.vehicles, v).fleet
    fleet_at(run.fleets, f).charging -= 1
    rest(run, v, False)
    _next_to_charge(run, f)


@inner
def _next_to_charge(run: Record, f: int) -> None:
    fleet = fleet_at(run.fleets, f)
    v = fleet.first_waiting
    if fleet.battery == 0 or v < 0 or fleet.charging >= fleet.chargers:
        return
    vehicle = vehicle_at(run.vehicles, v)
    fleet.first_waiting = vehicle.after
    if fleet.first_waiting < 0:
        fleet.last_waiting = -1
    _drain(run, vehicle)
    fleet.charging += 1
    hours = (fleet.capacity_kwh - vehicle.level_kwh) / fleet.charging_kw
    enter_phase(run, v, CHARGING, hours * 3600)
