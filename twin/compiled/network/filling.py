"""The start of a run: a run of the reference engine that has just been made, copied into arrays.

Used by `twin.compiled.network.simulation`. What a state tells, what is drawn anew and what moves at once is thereby the
same as in the reference engine, by its own code.
"""

from itertools import chain
from math import inf, nan
from typing import Any

import numpy as np

from plants.model.station import Station
from twin.clock import Wake
from twin.compiled.counting import CODES
from twin.compiled.layout import LOG, Floats, Integers, Records
from twin.compiled.network.arrays import Fixed, fixed_of
from twin.compiled.network.layout import LIST, PART, RUN
from twin.compiled.network.resource_filling import people_of, put_calls, put_same, resources_for
from twin.compiled.network.resources import RUN_WHOLE
from twin.compiled.network.timers import ARRIVAL_TIMER, FAILURE_TIMER, FINISH_TIMER, SETUP_TIMER
from twin.compiled.network.world import World, address_all
from twin.kept import Kept
from twin.lowering import factors
from twin.network.engine import NetworkSimulation
from twin.network.working import BufferRun, MachineRun, PartRun
from twin.philox import MASK

_LOG_ROWS, _AGENDA, _PARTS = 4096, 1024, 256
SAME_OF_MACHINES = (
    "finished",
    "running",
    "idle",
    "wake_s",
    "supplied",
    "short",
    "off",
    "crew",
    "wear",
    "worn_at",
    "setup_class",
    "setup_left",
    "setup_total",
    "setup_credit",
    "setups",
    "total",
    "left",
    "mean",
    "segment_s",
    "cycle_factor",
    "scrap_effect",
    "power_factor",
    "operated",
    "operating_limit",
    "operated_total",
    "down",
    "breakdowns",
    "closed",
    "code",
    "since_s",
    "processed",
    "scrapped",
    "nominal_s",
    "energy_kws",
)
"""Figures of a machine that have one name in both engines."""
SAME_OF_MODES = (
    "count",
    "renewed",
    "elapsed",
    "threshold",
    "rate",
    "since_s",
    "down",
    "down_since_s",
    "repaired_s",
)
SAME_OF_PARTS = ("order", "index", "entered_s", "queued_s", "ready_s", "step", "reworks", "defective")

_fixed: Kept[str, Fixed] = Kept(8)
"""The fixed arrays of the plants asked for last."""


def world_of(sim: NetworkSimulation, budget: int, *, logging: bool) -> World:
    """The arrays of a run that goes on from where a run of the reference engine is."""
    fixed = _fixed.get(sim.plant.revision, lambda: fixed_of(sim))
    run = np.zeros(1, RUN if fixed.resources is None else RUN_WHOLE)
    head = run[0]
    lists, parts = _parts(sim, fixed.parts_needed)
    machines, modes = _machines(sim, fixed), _modes(sim, fixed)
    more: dict[str, Any] = {}
    timers = [*(m.timer for m in sim.machines), *(mode.timer for m in sim.machines for mode in m.modes)]
    timers += [s.timer for s in sim.streams]
    if fixed.resources is not None:
        more = resources_for(sim, fixed.resources, head, (parts, _held(sim)), timers)
        people_of(sim, fixed.resources, machines, modes)
    at, rank, tree = _timers(sim, head, timers)
    spent = np.array([m.spent for m in sim.machines])
    assert spent.shape[1] == CODES  # noqa: S101 - the condition codes of both engines
    agenda = _ring(_numbers(sim), fixed.agenda_needed)
    world = World(
        run=run,
        machines=machines,
        modes=modes,
        lots=_lots(sim, fixed),
        streams=_streams(sim, fixed),
        buffers=_buffers(sim, fixed),
        lists=lists,
        parts=parts,
        sequence=made_in(sim.sequence, sim.children),
        at_step=np.array(sim.at_step, np.int64),
        reached=np.zeros(len(sim.plant.stations), np.int64),
        current=_current(sim),
        waiting=_waiting(sim, fixed),
        waiting_now=np.zeros(len(sim.machines), np.int64),
        stuck=np.zeros(2 * len(sim.machines), np.int64),
        moving=np.zeros(max(fixed.most, *(len(m.job) for m in sim.machines)), np.int64),
        agenda=agenda,
        **_scratch(len(parts), fixed),
        at=at,
        rank=rank,
        tree=tree,
        log=np.zeros(max(_LOG_ROWS, 2 * fixed.rows_needed) if logging else 1, LOG),
        spent=spent,
        spent_mark=np.array([m.spent_mark for m in sim.machines]),
        **fixed.shared,
        **more,
    )
    _head(head, sim, fixed, budget, logging=logging)
    head["free"] = len(_held(sim))
    head["free_parts"] = len(parts) - head["free"]
    _sizes(world)
    address_all(world)
    return world


def with_more_room(w: World) -> World:
    """The same run with room for the units and the entries in the agenda that one event may make."""
    head = w.run[0]
    parts, agenda = w.parts, w.agenda
    more: dict[str, Any] = {}
    if head["free_parts"] < head["parts_needed"]:
        parts = _more_parts(w)
        more = {name: np.zeros(2 * len(w.candidates), np.int64) for name in _SCRATCH}
    if head["agenda_count"] + head["agenda_needed"] > len(agenda):
        first, count = int(head["agenda_first"]), int(head["agenda_count"])
        agenda = _ring([int(agenda[(first + k) % len(agenda)]) for k in range(count)], int(head["agenda_needed"]))
        head["agenda_first"] = 0
    grown = w._replace(parts=parts, agenda=agenda, **more)
    _sizes(grown)
    address_all(grown)
    return grown


_SCRATCH = ("candidates", "group", "firsts", "taken")


def _scratch(parts: int, fixed: Fixed) -> dict[str, Any]:
    return {name: np.zeros(parts * fixed.repeats + len(fixed.lots) + 8, np.int64) for name in _SCRATCH}


def _sizes(w: World) -> None:
    head = w.run[0]
    head["log_rows"], head["agenda_size"] = len(w.log), len(w.agenda)


def _head(head: Any, sim: NetworkSimulation, fixed: Fixed, budget: int, *, logging: bool) -> None:  # noqa: ANN401 - RUN
    head["n_machines"], head["n_modes"], head["n_makes"] = len(sim.machines), len(fixed.modes), len(sim.makes)
    head["n_lots"], head["n_streams"], head["n_buffers"] = len(sim.lots), len(sim.streams), len(fixed.buffers)
    head["n_steps"], head["n_stations"] = len(sim.steps), len(sim.plant.stations)
    head["n_classes"], head["first_step"] = len(sim.line.classes), sim.net.first[0]
    head["endless"] = sim.endless
    head["limit"] = -1 if sim.plant.wip_limit is None else sim.plant.wip_limit
    head["now"], head["events"], head["logging"] = sim.now_s, budget, logging
    head["key0"], head["key1"] = sim.key[0] & MASK, sim.key[1] & MASK
    head["parts_needed"], head["rows_needed"] = fixed.parts_needed, fixed.rows_needed
    head["agenda_needed"], head["agenda_count"] = fixed.agenda_needed, len(sim._agenda)  # noqa: SLF001 - its twin
    head["sent"], head["any_turns"] = -1, bool(sim._turns)  # noqa: SLF001 - its twin
    head["may_lock"], head["locked"] = sim._may_lock, -1  # noqa: SLF001 - its twin
    head["latest_s"] = _latest_s(sim)
    head["drained"], head["next_index"], head["wip"] = sim.drained, sim.next_index, sim.wip
    head["wip_since_s"], head["wip_area"] = sim._wip_since_s, sim._wip_area  # noqa: SLF001 - its twin
    head["entered"], head["good"] = sim._entered, sim._good  # noqa: SLF001 - its twin
    head["lead_sum_s"] = sim._lead_sum_s  # noqa: SLF001 - its twin


def _latest_s(sim: NetworkSimulation) -> float:
    """The latest moment for which an event was scheduled; working time that nobody keeps still begins and ends."""
    calendars = sim._calendars.values()  # noqa: SLF001 - its twin
    if any(c.next_edge(sim.now_s) < inf for c in calendars):
        return inf
    return max((at_s for at_s, *_ in sim._clock._schedule), default=-inf)  # noqa: SLF001 - its twin


def _all_buffers(sim: NetworkSimulation) -> list[BufferRun]:
    return [*sim.buffers, *(s.pool for s in sim.streams)]


def made_in(sequence: list[int], children: dict[int, list[int]]) -> Integers:
    """Orders in a sequence, each followed by what it needs of components, and -1."""
    return np.array([*(lot for i in sequence for lot in (i, *children.get(i, ()))), -1], np.int64)


def _held(sim: NetworkSimulation) -> list[PartRun]:
    """Units in the sequence in which they have records: in buffers, in machines, on vehicles."""
    aboard = [t.part for f in sim.fleets for v in f.vehicles for t in v.loads if t.part not in t.machine.job]
    return [*chain(*_queues(sim)), *aboard]


def _queues(sim: NetworkSimulation) -> list[list[PartRun]]:
    return [*(list(b.queue) for b in _all_buffers(sim)), *(m.job for m in sim.machines)]


def _parts(sim: NetworkSimulation, needed: int) -> tuple[Records, Records]:
    """Lists of buffers and machines with their units."""
    queues, everything = _queues(sim), _held(sim)
    held = len(everything)
    parts = np.zeros(held + max(needed, _PARTS) * 2, PART)
    lists = np.zeros(len(queues), LIST)
    put_same(parts[:held], SAME_OF_PARTS, everything)
    parts["where"][:held] = -1
    first = 0
    for where, queue in enumerate(queues):
        last = first + len(queue) - 1
        lists[where] = (first, last, len(queue)) if queue else (-1, -1, 0)
        here = parts[first : last + 1]
        here["where"] = where
        here["before"], here["after"] = np.arange(first - 1, last), np.arange(first + 1, last + 2)
        if queue:
            parts[first]["before"] = parts[last]["after"] = -1
        first = last + 1
    parts["after"][held:] = np.arange(held + 1, len(parts) + 1)
    put_calls(parts, everything)
    return lists, parts


def _more_parts(w: World) -> Records:
    """Twice as many records of units."""
    old, head = len(w.parts), w.run[0]
    parts = np.concatenate([w.parts, np.zeros(old, PART)])
    parts["after"][old:] = np.arange(old + 1, 2 * old + 1)
    parts["after"][-1] = head["free"]
    head["free"] = old
    head["free_parts"] += old
    return parts


def _machines(sim: NetworkSimulation, fixed: Fixed) -> Records:
    rows = fixed.machines.copy()
    put_same(rows, SAME_OF_MACHINES, sim.machines)
    rows["timer"] = [_rings_for(m) for m in sim.machines]
    rows["service"] = -1
    given = [_given(station, sim.values) for station in sim.plant.stations]
    for n, name in enumerate(("given_scrap", "given_failure", "given_wear")):
        rows[name] = [given[m.station][n] for m in sim.machines]
    return rows


def _given(station: Station, values: dict[str, float]) -> tuple[float, float, float]:
    """What the parameters of a station make of scrap, failures and wear."""
    if not station.parameters:
        return 1.0, 1.0, 1.0
    f = factors(station, values)
    return f.scrap, f.failure, f.wear


def _rings_for(m: MachineRun) -> int:
    callbacks = m.timer.callbacks if m.timer is not None else None
    for known, rings_for in (
        (m.finish_callbacks, FINISH_TIMER),
        (m.setup_callbacks, SETUP_TIMER),
        (m.failure_callbacks, FAILURE_TIMER),
        (m.arrival_callbacks, ARRIVAL_TIMER),
    ):
        if callbacks is known:
            return rings_for
    return 0


def _modes(sim: NetworkSimulation, fixed: Fixed) -> Records:
    rows = fixed.modes.copy()
    put_same(rows, SAME_OF_MODES, [mode for m in sim.machines for mode in m.modes])
    return rows


def _lots(sim: NetworkSimulation, fixed: Fixed) -> Records:
    rows = fixed.lots.copy()
    for name in ("started", "good", "scrapped"):
        rows[name] = [getattr(lot, name) for lot in sim.lots]
    rows["finished_s"] = [nan if lot.finished_s is None else lot.finished_s for lot in sim.lots]
    return rows


def _streams(sim: NetworkSimulation, fixed: Fixed) -> Records:
    rows = fixed.streams.copy()
    rows["count"], rows["last_s"] = [s.count for s in sim.streams], [s.last_s for s in sim.streams]
    return rows


def _buffers(sim: NetworkSimulation, fixed: Fixed) -> Records:
    rows = fixed.buffers.copy()
    rows["capacity"] = [b.capacity for b in _all_buffers(sim)]
    rows["excess"] = [b.excess for b in _all_buffers(sim)]
    rows["waiting"] = [len(b.waiting) for b in _all_buffers(sim)]
    rows["reserved"] = [b.reserved for b in _all_buffers(sim)]
    return rows


def _waiting(sim: NetworkSimulation, fixed: Fixed) -> Integers:
    waiting = np.zeros(fixed.waiting + 1, np.int64)
    for row, b in zip(fixed.buffers, sim.buffers, strict=False):
        for k, m in enumerate(b.waiting):
            waiting[int(row["waiting_first"]) + k] = m.position
    return waiting


def _current(sim: NetworkSimulation) -> Integers:
    current = np.full(len(sim.plant.stations), -1, np.int64)
    for station, order in sim.current.items():
        current[station] = order.position
    return current


def _numbers(sim: NetworkSimulation) -> list[int]:
    """The agenda as numbers: buffers, then machines."""
    first = len(sim.buffers) + len(sim.streams)
    agenda = sim._agenda  # noqa: SLF001 - its twin
    return [first + one.position if isinstance(one, MachineRun) else one.position for one in agenda]


def _ring(numbers: list[int], needed: int) -> Integers:
    """A ring that holds some numbers, with room for what one event may add, and as much again."""
    size = 1 << (max(_AGENDA, len(numbers) + 2 * needed) - 1).bit_length()
    ring = np.zeros(size, np.int64)
    ring[: len(numbers)] = numbers
    return ring


def _timers(
    sim: NetworkSimulation,
    head: Any,  # noqa: ANN401 - a RUN record
    owners: list[Wake | None],
) -> tuple[Floats, Integers, Integers]:
    """When each timer rings, its priority and sequence, and their tournament."""
    schedule = sim._clock._schedule  # noqa: SLF001 - its twin
    set_at = {id(event): (at_s, (priority << 56) + n) for at_s, priority, n, event in schedule}
    found = [set_at.get(id(timer), (inf, 0)) for timer in owners]
    head["scheduled"] = max((n for _, _, n, _ in schedule), default=0)
    at, rank = np.array([t for t, _ in found] + [inf]), np.array([r for _, r in found] + [0], np.int64)
    leaves = 1 << max(len(owners) - 1, 1).bit_length()
    tree = np.full(2 * leaves, len(owners))
    tree[leaves : leaves + len(owners)] = np.arange(len(owners))
    for node in range(leaves - 1, 0, -1):
        one, other = tree[2 * node], tree[2 * node + 1]
        tree[node] = one if (at[one], rank[one]) <= (at[other], rank[other]) else other
    head["leaves"], head["rung"] = leaves, -1
    return at, rank, tree
