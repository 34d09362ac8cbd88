"""The event loop of a network: what happens up to a moment, event by event.

Used by `twin.compiled.network.simulation`. Entry points: `advance`, `resequence`, and `change_parameter` (`stops`).
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

import numpy as np

from twin.compiled.jit import inlined_inner, inner, jit, only_with
from twin.compiled.layout import Record, Records
from twin.compiled.network.access import lot_at, machine_at, mode_at, number_at, stream_at, time_at, whole_at
from twin.compiled.network.crews import on_setup_done
from twin.compiled.network.entry import enter
from twin.compiled.network.flow import on_finished, pull, put
from twin.compiled.network.lists import job_of, new_part
from twin.compiled.network.logistics import on_crossed, on_delivery, on_phase_over
from twin.compiled.network.shifts import on_care, on_shift
from twin.compiled.network.stops import fail, on_failure, on_repaired
from twin.compiled.network.timers import ARRIVAL, ARRIVAL_TIMER, FINISH_TIMER, SETUP_TIMER, after_ring, ring, set_timer
from twin.compiled.network.work import draw
from twin.compiled.sampling import ppf
from twin.draws import Purpose

DONE, NO_ROOM, GIVEN_UP, LOCKED = 0, 1, 2, 3
"""Why `advance` came back."""

_ARRIVAL = int(Purpose.ARRIVAL)
_NOTHING = np.uint64(0)


@jit
def advance(runs: Records, until_s: float) -> int:
    """Let everything happen up to and including `until_s`, or until there may not be room for what one event makes."""
    run = runs[0]
    while True:
        slot = whole_at(run.tree, 1).value
        if number_at(run.at, slot).value > until_s:
            run.now = until_s
            return DONE
        if run.events <= 0:
            return GIVEN_UP
        if _crowded(run):
            return NO_ROOM
        run.events -= 1
        _happen(run, ring(run))
        after_ring(run)
        if run.locked >= 0:
            return LOCKED


@inlined_inner
def _crowded(run: Record) -> bool:
    full_log = run.logging > 0 and run.logged + run.rows_needed > run.log_rows
    return full_log or run.free_parts < run.parts_needed or run.agenda_count + run.agenda_needed > run.agenda_size


@inlined_inner
def _happen(run: Record, slot: int) -> None:
    """What a timer rang for."""
    if slot < run.n_machines:
        _machine_event(run, slot)
    elif slot < run.n_machines + run.n_modes:
        k = slot - run.n_machines
        if mode_at(run.modes, k).down:
            on_repaired(run, k)
        else:
            fail(run, k)
    elif slot < run.n_machines + run.n_modes + run.n_streams:
        _on_stream(run, slot)
    else:
        _resource_event(run, slot)


@only_with("cares")
def _resource_event(run: Record, slot: int) -> None:
    """What a timer rang for that not every plant has."""
    if slot < run.calendar_timers:
        on_care(run, slot - run.care_timers)
    elif slot < run.kit_timers:
        on_shift(run, slot - run.calendar_timers)
    elif slot < run.material_timers:
        on_crossed(run, slot - run.kit_timers)
    elif slot < run.vehicle_timers:
        on_delivery(run, slot - run.material_timers)
    else:
        on_phase_over(run, slot - run.vehicle_timers)


@inner
def _machine_event(run: Record, i: int) -> None:
    timer = machine_at(run.machines, i).timer
    if timer == FINISH_TIMER:
        on_finished(run, i)
    elif timer == SETUP_TIMER:
        on_setup_done(run, i)
    elif timer == ARRIVAL_TIMER:
        _on_arrival(run, i)
    else:
        on_failure(run, i)


@inner
def _on_arrival(run: Record, i: int) -> None:
    """Something comes that a machine waited for: those of its station look in their sequence."""
    m = machine_at(run.machines, i)
    if job_of(run, i).count > 0:
        return
    if m.servers == 1:
        pull(run, i)
        return
    for k in range(i - m.server, i - m.server + m.servers):
        other = machine_at(run.machines, k)
        if other.idle and other.wake_s <= run.now:
            pull(run, k)


@inner
def _on_stream(run: Record, slot: int) -> None:
    """Units of a stream arrive."""
    stream = stream_at(run.streams, slot - run.n_machines - run.n_modes)
    lot = lot_at(run.lots, stream.lot)
    stream.count += 1
    stream.last_s = run.now
    u = draw(run, stream.count, lot.entity, _NOTHING, _ARRIVAL)
    set_timer(run, slot, run.now + ppf(time_at(run.times, stream.every), run.table, u), ARRIVAL)
    for _ in range(stream.quantity):
        p = new_part(run, stream.lot, lot.started, lot.first_step)
        lot.started += 1
        enter(run, -1, p)
        put(run, stream.pool, p)


@jit
def resequence(runs: Records) -> None:
    """The sequence of orders has changed: idle machines at which orders begin look again."""
    run = runs[0]
    run.next_place = 0
    for i in range(run.n_machines):
        m = machine_at(run.machines, i)
        if m.entry and m.idle:
            pull(run, i)
