"""Starting a run, compiled: what `twin.snapshot.restore` and the constructor of `LineSimulation` do.

Used by `twin.compiled.simulation`. What is left of work, setups, repairs and up-times is drawn here, because it
depends on the replication; all else of a state is in the arrays already (`twin.compiled.state`).
"""

from math import inf

import numpy as np

from twin.compiled.access import mode_at, number_at, station_at, time_at
from twin.compiled.breakdowns import mode_draw, new_uptime, schedule_mode, schedule_repair, working
from twin.compiled.counting import CODES, DOWN, MICRO_STOP, resting_code
from twin.compiled.draws import uniform
from twin.compiled.jit import inner, jit
from twin.compiled.layout import Record, Records
from twin.compiled.movement import any_unstarted, entity_of, load, pass_on, product_of, setup_time, start_segment
from twin.compiled.sampling import residual
from twin.compiled.schedule import find_mode_timer
from twin.draws import Purpose

_PROCESSING, _CHANGEOVER = int(Purpose.PROCESSING), int(Purpose.SETUP)
_UPTIME, _REPAIR = int(Purpose.UPTIME), int(Purpose.REPAIR)


@jit
def start(runs: Records) -> None:
    """Bring the arrays of a state to life: draw what is left, set all timers, let units move that can."""
    run = runs[0]
    find_mode_timer(run)
    stations = run.n_stations
    for i in range(stations):
        st = station_at(run.stations, i)
        for m in range(st.first_mode, st.last_mode):
            if mode_at(run.modes, m).known:
                _restore_mode(run, st, m)
        _restore_work(run, st)
    for i in range(stations):
        _begin_station(run, i)
    for i in range(stations - 1, -1, -1):
        _begin_moving(run, i)


@inner
def _restore_mode(run: Record, st: Record, m: int) -> None:
    mode = mode_at(run.modes, m)
    if mode.given_down_s < 0:
        u = mode_draw(run, mode, mode.count, _UPTIME)
        mode.threshold = mode.elapsed + residual(time_at(run.times, mode.uptime), run.table, mode.elapsed, u)
        return
    mode.count = max(mode.count, 1)
    u = mode_draw(run, mode, mode.count - 1, _REPAIR)
    now = run.now
    mode.down = 1
    mode.down_since_s = now - mode.given_down_s
    mode.repaired_s = now + residual(time_at(run.times, mode.repair), run.table, mode.given_down_s, u)
    st.down += 1
    st.breakdowns += 1 - mode.micro


@inner
def _restore_work(run: Record, st: Record) -> None:
    if st.has_part == 0:
        if st.given_setup_s >= 0:
            st.setup_credit = st.given_setup_s
        return
    worked = st.given_work_s / st.cycle_factor if st.cycle_factor > 0 else 0.0
    order = entity_of(run, st.order)
    u = uniform(run.key0, run.key1, np.uint64(st.index), order, st.entity, _PROCESSING)
    st.left = 0.0 if st.finished else residual(time_at(run.times, st.position), run.table, worked, u)
    st.total = worked + st.left
    product = product_of(run, st.order)
    if st.given_setup_s < 0 or st.finished:
        st.product = product
        return
    setup = setup_time(run, st, st.product, product)
    u = uniform(run.key0, run.key1, np.uint64(0), st.entity, np.uint64(0), _CHANGEOVER)
    st.setups = 1
    st.setup_left = 0.0 if setup < 0 else residual(time_at(run.times, setup), run.table, st.given_setup_s, u)
    st.setup_total = st.given_setup_s + st.setup_left


@inner
def _begin_station(run: Record, i: int) -> None:
    """Counters start at 0 now, although the condition may have begun earlier; failures are scheduled."""
    st = station_at(run.stations, i)
    now = run.now
    if i > 0:
        done = station_at(run.stations, i - 1).closed > 0 and station_at(run.stations, i - 1).has_part == 0
    else:
        done = run.n_orders > 0 and not any_unstarted(run)
    st.closed = 1 if done and st.has_part == 0 and st.level == 0 else 0
    code = resting_code(st)
    if code != st.code and not (code == MICRO_STOP and st.code == DOWN):
        st.since_s = now
    st.code = code
    number_at(run.spent, i * CODES + code).value = st.since_s - now
    for m in range(st.first_mode, st.last_mode):
        mode = mode_at(run.modes, m)
        mode.since_s = now
        if mode.down:
            schedule_repair(run, m, mode.repaired_s - now)
        elif mode.threshold == inf:
            mode.threshold = new_uptime(run, mode)
        schedule_mode(run, m)


@inner
def _begin_moving(run: Record, i: int) -> None:
    """Go on with what is under way in a station, or let units move that can."""
    st = station_at(run.stations, i)
    if working(st):
        start_segment(run, i)
    elif st.has_part == 0 or (st.finished > 0 and pass_on(run, i)):
        load(run, i)
