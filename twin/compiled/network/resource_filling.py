"""The start of a run: calendars, maintenance, people, material, vehicles as a run of the reference engine has them.

Used by `twin.compiled.network.filling`.
"""

from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np

from twin.clock import Wake
from twin.compiled.layout import Records
from twin.compiled.network.resource_arrays import Resources
from twin.compiled.network.resources import COMING
from twin.network.engine import NetworkSimulation
from twin.network.working import Coming, Errand, PartRun

SAME_OF_CARES = ("due", "count", "last_s", "operated", "units", "total", "began_s")
"""Figures of maintenance that have one name in both engines."""
SAME_OF_VEHICLES = ("at", "phase", "since_s", "until_s", "level_kwh", "level_s")
_TIMERS = ("care_timers", "calendar_timers", "kit_timers", "material_timers", "vehicle_timers")


def put_same(rows: Records, names: tuple[str, ...], those: Sequence[object]) -> None:
    """Copy figures that have one name in both engines."""
    if those:
        kinds = [(name, rows.dtype[name]) for name in names]
        rows[list(names)] = np.array(list(map(attrgetter(*names), those)), kinds)


def people_of(sim: NetworkSimulation, known: Resources, machines: Records, modes: Records) -> None:
    """Which maintenance is done, who is asked for, and who repairs."""
    cares = [id(c) for m in sim.machines for c in m.care]
    for row, m in zip(machines, sim.machines, strict=True):
        if m.service is not None:
            row["service"] = cares.index(id(m.service))
        if m.asking is not None:
            row["asking"], row["errand"], row["asked_s"] = 1, m.asking.errand, m.asking.since_s
            row["asked_skill"] = known.skills[m.asking.skill]
        elif m.service is not None:
            row["errand"] = Errand.MAINTENANCE
    modes["crew"] = -1
    for row, mode in zip(modes, (mode for m in sim.machines for mode in m.modes), strict=True):
        repair = sim.repairs.get(mode)
        if repair is not None:
            row["crew"], row["asking"], row["total"] = repair.crew, repair.request is not None, repair.total


def put_calls(parts: Records, held: list[PartRun]) -> None:
    """Which units a vehicle was called for."""
    for row, part in zip(parts, held, strict=False):
        task = part.task
        if task is not None:
            row["called"], row["from_machine"], row["to_buffer"] = 1, task.machine.position, task.buffer.position
            row["called_s"] = task.since_s


def resources_for(
    sim: NetworkSimulation,
    known: Resources,
    head: Any,  # noqa: ANN401 - a RUN record
    units: tuple[Records, list[PartRun]],
    timers: list[Wake | None],
) -> dict[str, Any]:
    """The arrays of a run; its timers are added to the others."""
    made = {name: array.copy() for name, array in known.copied.items()}
    numbers = {id(p): n for n, p in enumerate(units[1])}
    made["crews"]["busy"] = [c.busy for c in sim.crews]
    made["crews"]["on_duty"] = [c.on_duty for c in sim.crews]
    cares = [c for m in sim.machines for c in m.care]
    put_same(made["cares"], SAME_OF_CARES, cares)
    made["requests"] = _requests(sim)
    comings = _comings(sim, made["materials"], known.comings, head)
    _vehicles(sim, made, numbers)
    _counts(sim, head, known)
    scheduled = _Scheduled(sim)
    scheduled.put_ranks(sim, units[0], numbers, comings)
    blocks = (
        [c.timer for c in cares],
        [scheduled.shifts.get(name) for name in sim._calendars],  # noqa: SLF001 - its twin
        [scheduled.first(scheduled.crossings.get(id(b), [])) for b in (*sim.buffers, *sim.streams)],
        [scheduled.first([wake for c, wake in scheduled.deliveries if c in m.coming]) for m in sim.materials],
        [v.timer for f in sim.fleets for v in f.vehicles],
    )
    for name, block in zip(_TIMERS, blocks, strict=True):
        head[name] = len(timers)
        timers += block
    return {**known.shared, **made, "comings": comings}


def _counts(sim: NetworkSimulation, head: Any, known: Resources) -> None:  # noqa: ANN401 - a RUN record
    head["n_calendars"], head["n_crews"] = len(sim._calendars), len(sim.crews)  # noqa: SLF001 - its twin
    head["n_cares"], head["n_skills"] = sum(len(m.care) for m in sim.machines), len(known.skills)
    head["n_requests"], head["n_materials"] = len(sim.requests), len(sim.materials)
    head["n_uses"] = sum(len(s.materials) for s in sim.steps)
    head["n_vehicles"] = sum(len(f.vehicles) for f in sim.fleets)


def _requests(sim: NetworkSimulation) -> Any:  # noqa: ANN401 - Integers
    modes = {id(mode): n for n, mode in enumerate(mode for m in sim.machines for mode in m.modes)}
    rows = np.zeros(len(sim.machines) + len(modes) + 1, np.int64)
    for n, r in enumerate(sim.requests):
        rows[n] = r.machine.position if r.mode is None else len(sim.machines) + modes[id(r.mode)]
    return rows


def _comings(sim: NetworkSimulation, materials: Records, more: int, head: Any) -> Records:  # noqa: ANN401 - a RUN record
    """Deliveries under way, linked by material; behind them those that are not in use."""
    rows = np.zeros(sum(len(m.coming) for m in sim.materials) + more + 1, COMING)
    rows["after"] = np.arange(1, len(rows) + 1)
    at = 0
    for row, m in zip(materials, sim.materials, strict=True):
        row["stock"], row["ordered"] = m.stock, m.ordered
        row["first"], row["last"] = (at, at + len(m.coming) - 1) if m.coming else (-1, -1)
        for c in m.coming:
            rows[at]["quantity"], rows[at]["at_s"] = c.quantity, c.at_s
            rows[at]["since_s"], rows[at]["number"] = c.since_s, c.number
            at += 1
        if m.coming:
            rows[at - 1]["after"] = -1
    head["free_coming"] = at
    return rows


def _vehicles(sim: NetworkSimulation, made: dict[str, Any], numbers: dict[int, int]) -> None:
    """Vehicles with their loads, calls for them, and where they wait."""
    rows = made["vehicles"]
    every = [v for f in sim.fleets for v in f.vehicles]
    place = {id(v): n for n, v in enumerate(every)}
    put_same(rows, SAME_OF_VEHICLES, every)
    loads: list[int] = []
    for row, v in zip(rows, every, strict=True):
        row["loads_first"], row["loads"] = len(loads), len(v.loads)
        room = max(v.fleet.lowered.capacity, len(v.loads)) - len(v.loads)
        loads += [*(numbers[id(t.part)] for t in v.loads), *([0] * room)]
    made["loads"] = np.array(loads or [0], np.int64)
    most = len(numbers) + sum(m.batch.maximum if m.batch else 1 for m in sim.machines)
    calls = np.zeros(most * max(len(sim.fleets), 1), np.int64)
    for row, f in zip(made["fleets"], sim.fleets, strict=True):
        row["charging"], row["calls_first"], row["calls"] = f.charging, most * f.position, len(f.tasks)
        calls[most * f.position : most * f.position + len(f.tasks)] = [numbers[id(t.part)] for t in f.tasks]
        row["first_waiting"], row["last_waiting"] = _linked(rows, [place[id(v)] for v in f.waiting])
    made["calls"] = calls
    for row, docks, waiting in zip(made["sites"], sim.docks, sim.docking, strict=True):
        row["docks"] = docks
        row["first_docking"], row["last_docking"] = _linked(rows, [place[id(v)] for v in waiting])


def _linked(rows: Records, numbers: list[int]) -> tuple[int, int]:
    """Vehicles one behind the other; the first and the last."""
    for one, following in zip(numbers, [*numbers[1:], -1], strict=False):
        rows[one]["after"] = following
    return (numbers[0], numbers[-1]) if numbers else (-1, -1)


class _Scheduled:
    """What a run of the reference engine has scheduled that is nobody's timer there."""

    def __init__(self, sim: NetworkSimulation) -> None:
        self.shifts: dict[str, Wake] = {}
        self.crossings: dict[int, list[Wake]] = {}
        self.deliveries: list[tuple[Coming, Wake]] = []
        self._set_at: dict[int, tuple[float, int]] = {}
        for at_s, priority, n, event in sim._clock._schedule:  # noqa: SLF001 - its twin
            called = event.callbacks[0]
            self._set_at[id(event)] = (at_s, (priority << 56) + n)
            if isinstance(called, partial):
                self._sort(sim, called, event)
        for wakes in self.crossings.values():
            wakes.sort(key=lambda wake: self._set_at[id(wake)])

    def _sort(self, sim: NetworkSimulation, called: partial[Any], event: Any) -> None:  # noqa: ANN401 - a Wake
        if called.func == sim._on_shift:  # noqa: SLF001 - its twin
            self.shifts[called.args[0]] = event
        elif called.func == sim._on_crossed:  # noqa: SLF001 - its twin
            self.crossings.setdefault(id(called.args[0]), []).append(event)
        elif called.func == sim._on_delivery:  # noqa: SLF001 - its twin
            self.deliveries.append((called.args[1], event))

    def first(self, wakes: list[Wake]) -> Wake | None:
        """What happens first of some."""
        return min(wakes, key=lambda wake: self._set_at[id(wake)], default=None)

    def put_ranks(self, sim: NetworkSimulation, parts: Records, numbers: dict[int, int], comings: Records) -> None:
        """The rank of each component on a conveyor and of each delivery under way."""
        for b in sim.buffers:
            wakes = self.crossings.get(id(b), [])
            crossing = sorted((p for p in b.queue if p.ready_s > sim.now_s), key=lambda p: p.ready_s) if wakes else []
            for part, wake in zip(crossing, wakes, strict=True):
                parts[numbers[id(part)]]["crossing"] = self._set_at[id(wake)][1]
        ranks = {id(c): self._set_at[id(wake)][1] for c, wake in self.deliveries}
        under_way = [ranks[id(c)] for m in sim.materials for c in m.coming]
        comings["rank"][: len(under_way)] = under_way
