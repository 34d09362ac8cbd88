"""What comes to machines and leaves them otherwise than by itself: components, material, vehicles.

Used by `events` (`twin.network.supply` and `twin.network.transport`, of which the rest is in `supply` and `vehicles`).
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.jit import inner, only_with
from twin.compiled.layout import Record
from twin.compiled.network.access import buffer_at, machine_at, part_at, vehicle_at, whole_at
from twin.compiled.network.counting import write
from twin.compiled.network.flow import go_on, pull, put, retry
from twin.compiled.network.lists import job_of, take_out, unblock
from twin.compiled.network.supply import await_next_crossing, deliver
from twin.compiled.network.vehicles import (
    CARRYING,
    LOADING,
    TO_CHARGER,
    TO_PICKUP,
    UNLOADING,
    WAITING_DROP,
    WAITING_PICKUP,
    dock,
    drive,
    end_charging,
    queue_for_charger,
    rest,
    undock,
)
from twin.log import EventKind

_PICKUP, _DROP = int(EventKind.PICKUP), int(EventKind.DROP)


@only_with("materials")
def on_crossed(run: Record, j: int) -> None:
    """Components have come to the end of a conveyor."""
    await_next_crossing(run, j)
    retry(run, j)


@only_with("materials")
def on_delivery(run: Record, n: int) -> None:
    """Material has come: machines that lack it go on, the longest waiting first."""
    deliver(run, n)
    count = 0
    for i in range(run.n_machines):
        m = machine_at(run.machines, i)
        if m.short:
            place = count
            while place > 0 and machine_at(run.machines, whole_at(run.lacking, place - 1).value).since_s > m.since_s:
                whole_at(run.lacking, place).value = whole_at(run.lacking, place - 1).value
                place -= 1
            whole_at(run.lacking, place).value = i
            count += 1
    for k in range(count):
        go_on(run, whole_at(run.lacking, k).value)


@only_with("vehicles")
def on_phase_over(run: Record, v: int) -> None:
    """A vehicle has arrived, loaded, unloaded or charged."""
    phase = vehicle_at(run.vehicles, v).phase
    if phase == TO_PICKUP:
        dock(run, v, WAITING_PICKUP)
    elif phase == CARRYING:
        dock(run, v, WAITING_DROP)
    elif phase == LOADING:
        _load_up(run, v)
    elif phase == UNLOADING:
        _set_down(run, v)
    elif phase == TO_CHARGER:
        queue_for_charger(run, v)
    else:
        end_charging(run, v)


@inner
def _load_up(run: Record, v: int) -> None:
    """The units are on the vehicle: their machines are free of them."""
    vehicle = vehicle_at(run.vehicles, v)
    station = vehicle.at
    j = part_at(run.parts, whole_at(run.loads, vehicle.loads_first).value).to_buffer
    drive(run, v, buffer_at(run.buffers, j).to_station, CARRYING)
    undock(run, station)
    for k in range(vehicle.loads_first, vehicle.loads_first + vehicle.loads):
        p = whole_at(run.loads, k).value
        part = part_at(run.parts, p)
        i = part.from_machine
        take_out(run, p)
        write(run, _PICKUP, i, part.order, part.index, float(vehicle.number))
        if job_of(run, i).count == 0:
            _empty(run, i)


@inner
def _empty(run: Record, i: int) -> None:
    """The last unit of a job has left its machine, which looks for the next one."""
    m = machine_at(run.machines, i)
    if m.finished:
        m.finished = 0
        unblock(run, i)
    pull(run, i)


@inner
def _set_down(run: Record, v: int) -> None:
    """The units are where they were to go; the vehicle is free, or goes to charge."""
    vehicle = vehicle_at(run.vehicles, v)
    station, count = vehicle.at, vehicle.loads
    for n in range(count):
        whole_at(run.landing, n).value = whole_at(run.loads, vehicle.loads_first + n).value
    vehicle.loads = 0
    rest(run, v, True)
    undock(run, station)
    for n in range(count):
        p = whole_at(run.landing, n).value
        part = part_at(run.parts, p)
        part.called = 0
        buffer_at(run.buffers, part.to_buffer).reserved -= 1
        write(run, _DROP, -1, part.order, part.index, float(vehicle.number))
        put(run, part.to_buffer, p)
