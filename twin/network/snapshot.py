"""Snapshots: the working state of a run as a `LineState`, and back.

Used by `twin.network.engine`. Going back, what is left of work, repairs, maintenance, up-times, arrivals and
deliveries under way is drawn from the conditional distribution given how long they have lasted, always, whoever made
the state (`twin.sampling.residual`). A run that is continued and one that starts from its snapshot therefore agree in
distribution, not event for event; where times are constant they agree exactly.
"""

from typing import TYPE_CHECKING

from plants.errors import InvalidInput
from plants.flow.state import (
    ArrivalState,
    BufferState,
    CareState,
    ComingState,
    FailureState,
    LineState,
    LoadState,
    MaterialState,
    OrderState,
    ParameterValue,
    Part,
    StationState,
    VehicleState,
)
from twin.network.working import MachineRun, PartRun, Phase, Task, VehicleRun
from twin.working import CONDITION_OF, ModeRun

if TYPE_CHECKING:
    from twin.network.floor import Floor


def take(sim: "Floor") -> LineState:
    """The state of a run at this moment."""
    totals = sim.totals()
    return LineState(
        plant=sim.plant.plant,
        plant_revision=sim.plant.revision,
        plant_time_s=sim.now_s,
        stations=tuple(_station_state(sim, m, totals.energy_kwh[m.position]) for m in sim.machines),
        buffers=tuple(
            BufferState(buffer=b.lowered.name, parts=tuple(_part(sim, p) for p in b.queue)) for b in sim.buffers
        ),
        orders=tuple(
            OrderState(
                order=o.lowered.name, started=o.started, good=o.good, scrapped=o.scrapped, finished_s=o.finished_s
            )
            for i in sim.sequence
            for o in (sim.lots[n] for n in (i, *sim.children.get(i, ())))
        ),
        begun=sim.next_index if sim.endless and sim.net.branches else None,
        arrivals=tuple(
            ArrivalState(
                arrival=sim.lots[s.lot].lowered.name,
                count=s.count,
                units=sim.lots[s.lot].started,
                last_s=s.last_s,
                parts=tuple(_part(sim, p) for p in s.pool.queue),
            )
            for s in sim.streams
        ),
        materials=tuple(
            MaterialState(
                material=m.lowered.id,
                stock=m.stock,
                ordered=m.ordered,
                coming=tuple(ComingState(number=c.number, quantity=c.quantity, since_s=c.since_s) for c in m.coming),
            )
            for m in sim.materials
        ),
        vehicles=tuple(_vehicle_state(sim, v) for f in sim.fleets for v in f.vehicles),
        calls=tuple(_load(sim, t) for f in sim.fleets for t in f.tasks),
        parameters=tuple(ParameterValue(alias=alias, value=value) for alias, value in sim.values.items()),
    )


def _station_state(sim: "Floor", m: MachineRun, energy_kwh: float) -> StationState:
    now = sim.now_s
    done = now - m.segment_s if m.running else 0.0
    in_setup = m.setup_left >= 0
    worked = setup_worked = 0.0
    if m.job:
        setup_worked = max(m.setup_total - m.setup_left, 0.0) + done if in_setup else 0.0
        worked = max(m.total - m.left, 0.0) * m.cycle_factor + (0.0 if in_setup or m.finished else done)
        worked = m.total * m.cycle_factor if m.finished else min(worked, m.total * m.cycle_factor)
    classes = sim.line.classes
    return StationState(
        station=m.lowered.name,
        server=m.server,
        condition=CONDITION_OF[m.code],
        since_s=m.since_s,
        part=_part(sim, m.job[0]) if m.job else None,
        batch=tuple(_part(sim, p) for p in m.job[1:]),
        worked_s=worked,
        finished=m.finished,
        setup_product=classes[m.setup_class] if m.setup_class >= 0 else None,
        setup_worked_s=setup_worked if in_setup else None,
        failures=tuple(_failure_state(sim, f, now, m.operated + (0.0 if in_setup else done)) for f in m.modes),
        processed=m.processed,
        scrapped=m.scrapped,
        energy_kwh=energy_kwh,
        supplied=m.supplied or not m.job,
        crew=sim.crews[m.crew].name if m.crew >= 0 else None,
        asked_s=m.asking.since_s if m.asking is not None else None,
        wear=m.wear,
        unreckoned_s=_unreckoned_s(m, 0.0 if in_setup else done),
        care=tuple(
            CareState(
                maintenance=c.lowered.id,
                count=c.count,
                last_s=c.last_s,
                operated_s=c.operated,
                units=c.units,
                due=c.due,
                in_hand=m.service is c,
                doing_s=now - c.began_s if m.service is c and m.asking is None else None,
            )
            for c in m.care
        ),
    )


def _unreckoned_s(m: MachineRun, done: float) -> float:
    """Time executed since wear and use were reckoned up, where that matters."""
    if m.wear_lowered is None and not m.care:
        return 0.0
    return max(m.operated_total + m.operated + done - m.worn_at, 0.0)


def _failure_state(sim: "Floor", mode: ModeRun, now: float, operated: float) -> FailureState:
    if mode.down:
        repair = sim.repairs.get(mode)
        began = repair is not None and repair.began
        return FailureState(
            mode=mode.lowered.name,
            count=mode.count,
            renewed=mode.renewed,
            elapsed_s=mode.elapsed,
            down_for_s=now - mode.down_since_s,
            crew=sim.crews[repair.crew].name if began and repair is not None else None,
            repairing_s=now - (mode.repaired_s - repair.total) if began and repair is not None else None,
        )
    elapsed = mode.elapsed + ((now - mode.since_s) if mode.lowered.calendar else operated) * mode.rate
    return FailureState(mode=mode.lowered.name, count=mode.count, renewed=mode.renewed, elapsed_s=elapsed)


def _part(sim: "Floor", part: PartRun) -> Part:
    name = sim.lots[part.order].lowered.name if part.order >= 0 else None
    if not sim.net.branches:
        return Part(order=name, index=part.index, entered_s=part.entered_s, ready_s=part.ready_s)
    return Part(
        order=name,
        index=part.index,
        entered_s=part.entered_s,
        ready_s=part.ready_s,
        step=sim.steps[part.step].name if part.step >= 0 else None,
        queued_s=part.queued_s,
        reworks=part.reworks,
        defective=part.defective,
    )


def _load(sim: "Floor", task: Task) -> LoadState:
    return LoadState(
        station=task.machine.lowered.name,
        server=task.machine.server,
        buffer=task.buffer.lowered.name,
        since_s=task.since_s,
        part=_part(sim, task.part),
    )


def _vehicle_state(sim: "Floor", v: VehicleRun) -> VehicleState:
    return VehicleState(
        fleet=v.fleet.lowered.id,
        number=v.number,
        at=sim.plant.stations[v.at].id,
        phase=Phase(v.phase).name.lower(),
        since_s=v.since_s,
        until_s=v.until_s if v.timer is not None else None,
        level_kwh=v.level_at(sim.now_s),
        loads=tuple(_load(sim, t) for t in v.loads),
    )


def check(sim: "Floor", state: LineState) -> None:
    """Whether a state can be one of this plant.

    Raises:
        InvalidInput: it is of another plant, or does not fit the description.
    """
    plant = sim.plant
    if state.plant != plant.plant or state.plant_revision != plant.revision:
        raise InvalidInput(
            f"the state was made with '{state.plant}' revision {state.plant_revision[:12]}, this plant is "
            f"'{plant.plant}' revision {plant.revision[:12]}: take a new state"
        )
    fits = [(s.station, s.server) for s in state.stations] == [(m.lowered.name, m.server) for m in sim.machines]
    fits = fits and [b.buffer for b in state.buffers] == [b.lowered.name for b in sim.buffers]
    fits = fits and {o.order for o in state.orders} <= {o.lowered.name for o in sim.makes}
    if not fits:
        raise InvalidInput("the state names other stations, buffers or orders than the plant: take a new state")
