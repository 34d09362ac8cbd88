"""What must hold at every moment of every run of any plant, and that nothing stands still which could go on."""

from collections import Counter
from collections.abc import Iterator
from math import isclose

from twin.log import EventKind, EventLog
from twin.network.engine import NetworkSimulation
from twin.network.working import BufferRun, MachineRun, PartRun, Phase

TINY = 1e-6


def faults(sim: NetworkSimulation, log: EventLog, start_s: float = 0.0) -> list[str]:
    """Everything that does not hold now, in words; for a run that began empty."""
    return [
        *_units(sim, log),
        *_places(sim),
        *_people(sim),
        *_vehicles(sim),
        *_times(sim, log, start_s),
        *_counters(sim, log),
        *_standstill(sim),
    ]


def _units(sim: NetworkSimulation, log: EventLog) -> Iterator[str]:
    totals, parts = sim.totals(), sim.parts()
    built_in = len(log.rows(EventKind.BUILT_IN))
    gone = totals.good + sum(totals.scrapped) + built_in
    if totals.entered != gone + len(parts):
        yield f"{totals.entered} entered, {gone} are gone, {len(parts)} are on the line"
    if sim.wip != len(parts):
        yield f"WIP is counted as {sim.wip}, {len(parts)} are on the line"
    twice = [key for key, n in Counter((p.order, p.index) for p in parts).items() if n > 1]
    if twice:
        yield f"in two places: {twice}"
    at_step = Counter(p.step for p in parts)
    counted = {j: n for j, n in enumerate(sim.at_step) if n}
    if counted != {j: n for j, n in at_step.items() if j >= 0}:
        yield f"units by step are counted as {counted}, are {dict(at_step)}"
    kits = {id(p) for b in sim.buffers if b.kit for p in b.queue}
    for lot in sim.makes:
        on = sum(p.order == lot.position and id(p) not in kits for p in parts)
        done = lot.good + lot.scrapped
        if lot.started > lot.lowered.quantity or lot.started - done != on:
            yield f"order {lot.lowered.name}: {lot.started} started, {done} done, {on} on the line"
    if sim.plant.wip_limit is not None and not sim.streams and sim.wip > sim.plant.wip_limit:
        yield f"{sim.wip} units, the limit is {sim.plant.wip_limit}"


def _places(sim: NetworkSimulation) -> Iterator[str]:
    tasks = Counter(t.buffer.position for f in sim.fleets for t in f.tasks)
    tasks.update(t.buffer.position for f in sim.fleets for v in f.vehicles for t in v.loads)
    for b in sim.buffers:
        if len(b.queue) + b.reserved > b.capacity and b.capacity:
            yield f"{b.lowered.name} holds {len(b.queue)} + {b.reserved} of {b.capacity}"
        if b.reserved != tasks[b.position]:
            yield f"{b.lowered.name}: {b.reserved} places kept for {tasks[b.position]} loads"
    for m in sim.machines:
        most = m.batch.maximum if m.batch else 1
        if len(m.job) > most:
            yield f"{m.lowered.name} holds {len(m.job)} of {most}"
    for material in sim.materials:
        if material.stock < 0:
            yield f"stock of {material.lowered.id} is {material.stock}"


def _people(sim: NetworkSimulation) -> Iterator[str]:
    held = Counter(m.crew for m in sim.machines if m.crew >= 0)
    held.update(r.crew for r in sim.repairs.values() if r.crew >= 0)
    for crew in sim.crews:
        if not crew.busy == held[crew.position] <= crew.size:
            yield f"crew {crew.name}: {crew.busy} of {crew.size} busy, {held[crew.position]} are somewhere"
        for r in sim.requests:
            if crew.busy < crew.on_duty and r.skill in crew.skills:
                yield f"{r.machine.lowered.name} waits for {r.skill} and {crew.name} is free"
    asked = {id(r) for r in sim.requests}
    own = {id(m.asking) for m in sim.machines if m.asking} | {id(r.request) for r in sim.repairs.values() if r.request}
    if asked != own:
        yield "requests and those who made them do not agree"


def _vehicles(sim: NetworkSimulation) -> Iterator[str]:
    at_dock = Counter(v.at for f in sim.fleets for v in f.vehicles if v.phase in (Phase.LOADING, Phase.UNLOADING))
    for i, s in enumerate(sim.plant.stations):
        if sim.docks[i] != s.docks - at_dock[i] or sim.docks[i] < 0:
            yield f"{s.id}: {sim.docks[i]} of {s.docks} docks free, {at_dock[i]} taken"
        if sim.docking[i] and sim.docks[i]:
            yield f"{s.id}: a vehicle waits for a dock and one is free"
    for fleet in sim.fleets:
        charging = sum(v.phase is Phase.CHARGING for v in fleet.vehicles)
        most = fleet.lowered.battery.chargers if fleet.lowered.battery else 0
        if fleet.charging != charging or charging > most:
            yield f"{charging} charge, {fleet.charging} are counted, {most} can"
        if fleet.tasks and any(v.phase is Phase.IDLE for v in fleet.vehicles):
            yield "a load waits and a vehicle is idle"
        for v in fleet.vehicles:
            if len(v.loads) > fleet.lowered.capacity:
                yield f"vehicle {v.number} has {len(v.loads)} loads"


def _times(sim: NetworkSimulation, log: EventLog, start_s: float) -> Iterator[str]:
    if any(b < a for a, b in zip(log.time, log.time[1:], strict=False)):
        yield "time went back"
    for m, row in zip(sim.machines, sim.totals().spent, strict=True):
        if not isclose(sum(row), sim.now_s - start_s, abs_tol=TINY) or min(row) < -TINY:
            yield f"{m.lowered.name}: conditions sum to {sum(row)} of {sim.now_s - start_s}: {row}"


def _counters(sim: NetworkSimulation, log: EventLog) -> Iterator[str]:
    done = Counter((kind, s) for _, kind, s, *_ in log.rows())
    totals = sim.totals()
    for m in sim.machines:
        finished = sum(done[kind, m.position] for kind in (EventKind.FINISH, EventKind.SCRAP, EventKind.REWORK))
        if (finished, done[EventKind.SCRAP, m.position]) != (m.processed, m.scrapped):
            yield f"{m.lowered.name}: {finished} finished in the log, {m.processed} counted"
    exits = sum(n for (kind, _), n in done.items() if kind is EventKind.EXIT)
    entered = sum(n for (kind, _), n in done.items() if kind is EventKind.ENTER)
    if (exits, entered) != (totals.good, totals.entered):
        yield f"{exits} left in the log, {totals.good} counted; {entered} entered, {totals.entered} counted"


def _standstill(sim: NetworkSimulation) -> Iterator[str]:
    """Machines that could go on now, and do not."""
    for m in sim.machines:
        if m.job and (m.idle or m.closed or m.service):
            yield f"{m.lowered.name} has a job and is idle, closed or being maintained"
        if not m.job and not m.service and not m.off and not m.idle:
            yield f"{m.lowered.name} is empty and does not look for a job"
        if m.idle and m.batch is None and any(_can_take(sim, m)):
            yield f"{m.lowered.name} is idle and a unit waits for it"
        if m.closed and any(m.station in sim.net.reach[p.step] for p in sim.parts() if p.step >= 0):
            yield f"{m.lowered.name} is out of orders and a unit may still come"
        for part in m.job if m.finished else ():
            if part.task is None and any(_room(b) for b in sim.ways[m.station, part.step]):
                yield f"{m.lowered.name} is blocked and there is room"
        if m.short and not m.down and not m.off and _supplied(sim, m):
            yield f"{m.lowered.name} waits for components or material that are there"
        if m.job and not m.finished and not (m.running or m.down or m.off or m.short or m.asking):
            yield f"{m.lowered.name} has a job and stands still"


def _can_take(sim: NetworkSimulation, m: MachineRun) -> Iterator[PartRun]:
    for b in m.inputs:
        held = [p for up in b.waiting for p in up.job if p.task is None and p.step >= 0] if b.capacity == 0 else b.queue
        yield from (p for p in held if p.ready_s <= sim.now_s and sim._may_take(m, p))


def _room(b: BufferRun) -> bool:
    return len(b.queue) + b.reserved < b.capacity


def _supplied(sim: NetworkSimulation, m: MachineRun) -> bool:
    used: dict[int, float] = {}
    kits: Counter[int] = Counter()
    for part in m.job:
        kits.update(dict(sim.steps[part.step].components))
        for material, quantity in sim.steps[part.step].materials:
            used[material] = used.get(material, 0.0) + quantity
    ready = Counter(p.step for b in m.kits for p in b.queue if p.ready_s <= sim.now_s)
    return all(ready[k] >= n for k, n in kits.items()) and all(sim.materials[i].stock >= n for i, n in used.items())
